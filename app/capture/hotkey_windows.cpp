// Global keys of Windows: RegisterHotKey, whose messages come to the GUI thread.
#include <windows.h>

#include <QAbstractNativeEventFilter>
#include <QCoreApplication>
#include <map>

#include "app/capture/hotkey_backend.h"
#include "app/capture/key_names.h"

namespace sightline {

namespace {

UINT virtualKey(Qt::Key key) {
    if (key >= Qt::Key_F1 && key <= Qt::Key_F24) return VK_F1 + static_cast<UINT>(key - Qt::Key_F1);
    if (key >= Qt::Key_A && key <= Qt::Key_Z) return static_cast<UINT>(key);
    if (key >= Qt::Key_0 && key <= Qt::Key_9) return static_cast<UINT>(key);
    switch (key) {
        case Qt::Key_Space:
            return VK_SPACE;
        case Qt::Key_Tab:
            return VK_TAB;
        case Qt::Key_Backspace:
            return VK_BACK;
        case Qt::Key_Return:
            return VK_RETURN;
        case Qt::Key_Insert:
            return VK_INSERT;
        case Qt::Key_Delete:
            return VK_DELETE;
        case Qt::Key_Pause:
            return VK_PAUSE;
        case Qt::Key_Print:
            return VK_SNAPSHOT;
        case Qt::Key_Home:
            return VK_HOME;
        case Qt::Key_End:
            return VK_END;
        case Qt::Key_Left:
            return VK_LEFT;
        case Qt::Key_Up:
            return VK_UP;
        case Qt::Key_Right:
            return VK_RIGHT;
        case Qt::Key_Down:
            return VK_DOWN;
        case Qt::Key_PageUp:
            return VK_PRIOR;
        case Qt::Key_PageDown:
            return VK_NEXT;
        default:
            break;
    }
    if (key <= 0x20 || key > 0xffff) return 0;
    const SHORT scan = VkKeyScanW(static_cast<WCHAR>(key));
    return scan == -1 ? 0 : static_cast<UINT>(scan & 0xff);
}

class WindowsHotkeys : public HotkeyBackend, private QAbstractNativeEventFilter {
  public:
    WindowsHotkeys() { QCoreApplication::instance()->installNativeEventFilter(this); }
    ~WindowsHotkeys() override {
        for (const auto& [number, id] : ids_)
            UnregisterHotKey(nullptr, number);
    }

    void bind(const QString& id, const QKeySequence& sequence, const QString&) override {
        unbind(id);
        const Qt::KeyboardModifiers wanted = modifiersOf(sequence);
        UINT modifiers = MOD_NOREPEAT;
        if (wanted.testFlag(Qt::ControlModifier)) modifiers |= MOD_CONTROL;
        if (wanted.testFlag(Qt::AltModifier)) modifiers |= MOD_ALT;
        if (wanted.testFlag(Qt::ShiftModifier)) modifiers |= MOD_SHIFT;
        if (wanted.testFlag(Qt::MetaModifier)) modifiers |= MOD_WIN;
        const UINT key = virtualKey(keyOf(sequence));
        if (key == 0) {
            Q_EMIT stateChanged(id, HotkeyState::Conflict, noSuchKey(sequence));
        } else if (!RegisterHotKey(nullptr, ++last_, modifiers, key)) {
            Q_EMIT stateChanged(id, HotkeyState::Conflict, heldByAnother(sequence));
        } else {
            ids_[last_] = id;
            Q_EMIT stateChanged(id, HotkeyState::Bound, QString());
        }
    }

    void unbind(const QString& id) override {
        for (auto at = ids_.begin(); at != ids_.end();) {
            if (at->second != id) {
                ++at;
                continue;
            }
            UnregisterHotKey(nullptr, at->first);
            at = ids_.erase(at);
        }
    }

  private:
    bool nativeEventFilter(const QByteArray&, void* message, qintptr*) override {
        const auto* event = static_cast<const MSG*>(message);
        if (event->message != WM_HOTKEY) return false;
        const auto found = ids_.find(static_cast<int>(event->wParam));
        if (found == ids_.end()) return false;
        Q_EMIT activated(found->second, QString());
        return true;
    }

    std::map<int, QString> ids_;  // by the number that Windows knows them by
    int last_ = 0;
};

}  // namespace

std::unique_ptr<HotkeyBackend> makeHotkeyBackend() {
    return std::make_unique<WindowsHotkeys>();
}

}  // namespace sightline
