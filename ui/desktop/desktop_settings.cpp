#include "ui/desktop/desktop_settings.h"

#include <QVariantMap>
#include <utility>

#include "app/ask/ask_prompts.h"
#include "app/capture/desktop_shortcut.h"
#include "app/capture/hotkey.h"
#include "app/desktop/autostart.h"
#include "app/settings/settings.h"

namespace sightline {

DesktopSettings::DesktopSettings(Parts parts, QObject* parent)
    : QObject(parent), parts_(std::move(parts)), language_at_start_(parts_.settings.language()) {}

DesktopSettings::~DesktopSettings() = default;

QString DesktopSettings::theme() const {
    return parts_.settings.theme();
}

void DesktopSettings::setTheme(const QString& theme) {
    if (theme == parts_.settings.theme()) return;
    parts_.settings.setTheme(theme);
    Q_EMIT changed();
}

int DesktopSettings::textSize() const {
    return parts_.settings.textSize();
}

void DesktopSettings::setTextSize(int percent) {
    if (percent == parts_.settings.textSize()) return;
    parts_.settings.setTextSize(percent);
    Q_EMIT changed();
}

QVariantList DesktopSettings::textSizes() const {
    QVariantList sizes;
    for (const int percent : text_sizes)
        sizes << percent;
    return sizes;
}

QString DesktopSettings::language() const {
    return parts_.settings.language();
}

void DesktopSettings::setLanguage(const QString& language) {
    if (language == parts_.settings.language()) return;
    parts_.settings.setLanguage(language);
    Q_EMIT changed();
}

QVariantList DesktopSettings::languages() const {
    const auto entry = [](const char* id, const QString& name) {
        return QVariantMap{{QStringLiteral("id"), QLatin1String(id)}, {QStringLiteral("name"), name}};
    };
    // Languages are written in themselves.
    return {entry("", tr("As the desktop")), entry("en", QStringLiteral("English")),
            entry("zh_CN", QStringLiteral("中文"))};
}

bool DesktopSettings::restartNeeded() const {
    return parts_.settings.language() != language_at_start_;
}

bool DesktopSettings::notifiesOfReplies() const {
    return parts_.settings.notifiesOfReplies();
}

void DesktopSettings::setNotifiesOfReplies(bool notifies) {
    if (notifies == parts_.settings.notifiesOfReplies()) return;
    parts_.settings.setNotifiesOfReplies(notifies);
    Q_EMIT changed();
}

bool DesktopSettings::hasTray() const {
    return parts_.has_tray();
}

bool DesktopSettings::closesToTray() const {
    return parts_.settings.closesToTray();
}

void DesktopSettings::setClosesToTray(bool closes) {
    if (closes == parts_.settings.closesToTray()) return;
    parts_.settings.setClosesToTray(closes);
    Q_EMIT changed();
}

bool DesktopSettings::canStartAtLogin() const {
    return parts_.autostart != nullptr;
}

bool DesktopSettings::startsAtLogin() const {
    return parts_.autostart && parts_.autostart->isOn();
}

void DesktopSettings::setStartsAtLogin(bool starts) {
    if (!parts_.autostart) return;
    start_problem_ = parts_.autostart->set(starts).value_or(QString());
    Q_EMIT changed();
}

QObject* DesktopSettings::hotkeys() const {
    return parts_.hotkeys;
}

QObject* DesktopSettings::askShortcut() const {
    return parts_.ask_shortcut;
}

QObject* DesktopSettings::readShortcut() const {
    return parts_.read_shortcut;
}

QObject* DesktopSettings::prompts() const {
    return parts_.prompts;
}

void DesktopSettings::refresh() {
    if (parts_.ask_shortcut) parts_.ask_shortcut->refresh();
    if (parts_.read_shortcut) parts_.read_shortcut->refresh();
    if (parts_.hotkeys) parts_.hotkeys->retryConflicts();
    Q_EMIT changed();
}

}  // namespace sightline
