// An X server of its own for a test, with two monitors and a desktop whose pixels tell where they are.
#pragma once

#include <xcb/xcb.h>

#include <QByteArray>
#include <QImage>
#include <QRect>
#include <QString>
#include <QStringList>

#include "tests/x_server.h"

namespace sightline::testing {

class XSession {
  public:
    static constexpr int width = 1600;
    static constexpr int height = 1000;
    static constexpr int left_width = 720;  // of the monitor LEFT; the rest is RIGHT

    // Before the QGuiApplication: starts Xvfb and sets $DISPLAY, the platform and the scale of each monitor.
    // A reason to skip the test if a program for it is not installed; empty otherwise.
    QString start(const QByteArray& left_scale, const QByteArray& right_scale);
    QString startWithOneMonitor(const QSize& size, const QByteArray& scale);
    ~XSession();

    // A connection of our own: what "another program" does.
    xcb_connection_t* other() const { return connection_; }
    xcb_window_t root() const { return root_; }
    void paintDesktop() { paintDesktop(coded(QRect(0, 0, width, height))); }
    void paintDesktop(const QImage& picture);  // RGB32, as large as the screen
    static QImage coded(const QRect& part);    // pixels that tell where they are
    QImage shown(const QRect& part) const;     // what is on the screen now, the pointer not
    xcb_window_t focus() const;
    bool keyboardIsFree() const;  // another program could have it

    bool run(const QString& program, const QStringList& arguments) const;
    bool xdotool(const QString& words) const {
        return run(QStringLiteral("xdotool"), words.split(QLatin1Char(' ')));
    }
    void setMonitors(const QStringList& names) const;

  private:
    QString startServer(const QSize& size);

    test::XServer server_;
    xcb_connection_t* connection_ = nullptr;
    xcb_window_t root_ = 0;
};

}  // namespace sightline::testing
