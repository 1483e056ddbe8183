#include "tests/ui/capture/x_session.h"

#include <QElapsedTimer>
#include <QStandardPaths>
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

bool XSession::start(const QByteArray& left_scale, const QByteArray& right_scale) {
    for (const char* program : {"Xvfb", "xdotool", "xrandr", "setxkbmap"})
        if (QStandardPaths::findExecutable(QLatin1String(program)).isEmpty()) return false;
    const QString screen = QStringLiteral("%1x%2x24").arg(width).arg(height);
    // -noreset: see window_smoke_test.
    server_.start(QStringLiteral("Xvfb"),
                  {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-noreset"),
                   QStringLiteral("-screen"), QStringLiteral("0"), screen, QStringLiteral("-nolisten"),
                   QStringLiteral("tcp")});
    while (!server_.canReadLine())
        if (!server_.waitForReadyRead(60'000)) return false;
    qputenv("DISPLAY", ":" + server_.readLine().trimmed());
    qunsetenv("WAYLAND_DISPLAY");
    qputenv("XDG_SESSION_TYPE", "x11");
    qputenv("QT_QPA_PLATFORM", "xcb");
    qputenv("QT_QUICK_BACKEND", "software");
    qputenv("QT_SCREEN_SCALE_FACTORS", "LEFT=" + left_scale + ";RIGHT=" + right_scale);
    connection_ = xcb_connect(nullptr, nullptr);
    if (xcb_connection_has_error(connection_)) return false;
    root_ = xcb_setup_roots_iterator(xcb_get_setup(connection_)).data->root;
    setMonitors({QStringLiteral("LEFT"), QStringLiteral("RIGHT")});
    paintDesktop();
    return true;
}

XSession::~XSession() {
    if (connection_ != nullptr) xcb_disconnect(connection_);
    server_.kill();
    server_.waitForFinished();
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

void XSession::paintDesktop() {
    const QImage picture = coded(QRect(0, 0, width, height));
    const xcb_pixmap_t pixmap = xcb_generate_id(connection_);
    xcb_create_pixmap(connection_, 24, pixmap, root_, width, height);
    const xcb_gcontext_t context = xcb_generate_id(connection_);
    xcb_create_gc(connection_, context, pixmap, 0, nullptr);
    constexpr int rows = 20;  // a request has its limit
    for (int y = 0; y < height; y += rows)
        xcb_put_image(connection_, XCB_IMAGE_FORMAT_Z_PIXMAP, pixmap, context, width, rows, 0,
                      static_cast<int16_t>(y), 0, 24, static_cast<uint32_t>(4 * width * rows),
                      picture.constScanLine(y));
    const uint32_t background = pixmap;
    xcb_change_window_attributes(connection_, root_, XCB_CW_BACK_PIXMAP, &background);
    xcb_clear_area(connection_, 0, root_, 0, 0, width, height);
    xcb_free_gc(connection_, context);
    xcb_free_pixmap(connection_, pixmap);
    Reply<xcb_get_input_focus_reply_t>(
        xcb_get_input_focus_reply(connection_, xcb_get_input_focus(connection_), nullptr));
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
    const Reply<xcb_grab_keyboard_reply_t> reply(xcb_grab_keyboard_reply(
        connection_,
        xcb_grab_keyboard(connection_, 0, root_, XCB_CURRENT_TIME, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC),
        nullptr));
    const bool taken = reply && reply->status == XCB_GRAB_STATUS_SUCCESS;
    if (taken) xcb_ungrab_keyboard(connection_, XCB_CURRENT_TIME);
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
