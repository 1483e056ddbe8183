// Pictures drawn for the tests of the text reader: black shapes on white.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "inference/pages/page.h"
#include "inference/reading/text_line.h"

namespace sightline::test {

inline cv::Mat whitePicture(int width, int height) {
    return {height, width, CV_8UC3, cv::Scalar(255, 255, 255)};
}

inline void drawRect(cv::Mat& bgr, const cv::Rect& rect, const cv::Scalar& color = {0, 0, 0}) {
    cv::rectangle(bgr, rect, color, cv::FILLED);
}

// Letter-like blocks 8 wide with gaps of 2, from `left` on.
inline void drawLetters(cv::Mat& bgr, int left, int top, int height, int count) {
    for (int i = 0; i < count; ++i)
        drawRect(bgr, {left + 10 * i, top, 8, height});
}

// Characters `step` pixels apart, the first one's middle at step / 2.
inline std::vector<Character> charactersOf(std::u32string_view text, double step = 10,
                                           double confidence = 1) {
    std::vector<Character> characters;
    for (const char32_t code : text)
        characters.push_back({code, step * (static_cast<double>(characters.size()) + 0.5), confidence});
    return characters;
}

inline std::u32string textOf(const std::vector<Character>& characters) {
    std::u32string text;
    for (const Character& character : characters)
        text += character.code;
    return text;
}

inline bool centersRise(const std::vector<Character>& characters) {
    for (std::size_t i = 1; i < characters.size(); ++i) {
        if (!(characters[i].center > characters[i - 1].center)) return false;
    }
    return true;
}

inline Box moved(const Box& box, double x, double y) {
    return {box.left + x, box.top + y, box.right + x, box.bottom + y};
}

inline bool isNear(const Box& a, const Box& b, double tolerance) {
    return std::abs(a.left - b.left) <= tolerance && std::abs(a.top - b.top) <= tolerance &&
           std::abs(a.right - b.right) <= tolerance && std::abs(a.bottom - b.bottom) <= tolerance;
}

}  // namespace sightline::test
