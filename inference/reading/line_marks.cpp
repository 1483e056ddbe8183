#include "inference/reading/line_marks.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include <opencv2/imgproc.hpp>

#include "inference/reading/ink.h"
#include "inference/reading/line_words.h"

namespace sightline {
namespace {

constexpr std::u32string_view look_like_bullets = U"oO0.,\u00B7\u3002";
constexpr std::u32string_view marks = U"[]{}()<>#$%&*+=_~^|/\\:;,.'\"!?@-";
constexpr std::size_t most_marks = 6;
constexpr std::size_t most_digits = 3;

struct Range {
    int begin = 0;
    int end = 0;
};

struct Dot {
    int left = 0;
    int right = 0;
    int bottom = 0;
};

// Over a dot of a leader is nothing; over one of a dotted or broken rule stand letters.
bool standsUnderInk(const cv::Mat& ink, const cv::Rect& dot) {
    const int top = ink.rows / 4;  // above it the line before may reach in
    return dot.y > top && cv::countNonZero(ink(cv::Rect(dot.x, top, dot.width, dot.y - top))) > 0;
}

// Parts of the ink as small as a dot, from left to right.
std::vector<Dot> dotsOf(const cv::Mat& line) {
    const cv::Mat ink = inkOf(line);
    cv::Mat labels;
    cv::Mat stats;
    cv::Mat centers;
    const int count = cv::connectedComponentsWithStats(ink, labels, stats, centers, 8, CV_32S);
    std::vector<Dot> dots;
    for (int i = 1; i < count; ++i) {
        const int* const s = stats.ptr<int>(i);
        const int largest = std::max(2, line.rows / 5);
        if (s[cv::CC_STAT_WIDTH] > largest || s[cv::CC_STAT_HEIGHT] > largest ||
            s[cv::CC_STAT_TOP] < line.rows / 3 ||
            standsUnderInk(
                ink, {s[cv::CC_STAT_LEFT], s[cv::CC_STAT_TOP], s[cv::CC_STAT_WIDTH], s[cv::CC_STAT_HEIGHT]}))
            continue;
        dots.push_back({s[cv::CC_STAT_LEFT], s[cv::CC_STAT_LEFT] + s[cv::CC_STAT_WIDTH],
                        s[cv::CC_STAT_TOP] + s[cv::CC_STAT_HEIGHT]});
    }
    std::sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.left < b.left; });
    return dots;
}

// Runs of dots on one height and with one distance.
std::vector<Range> leadersOf(const cv::Mat& line) {
    constexpr std::size_t fewest = 6;
    const std::vector<Dot> dots = dotsOf(line);
    std::vector<Range> leaders;
    for (std::size_t begin = 0; begin + fewest <= dots.size();) {
        std::size_t end = begin + 1;
        for (; end < dots.size(); ++end) {
            const int step = dots[end].left - dots[end - 1].left;
            const int first = dots[begin + 1].left - dots[begin].left;
            if (std::abs(dots[end].bottom - dots[end - 1].bottom) > 1 ||
                std::abs(step - first) > 1 + first / 4 || step > line.rows)
                break;
        }
        // Shorter ones may be an ellipsis.
        if (end - begin >= fewest && dots[end - 1].right - dots[begin].left > 2 * line.rows)
            leaders.push_back({dots[begin].left, dots[end - 1].right});
        begin = std::max(begin + 1, end - 1);
    }
    return leaders;
}

bool isLower(char32_t code) {
    return code >= U'a' && code <= U'z';
}

}  // namespace

