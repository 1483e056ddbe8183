// Another program of the desktop: it owns the clipboard, or drags something to a point of the screen and
// drops it there (XDND 5), as a file manager or a browser does.
//
//   x_data_source own TYPE=FILE...
//   x_data_source drag X Y TYPE=FILE...
//
// FILE holds the bytes of that type. Says what happens, a line each: "owns", "accepts" or "refuses" (the
// window under the pointer, before the drop), "gave TYPE", "finished 1". Goes on giving until its standard
// input ends; exit code 0 then, 1 if there is no X server or nobody takes drops at that point.
#include <poll.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// More than that goes in pieces (INCR), as other programs do with a picture.
constexpr std::size_t most_at_once = 256 * 1024;
constexpr std::size_t piece = 64 * 1024;
constexpr std::uint8_t xdnd_version = 5;

template <typename Reply>
std::unique_ptr<Reply, decltype(&std::free)> owned(Reply* reply) {
    return {reply, &std::free};
}

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

struct Offer {
    std::string type;
    xcb_atom_t atom = XCB_NONE;
    std::string bytes;
};

// What is on its way to a window in pieces.
struct Transfer {
    const Offer* offer = nullptr;
    std::size_t sent = 0;
};

class Source {
  public:
    Source(int count, char** words) : connection_(xcb_connect(nullptr, nullptr)) {
        if (xcb_connection_has_error(connection_)) throw std::runtime_error("there is no X server");
        screen_ = xcb_setup_roots_iterator(xcb_get_setup(connection_)).data;
        window_ = xcb_generate_id(connection_);
        const std::uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
        xcb_create_window(connection_, XCB_COPY_FROM_PARENT, window_, screen_->root, 0, 0, 1, 1, 0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT, screen_->root_visual, XCB_CW_EVENT_MASK, &events);
        for (int i = 0; i < count; ++i) {
            const std::string word = words[i];
            const std::size_t equals = word.find('=');
            if (equals == std::string::npos) throw std::runtime_error("TYPE=FILE was expected");
            std::ifstream file(word.substr(equals + 1), std::ios::binary);
            if (!file) throw std::runtime_error("cannot read " + word.substr(equals + 1));
            const std::string type = word.substr(0, equals);
            offers_.push_back(
                {type, atom(type), {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}});
        }
        time_ = now();
    }
    ~Source() { xcb_disconnect(connection_); }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    void own(const char* selection) {
        xcb_set_selection_owner(connection_, window_, atom(selection), time_);
        const auto answer = owned(xcb_get_selection_owner_reply(
            connection_, xcb_get_selection_owner(connection_, atom(selection)), nullptr));
        if (!answer || answer->owner != window_) throw std::runtime_error("the selection has another owner");
    }

