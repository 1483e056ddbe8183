#include "app/capture/hotkey_x11.h"

#include <xcb/xcb.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#include <algorithm>
#include <utility>

#include "app/capture/key_names.h"
#include "app/capture/x11_connection.h"

namespace sightline {

namespace {

// A key that is held sends presses again, with a release of the same time before each or without. The longest
// pause before the first of them that desktops offer is two seconds.
constexpr std::uint32_t repeat_ms = 2'500;
constexpr std::uint32_t same_time_ms = 2;

// Of the extension XKEYBOARD; its own header is not needed for two numbers.
constexpr std::uint8_t xkb_new_keyboard = 0;
constexpr std::uint8_t xkb_map = 1;

}  // namespace

X11Hotkeys::X11Hotkeys() {
    connection_ = qtConnection();
    if (connection_ == nullptr) return;
    root_ = rootScreen(connection_)->root;
    static constexpr char xkb_name[] = "XKEYBOARD";
    const XcbReply<xcb_query_extension_reply_t> xkb(xcb_query_extension_reply(
        connection_, xcb_query_extension(connection_, sizeof xkb_name - 1, xkb_name), nullptr));
    if (xkb && xkb->present) xkb_event_ = xkb->first_event;
    readKeyboard();
    remap_.setSingleShot(true);
    remap_.setInterval(0);
    connect(&remap_, &QTimer::timeout, this, &X11Hotkeys::keyboardChanged);
    QCoreApplication::instance()->installNativeEventFilter(this);
}

X11Hotkeys::~X11Hotkeys() {
    if (connection_ == nullptr || QCoreApplication::instance() == nullptr) return;
    QCoreApplication::instance()->removeNativeEventFilter(this);
    for (auto& [id, grab] : grabs_)
        release(grab);
    xcb_flush(connection_);
}

void X11Hotkeys::bind(const QString& id, const QKeySequence& sequence, const QString& description) {
    Q_UNUSED(description);
    if (connection_ == nullptr) {
        Q_EMIT stateChanged(id, HotkeyState::Unsupported, noKeysHere());
        return;
    }
    Grab& grab = grabs_[id];
    release(grab);
    grab = {};
    grab.sequence = sequence;
    grabAndTell(id, grab);
}

void X11Hotkeys::unbind(const QString& id) {
    const auto found = grabs_.find(id);
    if (found == grabs_.end()) return;
    release(found->second);
    xcb_flush(connection_);
    grabs_.erase(found);
}

void X11Hotkeys::readKeyboard() {
    const xcb_setup_t* setup = xcb_get_setup(connection_);
    first_code_ = setup->min_keycode;
    const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
    const auto symbols_asked = xcb_get_keyboard_mapping(connection_, first_code_, count);
    const auto modifiers_asked = xcb_get_modifier_mapping(connection_);
    symbols_.clear();
    symbols_per_code_ = 0;
    bits_ = {};
    if (const XcbReply<xcb_get_keyboard_mapping_reply_t> reply(
            xcb_get_keyboard_mapping_reply(connection_, symbols_asked, nullptr));
        reply) {
        const xcb_keysym_t* symbols = xcb_get_keyboard_mapping_keysyms(reply.get());
        symbols_.assign(symbols, symbols + xcb_get_keyboard_mapping_keysyms_length(reply.get()));
        symbols_per_code_ = reply->keysyms_per_keycode;
    }
    if (const XcbReply<xcb_get_modifier_mapping_reply_t> reply(
            xcb_get_modifier_mapping_reply(connection_, modifiers_asked, nullptr));
        reply) {
        const xcb_keycode_t* codes = xcb_get_modifier_mapping_keycodes(reply.get());
        const auto has = [&](int row, std::initializer_list<std::uint32_t> wanted) {
            return std::any_of(wanted.begin(), wanted.end(), [&](std::uint32_t symbol) {
                const std::vector<std::uint8_t> keys = codesOf(symbol);
                const xcb_keycode_t* begin = codes + row * reply->keycodes_per_modifier;
                return std::any_of(begin, begin + reply->keycodes_per_modifier, [&](xcb_keycode_t code) {
                    return code != 0 && std::find(keys.begin(), keys.end(), code) != keys.end();
                });
            });
        };
        for (int row = 3; row < 8; ++row) {  // Mod1 to Mod5
            const auto bit = static_cast<std::uint16_t>(1 << row);
            if (has(row, {XKB_KEY_Alt_L, XKB_KEY_Alt_R})) bits_.alt |= bit;
            if (has(row, {XKB_KEY_Super_L, XKB_KEY_Super_R})) bits_.super |= bit;
            if (has(row, {XKB_KEY_Num_Lock})) bits_.num_lock |= bit;
            if (has(row, {XKB_KEY_Scroll_Lock})) bits_.scroll_lock |= bit;
        }
    }
    if (bits_.alt == 0) bits_.alt = XCB_MOD_MASK_1;
    if (bits_.super == 0) bits_.super = XCB_MOD_MASK_4;
}

// Never 0, which the server takes for "any key". First the keys that make the symbol by themselves, in any
// layout; those that make it with Shift only where there is no other.
std::vector<std::uint8_t> X11Hotkeys::codesOf(std::uint32_t symbol) const {
    std::vector<std::uint8_t> plain;
    std::vector<std::uint8_t> shifted;
    if (symbol == 0 || symbols_per_code_ == 0) return plain;
    for (std::size_t at = 0; at < symbols_.size(); ++at) {
        if (symbols_[at] != symbol) continue;
        const auto column = static_cast<int>(at % static_cast<std::size_t>(symbols_per_code_));
        const auto code =
            static_cast<std::uint8_t>(first_code_ + at / static_cast<std::size_t>(symbols_per_code_));
        std::vector<std::uint8_t>& codes = column == 0 || column == 2 ? plain : shifted;
        if (code != 0 && (codes.empty() || codes.back() != code)) codes.push_back(code);
    }
    return plain.empty() ? shifted : plain;
}

std::uint16_t X11Hotkeys::bitsOf(Qt::KeyboardModifiers modifiers) const {
    std::uint16_t bits = 0;
    if (modifiers.testFlag(Qt::ShiftModifier)) bits |= XCB_MOD_MASK_SHIFT;
    if (modifiers.testFlag(Qt::ControlModifier)) bits |= XCB_MOD_MASK_CONTROL;
    if (modifiers.testFlag(Qt::AltModifier)) bits |= bits_.alt;
    if (modifiers.testFlag(Qt::MetaModifier)) bits |= bits_.super;
    return bits;
}

std::vector<std::uint16_t> X11Hotkeys::lockCombinations() const {
    std::vector<std::uint16_t> all{0};
    for (const std::uint16_t lock :
         {static_cast<std::uint16_t>(XCB_MOD_MASK_LOCK), bits_.num_lock, bits_.scroll_lock}) {
        if (lock == 0) continue;
        const std::size_t without = all.size();
        for (std::size_t i = 0; i < without; ++i)
            if (const auto with = static_cast<std::uint16_t>(all[i] | lock); with != all[i])
                all.push_back(with);
    }
    return all;
}

bool X11Hotkeys::grabCode(std::uint8_t code, std::uint16_t modifiers) {
    std::vector<xcb_void_cookie_t> asked;
    for (const std::uint16_t locks : lockCombinations())
        asked.push_back(xcb_grab_key_checked(connection_, 1, root_,
                                             static_cast<std::uint16_t>(modifiers | locks), code,
                                             XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC));
    bool granted = true;
    for (const xcb_void_cookie_t cookie : asked)
        if (const XcbReply<xcb_generic_error_t> refused(xcb_request_check(connection_, cookie)); refused)
            granted = false;
    return granted;
}

void X11Hotkeys::release(Grab& grab) {
    for (const std::uint8_t code : std::exchange(grab.codes, {}))
        for (const std::uint16_t locks : lockCombinations())
            xcb_ungrab_key(connection_, code, root_, static_cast<std::uint16_t>(grab.modifiers | locks));
}

void X11Hotkeys::grabAndTell(const QString& id, Grab& grab) {
    const auto before = std::pair(grab.state, grab.why);
    grab.modifiers = bitsOf(modifiersOf(grab.sequence));
    grab.codes = codesOf(keySymbol(keyOf(grab.sequence)));
    grab.why.clear();
    if (grab.codes.empty()) {
        grab.state = HotkeyState::Conflict;
        grab.why = noSuchKey(grab.sequence);
    } else if (std::all_of(grab.codes.begin(), grab.codes.end(),
                           [&](std::uint8_t code) { return grabCode(code, grab.modifiers); })) {
        grab.state = HotkeyState::Bound;
    } else {
        release(grab);
        grab.state = HotkeyState::Conflict;
        grab.why = heldByAnother(grab.sequence);
    }
    xcb_flush(connection_);
    if (before != std::pair(grab.state, grab.why)) Q_EMIT stateChanged(id, grab.state, grab.why);
}

void X11Hotkeys::keyboardChanged() {
    for (auto& [id, grab] : grabs_)
        release(grab);  // by the old locks
    readKeyboard();
    for (auto& [id, grab] : grabs_)
        grabAndTell(id, grab);
}

bool X11Hotkeys::nativeEventFilter(const QByteArray& type, void* message, qintptr* result) {
    Q_UNUSED(result);
    if (type != "xcb_generic_event_t") return false;
    const auto* event = static_cast<const xcb_generic_event_t*>(message);
    const std::uint8_t kind = event->response_type & 0x7f;
    if (kind == XCB_MAPPING_NOTIFY) {
        if (reinterpret_cast<const xcb_mapping_notify_event_t*>(event)->request != XCB_MAPPING_POINTER)
            remap_.start();
    } else if (xkb_event_ != 0 && kind == xkb_event_) {
        // A program that uses XKEYBOARD, as Qt does, gets its events instead of the one above.
        if (event->pad0 == xkb_new_keyboard || event->pad0 == xkb_map) remap_.start();
    } else if (kind == XCB_KEY_RELEASE) {
        const auto* up = reinterpret_cast<const xcb_key_release_event_t*>(event);
        if (up->detail == held_code_) {
            released_ = true;
            held_time_ = up->time;
        }
    } else if (kind == XCB_KEY_PRESS) {
        const auto* press = reinterpret_cast<const xcb_key_press_event_t*>(event);
        const auto meant = static_cast<std::uint16_t>(
            press->state & (XCB_MOD_MASK_SHIFT | XCB_MOD_MASK_CONTROL | bits_.alt | bits_.super));
        for (const auto& [id, grab] : grabs_) {
            if (meant != grab.modifiers ||
                std::find(grab.codes.begin(), grab.codes.end(), press->detail) == grab.codes.end())
                continue;
            const bool again = held_code_ == press->detail &&
                               press->time - held_time_ <= (released_ ? same_time_ms : repeat_ms);
            held_code_ = press->detail;
            held_time_ = press->time;
            released_ = false;
            // Not at once: Qt is to take this event's time first, so that what is shown may have the
            // keyboard.
            if (!again)
                QMetaObject::invokeMethod(
                    this, [this, id = id] { Q_EMIT activated(id, QString()); }, Qt::QueuedConnection);
            break;
        }
    }
    return false;
}

}  // namespace sightline
