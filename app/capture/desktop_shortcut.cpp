#include "app/capture/desktop_shortcut.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/capture/gvariant_text.h"
#include "app/capture/key_names.h"

namespace sightline {

namespace {

constexpr char media_keys[] = "org.gnome.settings-daemon.plugins.media-keys";
constexpr char list_key[] = "custom-keybindings";
constexpr int program_ms = 10'000;

QString shortcutPath(const QString& id) {
    return QStringLiteral("/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/sightline-%1/")
        .arg(id);
}

QString shortcutSchema(const QString& id) {
    return QStringLiteral("%1.custom-keybinding:%2").arg(QLatin1String(media_keys), shortcutPath(id));
}

bool isGnome() {
    return qEnvironmentVariable("XDG_CURRENT_DESKTOP")
        .split(QLatin1Char(':'))
        .contains(QLatin1String("GNOME"), Qt::CaseInsensitive);
}

// For a command line of a shell or of a desktop's settings.
QString quoted(const QString& path) {
    static constexpr char special[] = " \t\"'\\$`&|;<>()*?[]#~=%!{}";
    for (const char c : special)
        if (c != '\0' && path.contains(QLatin1Char(c)))
            return QLatin1Char('\'') + QString(path).replace(QLatin1Char('\''), QLatin1String("'\\''")) +
                   QLatin1Char('\'');
    return path;
}

}  // namespace

QString captureCommand(const QString& id) {
    const QString self = QFileInfo(QCoreApplication::applicationFilePath()).canonicalFilePath();
    const QString found = QStandardPaths::findExecutable(QStringLiteral("sightline"));
    const bool in_path = !found.isEmpty() && QFileInfo(found).canonicalFilePath() == self;
    return QStringLiteral("%1 capture --%2").arg(in_path ? QStringLiteral("sightline") : quoted(self), id);
}

QString shortcutAdvice(const QString& current_desktop, const QString& id, const QKeySequence& sequence) {
    const QString command = captureCommand(id);
    const QString name = current_desktop.toLower();
    const auto text = [&](const char* format) {
        return QCoreApplication::translate("DesktopShortcut", format).arg(command);
    };
    if (name.contains(QLatin1String("gnome")) || name.contains(QLatin1String("unity")))
        return text(QT_TRANSLATE_NOOP(
            "DesktopShortcut", "In Settings, Keyboard, Custom Shortcuts, add one with the command “%1”."));
    if (name.contains(QLatin1String("kde")))
        return text(QT_TRANSLATE_NOOP("DesktopShortcut",
                                      "In System Settings, Shortcuts, add a command shortcut for “%1”."));
    if (name.contains(QLatin1String("xfce")))
        return text(QT_TRANSLATE_NOOP(
            "DesktopShortcut",
            "In Settings, Keyboard, Application Shortcuts, add one with the command “%1”."));
    const Qt::KeyboardModifiers held = modifiersOf(sequence);
    QString key = portalTrigger(sequence).section(QLatin1Char('+'), -1);
    if (key.isEmpty()) key = QStringLiteral("space");
    const auto modifiers = [&](const char* alt, const char* super, const char* joint) {
        QStringList words;
        if (held.testFlag(Qt::ControlModifier)) words << QStringLiteral("Ctrl");
        if (held.testFlag(Qt::AltModifier)) words << QLatin1String(alt);
        if (held.testFlag(Qt::ShiftModifier)) words << QStringLiteral("Shift");
        if (held.testFlag(Qt::MetaModifier)) words << QLatin1String(super);
        return words.join(QLatin1String(joint));
    };
    if (name.contains(QLatin1String("sway")) || name.contains(QLatin1String("i3"))) {
        const QString held_keys = modifiers("Mod1", "Mod4", "+");
        return QCoreApplication::translate("DesktopShortcut",
                                           "Add this line to the configuration of the window manager: %1")
            .arg(QStringLiteral("bindsym %1%2 exec %3")
                     .arg(held_keys.isEmpty() ? QString() : held_keys + QLatin1Char('+'), key, command));
    }
    if (name.contains(QLatin1String("hyprland")))
        return QCoreApplication::translate("DesktopShortcut",
                                           "Add this line to the configuration of the window manager: %1")
            .arg(QStringLiteral("bind = %1, %2, exec, %3").arg(modifiers("Alt", "Super", " "), key, command));
    return text(QT_TRANSLATE_NOOP(
        "DesktopShortcut", "In the desktop's keyboard settings, add a shortcut for the command “%1”."));
}

class DesktopShortcut::Private {
  public:
    // What one call of gsettings printed; empty optional = it could not be done.
    using Answer = std::function<void(bool worked, const QString& output)>;

    explicit Private(DesktopShortcut& owner, QString id) : owner_(owner), id_(std::move(id)) {}

    ~Private() {
        if (process_ == nullptr) return;
        process_->disconnect();
        process_->kill();
        process_->waitForFinished(100);
    }

