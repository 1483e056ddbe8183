// Global keys of an X11 session: passive grabs of the root window, on Qt's own connection.
#pragma once

#include <QAbstractNativeEventFilter>
#include <QTimer>
#include <cstdint>
#include <map>
#include <vector>

#include "app/capture/hotkey_backend.h"

struct xcb_connection_t;

namespace sightline {

// Which bits of a key event's state mean what, as the keyboard is set up now.
struct ModifierBits {
    std::uint16_t alt = 0;
    std::uint16_t super = 0;
    std::uint16_t num_lock = 0;
    std::uint16_t scroll_lock = 0;
};

// Each key is grabbed once for every combination of locks, because X compares the whole state. A grab that
// the server refuses becomes Conflict, and none of its combinations stays. When the keyboard's layout
// changes, the keys are looked up and grabbed anew.
class X11Hotkeys : public HotkeyBackend, private QAbstractNativeEventFilter {
    Q_OBJECT

  public:
    // Unsupported answers everything if Qt does not run on X11.
    X11Hotkeys();
    ~X11Hotkeys() override;

    void bind(const QString& id, const QKeySequence& sequence, const QString& description) override;
    void unbind(const QString& id) override;

  private:
    struct Grab {
        QKeySequence sequence;
        std::vector<std::uint8_t> codes;  // grabbed now; empty = none
        std::uint16_t modifiers = 0;
        HotkeyState state = HotkeyState::Unset;
        QString why;
    };

    bool nativeEventFilter(const QByteArray& type, void* message, qintptr* result) override;
    void readKeyboard();
    void keyboardChanged();
    std::vector<std::uint8_t> codesOf(std::uint32_t symbol) const;
    std::uint16_t bitsOf(Qt::KeyboardModifiers modifiers) const;
    std::vector<std::uint16_t> lockCombinations() const;
    bool grabCode(std::uint8_t code, std::uint16_t modifiers);
    void release(Grab& grab);
    void grabAndTell(const QString& id, Grab& grab);

    xcb_connection_t* connection_ = nullptr;  // Qt's; null = not on X11
    std::uint32_t root_ = 0;
    std::uint8_t xkb_event_ = 0;  // first event of the extension, 0 = there is none

    std::uint8_t first_code_ = 0;
    int symbols_per_code_ = 0;
    std::vector<std::uint32_t> symbols_;  // of first_code_, then of the next ...
    ModifierBits bits_;

    std::map<QString, Grab> grabs_;
    QTimer remap_;  // layouts change in bursts of events
    // The key that called last: when it was seen last, and whether that was going up.
    std::uint8_t held_code_ = 0;
    std::uint32_t held_time_ = 0;
    bool released_ = true;
};

}  // namespace sightline
