#include <QGuiApplication>
#include <QScreen>

#include "app/capture/hotkey_backend.h"
#include "app/capture/portal_grabber.h"
#include "app/capture/screens_grabber.h"
#include "app/capture/x11_screen.h"

namespace sightline {

namespace {

class X11Grabber : public ScreensGrabber {
  protected:
    QImage pictureOf(QScreen& screen) override {
        const QRect monitor = x11Monitors().value(screen.name());
        QImage picture = monitor.topLeft() == screen.geometry().topLeft() ? readX11(monitor) : QImage();
        return picture.isNull() ? ScreensGrabber::pictureOf(screen) : picture;
    }
};

}  // namespace

std::unique_ptr<ScreenGrabber> makeScreenGrabber() {
    // The same question as for keys: in a Wayland session X11 shows only the windows of XWayland.
    switch (hotkeyWay(qEnvironmentVariable("XDG_SESSION_TYPE"), qEnvironmentVariableIsSet("WAYLAND_DISPLAY"),
                      QGuiApplication::platformName())) {
        case HotkeyWay::Portal:
            return std::make_unique<PortalGrabber>();
        case HotkeyWay::X11:
            return std::make_unique<X11Grabber>();
        case HotkeyWay::None:
            break;
    }
    return std::make_unique<ScreensGrabber>();
}

}  // namespace sightline
