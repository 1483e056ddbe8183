#include "app/capture/hotkey.h"

#include <QGuiApplication>
#include <array>
#include <utility>

#include "app/capture/desktop_shortcut.h"
#include "app/capture/key_names.h"
#include "app/settings/settings.h"

namespace sightline {

namespace {

constexpr char default_ask[] = "Ctrl+Alt+Space";
constexpr char default_read[] = "Ctrl+Alt+R";

bool isModifier(int key) {
    switch (key) {
        case Qt::Key_Shift:
        case Qt::Key_Control:
        case Qt::Key_Meta:
        case Qt::Key_Alt:
        case Qt::Key_AltGr:
        case Qt::Key_Super_L:
        case Qt::Key_Super_R:
        case Qt::Key_Hyper_L:
        case Qt::Key_Hyper_R:
        case Qt::Key_CapsLock:
        case Qt::Key_NumLock:
        case Qt::Key_Mode_switch:
        case Qt::Key_Multi_key:
        case Qt::Key_unknown:
        case 0:
            return true;
        default:
            return false;
    }
}

// Keys that nobody types with.
bool standsAlone(Qt::Key key) {
    return (key >= Qt::Key_F1 && key <= Qt::Key_F35) || key == Qt::Key_Print || key == Qt::Key_Pause ||
           key == Qt::Key_ScrollLock || key > Qt::Key_Menu;
}

QString portable(const QKeySequence& sequence) {
    return sequence.toString(QKeySequence::PortableText);
}

}  // namespace

Hotkey::Hotkey(QString id, QKeySequence initial, QObject* parent)
    : QObject(parent), id_(std::move(id)), initial_(std::move(initial)), sequence_(initial_) {}

QString Hotkey::description() const {
    return id_ == QLatin1String("read") ? tr("Read the text of a region") : tr("Ask about a region");
}

QString Hotkey::keys() const {
    if (state_ == HotkeyState::Bound && !why_.isEmpty()) return why_;
    return sequence_.toString(QKeySequence::NativeText);
}

QString Hotkey::portableKeys() const {
    return portable(sequence_);
}

QString Hotkey::stateName() const {
    static constexpr std::array<const char*, 5> names{"unset", "bound", "conflict", "needsUser",
                                                      "unsupported"};
    return QLatin1String(names.at(static_cast<std::size_t>(state_)));
}

QString Hotkey::why() const {
    return state_ == HotkeyState::Bound ? QString() : why_;
}

QString Hotkey::advice() const {
    switch (state_) {
        case HotkeyState::Conflict:
            return tr("Choose another key, or free this one in the other program.");
        case HotkeyState::NeedsUser:
            return tr("Allow it in the desktop's keyboard settings, or add a shortcut there for the command "
                      "“%1”.")
                .arg(command());
        case HotkeyState::Unsupported:
            return shortcutAdvice(qEnvironmentVariable("XDG_CURRENT_DESKTOP"), id_, sequence_);
        default:
            return {};
    }
}

QString Hotkey::command() const {
    return captureCommand(id_);
}

Hotkeys::Hotkeys(std::unique_ptr<HotkeyBackend> backend, Settings& settings, QObject* parent)
    : QObject(parent),
      backend_(std::move(backend)),
      settings_(settings),
      ask_(new Hotkey(QStringLiteral("ask"), QKeySequence(QLatin1String(default_ask)), this)),
      read_(new Hotkey(QStringLiteral("read"), QKeySequence(QLatin1String(default_read)), this)) {
    for (Hotkey* key : {ask_, read_}) {
        const std::optional<QString> kept = settings_.hotkey(key->id());
        if (!kept) continue;
        const QKeySequence sequence = QKeySequence::fromString(*kept, QKeySequence::PortableText);
        if (kept->isEmpty() || fault(sequence).isEmpty()) key->sequence_ = sequence;
    }
    connect(backend_.get(), &HotkeyBackend::stateChanged, this, &Hotkeys::take);
    connect(backend_.get(), &HotkeyBackend::activated, this, [this](const QString& id, const QString& token) {
        if (pauses_ == 0) Q_EMIT activated(id, token);
    });
}

Hotkeys::~Hotkeys() = default;

Hotkey* Hotkeys::find(const QString& id) const {
    return id == ask_->id() ? ask_ : id == read_->id() ? read_ : nullptr;
}

void Hotkeys::start() {
    started_ = true;
    for (Hotkey* key : {ask_, read_})
        bind(*key);
}

void Hotkeys::bind(Hotkey& key) {
    if (!started_ || (pauses_ > 0 && !desktopOwnsKeys())) return;
    if (key.sequence_.isEmpty()) {
        backend_->unbind(key.id());
        take(key.id(), HotkeyState::Unset, {});
    } else {
        backend_->bind(key.id(), key.sequence_, key.description());
    }
}

void Hotkeys::take(const QString& id, HotkeyState state, const QString& why) {
    Hotkey* key = find(id);
    if (key == nullptr) return;
    key->state_ = state;
    key->why_ = why;
    Q_EMIT key->changed();
}

bool Hotkeys::set(const QString& id, const QKeySequence& sequence) {
    Hotkey* key = find(id);
    if (key == nullptr) return false;
    QString wrong = sequence.isEmpty() ? QString() : fault(sequence);
    const Hotkey* other = key == ask_ ? read_ : ask_;
    if (wrong.isEmpty() && !sequence.isEmpty() && sequence == other->sequence())
        wrong = tr("%1 is already the key for “%2”.")
                    .arg(sequence.toString(QKeySequence::NativeText), other->description());
    if (!wrong.isEmpty()) {
        Q_EMIT refused(id, wrong);
        return false;
    }
    key->sequence_ = sequence;
    key->state_ = HotkeyState::Unset;
    key->why_.clear();
    settings_.setHotkey(id, sequence == key->initial_ ? std::nullopt : std::optional(portable(sequence)));
    Q_EMIT key->changed();
    bind(*key);
    return true;
}

void Hotkeys::reset(const QString& id) {
    if (const Hotkey* key = find(id); key != nullptr) set(id, key->initial_);
}

void Hotkeys::clear(const QString& id) {
    set(id, {});
}

void Hotkeys::retry(const QString& id) {
    Hotkey* key = find(id);
    if (key != nullptr && (key->state_ == HotkeyState::Conflict || key->state_ == HotkeyState::NeedsUser))
        bind(*key);
}

void Hotkeys::retryConflicts() {
    for (Hotkey* key : {ask_, read_})
        if (key->state_ == HotkeyState::Conflict) bind(*key);
}

void Hotkeys::pause() {
    // A desktop that owns the keys would ask the user about them again.
    if (++pauses_ > 1 || !started_ || desktopOwnsKeys()) return;
    for (const Hotkey* key : {ask_, read_})
        backend_->unbind(key->id());
}

void Hotkeys::resume() {
    if (pauses_ == 0 || --pauses_ > 0 || desktopOwnsKeys()) return;
    for (Hotkey* key : {ask_, read_})
        bind(*key);
}

bool Hotkeys::record(const QString& id, int key, int modifiers) {
    if (isModifier(key)) return false;
    if (key == Qt::Key_Backtab) {
        key = Qt::Key_Tab;
        modifiers |= Qt::ShiftModifier;
    }
    const auto held = Qt::KeyboardModifiers::fromInt(modifiers) &
                      (Qt::ShiftModifier | Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
    return set(id, QKeySequence(QKeyCombination(held, static_cast<Qt::Key>(key))));
}

QString Hotkeys::fault(const QKeySequence& sequence) {
    if (sequence.count() != 1 || isModifier(keyOf(sequence))) return tr("This is not a key of its own.");
    const Qt::KeyboardModifiers modifiers = modifiersOf(sequence);
    const Qt::Key key = keyOf(sequence);
    if (standsAlone(key)) return {};
    if ((modifiers & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) == 0)
        return tr("A key that works everywhere needs Ctrl, Alt or Super.");
    if (modifiers == Qt::ControlModifier && key >= Qt::Key_A && key <= Qt::Key_Z)
        return tr("Other programs need %1; add Alt, Shift or Super.")
            .arg(sequence.toString(QKeySequence::NativeText));
    return {};
}

}  // namespace sightline
