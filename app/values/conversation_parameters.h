// How the replies of one conversation are made: what the user set in place of the model's own values.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>
#include <utility>

#include "app/values/picture_detail.h"
#include "inference/engine.h"

namespace sightline {

// Empty = the model's own. A value: kept with the conversation, in presets, and for the next conversation.
struct ConversationParameters {
    std::optional<double> temperature;
    std::optional<double> top_p;
    std::optional<int> top_k;
    std::optional<double> min_p;
    std::optional<double> presence_penalty;
    std::optional<double> repetition_penalty;
    std::optional<int> max_tokens;
    std::optional<std::uint64_t> seed;  // at most largest_seed; empty = another one for each reply
    QStringList stop_words;             // at most most_stop_words, none empty, none twice
    QString system_prompt;              // empty = none
    std::optional<Detail> detail;       // empty = automatic
    QString preset;                     // the name of the preset that was chosen last; the values may differ

    bool operator==(const ConversationParameters&) const = default;

    // Everything but the name of the preset.
    bool sameValues(const ConversationParameters& other) const;

    // Only what is set. Reading never fails: what has the wrong type or is out of range counts as not set,
    // names that are not known are ignored.
    QJsonObject toJson() const;
    static ConversationParameters fromJson(const QJsonObject& json);
};

inline constexpr std::uint64_t largest_seed = (std::uint64_t{1} << 53) - 1;  // what JSON holds exactly
inline constexpr int most_stop_words = 16;
inline constexpr int longest_stop_word = 200;          // characters
inline constexpr int longest_system_prompt = 100'000;  // characters

// Calls visit(key, value, lowest, highest, member of GenerationOptions) for every number but the seed. The
// one list of names and ranges: for JSON, for properties, for the engine.
template <typename Parameters, typename Visit>
void forEachNumber(Parameters& parameters, Visit&& visit) {
    visit("temperature", parameters.temperature, 0.0, 2.0, &GenerationOptions::temperature);
    visit("top_p", parameters.top_p, 0.01, 1.0, &GenerationOptions::top_p);
    visit("top_k", parameters.top_k, 0, 500, &GenerationOptions::top_k);
    visit("min_p", parameters.min_p, 0.0, 1.0, &GenerationOptions::min_p);
    visit("presence_penalty", parameters.presence_penalty, -2.0, 2.0, &GenerationOptions::presence_penalty);
    visit("repetition_penalty", parameters.repetition_penalty, 0.5, 2.0,
          &GenerationOptions::repetition_penalty);
    visit("max_tokens", parameters.max_tokens, 1, 1'000'000, &GenerationOptions::max_tokens);
}

// Words as they may be kept: cut, without empty ones, doubles and those that are too many.
QStringList cleanStopWords(const QStringList& words);

}  // namespace sightline
