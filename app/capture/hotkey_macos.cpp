// Global keys of macOS: Carbon's RegisterEventHotKey, which needs no permission.
#include <Carbon/Carbon.h>

#include <QCoreApplication>
#include <map>

#include "app/capture/hotkey_backend.h"
#include "app/capture/key_names.h"

namespace sightline {

namespace {

constexpr OSType signature = 'Sght';

// Carbon names keys by their place on an American keyboard.
int placeOf(Qt::Key key) {
    static const std::map<int, int> places{
        {Qt::Key_A, kVK_ANSI_A},
        {Qt::Key_B, kVK_ANSI_B},
        {Qt::Key_C, kVK_ANSI_C},
        {Qt::Key_D, kVK_ANSI_D},
        {Qt::Key_E, kVK_ANSI_E},
        {Qt::Key_F, kVK_ANSI_F},
        {Qt::Key_G, kVK_ANSI_G},
        {Qt::Key_H, kVK_ANSI_H},
        {Qt::Key_I, kVK_ANSI_I},
        {Qt::Key_J, kVK_ANSI_J},
        {Qt::Key_K, kVK_ANSI_K},
        {Qt::Key_L, kVK_ANSI_L},
        {Qt::Key_M, kVK_ANSI_M},
        {Qt::Key_N, kVK_ANSI_N},
        {Qt::Key_O, kVK_ANSI_O},
        {Qt::Key_P, kVK_ANSI_P},
        {Qt::Key_Q, kVK_ANSI_Q},
        {Qt::Key_R, kVK_ANSI_R},
        {Qt::Key_S, kVK_ANSI_S},
        {Qt::Key_T, kVK_ANSI_T},
        {Qt::Key_U, kVK_ANSI_U},
        {Qt::Key_V, kVK_ANSI_V},
        {Qt::Key_W, kVK_ANSI_W},
        {Qt::Key_X, kVK_ANSI_X},
        {Qt::Key_Y, kVK_ANSI_Y},
        {Qt::Key_Z, kVK_ANSI_Z},
        {Qt::Key_0, kVK_ANSI_0},
        {Qt::Key_1, kVK_ANSI_1},
        {Qt::Key_2, kVK_ANSI_2},
        {Qt::Key_3, kVK_ANSI_3},
        {Qt::Key_4, kVK_ANSI_4},
        {Qt::Key_5, kVK_ANSI_5},
        {Qt::Key_6, kVK_ANSI_6},
        {Qt::Key_7, kVK_ANSI_7},
        {Qt::Key_8, kVK_ANSI_8},
        {Qt::Key_9, kVK_ANSI_9},
        {Qt::Key_F1, kVK_F1},
        {Qt::Key_F2, kVK_F2},
        {Qt::Key_F3, kVK_F3},
        {Qt::Key_F4, kVK_F4},
        {Qt::Key_F5, kVK_F5},
        {Qt::Key_F6, kVK_F6},
        {Qt::Key_F7, kVK_F7},
        {Qt::Key_F8, kVK_F8},
        {Qt::Key_F9, kVK_F9},
        {Qt::Key_F10, kVK_F10},
        {Qt::Key_F11, kVK_F11},
        {Qt::Key_F12, kVK_F12},
        {Qt::Key_Space, kVK_Space},
        {Qt::Key_Return, kVK_Return},
        {Qt::Key_Tab, kVK_Tab},
        {Qt::Key_Left, kVK_LeftArrow},
        {Qt::Key_Right, kVK_RightArrow},
        {Qt::Key_Up, kVK_UpArrow},
        {Qt::Key_Down, kVK_DownArrow},
    };
    const auto found = places.find(key);
    return found == places.end() ? -1 : found->second;
}

// In Qt's words the key with the clover leaf is Control, and Control is Meta.
UInt32 carbonModifiers(Qt::KeyboardModifiers modifiers) {
    UInt32 bits = 0;
    if (modifiers.testFlag(Qt::ControlModifier)) bits |= cmdKey;
    if (modifiers.testFlag(Qt::AltModifier)) bits |= optionKey;
    if (modifiers.testFlag(Qt::ShiftModifier)) bits |= shiftKey;
    if (modifiers.testFlag(Qt::MetaModifier)) bits |= controlKey;
    return bits;
}

class MacHotkeys : public HotkeyBackend {
  public:
    MacHotkeys() {
        const EventTypeSpec pressed{kEventClassKeyboard, kEventHotKeyPressed};
        InstallApplicationEventHandler(&MacHotkeys::take, 1, &pressed, this, &handler_);
    }
    ~MacHotkeys() override {
        for (const auto& [number, key] : keys_)
            UnregisterEventHotKey(key.second);
        RemoveEventHandler(handler_);
    }

    void bind(const QString& id, const QKeySequence& sequence, const QString&) override {
        unbind(id);
        const int place = placeOf(keyOf(sequence));
        EventHotKeyRef key = nullptr;
        if (place < 0) {
            Q_EMIT stateChanged(id, HotkeyState::Conflict, noSuchKey(sequence));
        } else if (RegisterEventHotKey(static_cast<UInt32>(place), carbonModifiers(modifiersOf(sequence)),
                                       EventHotKeyID{signature, ++last_}, GetApplicationEventTarget(), 0,
                                       &key) != noErr) {
            Q_EMIT stateChanged(id, HotkeyState::Conflict, heldByAnother(sequence));
        } else {
            keys_[last_] = {id, key};
            Q_EMIT stateChanged(id, HotkeyState::Bound, QString());
        }
    }

    void unbind(const QString& id) override {
        for (auto at = keys_.begin(); at != keys_.end();) {
            if (at->second.first != id) {
                ++at;
                continue;
            }
            UnregisterEventHotKey(at->second.second);
            at = keys_.erase(at);
        }
    }

  private:
    static OSStatus take(EventHandlerCallRef, EventRef event, void* self) {
        EventHotKeyID id{};
        GetEventParameter(event, kEventParamDirectObject, typeEventHotKeyID, nullptr, sizeof id, nullptr,
                          &id);
        auto* hotkeys = static_cast<MacHotkeys*>(self);
        const auto found = hotkeys->keys_.find(id.id);
        if (id.signature != signature || found == hotkeys->keys_.end()) return eventNotHandledErr;
        Q_EMIT hotkeys->activated(found->second.first, QString());
        return noErr;
    }

    std::map<UInt32, std::pair<QString, EventHotKeyRef>> keys_;
    UInt32 last_ = 0;
    EventHandlerRef handler_ = nullptr;
};

}  // namespace

std::unique_ptr<HotkeyBackend> makeHotkeyBackend() {
    return std::make_unique<MacHotkeys>();
}

}  // namespace sightline
