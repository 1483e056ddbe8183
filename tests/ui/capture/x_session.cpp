#include "tests/ui/capture/x_session.h"

#include <cstdlib>
#include <memory>

namespace sightline::testing {

namespace {

struct Free {
    void operator()(void* pointer) const { std::free(pointer); }
};
template <typename T>
using Reply = std::unique_ptr<T, Free>;

QRgb codeOf(int x, int y) {
    return qRgb(x & 0xff, y & 0xff, (x >> 8) | ((y >> 8) << 4));
}

}  // namespace

QString XSession::startServer(const QSize& size) {
    const QString why_not = server_.start(
        size, {QStringLiteral("xdotool"), QStringLiteral("xrandr"), QStringLiteral("setxkbmap")});
    if (!why_not.isEmpty()) return why_not;
    server_.enter();
    connection_ = xcb_connect(nullptr, nullptr);
    if (xcb_connection_has_error(connection_)) qFatal("the X server does not answer");
    root_ = xcb_setup_roots_iterator(xcb_get_setup(connection_)).data->root;
    return {};
}

QString XSession::start(const QByteArray& left_scale, const QByteArray& right_scale) {
    const QString why_not = startServer(QSize(width, height));
    if (!why_not.isEmpty()) return why_not;
    qputenv("QT_SCREEN_SCALE_FACTORS", "LEFT=" + left_scale + ";RIGHT=" + right_scale);
    setMonitors({QStringLiteral("LEFT"), QStringLiteral("RIGHT")});
    paintDesktop();
    return {};
}

QString XSession::startWithOneMonitor(const QSize& size, const QByteArray& scale) {
    qputenv("QT_SCALE_FACTOR", scale);
    return startServer(size);
}

XSession::~XSession() {
    if (connection_ != nullptr) xcb_disconnect(connection_);
}

void XSession::setMonitors(const QStringList& names) const {
    if (names.contains(QLatin1String("LEFT")))
        run(QStringLiteral("xrandr"),
            {QStringLiteral("--setmonitor"), QStringLiteral("LEFT"),
             QStringLiteral("%1/190x%2/265+0+0").arg(left_width).arg(height), QStringLiteral("screen")});
    if (names.contains(QLatin1String("RIGHT")))
        run(QStringLiteral("xrandr"),
            {QStringLiteral("--setmonitor"), QStringLiteral("RIGHT"),
             QStringLiteral("%1/233x%2/265+%3+0").arg(width - left_width).arg(height).arg(left_width),
             QStringLiteral("none")});
    else
        run(QStringLiteral("xrandr"), {QStringLiteral("--delmonitor"), QStringLiteral("RIGHT")});
}

QImage XSession::coded(const QRect& part) {
    QImage picture(part.size(), QImage::Format_RGB32);
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x)
            picture.setPixel(x, y, codeOf(part.x() + x, part.y() + y));
    return picture;
}

void XSession::paintDesktop(const QImage& picture) {
    const auto columns = static_cast<uint16_t>(picture.width());
    const xcb_pixmap_t pixmap = xcb_generate_id(connection_);
    xcb_create_pixmap(connection_, 24, pixmap, root_, columns, static_cast<uint16_t>(picture.height()));
    const xcb_gcontext_t context = xcb_generate_id(connection_);
    xcb_create_gc(connection_, context, pixmap, 0, nullptr);
    for (int y = 0; y < picture.height(); ++y)  // a request has its limit
        xcb_put_image(connection_, XCB_IMAGE_FORMAT_Z_PIXMAP, pixmap, context, columns, 1, 0,
                      static_cast<int16_t>(y), 0, 24, 4U * columns, picture.constScanLine(y));
    const uint32_t background = pixmap;
    xcb_change_window_attributes(connection_, root_, XCB_CW_BACK_PIXMAP, &background);
    xcb_clear_area(connection_, 0, root_, 0, 0, columns, static_cast<uint16_t>(picture.height()));
    xcb_free_gc(connection_, context);
    xcb_free_pixmap(connection_, pixmap);
    focus();  // the server has done all that
}

QImage XSession::shown(const QRect& part) const {
    const Reply<xcb_get_image_reply_t> reply(xcb_get_image_reply(
        connection_,
        xcb_get_image(connection_, XCB_IMAGE_FORMAT_Z_PIXMAP, root_, static_cast<int16_t>(part.x()),
                      static_cast<int16_t>(part.y()), static_cast<uint16_t>(part.width()),
                      static_cast<uint16_t>(part.height()), ~0U),
        nullptr));
    if (!reply) return {};
    return QImage(xcb_get_image_data(reply.get()), part.width(), part.height(), 4 * part.width(),
                  QImage::Format_RGB32)
        .copy();
}

xcb_window_t XSession::focus() const {
    const Reply<xcb_get_input_focus_reply_t> reply(
        xcb_get_input_focus_reply(connection_, xcb_get_input_focus(connection_), nullptr));
    return reply ? reply->focus : 0;
}

bool XSession::keyboardIsFree() const {
    xcb_grab_server(connection_);  // nobody must find the keyboard held by this question
    const Reply<xcb_grab_keyboard_reply_t> reply(xcb_grab_keyboard_reply(
        connection_,
        xcb_grab_keyboard(connection_, 0, root_, XCB_CURRENT_TIME, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC),
        nullptr));
    const bool taken = reply && reply->status == XCB_GRAB_STATUS_SUCCESS;
    if (taken) xcb_ungrab_keyboard(connection_, XCB_CURRENT_TIME);
    xcb_ungrab_server(connection_);
    xcb_flush(connection_);
    return taken;
}

bool XSession::run(const QString& program, const QStringList& arguments) const {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0;
}

}  // namespace sightline::testing
