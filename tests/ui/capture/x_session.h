// An X server of its own for a test, with two monitors and a desktop whose pixels tell where they are.
#pragma once

#include <xcb/xcb.h>

#include <QByteArray>
#include <QImage>
#include <QProcess>
#include <QRect>
#include <QStringList>

namespace sightline::testing {

class XSession {
  public:
    static constexpr int width = 1600;
    static constexpr int height = 1000;
    static constexpr int left_width = 720;  // of the monitor LEFT; the rest is RIGHT

    // Before the QGuiApplication: starts Xvfb and sets $DISPLAY, the platform and the scale of each monitor.
    // False if a program for it is missing.
    bool start(const QByteArray& left_scale, const QByteArray& right_scale);
    ~XSession();

    // A connection of our own: what "another program" does.
    xcb_connection_t* other() const { return connection_; }
    xcb_window_t root() const { return root_; }
    void paintDesktop();                     // with pixels as `coded` has them
    static QImage coded(const QRect& part);  // what the desktop shows there
    QImage shown(const QRect& part) const;   // what is on the screen now, the pointer not
    xcb_window_t focus() const;
    bool keyboardIsFree() const;  // another program could have it

    bool run(const QString& program, const QStringList& arguments) const;
    bool xdotool(const QString& words) const {
        return run(QStringLiteral("xdotool"), words.split(QLatin1Char(' ')));
    }
    void setMonitors(const QStringList& names) const;

  private:
    QProcess server_;
    xcb_connection_t* connection_ = nullptr;
    xcb_window_t root_ = 0;
};

}  // namespace sightline::testing
