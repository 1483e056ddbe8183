#include "inference/reading/page_layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "inference/reading/line_words.h"
#include "inference/reading/page_blocks.h"
#include "inference/reading/reading_order.h"
#include "inference/text/unicode.h"

namespace sightline {
namespace {

bool hasText(const TextLine& line) {
    return std::any_of(line.characters.begin(), line.characters.end(),
                       [](const Character& character) { return character.code != U' '; });
}

// Several words, most of them of letters: no list of files, no column of numbers.
bool readsAsProse(const TextLine& line) {
    constexpr int fewest_words = 3;
    constexpr int fewest_letters = 8;
    int words = 0;
    int wide = 0;
    int letters = 0;
    int characters = 0;
    bool inside = false;
    for (const Character& character : line.characters) {
        const bool visible = character.code != U' ';
        words += visible && !inside;
        inside = visible;
        characters += visible;
        wide += isWideCharacter(character.code);
        letters += charClass(character.code) == CharClass::letter;
    }
    return letters >= fewest_letters && 3 * letters > 2 * characters && words + wide / 3 >= fewest_words;
}

// Degrees by which the page is askew: the middle angle if most lines are.
double skewOf(const std::vector<TextLine>& lines) {
    constexpr double steepest = 20;
    std::vector<double> angles;
    std::size_t tilted = 0;
    for (const TextLine& line : lines) {
        const double angle = line.angle();
        if (std::abs(angle) > steepest || line.width() < 3 * line.height()) continue;
        angles.push_back(angle);
        tilted += std::abs(angle) > 0.05;
    }
    return 2 * tilted > angles.size() ? medianOf(std::move(angles)) : 0.0;
}

std::vector<PlacedLine> placed(const std::vector<TextLine>& lines, double skew) {
    std::vector<PlacedLine> out;
    const double turn = -skew * std::numbers::pi / 180;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (skew == 0.0) {
            out.push_back({boundingBox(lines[i].quad), i, readsAsProse(lines[i])});
            continue;
        }
        Point middle;
        for (const Point& corner : lines[i].quad) {
            middle.x += corner.x / 4;
            middle.y += corner.y / 4;
        }
        const Point level{middle.x * std::cos(turn) - middle.y * std::sin(turn),
                          middle.x * std::sin(turn) + middle.y * std::cos(turn)};
        const double half_width = lines[i].width() / 2;
        const double half_height = lines[i].height() / 2;
        out.push_back(
            {{level.x - half_width, level.y - half_height, level.x + half_width, level.y + half_height},
             i,
             readsAsProse(lines[i])});
    }
    return out;
}

double usualAdvance(const std::vector<TextLine>& lines) {
    std::vector<double> advances;
    for (const TextLine& line : lines) {
        if (line.characters.size() > 3) advances.push_back(advanceOf(line));
    }
    return advances.empty() ? 8.0 : std::max(1.0, medianOf(std::move(advances)));
}

}  // namespace

Page layoutPage(int width, int height, std::vector<TextLine> lines) {
    Page page;
    page.width = width;
    page.height = height;
    std::erase_if(lines, [](const TextLine& line) { return !hasText(line); });
    if (lines.empty()) return page;
    std::vector<PlacedLine> all = placed(lines, skewOf(lines));
    const BlockContext context{lines, medianHeight(all), usualAdvance(lines)};
    for (const auto& region : regionsOf(std::move(all)))
        appendBlocks(rowsOf(region), context, page);
    double sum = 0;
    std::size_t count = 0;
    for (const TextLine& line : lines) {
        for (const Character& character : line.characters)
            sum += character.confidence;
        count += line.characters.size();
    }
    page.confidence = sum / static_cast<double>(count);
    return page;
}

}  // namespace sightline
