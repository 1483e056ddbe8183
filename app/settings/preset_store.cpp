#include "app/settings/preset_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <algorithm>
#include <utility>

namespace sightline {

namespace {

constexpr qint64 largest_file = 32 << 20;

struct PresetText {
    Q_DECLARE_TR_FUNCTIONS(sightline::PresetText)

  public:
    static QString noName() { return tr("A preset needs a name."); }
    static QString exists(const QString& name) {
        return tr("There is a preset called “%1” already.").arg(name);
    }
    static QString tooMany(int most) {
        return tr("At most %L1 presets can be kept. Delete one first.").arg(most);
    }
    static QString gone(const QString& name) { return tr("There is no preset called “%1”.").arg(name); }
    static QString notWritten(const QString& why) {
        return tr("The presets could not be saved: %1.").arg(why);
    }
};

bool sameName(const QString& a, const QString& b) {
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

}  // namespace

QString PresetStore::tidyName(const QString& name) {
    return name.simplified().left(longest_name).trimmed();
}

PresetStore::PresetStore(const QString& file) : file_(file) {
    QFile stored(file_);
    if (!stored.open(QIODevice::ReadOnly)) return;
    const QJsonDocument document =
        stored.size() <= largest_file ? QJsonDocument::fromJson(stored.readAll()) : QJsonDocument();
    damaged_ = !document.isObject();
    for (const QJsonValue& value : document.object().value(QStringLiteral("presets")).toArray()) {
        const QJsonObject entry = value.toObject();
        const QString name = tidyName(entry.value(QStringLiteral("name")).toString());
        if (name.isEmpty() || at(name) != presets_.end() || presets_.size() >= most_presets) continue;
        presets_.push_back(
            {name, ConversationParameters::fromJson(entry.value(QStringLiteral("parameters")).toObject())});
    }
}

std::vector<PresetStore::Preset>::iterator PresetStore::at(const QString& name) {
    return std::find_if(presets_.begin(), presets_.end(),
                        [&name](const Preset& preset) { return sameName(preset.name, name); });
}

QStringList PresetStore::names() const {
    QStringList all;
    for (const Preset& preset : presets_)
        all << preset.name;
    std::sort(all.begin(), all.end(), [](const QString& a, const QString& b) {
        return QString::localeAwareCompare(a.toCaseFolded(), b.toCaseFolded()) < 0;
    });
    return all;
}

std::optional<ConversationParameters> PresetStore::find(const QString& name) const {
    for (const Preset& preset : presets_) {
        if (sameName(preset.name, tidyName(name))) return preset.parameters;
    }
    return std::nullopt;
}

QString PresetStore::save(const QString& name, const ConversationParameters& parameters) {
    const QString tidy = tidyName(name);
    if (tidy.isEmpty()) return PresetText::noName();
    std::vector<Preset> changed = presets_;
    const auto place = at(tidy);
    if (place != presets_.end()) {
        changed[static_cast<std::size_t>(place - presets_.begin())] = {tidy, parameters};
    } else if (changed.size() >= most_presets) {
        return PresetText::tooMany(most_presets);
    } else {
        changed.push_back({tidy, parameters});
    }
    return store(std::move(changed));
}

QString PresetStore::rename(const QString& from, const QString& to) {
    const QString tidy = tidyName(to);
    if (tidy.isEmpty()) return PresetText::noName();
    const auto place = at(tidyName(from));
    if (place == presets_.end()) return PresetText::gone(from);
    const auto taken = at(tidy);
    if (taken != presets_.end() && taken != place) return PresetText::exists(taken->name);
    std::vector<Preset> changed = presets_;
    changed[static_cast<std::size_t>(place - presets_.begin())].name = tidy;
    return store(std::move(changed));
}

QString PresetStore::remove(const QString& name) {
    const auto place = at(tidyName(name));
    if (place == presets_.end()) return PresetText::gone(name);
    std::vector<Preset> changed = presets_;
    changed.erase(changed.begin() + (place - presets_.begin()));
    return store(std::move(changed));
}

QString PresetStore::store(std::vector<Preset> changed) {
    QJsonArray entries;
    for (const Preset& preset : changed) {
        QJsonObject parameters = preset.parameters.toJson();
        parameters.remove(QStringLiteral("preset"));
        entries.append(
            QJsonObject{{QStringLiteral("name"), preset.name}, {QStringLiteral("parameters"), parameters}});
    }
    QDir().mkpath(QFileInfo(file_).path());
    if (damaged_) {
        const QString aside = file_ + QStringLiteral(".damaged");
        QFile::remove(aside);
        QFile::rename(file_, aside);
        damaged_ = false;
    }
    QSaveFile file(file_);
    const QByteArray text =
        QJsonDocument(QJsonObject{{QStringLiteral("version"), 1}, {QStringLiteral("presets"), entries}})
            .toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        return PresetText::notWritten(file.errorString());
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (!file.commit()) return PresetText::notWritten(file.errorString());
    presets_ = std::move(changed);
    return {};
}

}  // namespace sightline
