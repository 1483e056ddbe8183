#include <xcb/xcb.h>

#include <QByteArray>
#include <QGuiApplication>

#include "app/capture/compositor.h"
#include "app/capture/x11_connection.h"

namespace sightline {

bool hasCompositor() {
    xcb_connection_t* connection = qtConnection();
    if (connection == nullptr) return QGuiApplication::platformName().startsWith(QLatin1String("wayland"));
    // The screen that `rootScreen` means is the first one.
    const QByteArray name("_NET_WM_CM_S0");
    const XcbReply<xcb_intern_atom_reply_t> atom(xcb_intern_atom_reply(
        connection, xcb_intern_atom(connection, 0, static_cast<std::uint16_t>(name.size()), name.constData()),
        nullptr));
    if (!atom) return false;
    const XcbReply<xcb_get_selection_owner_reply_t> owner(
        xcb_get_selection_owner_reply(connection, xcb_get_selection_owner(connection, atom->atom), nullptr));
    return owner && owner->owner != XCB_NONE;
}

}  // namespace sightline
