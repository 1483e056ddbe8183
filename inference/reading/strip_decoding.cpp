#include "inference/reading/strip_decoding.h"

#include <algorithm>

#include "inference/reading/line_words.h"

namespace sightline {
namespace {

constexpr double sure = 0.6;
// Of all characters of a page; below it wide characters are look-alikes of signs and icons.
constexpr double least_wide_share = 0.03;

bool isGreek(char32_t code) {
    return (code >= 0x0370 && code < 0x0400) || (code >= 0x1F00 && code < 0x2000);
}

bool isLatinLetter(char32_t code) {
    return (code >= U'A' && code <= U'Z') || (code >= U'a' && code <= U'z') || (code >= 0xC0 && code < 0x180);
}

struct Counts {
    int columns = 0;
    int wide = 0;
    int sure_wide = 0;
    int greek = 0;
    int latin = 0;
};

Counts countsOf(const StripColumns& columns, const std::u32string& alphabet) {
    Counts counts;
    for (const StripColumn& column : columns) {
        if (column.best == 0) continue;
        const char32_t code = alphabet[static_cast<std::size_t>(column.best)];
        ++counts.columns;
        counts.wide += isWideCharacter(code);
        counts.sure_wide += isWideCharacter(code) && column.best_probability > sure;
        counts.greek += isGreek(code) && column.best_probability > sure;
        counts.latin += isLatinLetter(code) && column.best_probability > sure;
    }
    return counts;
}

}  // namespace

std::vector<LineScript> scriptsOf(const std::vector<StripColumns>& strips, const TextNetworks& networks) {
    std::vector<Counts> counts;
    int wide = 0;
    int columns = 0;
    for (const StripColumns& strip : strips) {
        counts.push_back(countsOf(strip, networks.alphabet()));
        wide += counts.back().wide;
        columns += counts.back().columns;
    }
    const bool wide_page = wide >= least_wide_share * columns;
    std::vector<LineScript> scripts;
    for (const Counts& line : counts) {
        const bool greek = line.greek >= 3 && line.greek > line.latin;
        scripts.push_back((wide_page && line.sure_wide > 0) || greek ? LineScript::any : LineScript::latin);
    }
    return scripts;
}

std::vector<Character> decode(const StripColumns& columns, LineScript script, const std::u32string& alphabet,
                              double zoom) {
    const auto classOf = [script](const StripColumn& column) {
        return script == LineScript::latin ? column.best_latin : column.best;
    };
    const auto probabilityOf = [script](const StripColumn& column) -> double {
        return script == LineScript::latin ? column.best_latin_probability : column.best_probability;
    };
    std::vector<Character> characters;
    for (std::size_t begin = 0; begin < columns.size();) {
        const std::int32_t best = classOf(columns[begin]);
        std::size_t end = begin;
        double weight = 0;
        double place = 0;
        double most = 0;
        for (; end < columns.size() && classOf(columns[end]) == best; ++end) {
            const double probability = probabilityOf(columns[end]);
            weight += probability;
            place += probability * static_cast<double>(end);
            most = std::max(most, probability);
        }
        if (best != 0 && weight > 0) {
            characters.push_back({alphabet[static_cast<std::size_t>(best)],
                                  (place / weight + 0.5) * strip_pixels_per_column / zoom, most});
        }
        begin = end;
    }
    return characters;
}

double meanConfidence(const std::vector<Character>& characters) {
    double sum = 0;
    for (const Character& character : characters)
        sum += character.confidence;
    return characters.empty() ? 0 : sum / static_cast<double>(characters.size());
}

}  // namespace sightline
