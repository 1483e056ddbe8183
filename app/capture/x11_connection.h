// The X11 server that Qt is connected to, and answers of it that free themselves. For files of this folder.
#pragma once

#include <xcb/xcb.h>

#include <QtGui/qguiapplication_platform.h>
#include <QGuiApplication>
#include <cstdlib>
#include <memory>

namespace sightline {

struct FreeXcbReply {
    void operator()(void* pointer) const { std::free(pointer); }
};
template <typename T>
using XcbReply = std::unique_ptr<T, FreeXcbReply>;

// Qt's own; null where Qt does not run on X11. GUI thread.
inline xcb_connection_t* qtConnection() {
    if (qGuiApp == nullptr) return nullptr;
    const auto* x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    return x11 == nullptr ? nullptr : x11->connection();
}

inline xcb_screen_t* rootScreen(xcb_connection_t* connection) {
    return xcb_setup_roots_iterator(xcb_get_setup(connection)).data;
}

}  // namespace sightline