void repairBullet(const cv::Mat& line, std::vector<Character>& characters) {
    if (characters.empty() || look_like_bullets.find(characters[0].code) == look_like_bullets.npos ||
        (characters.size() > 1 && characters[1].code != U' '))
        return;
    const double end = characters.size() == 1 ? line.cols : (characters[0].center + characters[1].center) / 2;
    const int width = std::min(line.cols, static_cast<int>(end));
    if (width < 3 || line.rows < 6) return;
    const cv::Mat ink = inkOf(line).colRange(0, width);
    const cv::Rect bounds = cv::boundingRect(ink);
    if (bounds.empty()) return;
    const double middle = (bounds.y + (bounds.height - 1) / 2.0) / line.rows;
    const double ratio = static_cast<double>(bounds.width) / bounds.height;
    if (bounds.height >= 0.36 * line.rows || ratio <= 0.6 || ratio >= 1.7 || middle <= 0.3 || middle >= 0.65)
        return;
    const bool filled = cv::countNonZero(ink(bounds)) > 0.62 * bounds.area();
    characters[0].code = filled ? U'\u2022' : U'\u25E6';
}

void repairEllipsis(const cv::Mat& line, std::vector<Character>& characters) {
    const auto isDot = [](char32_t code) { return code == U'.' || code == U'\u2026'; };
    if (characters.empty() || characters.back().code != U'.') return;
    const std::vector<Dot> dots = dotsOf(line);
    if (dots.size() < 3) return;
    const Dot* const three = dots.data() + dots.size() - 3;
    const int first = three[1].left - three[0].left;
    const int second = three[2].left - three[1].left;
    const auto end = std::find_if_not(characters.rbegin(), characters.rend(),
                                      [&](const Character& each) { return isDot(each.code); });
    const bool even = std::abs(first - second) <= 1 && first < 0.6 * line.rows &&
                      three[0].bottom == three[1].bottom && three[1].bottom == three[2].bottom;
    // More dots may be a leader.
    const bool fourth = dots.size() > 3 && three[0].left - dots[dots.size() - 4].left < 1.5 * first;
    if (!even || fourth || (end != characters.rend() && end->center > three[0].left)) return;
    const double confidence = characters.back().confidence;
    characters.erase(end.base(), characters.end());
    for (int i = 0; i < 3; ++i)
        characters.push_back({U'.', (three[i].left + three[i].right) / 2.0, confidence});
}

void removeLeaders(const cv::Mat& line, std::vector<Character>& characters) {
    const double margin = line.rows / 8.0;
    for (const Range& leader : leadersOf(line)) {
        std::erase_if(characters, [&](const Character& each) {
            return each.center > leader.begin - margin && each.center < leader.end + margin;
        });
        const auto next = std::find_if(characters.begin(), characters.end(),
                                       [&](const Character& each) { return each.center > leader.begin; });
        const bool between = next != characters.begin() && next != characters.end();
        if (between && next->code != U' ' && std::prev(next)->code != U' ')
            characters.insert(next, {U' ', (leader.begin + leader.end) / 2.0, 1.0});
    }
    // The end of one that began in another box.
    if (characters.size() > 1 && characters[0].code == U'\u2026' &&
        std::all_of(characters.begin() + 1, characters.end(),
                    [](const Character& each) { return each.code == U' ' || isDigit(each.code); }))
        characters.erase(characters.begin());
}

void repairLookAlikes(std::vector<Character>& characters) {
    if (characters.size() == 1 && (characters[0].code == U'I' || characters[0].code == U'l')) {
        characters[0].code = U'1';
        return;
    }
    for (std::size_t i = 1; i + 2 < characters.size(); ++i) {
        if (characters[i].code != U'1' ||
            !(isLower(characters[i - 1].code) || characters[i - 1].code == U'/') ||
            !isLower(characters[i + 1].code) || !isLower(characters[i + 2].code))
            continue;
        std::size_t end = i + 1;
        while (end < characters.size() && isLower(characters[end].code))
            ++end;
        if (end < characters.size() && isDigit(characters[end].code)) continue;
        characters[i].code = U'l';
    }
}

bool isMarkOnly(const std::vector<Character>& characters) {
    return !characters.empty() && characters.size() <= most_marks &&
           std::all_of(characters.begin(), characters.end(),
                       [](const Character& each) { return marks.find(each.code) != marks.npos; });
}

bool isShortNumber(const std::vector<Character>& characters) {
    return !characters.empty() && characters.size() <= most_digits &&
           std::all_of(characters.begin(), characters.end(),
                       [](const Character& each) { return isDigit(each.code); });
}

}  // namespace sightline
