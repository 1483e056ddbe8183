#include "app/settings/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QUrl>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace sightline {

namespace {

constexpr qsizetype longest_draft = 100'000;  // characters; the INI file is rewritten as a whole

constexpr double usual_idle_minutes = 10;
constexpr double most_idle_minutes = 24 * 60;

// Names of models come from folders: a slash would open a new group of the INI file.
QString keyOf(const QString& name) {
    return name.isEmpty() ? QStringLiteral("unnamed") : QString::fromLatin1(QUrl::toPercentEncoding(name));
}

QString contextKey(const QString& folder) {
    return QStringLiteral("context/%1").arg(keyOf(folder));
}

QString precisionKey(const QString& folder) {
    return QStringLiteral("precision/%1").arg(keyOf(folder));
}

QString speedKey(const QString& model, const QString& device, const char* what) {
    return QStringLiteral("speed/%1/%2/%3").arg(keyOf(model), keyOf(device), QLatin1String(what));
}

// QSettings would make a file that everybody may read, and the draft is nobody's business; an existing file
// keeps its rights.
QString madePrivate(const QString& path) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.exists() &&
        file.open(QIODevice::NewOnly | QIODevice::WriteOnly, QFile::ReadOwner | QFile::WriteOwner))
        file.close();
    return path;
}

}  // namespace

Settings::Settings(const QString& file) : values_(madePrivate(file), QSettings::IniFormat) {}

QString Settings::defaultFile() {
    return QDir(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation))
        .filePath(QStringLiteral("sightline.ini"));
}

std::optional<double> Settings::number(const QString& key, double low, double high) const {
    bool valid = false;
    const double value = values_.value(key).toDouble(&valid);
    if (!valid || !(value >= low && value <= high)) return std::nullopt;
    return value;
}

void Settings::setOrRemove(const QString& key, const std::optional<double>& value) {
    if (value && std::isfinite(*value)) {
        values_.setValue(key, *value);
    } else {
        values_.remove(key);
    }
}

QString Settings::modelFolder() const {
    return values_.value(QStringLiteral("model/folder")).toString();
}

void Settings::setModelFolder(const QString& folder) {
    values_.setValue(QStringLiteral("model/folder"), folder);
}

std::optional<QString> Settings::startModel() const {
    const QVariant folder = values_.value(QStringLiteral("model/start"));
    return folder.isValid() ? std::optional(folder.toString()) : std::nullopt;
}

void Settings::setStartModel(const std::optional<QString>& folder) {
    if (folder) {
        values_.setValue(QStringLiteral("model/start"), *folder);
    } else {
        values_.remove(QStringLiteral("model/start"));
    }
}

QStringList Settings::modelFolders() const {
    QStringList folders = values_.value(QStringLiteral("model/folders")).toStringList();
    folders.removeAll(QString());
    folders.removeDuplicates();
    return folders;
}

void Settings::setModelFolders(const QStringList& folders) {
    values_.setValue(QStringLiteral("model/folders"), folders);
}

double Settings::idleMinutes() const {
    return number(QStringLiteral("model/idle_minutes"), 0, most_idle_minutes).value_or(usual_idle_minutes);
}

void Settings::setIdleMinutes(double minutes) {
    setOrRemove(QStringLiteral("model/idle_minutes"), minutes);
}

ConversationParameters Settings::parameters() const {
    const QByteArray json = values_.value(QStringLiteral("parameters/current")).toString().toUtf8();
    return ConversationParameters::fromJson(QJsonDocument::fromJson(json).object());
}

void Settings::setParameters(const ConversationParameters& parameters) {
    const QByteArray json = QJsonDocument(parameters.toJson()).toJson(QJsonDocument::Compact);
    values_.setValue(QStringLiteral("parameters/current"), QString::fromUtf8(json));
}

std::optional<int> Settings::contextLength(const QString& folder) const {
    const auto tokens = number(contextKey(folder), 1, 10'000'000);
    return tokens ? std::optional(static_cast<int>(*tokens)) : std::nullopt;
}

void Settings::setContextLength(const QString& folder, std::optional<int> tokens) {
    setOrRemove(contextKey(folder), tokens ? std::optional<double>(*tokens) : std::nullopt);
}

Precision Settings::precision(const QString& folder) const {
    const QString name = values_.value(precisionKey(folder)).toString();
    return precisionFromName(name.toStdString()).value_or(Precision::automatic);
}

void Settings::setPrecision(const QString& folder, Precision precision) {
    if (precision == Precision::automatic) {
        values_.remove(precisionKey(folder));
    } else {
        values_.setValue(precisionKey(folder), QString::fromLatin1(nameOf(precision)));
    }
}

PictureSpeed Settings::pictureSpeed(const QString& model_name, const QString& device) const {
    std::vector<EncodeSample> samples;
    const QStringList kept = values_.value(speedKey(model_name, device, "encode")).toStringList();
    for (const QString& sample : kept) {
        const QStringList numbers = sample.split(QLatin1Char(' '));
        if (numbers.size() == 3)
            samples.push_back({numbers[0].toDouble(), numbers[1].toDouble(), numbers[2].toDouble()});
    }
    PictureSpeed speed(std::move(samples),
                       number(speedKey(model_name, device, "prefill"), 1e-9, 3600).value_or(0));
    speed.learnText(1, number(speedKey(model_name, device, "text"), 0, 1000).value_or(1));
    return speed;
}