    void drag(std::int16_t x, std::int16_t y) {
        own("XdndSelection");
        xcb_warp_pointer(connection_, XCB_NONE, screen_->root, 0, 0, 0, 0, x, y);
        target_ = windowAt(x, y);
        if (target_ == XCB_NONE) throw std::runtime_error("nobody takes drops at that point");
        std::vector<xcb_atom_t> types;
        for (const Offer& offer : offers_)
            types.push_back(offer.atom);
        xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, window_, atom("XdndTypeList"), XCB_ATOM_ATOM,
                            32, static_cast<std::uint32_t>(types.size()), types.data());
        const bool more = types.size() > 3;
        types.resize(3, XCB_NONE);
        send("XdndEnter",
             {std::uint32_t{xdnd_version} << 24 | (more ? 1U : 0U), types[0], types[1], types[2]});
        // Over the edge of what is there and on: a drag is a movement.
        moves_ = {{static_cast<std::int16_t>(x - 2), y}, {x, y}};
        move();
    }

    // Until the standard input ends.
    void serve() {
        pollfd files[] = {{xcb_get_file_descriptor(connection_), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        while (true) {
            while (const auto event = owned(xcb_poll_for_event(connection_)))
                handle(*event);
            if (xcb_connection_has_error(connection_)) throw std::runtime_error("the X server is gone");
            xcb_flush(connection_);
            if (::poll(files, 2, -1) < 0) continue;
            char ignored[64];
            if (files[1].revents != 0 && ::read(STDIN_FILENO, ignored, sizeof ignored) <= 0) return;
        }
    }

  private:
    xcb_atom_t atom(const std::string& name) {
        const auto reply = owned(xcb_intern_atom_reply(
            connection_,
            xcb_intern_atom(connection_, 0, static_cast<std::uint16_t>(name.size()), name.data()), nullptr));
        return reply ? reply->atom : XCB_NONE;
    }

    // The server's time, which selections want: it comes with the change of a property.
    xcb_timestamp_t now() {
        xcb_change_property(connection_, XCB_PROP_MODE_APPEND, window_, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, 8,
                            0, nullptr);
        xcb_flush(connection_);
        while (const auto event = owned(xcb_wait_for_event(connection_))) {
            if ((event->response_type & 0x7FU) == XCB_PROPERTY_NOTIFY)
                return reinterpret_cast<const xcb_property_notify_event_t*>(event.get())->time;
        }
        throw std::runtime_error("the X server is gone");
    }

    // The innermost window at this point that says it takes drops.
    xcb_window_t windowAt(std::int16_t x, std::int16_t y) {
        xcb_window_t window = screen_->root;
        xcb_window_t found = XCB_NONE;
        while (window != XCB_NONE) {
            const auto aware = owned(xcb_get_property_reply(
                connection_, xcb_get_property(connection_, 0, window, atom("XdndAware"), XCB_ATOM_ATOM, 0, 1),
                nullptr));
            if (aware && xcb_get_property_value_length(aware.get()) > 0) found = window;
            const auto inside = owned(xcb_translate_coordinates_reply(
                connection_, xcb_translate_coordinates(connection_, screen_->root, window, x, y), nullptr));
            window = inside ? inside->child : XCB_NONE;
        }
        return found;
    }

    void send(const char* type, std::vector<std::uint32_t> data) {
        xcb_client_message_event_t event{};
        event.response_type = XCB_CLIENT_MESSAGE;
        event.format = 32;
        event.window = target_;
        event.type = atom(type);
        event.data.data32[0] = window_;
        data.resize(4, 0);
        std::copy(data.begin(), data.end(), event.data.data32 + 1);
        xcb_send_event(connection_, 0, target_, XCB_EVENT_MASK_NO_EVENT,
                       reinterpret_cast<const char*>(&event));
        xcb_flush(connection_);
    }

    void move() {
        const auto [x, y] = moves_.front();
        moves_.erase(moves_.begin());
        send("XdndPosition", {0, static_cast<std::uint32_t>(x) << 16 | static_cast<std::uint16_t>(y), time_,
                              atom("XdndActionCopy")});
    }

    void handle(const xcb_generic_event_t& event) {
        switch (event.response_type & 0x7FU) {
            case XCB_CLIENT_MESSAGE:
                return message(reinterpret_cast<const xcb_client_message_event_t&>(event));
            case XCB_SELECTION_REQUEST:
                return give(reinterpret_cast<const xcb_selection_request_event_t&>(event));
            case XCB_PROPERTY_NOTIFY: {
                const auto& change = reinterpret_cast<const xcb_property_notify_event_t&>(event);
                if (change.state == XCB_PROPERTY_DELETE) goOn(change.window, change.atom);
                return;
            }
            default:
                return;
        }
    }

    void message(const xcb_client_message_event_t& event) {
        if (event.type == atom("XdndStatus")) {
            if (dropped_) return;
            if (!moves_.empty()) return move();
            const bool accepts = (event.data.data32[1] & 1U) != 0;
            dropped_ = true;
            say(accepts ? "accepts" : "refuses");
            send(accepts ? "XdndDrop" : "XdndLeave", {0, accepts ? time_ : 0});
        } else if (event.type == atom("XdndFinished")) {
            say((event.data.data32[1] & 1U) != 0 ? "finished 1" : "finished 0");
        }
    }

    void give(const xcb_selection_request_event_t& request) {
        xcb_atom_t property = request.property == XCB_NONE ? request.target : request.property;
        const auto offer = std::find_if(offers_.begin(), offers_.end(),
                                        [&](const Offer& each) { return each.atom == request.target; });
        if (request.target == atom("TARGETS")) {
            std::vector<xcb_atom_t> types{request.target};
            for (const Offer& each : offers_)
                types.push_back(each.atom);
            xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, request.requestor, property,
                                XCB_ATOM_ATOM, 32, static_cast<std::uint32_t>(types.size()), types.data());
        } else if (offer == offers_.end()) {
            property = XCB_NONE;
        } else if (offer->bytes.size() <= most_at_once) {
            xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, request.requestor, property, offer->atom,
                                8, static_cast<std::uint32_t>(offer->bytes.size()), offer->bytes.data());
            say("gave " + offer->type);
        } else {
            const std::uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
            xcb_change_window_attributes(connection_, request.requestor, XCB_CW_EVENT_MASK, &events);
            const auto size = static_cast<std::uint32_t>(offer->bytes.size());
            xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, request.requestor, property, atom("INCR"),
                                32, 1, &size);
            transfers_[{request.requestor, property}] = {&*offer, 0};
        }
        xcb_selection_notify_event_t notice{};
        notice.response_type = XCB_SELECTION_NOTIFY;
        notice.requestor = request.requestor;
        notice.selection = request.selection;
        notice.target = request.target;
        notice.property = property;
        notice.time = request.time;
        xcb_send_event(connection_, 0, request.requestor, XCB_EVENT_MASK_NO_EVENT,
                       reinterpret_cast<const char*>(&notice));
    }

    // The other side has taken a piece. An empty one is the end.
    void goOn(xcb_window_t window, xcb_atom_t property) {
        const auto found = transfers_.find({window, property});
        if (found == transfers_.end()) return;
        Transfer& transfer = found->second;
        const std::string& bytes = transfer.offer->bytes;
        const std::size_t count = std::min(piece, bytes.size() - transfer.sent);
        xcb_change_property(connection_, XCB_PROP_MODE_REPLACE, window, property, transfer.offer->atom, 8,
                            static_cast<std::uint32_t>(count), bytes.data() + transfer.sent);
        transfer.sent += count;
        if (count > 0) return;
        say("gave " + transfer.offer->type);
        transfers_.erase(found);
    }

    xcb_connection_t* connection_;
    xcb_screen_t* screen_ = nullptr;
    xcb_window_t window_ = XCB_NONE;
    xcb_window_t target_ = XCB_NONE;
    xcb_timestamp_t time_ = XCB_CURRENT_TIME;
    std::vector<Offer> offers_;
    std::vector<std::pair<std::int16_t, std::int16_t>> moves_;
    std::map<std::pair<xcb_window_t, xcb_atom_t>, Transfer> transfers_;
    bool dropped_ = false;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc >= 3 && std::strcmp(argv[1], "own") == 0) {
            Source source(argc - 2, argv + 2);
            source.own("CLIPBOARD");
            say("owns");
            source.serve();
            return 0;
        }
        if (argc >= 5 && std::strcmp(argv[1], "drag") == 0) {
            Source source(argc - 4, argv + 4);
            source.drag(static_cast<std::int16_t>(std::atoi(argv[2])),
                        static_cast<std::int16_t>(std::atoi(argv[3])));
            source.serve();
            return 0;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "x_data_source: %s\n", error.what());
        return 1;
    }
    return 2;
}
