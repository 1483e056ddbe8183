#include "inference/reading/line_spacing.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include <opencv2/imgproc.hpp>

#include "inference/reading/ink.h"
#include "inference/reading/line_words.h"
#include "inference/reading/reading_order.h"

namespace sightline {
namespace {

// A space that the recogniser is sure of stays, however narrow.
constexpr double sure_space = 0.97;

// The widest run of columns without ink between the middles of two neighbours.
struct Gap {
    double width = 0;   // in heights
    double center = 0;  // pixels along the line
};

std::vector<bool> inkedColumns(const cv::Mat& line) {
    const cv::Mat ink = inkOf(line);
    const int trim =
        line.rows > 8 ? std::max(1, line.rows / 8) : 0;  // lines above and below reach into the band
    cv::Mat columns;
    cv::reduce(ink.rowRange(trim, ink.rows - trim), columns, 0, cv::REDUCE_MAX);
    std::vector<bool> inked;
    for (int x = 0; x < columns.cols; ++x)
        inked.push_back(columns.at<std::uint8_t>(0, x) != 0);
    return inked;
}

std::vector<Gap> gapsOf(const cv::Mat& line, double zoom, double height,
                        const std::vector<Character>& characters) {
    const std::vector<bool> inked = inkedColumns(line);
    std::vector<Gap> gaps;
    for (std::size_t i = 0; i + 1 < characters.size(); ++i) {
        const double left = characters[i].center * zoom;
        const double right = characters[i + 1].center * zoom;
        const int begin = std::max(0, static_cast<int>(left));
        const int end = std::min(static_cast<int>(inked.size()), static_cast<int>(std::ceil(right)) + 1);
        int run = 0;
        int longest = 0;
        double center = (left + right) / 2;
        for (int x = begin; x < end; ++x) {
            run = inked[static_cast<std::size_t>(x)] ? 0 : run + 1;
            if (run > longest) {
                longest = run;
                center = x + 1 - run / 2.0;
            }
        }
        // The run may reach beyond the letters' middles.
        if (center <= left || center >= right) center = (left + right) / 2;
        gaps.push_back({longest / zoom / height, center / zoom});
    }
    return gaps;
}

// The letters around the space at `place` stand one step apart in a run of equal steps.
bool isTypewriterStep(const std::vector<Character>& characters, std::size_t place, double height) {
    if (place < 1 || place + 1 >= characters.size()) return false;
    const double step = characters[place + 1].center - characters[place - 1].center;
    const auto even = [&](std::size_t from, std::size_t to) {
        if (to < from + 5) return false;
        double sum = 0;
        double least = 0;
        double most = 0;
        for (std::size_t i = from; i < to; ++i) {
            if (characters[i].code == U' ') return false;
            if (i == from) continue;
            const double each = characters[i].center - characters[i - 1].center;
            sum += each;
            least = i == from + 1 ? each : std::min(least, each);
            most = std::max(most, each);
        }
        const double mean = sum / static_cast<double>(to - from - 1);
        return most < 1.35 * least && mean > 0.4 * height && mean < 0.75 * height && step < 1.45 * mean;
    };
    return even(place + 1, std::min(characters.size(), place + 6)) || even(place >= 5 ? place - 5 : 0, place);
}

struct Usual {
    double space = 0.3;    // heights
    double letter = 0.06;  // between two letters of a word
};

Usual usualGaps(const std::vector<Character>& characters, const std::vector<Gap>& gaps) {
    std::vector<double> spaces;
    std::vector<double> letters;
    for (std::size_t i = 0; i + 1 < characters.size(); ++i) {
        if (characters[i + 1].code == U' ') continue;
        if (characters[i].code == U' ') {
            spaces.push_back(std::max(gaps[i].width, i > 0 ? gaps[i - 1].width : 0));
        } else {
            letters.push_back(gaps[i].width);
        }
    }
    Usual usual;
    if (spaces.size() > 1) usual.space = medianOf(std::move(spaces));
    if (!letters.empty()) usual.letter = medianOf(std::move(letters));
    return usual;
}

}  // namespace

std::vector<Character> spacedByInk(const cv::Mat& line, double zoom, double height,
                                   const std::vector<Character>& characters) {
    if (characters.size() < 2) return characters;
    const std::vector<Gap> gaps = gapsOf(line, zoom, height, characters);
    const Usual usual = usualGaps(characters, gaps);
    std::vector<Character> out{characters[0]};
    for (std::size_t i = 1; i < characters.size(); ++i) {
        const Character& character = characters[i];
        if (character.code == U' ' && i + 1 < characters.size()) {
            const double gap = std::max(gaps[i - 1].width, gaps[i].width);
            if (character.confidence < sure_space && gap > 0 && gap < 0.17 && gap < 0.5 * usual.space &&
                gap < usual.letter + 0.08)
                continue;
            if (gap < 0.2 && isTypewriterStep(characters, i, height)) continue;
        } else if (character.code != U' ' && out.back().code != U' ') {
            const Gap& gap = gaps[i - 1];
            const bool wide = isWideCharacter(character.code) || isWideCharacter(out.back().code);
            if (!wide && gap.width > std::max({0.34, 0.85 * std::min(usual.space, 0.5), usual.letter + 0.2}))
                out.push_back({U' ', gap.center, 1.0});
        }
        out.push_back(character);
    }
    return out;
}

}  // namespace sightline