void Settings::setPictureSpeed(const QString& model_name, const QString& device, const PictureSpeed& speed) {
    QStringList samples;
    for (const EncodeSample& sample : speed.samples()) {
        samples << QStringLiteral("%1 %2 %3")
                       .arg(sample.tokens, 0, 'g', 9)
                       .arg(sample.squares, 0, 'g', 9)
                       .arg(sample.seconds, 0, 'g', 9);
    }
    values_.setValue(speedKey(model_name, device, "encode"), samples);
    setOrRemove(speedKey(model_name, device, "prefill"),
                speed.prefillPerToken() > 0 ? std::optional<double>(speed.prefillPerToken()) : std::nullopt);
    values_.setValue(speedKey(model_name, device, "text"), speed.textFactor());
}

QString Settings::conversation() const {
    return values_.value(QStringLiteral("conversation/open")).toString();
}

void Settings::setConversation(const QString& id) {
    if (id.isEmpty()) {
        values_.remove(QStringLiteral("conversation/open"));
    } else {
        values_.setValue(QStringLiteral("conversation/open"), id);
    }
}

std::optional<QString> Settings::hotkey(const QString& id) const {
    const QVariant keys = values_.value(QStringLiteral("capture/key_%1").arg(id));
    return keys.isValid() ? std::optional(keys.toString()) : std::nullopt;
}

void Settings::setHotkey(const QString& id, const std::optional<QString>& keys) {
    const QString name = QStringLiteral("capture/key_%1").arg(id);
    if (keys)
        values_.setValue(name, *keys);
    else
        values_.remove(name);
}

bool Settings::notifiesOfReplies() const {
    return values_.value(QStringLiteral("replies/notify")).toString() != QLatin1String("false");
}

void Settings::setNotifiesOfReplies(bool notifies) {
    values_.setValue(QStringLiteral("replies/notify"), notifies);
}

QString Settings::draft() const {
    return values_.value(QStringLiteral("draft/text")).toString();
}

void Settings::setDraft(const QString& text) {
    if (text.isEmpty()) {
        values_.remove(QStringLiteral("draft/text"));
    } else {
        values_.setValue(QStringLiteral("draft/text"), text.left(longest_draft));
    }
}

std::optional<QJsonArray> Settings::askPrompts() const {
    const QVariant kept = values_.value(QStringLiteral("ask/prompts"));
    const QJsonDocument document = QJsonDocument::fromJson(kept.toString().toUtf8());
    if (!kept.isValid() || !document.isArray()) return std::nullopt;
    return document.array();
}

void Settings::setAskPrompts(const std::optional<QJsonArray>& prompts) {
    if (prompts) {
        values_.setValue(QStringLiteral("ask/prompts"),
                         QString::fromUtf8(QJsonDocument(*prompts).toJson(QJsonDocument::Compact)));
    } else {
        values_.remove(QStringLiteral("ask/prompts"));
    }
}

bool Settings::closesToTray() const {
    return values_.value(QStringLiteral("tray/close"), false).toBool();
}

void Settings::setClosesToTray(bool closes) {
    values_.setValue(QStringLiteral("tray/close"), closes);
}

bool Settings::toldAboutTray() const {
    return values_.value(QStringLiteral("tray/told"), false).toBool();
}

void Settings::setToldAboutTray(bool told) {
    values_.setValue(QStringLiteral("tray/told"), told);
}

QString Settings::theme() const {
    const QString theme = values_.value(QStringLiteral("appearance/theme")).toString();
    return theme == QLatin1String("light") || theme == QLatin1String("dark") ? theme : QString();
}

void Settings::setTheme(const QString& theme) {
    values_.setValue(QStringLiteral("appearance/theme"), theme);
}

int Settings::textSize() const {
    const int percent = values_.value(QStringLiteral("appearance/textSize")).toInt();
    return std::find(text_sizes.begin(), text_sizes.end(), percent) == text_sizes.end() ? 100 : percent;
}

void Settings::setTextSize(int percent) {
    values_.setValue(QStringLiteral("appearance/textSize"), percent);
}

QString Settings::language() const {
    const QString language = values_.value(QStringLiteral("appearance/language")).toString();
    return language == QLatin1String("en") || language == QLatin1String("zh_CN") ? language : QString();
}

void Settings::setLanguage(const QString& language) {
    values_.setValue(QStringLiteral("appearance/language"), language);
}

WindowPlace Settings::windowPlace() const {
    WindowPlace place;
    const QRect stored = values_.value(QStringLiteral("window/geometry")).toRect();
    if (stored.width() >= 100 && stored.height() >= 100) place.geometry = stored;
    place.maximized = values_.value(QStringLiteral("window/maximized")).toBool();
    return place;
}

void Settings::setWindowPlace(const WindowPlace& place) {
    values_.setValue(QStringLiteral("window/geometry"), place.geometry);
    values_.setValue(QStringLiteral("window/maximized"), place.maximized);
}

WindowPanels Settings::windowPanels() const {
    return {values_.value(QStringLiteral("window/list_folded")).toBool(),
            values_.value(QStringLiteral("window/parameters_open")).toBool(),
            values_.value(QStringLiteral("window/log_open")).toBool()};
}

void Settings::setWindowPanels(const WindowPanels& panels) {
    values_.setValue(QStringLiteral("window/list_folded"), panels.list_folded);
    values_.setValue(QStringLiteral("window/parameters_open"), panels.parameters_open);
    values_.setValue(QStringLiteral("window/log_open"), panels.log_open);
}

}  // namespace sightline
