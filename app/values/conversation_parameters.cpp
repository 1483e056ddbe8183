#include "app/values/conversation_parameters.h"

#include <QJsonArray>
#include <cmath>
#include <type_traits>

namespace sightline {

namespace {

constexpr auto seed_key = "seed";
constexpr auto stop_key = "stop_words";
constexpr auto system_key = "system_prompt";
constexpr auto detail_key = "detail";
constexpr auto preset_key = "preset";

QString keyText(const char* key) {
    return QString::fromLatin1(key);
}

}  // namespace

QStringList cleanStopWords(const QStringList& words) {
    QStringList kept;
    for (const QString& word : words) {
        const QString cut = word.left(longest_stop_word);
        if (!cut.isEmpty() && !kept.contains(cut) && kept.size() < most_stop_words) kept << cut;
    }
    return kept;
}

bool ConversationParameters::sameValues(const ConversationParameters& other) const {
    ConversationParameters renamed = other;
    renamed.preset = preset;
    return *this == renamed;
}

QJsonObject ConversationParameters::toJson() const {
    QJsonObject json;
    forEachNumber(*this, [&json](const char* key, const auto& value, auto, auto, auto) {
        if (value) json.insert(keyText(key), *value);
    });
    if (seed) json.insert(keyText(seed_key), static_cast<double>(*seed));
    if (!stop_words.isEmpty()) json.insert(keyText(stop_key), QJsonArray::fromStringList(stop_words));
    if (!system_prompt.isEmpty()) json.insert(keyText(system_key), system_prompt);
    if (detail) json.insert(keyText(detail_key), detailId(*detail));
    if (!preset.isEmpty()) json.insert(keyText(preset_key), preset);
    return json;
}

ConversationParameters ConversationParameters::fromJson(const QJsonObject& json) {
    ConversationParameters parameters;
    const auto numberAt = [&json](const char* key, double low, double high) -> std::optional<double> {
        const double value = json.value(keyText(key)).toDouble(std::nan(""));
        if (!(value >= low && value <= high)) return std::nullopt;
        return value;
    };
    forEachNumber(parameters, [&numberAt](const char* key, auto& value, auto low, auto high, auto) {
        using Number = typename std::decay_t<decltype(value)>::value_type;
        const auto found = numberAt(key, low, high);
        if (found && static_cast<double>(static_cast<Number>(*found)) == *found)
            value = static_cast<Number>(*found);
    });
    if (const auto seed = numberAt(seed_key, 0, static_cast<double>(largest_seed));
        seed && std::floor(*seed) == *seed) {
        parameters.seed = static_cast<std::uint64_t>(*seed);
    }
    QStringList words;
    for (const QJsonValue& word : json.value(keyText(stop_key)).toArray())
        words << word.toString();
    parameters.stop_words = cleanStopWords(words);
    parameters.system_prompt = json.value(keyText(system_key)).toString().left(longest_system_prompt);
    parameters.detail = detailFrom(json.value(keyText(detail_key)).toString());
    parameters.preset = json.value(keyText(preset_key)).toString();
    return parameters;
}

}  // namespace sightline
