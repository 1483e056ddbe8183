// Named parameters in a JSON file beside the settings, which a person can read, edit and copy.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "app/values/conversation_parameters.h"

namespace sightline {

// GUI thread; a few kilobytes are read once and written as a whole, under a temporary name first. What was
// edited into nonsense is left out; a file that is no JSON at all is put aside under "<name>.damaged" before
// it is written again, never lost.
class PresetStore {
  public:
    static constexpr int most_presets = 200;
    static constexpr int longest_name = 60;  // characters

    explicit PresetStore(const QString& file);

    QStringList names() const;  // in the order of the locale, without regard to case
    std::optional<ConversationParameters> find(const QString& name) const;

    // These return why not, as a sentence, or nothing. Names are trimmed; equal ones differ in more than
    // case.
    QString save(const QString& name, const ConversationParameters& parameters);  // replaces
    QString rename(const QString& from, const QString& to);
    QString remove(const QString& name);

    static QString tidyName(const QString& name);

  private:
    struct Preset {
        QString name;
        ConversationParameters parameters;
    };
    std::vector<Preset>::iterator at(const QString& name);
    QString store(std::vector<Preset> changed);

    QString file_;
    bool damaged_ = false;
    std::vector<Preset> presets_;
};

}  // namespace sightline
