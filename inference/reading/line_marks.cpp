#include "inference/reading/line_marks.h"

#include <algorithm>
#include <string_view>

#include <opencv2/imgproc.hpp>

#include "inference/reading/ink.h"

namespace sightline {
namespace {

constexpr std::u32string_view look_like_bullets = U"oO0.,\u00B7\u3002";
constexpr std::u32string_view marks = U"[]{}()<>#$%&*+=_~^|/\\:;,.'\"!?@-";
constexpr std::size_t most_marks = 6;

bool isLower(char32_t code) {
    return code >= U'a' && code <= U'z';
}

bool isDigit(char32_t code) {
    return code >= U'0' && code <= U'9';
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

}  // namespace sightline
