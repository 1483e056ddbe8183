// The program's two keys, "ask" and "read": what they are set to, what became of them, and what to do about
// it.
#pragma once

#include <QKeySequence>
#include <QObject>
#include <QString>
#include <memory>

#include "app/capture/hotkey_backend.h"

namespace sightline {

class Settings;

// One key of the program as QML shows and changes it. Owned by Hotkeys.
class Hotkey : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString id READ id CONSTANT)
    Q_PROPERTY(QString description READ description CONSTANT)
    Q_PROPERTY(QString keys READ keys NOTIFY changed)
    Q_PROPERTY(QString portableKeys READ portableKeys NOTIFY changed)
    Q_PROPERTY(QString state READ stateName NOTIFY changed)
    Q_PROPERTY(QString why READ why NOTIFY changed)
    Q_PROPERTY(QString advice READ advice NOTIFY changed)
    Q_PROPERTY(QString command READ command CONSTANT)
    Q_PROPERTY(bool isDefault READ isDefault NOTIFY changed)

  public:
    Hotkey(QString id, QKeySequence initial, QObject* parent);

    const QString& id() const { return id_; }
    QString description() const;  // "Ask about a region"
    QKeySequence sequence() const { return sequence_; }
    // As the user knows it, in the system's way of writing: what the desktop says, else the sequence; empty =
    // none.
    QString keys() const;
    QString portableKeys() const;  // the sequence in QKeySequence's portable text, for DesktopShortcut
    HotkeyState state() const { return state_; }
    QString stateName() const;  // "unset", "bound", "conflict", "needsUser", "unsupported"
    QString why() const;        // a sentence unless unset or bound
    QString advice() const;     // what to do instead, a sentence; empty when bound
    QString command() const;    // for the desktop's own shortcut: "sightline capture --ask"
    bool isDefault() const { return sequence_ == initial_; }

  Q_SIGNALS:
    void changed();

  private:
    friend class Hotkeys;
    const QString id_;
    const QKeySequence initial_;
    QKeySequence sequence_;
    HotkeyState state_ = HotkeyState::Unset;
    QString why_;
};

// GUI thread only. Binds both keys as soon as `start` is called and whenever they change; remembers them in
// the settings.
class Hotkeys : public QObject {
    Q_OBJECT
    Q_PROPERTY(sightline::Hotkey* ask READ ask CONSTANT)
    Q_PROPERTY(sightline::Hotkey* read READ read CONSTANT)
    Q_PROPERTY(bool desktopOwnsKeys READ desktopOwnsKeys CONSTANT)

  public:
    // `settings` outlives this.
    Hotkeys(std::unique_ptr<HotkeyBackend> backend, Settings& settings, QObject* parent = nullptr);
    ~Hotkeys() override;

    Hotkey* ask() const { return ask_; }
    Hotkey* read() const { return read_; }
    Hotkey* find(const QString& id) const;  // null if unknown
    bool desktopOwnsKeys() const { return backend_->desktopOwnsKeys(); }

    void start();

    // Sets and binds the key at once; an empty one takes it away. False, and nothing changes, but `refused`
    // says why: it is no key for this (no modifier, only modifiers, or the other action has it).
    bool set(const QString& id, const QKeySequence& sequence);
    Q_INVOKABLE void reset(const QString& id);  // to the one that the program comes with

    Q_INVOKABLE void clear(const QString& id);  // no key

    // Asks again for a key that could not be had; what became of it is told as always. The desktop may put
    // its own question to the user.
    Q_INVOKABLE void retry(const QString& id);
    // The same for every key that another program held, without any question: the other one may have ended.
    Q_INVOKABLE void retryConflicts();

    // For a key recorder: while it records, no key calls the program (else pressing the old one would).
    // Calls nest.
    Q_INVOKABLE void pause();
    Q_INVOKABLE void resume();
    // `key` and `modifiers` as a QKeyEvent has them. True if it is complete and was set, see `set`.
    Q_INVOKABLE bool record(const QString& id, int key, int modifiers);

    // What is wrong with a sequence for a global key, as a sentence; empty = nothing.
    static QString fault(const QKeySequence& sequence);

  Q_SIGNALS:
    void activated(const QString& id, const QString& token);
    void refused(const QString& id, const QString& sentence);

  private:
    void bind(Hotkey& key);
    void take(const QString& id, HotkeyState state, const QString& why);

    std::unique_ptr<HotkeyBackend> backend_;
    Settings& settings_;
    Hotkey* const ask_;
    Hotkey* const read_;
    bool started_ = false;
    int pauses_ = 0;
};

}  // namespace sightline
