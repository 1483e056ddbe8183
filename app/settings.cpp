#include "app/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>
#include <cmath>

namespace sightline {

namespace {

constexpr qsizetype longest_draft = 100'000;  // characters; the INI file is rewritten as a whole

// Names of models come from folders: a slash would open a new group of the INI file.
QString keyOf(const QString& name) {
    return name.isEmpty() ? QStringLiteral("unnamed") : QString::fromLatin1(QUrl::toPercentEncoding(name));
}

QString samplingKey(const QString& model, const char* option) {
    return QStringLiteral("sampling/%1/%2").arg(keyOf(model), QLatin1String(option));
}

QString speedKey(const QString& model, const QString& device) {
    return QStringLiteral("speed/%1/%2").arg(keyOf(model), keyOf(device));
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

SamplingOverrides Settings::sampling(const QString& model_name) const {
    SamplingOverrides overrides;
    overrides.temperature = number(samplingKey(model_name, "temperature"), 0, 2);
    overrides.top_p = number(samplingKey(model_name, "top_p"), 0.01, 1);
    if (const auto tokens = number(samplingKey(model_name, "max_tokens"), 1, 1'000'000)) {
        overrides.max_tokens = static_cast<int>(*tokens);
    }
    return overrides;
}

void Settings::setSampling(const QString& model_name, const SamplingOverrides& overrides) {
    setOrRemove(samplingKey(model_name, "temperature"), overrides.temperature);
    setOrRemove(samplingKey(model_name, "top_p"), overrides.top_p);
    setOrRemove(samplingKey(model_name, "max_tokens"),
                overrides.max_tokens ? std::optional<double>(*overrides.max_tokens) : std::nullopt);
}

std::optional<double> Settings::encodeSecondsPerToken(const QString& model_name,
                                                      const QString& device) const {
    return number(speedKey(model_name, device), 1e-9, 3600);
}

void Settings::setEncodeSecondsPerToken(const QString& model_name, const QString& device, double seconds) {
    setOrRemove(speedKey(model_name, device), seconds);
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

}  // namespace sightline
