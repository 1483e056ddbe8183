// The word behind --precision of the tools.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "inference/engine.h"

namespace sightline {

inline constexpr std::array precision_words{
    std::pair{"float32", Precision::float32}, std::pair{"bf16", Precision::bfloat16},
    std::pair{"int8", Precision::int8}, std::pair{"int4", Precision::int4}};

inline std::optional<Precision> precisionOf(const std::string& word) {
    for (const auto& [name, precision] : precision_words)
        if (word == name) return precision;
    return std::nullopt;
}

inline std::string wordOf(Precision precision) {
    for (const auto& [name, value] : precision_words)
        if (precision == value) return name;
    return "?";
}

// "float32, bf16, ..."
inline std::string precisionWords() {
    std::string words;
    for (const auto& [name, value] : precision_words)
        words += (words.empty() ? "" : ", ") + std::string(name);
    return words;
}

}  // namespace sightline
