#include "app/capture/x11_screen.h"

#include <sys/ipc.h>
#include <sys/shm.h>
#include <xcb/randr.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "app/capture/x11_connection.h"

namespace sightline {

namespace {

QString nameOf(xcb_connection_t* connection, xcb_atom_t atom) {
    const XcbReply<xcb_get_atom_name_reply_t> reply(
        xcb_get_atom_name_reply(connection, xcb_get_atom_name(connection, atom), nullptr));
    if (!reply) return {};
    return QString::fromUtf8(xcb_get_atom_name_name(reply.get()), xcb_get_atom_name_name_length(reply.get()));
}

// Four bytes a pixel, blue first, as RGB32 is on this computer.
bool isPlain(xcb_connection_t* connection) {
    const xcb_setup_t* setup = xcb_get_setup(connection);
    const xcb_screen_t* screen = rootScreen(connection);
    if (setup->image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST || Q_BYTE_ORDER != Q_LITTLE_ENDIAN) return false;
    if (screen->root_depth != 24 && screen->root_depth != 32) return false;
    bool four_bytes = false;
    for (auto format = xcb_setup_pixmap_formats_iterator(setup); format.rem > 0; xcb_format_next(&format))
        four_bytes =
            four_bytes || (format.data->depth == screen->root_depth && format.data->bits_per_pixel == 32);
    for (auto depth = xcb_screen_allowed_depths_iterator(screen); depth.rem > 0; xcb_depth_next(&depth))
        for (auto visual = xcb_depth_visuals_iterator(depth.data); visual.rem > 0;
             xcb_visualtype_next(&visual))
            if (visual.data->visual_id == screen->root_visual)
                return four_bytes && visual.data->red_mask == 0xff0000 && visual.data->green_mask == 0xff00 &&
                       visual.data->blue_mask == 0xff;
    return false;
}

// Memory that the server and we have in common.
class Segment {
  public:
    Segment(xcb_connection_t* connection, std::size_t bytes) : connection_(connection), bytes_(bytes) {
        const int memory = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
        if (memory == -1) return;
        void* data = shmat(memory, nullptr, 0);
        if (data != reinterpret_cast<void*>(-1)) {
            data_ = data;
            id_ = xcb_generate_id(connection);
            const XcbReply<xcb_generic_error_t> refused(xcb_request_check(
                connection, xcb_shm_attach_checked(connection, id_, static_cast<std::uint32_t>(memory), 0)));
            attached_ = !refused;
        }
        // Both have it now, or nobody needs it: it goes when the last of them lets go, even by a crash.
        shmctl(memory, IPC_RMID, nullptr);
    }
    ~Segment() {
        // Qt's connection ends with the application, and the server's part with it.
        if (attached_ && qtConnection() == connection_) {
            xcb_shm_detach(connection_, id_);
            xcb_flush(connection_);
        }
        if (data_ != nullptr) shmdt(data_);
    }
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;

    bool attached() const { return attached_; }
    xcb_shm_seg_t id() const { return id_; }
    QRgb* pixels() const { return static_cast<QRgb*>(data_); }
    std::size_t bytes() const { return bytes_; }

  private:
    xcb_connection_t* connection_;
    std::size_t bytes_;
    void* data_ = nullptr;
    xcb_shm_seg_t id_ = 0;
    bool attached_ = false;
};

// One that no picture uses any more, or a new one. They are kept, one for each screen: to get so much memory
// from the system again takes longer than to fill it. Null if there can be none.
std::shared_ptr<Segment> segmentFor(xcb_connection_t* connection, const QSize& size) {
    static std::vector<std::shared_ptr<Segment>> kept;
    const std::size_t bytes =
        4 * static_cast<std::size_t>(size.width()) * static_cast<std::size_t>(size.height());
    const auto usable =
        std::find_if(kept.begin(), kept.end(), [bytes](const std::shared_ptr<Segment>& segment) {
            return segment.use_count() == 1 && segment->bytes() == bytes;
        });
    if (usable != kept.end()) return *usable;
    auto segment = std::make_shared<Segment>(connection, bytes);
    if (!segment->attached()) return nullptr;
    kept.push_back(segment);
    constexpr std::size_t most = 4;
    if (kept.size() > most) kept.erase(kept.begin());  // a picture that uses it keeps it
    return segment;
}

}  // namespace

QHash<QString, QRect> x11Monitors() {
    xcb_connection_t* connection = qtConnection();
    if (connection == nullptr) return {};
    const xcb_query_extension_reply_t* extension = xcb_get_extension_data(connection, &xcb_randr_id);
    if (extension == nullptr || !extension->present) return {};
    const XcbReply<xcb_randr_get_monitors_reply_t> reply(xcb_randr_get_monitors_reply(
        connection, xcb_randr_get_monitors(connection, rootScreen(connection)->root, 1), nullptr));
    if (!reply) return {};
    QHash<QString, QRect> monitors;
    for (auto at = xcb_randr_get_monitors_monitors_iterator(reply.get()); at.rem > 0;
         xcb_randr_monitor_info_next(&at))
        monitors.insert(nameOf(connection, at.data->name),
                        QRect(at.data->x, at.data->y, at.data->width, at.data->height));
    return monitors;
}

QImage readX11(const QRect& part) {
    xcb_connection_t* connection = qtConnection();
    if (connection == nullptr || part.isEmpty()) return {};
    const xcb_query_extension_reply_t* extension = xcb_get_extension_data(connection, &xcb_shm_id);
    if (extension == nullptr || !extension->present || !isPlain(connection)) return {};

    const std::shared_ptr<Segment> segment = segmentFor(connection, part.size());
    if (segment == nullptr) return {};
    const XcbReply<xcb_shm_get_image_reply_t> reply(xcb_shm_get_image_reply(
        connection,
        xcb_shm_get_image(connection, rootScreen(connection)->root, static_cast<std::int16_t>(part.x()),
                          static_cast<std::int16_t>(part.y()), static_cast<std::uint16_t>(part.width()),
                          static_cast<std::uint16_t>(part.height()), ~0U, XCB_IMAGE_FORMAT_Z_PIXMAP,
                          segment->id(), 0),
        nullptr));
    if (!reply) return {};
    for (QRgb *pixel = segment->pixels(), *end = pixel + segment->bytes() / 4; pixel != end; ++pixel)
        *pixel |= 0xff000000;  // what X leaves open, RGB32 wants
    auto* owner = new std::shared_ptr<Segment>(segment);
    return QImage(
        reinterpret_cast<uchar*>(segment->pixels()), part.width(), part.height(), 4 * part.width(),
        QImage::Format_RGB32, [](void* kept) { delete static_cast<std::shared_ptr<Segment>*>(kept); }, owner);
}

}  // namespace sightline