    void run(const QStringList& arguments, Answer answer) {
        process_ = std::make_unique<QProcess>();
        QProcess* process = process_.get();
        QTimer::singleShot(program_ms, process, [process] { process->kill(); });
        const auto done = [this, answer = std::move(answer)](bool worked) {
            const QString output = QString::fromUtf8(process_->readAllStandardOutput()).trimmed();
            process_->disconnect();
            process_.release()->deleteLater();
            answer(worked, output);
        };
        connect(process, &QProcess::finished, &owner_, [done](int code, QProcess::ExitStatus status) {
            done(status == QProcess::NormalExit && code == 0);
        });
        connect(process, &QProcess::errorOccurred, &owner_, [done](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart) done(false);
        });
        process->start(QStringLiteral("gsettings"), arguments);
    }

    void readList(std::function<void(std::optional<QStringList>)> then) {
        run({QStringLiteral("get"), QLatin1String(media_keys), QLatin1String(list_key)},
            [then = std::move(then)](bool worked, const QString& output) {
                then(worked ? parseStringArray(output) : std::nullopt);
            });
    }

    // One after the other; stops at the first that does not work.
    void runAll(std::vector<QStringList> commands, std::function<void(bool)> then) {
        if (commands.empty()) return then(true);
        const QStringList first = commands.front();
        commands.erase(commands.begin());
        run(first, [this, commands = std::move(commands), then = std::move(then)](bool worked,
                                                                                  const QString&) mutable {
            if (!worked) return then(false);
            runAll(std::move(commands), std::move(then));
        });
    }

    void begin() {
        busy_ = true;
        fault_.clear();
        Q_EMIT owner_.changed();
    }

    // Believes only what is there afterwards: without its store, gsettings takes everything and keeps
    // nothing.
    void finish(bool wanted, const QString& otherwise) {
        readList([this, wanted, otherwise](const std::optional<QStringList>& list) {
            busy_ = false;
            available_ = list.has_value();
            installed_ = list && list->contains(shortcutPath(id_));
            if (installed_ != wanted || !available_) fault_ = otherwise;
            Q_EMIT owner_.changed();
        });
    }

    DesktopShortcut& owner_;
    const QString id_;
    std::unique_ptr<QProcess> process_;
    bool available_ = false;
    bool installed_ = false;
    bool busy_ = false;
    QString fault_;
};

DesktopShortcut::DesktopShortcut(QString id, QObject* parent)
    : QObject(parent), d_(std::make_unique<Private>(*this, std::move(id))) {}

DesktopShortcut::~DesktopShortcut() = default;

bool DesktopShortcut::available() const {
    return d_->available_;
}
bool DesktopShortcut::installed() const {
    return d_->installed_;
}
bool DesktopShortcut::busy() const {
    return d_->busy_;
}
QString DesktopShortcut::fault() const {
    return d_->fault_;
}

void DesktopShortcut::refresh() {
    if (d_->busy_ || !isGnome()) return;
    d_->begin();
    d_->readList([this](const std::optional<QStringList>& list) {
        d_->busy_ = false;
        d_->available_ = list.has_value();
        d_->installed_ = list && list->contains(shortcutPath(d_->id_));
        Q_EMIT changed();
    });
}

void DesktopShortcut::add(const QString& keys) {
    if (d_->busy_ || !isGnome()) return;
    d_->begin();
    const QString name = d_->id_ == QLatin1String("read") ? tr("Sightline: read the text of a region")
                                                          : tr("Sightline: ask about a region");
    const QString binding = gtkAccelerator(QKeySequence::fromString(keys, QKeySequence::PortableText));
    d_->readList([this, name, binding](const std::optional<QStringList>& list) {
        const QString fault = tr("GNOME did not take the shortcut.");
        if (!list) return d_->finish(true, fault);
        const QString schema = shortcutSchema(d_->id_);
        QStringList wanted = *list;
        if (!wanted.contains(shortcutPath(d_->id_))) wanted << shortcutPath(d_->id_);
        const auto set = [](const QString& where, const char* key, const QString& value) {
            return QStringList{QStringLiteral("set"), where, QLatin1String(key), value};
        };
        // The list comes last: from then on GNOME listens to the key.
        d_->runAll({set(schema, "name", printString(name)),
                    set(schema, "command", printString(captureCommand(d_->id_))),
                    set(schema, "binding", printString(binding)),
                    set(QLatin1String(media_keys), list_key, printStringArray(wanted))},
                   [this, fault](bool) { d_->finish(true, fault); });
    });
}

void DesktopShortcut::remove() {
    if (d_->busy_ || !isGnome()) return;
    d_->begin();
    d_->readList([this](const std::optional<QStringList>& list) {
        const QString fault = tr("GNOME did not remove the shortcut.");
        if (!list) return d_->finish(false, fault);
        QStringList wanted = *list;
        wanted.removeAll(shortcutPath(d_->id_));
        d_->runAll({{QStringLiteral("set"), QLatin1String(media_keys), QLatin1String(list_key),
                     printStringArray(wanted)},
                    {QStringLiteral("reset-recursively"), shortcutSchema(d_->id_)}},
                   [this, fault](bool) { d_->finish(false, fault); });
    });
}

}  // namespace sightline
