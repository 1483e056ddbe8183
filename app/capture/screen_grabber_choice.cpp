#include <QGuiApplication>

#include "app/capture/hotkey_backend.h"
#include "app/capture/portal_grabber.h"
#include "app/capture/screens_grabber.h"

namespace sightline {

std::unique_ptr<ScreenGrabber> makeScreenGrabber() {
    // The same question as for keys: in a Wayland session X11 shows only the windows of XWayland.
    if (hotkeyWay(qEnvironmentVariable("XDG_SESSION_TYPE"), qEnvironmentVariableIsSet("WAYLAND_DISPLAY"),
                  QGuiApplication::platformName()) == HotkeyWay::Portal)
        return std::make_unique<PortalGrabber>();
    return std::make_unique<ScreensGrabber>();
}

}  // namespace sightline
