#include "inference/reading/line_words.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "inference/text/unicode.h"

namespace sightline {
namespace {

Point along(const Point& from, const Point& to, double share) {
    return {from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
}

Quad partOf(const Quad& quad, double begin, double end) {
    return {along(quad[0], quad[1], begin), along(quad[0], quad[1], end), along(quad[3], quad[2], end),
            along(quad[3], quad[2], begin)};
}

// How far a word may reach from the middle of its outermost letter towards the one of the next word, `one`
// and `other` with a space between. What lies closer than a tenth of the height is one word to programs that
// take text out of a PDF.
double reach(const TextLine& line, std::size_t one, std::size_t other) {
    constexpr double least_gap = 0.16;  // heights
    const double between = line.characters[other].center - line.characters[one].center;
    const double gap = std::min(least_gap * distance(line.quad[0], line.quad[3]), 0.4 * between);
    return std::max(0.0, (between - gap) / 2);
}

}  // namespace

bool isDigit(char32_t code) {
    return code >= U'0' && code <= U'9';
}

bool isWideCharacter(char32_t code) {
    return (code >= 0x2E80 && code < 0xA000) || (code >= 0xAC00 && code < 0xD7B0) ||
           (code >= 0xF900 && code < 0xFB00) || (code >= 0xFF00 && code < 0xFFF0) ||
           (code >= 0x20000 && code < 0x30000);
}

double advanceOf(const TextLine& line) {
    return line.width() / static_cast<double>(std::max<std::size_t>(1, line.characters.size()));
}

Line wordsOf(const TextLine& line) {
    Line out;
    out.quad = line.quad;
    out.raw_text = line.raw_text;
    out.confidence = line.confidence;
    const auto& characters = line.characters;
    const double width = std::max(1e-6, line.width());
    const double advance = advanceOf(line);
    for (std::size_t i = 0; i < characters.size();) {
        if (characters[i].code == U' ') {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end + 1 < characters.size() && characters[end + 1].code != U' ')
            ++end;
        const double step =
            end > i ? (characters[end].center - characters[i].center) / static_cast<double>(end - i)
                    : advance;
        double left = characters[i].center - 0.6 * step;
        double right = characters[end].center + 0.6 * step;
        if (i == 0) left = std::min(left, 0.5 * advance);
        // Between two words there is a gap.
        if (i > 1) left = std::max(left, characters[i].center - reach(line, i - 2, i));
        if (end + 2 < characters.size())
            right = std::min(right, characters[end].center + reach(line, end, end + 2));
        Word word;
        for (std::size_t k = i; k <= end; ++k) {
            appendUtf8(word.text, characters[k].code);
            word.confidence += characters[k].confidence / static_cast<double>(end - i + 1);
        }
        word.quad =
            partOf(line.quad, std::clamp(left / width, 0.0, 1.0), std::clamp(right / width, 0.0, 1.0));
        if (!out.text.empty()) out.text += ' ';
        out.text += word.text;
        out.words.push_back(std::move(word));
        i = end + 1;
    }
    return out;
}

bool hasFixedPitch(const TextLine& line) {
    std::vector<double> steps;
    int wide = 0;
    for (std::size_t i = 1; i < line.characters.size(); ++i) {
        wide += isWideCharacter(line.characters[i].code);
        if (line.characters[i].code != U' ' && line.characters[i - 1].code != U' ')
            steps.push_back(line.characters[i].center - line.characters[i - 1].center);
    }
    if (steps.size() < 8 || wide > 0) return false;
    std::vector<double> sorted = steps;
    std::sort(sorted.begin(), sorted.end());
    const double middle = sorted[sorted.size() / 2];
    const auto even = std::count_if(steps.begin(), steps.end(),
                                    [middle](double step) { return std::abs(step - middle) < 0.2 * middle; });
    return static_cast<double>(even) > 0.85 * static_cast<double>(steps.size());
}

}  // namespace sightline
