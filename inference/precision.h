// The numbers that a model is computed with, and what they are called.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace sightline {

// int8 and int4: matrices are small integers: packed on a CPU (kernels/packed_matrix.h), where the rest is
// float32; on a GPU of 8 bits in either (networks/row_int8.h), and the rest is bfloat16. automatic: what
// suits the model and the memory of this computer (files/default_precision.h).
enum class Precision { automatic, float32, bfloat16, int8, int4 };

struct PrecisionName {
    Precision precision;
    const char* name;  // in reports, settings and the names of files
    const char* word;  // on a command line
};

inline constexpr std::array precision_names{
    PrecisionName{Precision::automatic, "automatic", "auto"},
    PrecisionName{Precision::float32, "float32", "float32"},
    PrecisionName{Precision::bfloat16, "bfloat16", "bf16"},
    PrecisionName{Precision::int8, "int8", "int8"},
    PrecisionName{Precision::int4, "int4", "int4"},
};

constexpr const PrecisionName& namesOf(Precision precision) {
    return precision_names[static_cast<std::size_t>(precision)];
}
constexpr const char* nameOf(Precision precision) {
    return namesOf(precision).name;
}
constexpr const char* wordOf(Precision precision) {
    return namesOf(precision).word;
}

constexpr std::optional<Precision> precisionFromName(std::string_view name) {
    for (const PrecisionName& names : precision_names)
        if (name == names.name) return names.precision;
    return std::nullopt;
}
constexpr std::optional<Precision> precisionFromWord(std::string_view word) {
    for (const PrecisionName& names : precision_names)
        if (word == names.word) return names.precision;
    return std::nullopt;
}

// "auto|float32|..."
inline std::string precisionWords(const char* between = "|") {
    std::string words;
    for (const PrecisionName& names : precision_names)
        words += (words.empty() ? "" : between) + std::string(names.word);
    return words;
}

}  // namespace sightline
