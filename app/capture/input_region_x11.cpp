#include <xcb/shape.h>

#include <QRegion>
#include <QWindow>

#include "app/capture/input_region.h"
#include "app/capture/x11_connection.h"

namespace sightline {

void takeInputIn(QWindow& window, const QRect& region) {
    xcb_connection_t* connection = qtConnection();
    if (connection == nullptr) {
        // Qt's Wayland windows take a mask for the region of input alone.
        if (QGuiApplication::platformName().startsWith(QLatin1String("wayland"))) window.setMask(region);
        return;
    }
    const xcb_query_extension_reply_t* shape = xcb_get_extension_data(connection, &xcb_shape_id);
    if (shape == nullptr || !shape->present) return;
    const auto id = static_cast<xcb_window_t>(window.winId());
    if (region.isEmpty()) {
        xcb_shape_mask(connection, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_INPUT, id, 0, 0, XCB_NONE);
    } else {
        const double scale = window.devicePixelRatio();
        const QRect pixels =
            QRectF(region.x() * scale, region.y() * scale, region.width() * scale, region.height() * scale)
                .toAlignedRect();
        const xcb_rectangle_t rectangle{
            static_cast<std::int16_t>(pixels.x()), static_cast<std::int16_t>(pixels.y()),
            static_cast<std::uint16_t>(pixels.width()), static_cast<std::uint16_t>(pixels.height())};
        xcb_shape_rectangles(connection, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_INPUT, XCB_CLIP_ORDERING_UNSORTED, id,
                             0, 0, 1, &rectangle);
    }
    xcb_flush(connection);
}

}  // namespace sightline
