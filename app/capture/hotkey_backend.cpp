#include "app/capture/hotkey_backend.h"

#include <QCoreApplication>

namespace sightline {

HotkeyWay hotkeyWay(const QString& session_type, bool wayland_display, const QString& qt_platform) {
    if (qt_platform != QLatin1String("xcb") && !qt_platform.startsWith(QLatin1String("wayland")))
        return HotkeyWay::None;  // offscreen, a framebuffer
    if (session_type == QLatin1String("wayland") || qt_platform.startsWith(QLatin1String("wayland")))
        return HotkeyWay::Portal;
    // Sessions that were started by hand do not say what they are.
    if (session_type != QLatin1String("x11") && wayland_display) return HotkeyWay::Portal;
    return HotkeyWay::X11;
}

QString HotkeyBackend::noKeysHere() {
    return QCoreApplication::translate("Hotkeys", "This desktop gives programs no keys of their own.");
}

QString HotkeyBackend::noSuchKey(const QKeySequence& sequence) {
    return QCoreApplication::translate("Hotkeys", "The present keyboard layout has no key for %1.")
        .arg(sequence.toString(QKeySequence::NativeText));
}

QString HotkeyBackend::heldByAnother(const QKeySequence& sequence) {
    return QCoreApplication::translate("Hotkeys", "Another program already uses %1.")
        .arg(sequence.toString(QKeySequence::NativeText));
}

}  // namespace sightline
