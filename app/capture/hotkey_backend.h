// Keys that work while another program has the keyboard: what every platform does in its own file.
#pragma once

#include <QKeySequence>
#include <QObject>
#include <QString>
#include <memory>

namespace sightline {

// What became of a key.
enum class HotkeyState {
    Unset,        // nothing was asked for, or nothing was answered yet
    Bound,        // pressing it calls the program
    Conflict,     // not this key: another program has it, or the keyboard has no such key. Another may do
    NeedsUser,    // the desktop wants the user's consent and has not got it
    Unsupported,  // no program can have such keys here; the desktop's own shortcuts may do
};

// GUI thread only. Ids are short ASCII words of the program ("ask"), never shown. bind and unbind answer by
// stateChanged, at once or later; a backend never opens a window of its own and never waits.
class HotkeyBackend : public QObject {
    Q_OBJECT

  public:
    using State = HotkeyState;
    using QObject::QObject;

    // `sequence` is one key with its modifiers. `description` says to the user, in the desktop's settings,
    // what it does. Binding an id again replaces its key.
    virtual void bind(const QString& id, const QKeySequence& sequence, const QString& description) = 0;
    virtual void unbind(const QString& id) = 0;  // no state follows; unknown ids are fine
    // Whether the user chooses the key in the desktop's settings, so that `sequence` is only a proposal.
    virtual bool desktopOwnsKeys() const { return false; }

  Q_SIGNALS:
    // `token` is what the desktop gave along so that a window may come forward (xdg-activation); often empty.
    void activated(const QString& id, const QString& token);
    // `why`: a sentence for the user, or for Bound the key as the desktop names it (empty = as asked for).
    void stateChanged(const QString& id, sightline::HotkeyState state, const QString& why);

  protected:
    // Sentences that several backends need.
    static QString noKeysHere();
    static QString noSuchKey(const QKeySequence& sequence);
    static QString heldByAnother(const QKeySequence& sequence);
};

// The one that this desktop needs: Windows, macOS, the portal of a Wayland session (whatever platform Qt runs
// on: keys that are grabbed through XWayland are missed while a native window has the keyboard), or X11.
// Needs the QGuiApplication. Never null.
std::unique_ptr<HotkeyBackend> makeHotkeyBackend();

// What makeHotkeyBackend chooses on a Unix desktop, from XDG_SESSION_TYPE, WAYLAND_DISPLAY and Qt's platform.
enum class HotkeyWay { Portal, X11, None };
HotkeyWay hotkeyWay(const QString& session_type, bool wayland_display, const QString& qt_platform);

}  // namespace sightline
