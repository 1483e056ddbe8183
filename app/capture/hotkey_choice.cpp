// The backend of a Unix desktop. Windows and macOS have theirs in their own files.
#include <QGuiApplication>

#include "app/capture/hotkey_backend.h"
#include "app/capture/hotkey_null.h"
#include "app/capture/hotkey_portal.h"
#include "app/capture/hotkey_x11.h"

namespace sightline {

std::unique_ptr<HotkeyBackend> makeHotkeyBackend() {
    switch (hotkeyWay(qEnvironmentVariable("XDG_SESSION_TYPE"), qEnvironmentVariableIsSet("WAYLAND_DISPLAY"),
                      QGuiApplication::platformName())) {
        case HotkeyWay::Portal:
            return std::make_unique<PortalHotkeys>();
        case HotkeyWay::X11:
            return std::make_unique<X11Hotkeys>();
        case HotkeyWay::None:
            break;
    }
    return std::make_unique<NullHotkeys>();
}

}  // namespace sightline
