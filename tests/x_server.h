// An X server of a test's own (Xvfb), at a display that is nobody else's.
#pragma once

#include <QProcess>
#include <QProcessEnvironment>
#include <QSize>
#include <QString>
#include <QStringList>

namespace sightline::test {

// Needs no application object and no event loop. The server ends with the object.
class XServer {
  public:
    XServer() = default;
    ~XServer();
    XServer(const XServer&) = delete;
    XServer& operator=(const XServer&) = delete;

    // Which of the programs is not installed, as a reason to skip a test; empty if all are.
    static QString missing(const QStringList& programs);

    // One screen of `size` pixels with 24 bits. A reason to skip the test if Xvfb, or one of the `tools` that
    // drive what is shown, is not installed; empty otherwise. An Xvfb that does not start ends the program:
    // tests that are skipped for that would tell nobody.
    QString start(const QSize& size, const QStringList& tools = {});

    // For a program that shows itself there, by X11 and without OpenGL, with nothing of the session around
    // and no bus of messages.
    QProcessEnvironment environment() const;
    // The same for this process, before its QGuiApplication.
    void enter() const;

  private:
    QProcess server_;
    QString display_;
};

}  // namespace sightline::test
