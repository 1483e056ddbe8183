#include <xcb/xcb.h>

#include <QByteArray>
#include <QMargins>
#include <algorithm>
#include <vector>

#include "app/capture/window_list.h"
#include "app/capture/x11_connection.h"

namespace sightline {

namespace {

constexpr std::uint32_t most_windows = 4'096;
constexpr std::uint32_t every_desktop = 0xffffffff;

// Asks about all windows at once and reads the answers afterwards: one way to the server for each kind.
class Windows {
  public:
    explicit Windows(xcb_connection_t* connection)
        : connection_(connection), root_(rootScreen(connection)->root) {
        stacking_ = atom("_NET_CLIENT_LIST_STACKING");
        state_ = atom("_NET_WM_STATE");
        hidden_ = atom("_NET_WM_STATE_HIDDEN");
        desktop_ = atom("_NET_WM_DESKTOP");
        current_ = atom("_NET_CURRENT_DESKTOP");
        frame_ = atom("_NET_FRAME_EXTENTS");
        shadow_ = atom("_GTK_FRAME_EXTENTS");
    }

    QList<QRect> rectangles() {
        std::vector<xcb_window_t> windows = numbers(property(root_, stacking_, XCB_ATOM_WINDOW));
        if (windows.empty()) windows = children();  // no window manager
        std::reverse(windows.begin(), windows.end());
        const std::vector<std::uint32_t> current = numbers(property(root_, current_, XCB_ATOM_CARDINAL));

        std::vector<Asked> asked;
        for (const xcb_window_t window : windows)
            asked.push_back(
                {xcb_get_window_attributes(connection_, window), xcb_get_geometry(connection_, window),
                 xcb_translate_coordinates(connection_, window, root_, 0, 0),
                 property(window, state_, XCB_ATOM_ATOM), property(window, desktop_, XCB_ATOM_CARDINAL),
                 property(window, frame_, XCB_ATOM_CARDINAL), property(window, shadow_, XCB_ATOM_CARDINAL)});
        QList<QRect> found;
        for (const Asked& window : asked) {
            const QRect rectangle = answer(window, current);
            if (!rectangle.isEmpty()) found << rectangle;
        }
        return found;
    }

  private:
    struct Asked {
        xcb_get_window_attributes_cookie_t attributes;
        xcb_get_geometry_cookie_t geometry;
        xcb_translate_coordinates_cookie_t place;
        xcb_get_property_cookie_t state, desktop, frame, shadow;
    };

    xcb_atom_t atom(const char* name) {
        const XcbReply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(
            connection_, xcb_intern_atom(connection_, 1, static_cast<std::uint16_t>(qstrlen(name)), name),
            nullptr));
        return reply ? reply->atom : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
    }

    xcb_get_property_cookie_t property(xcb_window_t window, xcb_atom_t name, xcb_atom_t type) {
        return xcb_get_property(connection_, 0, window, name, type, 0, most_windows);
    }

    std::vector<std::uint32_t> numbers(xcb_get_property_cookie_t asked) {
        const XcbReply<xcb_get_property_reply_t> reply(xcb_get_property_reply(connection_, asked, nullptr));
        if (!reply || reply->format != 32) return {};
        const auto* values = static_cast<const std::uint32_t*>(xcb_get_property_value(reply.get()));
        return {values, values + xcb_get_property_value_length(reply.get()) / 4};
    }

    std::vector<xcb_window_t> children() {
        const XcbReply<xcb_query_tree_reply_t> reply(
            xcb_query_tree_reply(connection_, xcb_query_tree(connection_, root_), nullptr));
        if (!reply) return {};
        const xcb_window_t* windows = xcb_query_tree_children(reply.get());
        return {windows, windows + std::min(xcb_query_tree_children_length(reply.get()), int(most_windows))};
    }

    // Reads all answers, whatever the first of them says: a cookie that nobody asks for stays in the
    // connection.
    QRect answer(const Asked& window, const std::vector<std::uint32_t>& current) {
        const XcbReply<xcb_get_window_attributes_reply_t> attributes(
            xcb_get_window_attributes_reply(connection_, window.attributes, nullptr));
        const XcbReply<xcb_get_geometry_reply_t> geometry(
            xcb_get_geometry_reply(connection_, window.geometry, nullptr));
        const XcbReply<xcb_translate_coordinates_reply_t> place(
            xcb_translate_coordinates_reply(connection_, window.place, nullptr));
        const std::vector<std::uint32_t> state = numbers(window.state);
        const std::vector<std::uint32_t> desktop = numbers(window.desktop);
        const std::vector<std::uint32_t> frame = numbers(window.frame);
        const std::vector<std::uint32_t> shadow = numbers(window.shadow);
        if (!attributes || !geometry || !place) return {};  // closed meanwhile
        if (attributes->map_state != XCB_MAP_STATE_VIEWABLE ||
            attributes->_class == XCB_WINDOW_CLASS_INPUT_ONLY)
            return {};
        if (hidden_ != 0 && std::find(state.begin(), state.end(), hidden_) != state.end()) return {};
        if (desktop.size() == 1 && current.size() == 1 && desktop[0] != every_desktop &&
            desktop[0] != current[0])
            return {};
        // The place is that of the content, without the border of the window itself.
        QRect rectangle(place->dst_x, place->dst_y, geometry->width, geometry->height);
        const auto margins = [](const std::vector<std::uint32_t>& sides) {  // left, right, top, bottom
            if (sides.size() != 4) return QMargins();
            const auto side = [&](int i) {
                return static_cast<int>(std::min<std::uint32_t>(sides[i], 1'000));
            };
            return QMargins(side(0), side(2), side(1), side(3));
        };
        return rectangle.marginsAdded(margins(frame)).marginsRemoved(margins(shadow));
    }

    xcb_connection_t* connection_;
    xcb_window_t root_;
    xcb_atom_t stacking_ = 0, state_ = 0, hidden_ = 0, desktop_ = 0, current_ = 0, frame_ = 0, shadow_ = 0;
};

}  // namespace

QList<QRect> windowRectangles() {
    xcb_connection_t* connection = qtConnection();
    if (connection == nullptr) return {};
    return Windows(connection).rectangles();
}

}  // namespace sightline
