// Which pixels of a part of a picture are ink, whatever the polarity: those whose colour is far from the
// middle colour of the part.
#pragma once

#include <opencv2/core.hpp>

#include <array>

namespace sightline {

struct Ground {
    std::array<int, 3> color{};  // B, G, R, 0..255; the median of each channel
    int contrast = 0;            // 0..255: how far the farthest 3 % of the pixels are from it at least
};

// `bgr` CV_8UC3, not empty.
Ground groundOf(const cv::Mat& bgr);

// CV_8UC1, 255 = ink: a channel differs from the ground by more than 40 % of the contrast, and by more
// than 12.
cv::Mat inkOf(const cv::Mat& bgr);

// CV_8UC1: the largest difference of the three channels to a colour.
cv::Mat distanceFrom(const cv::Mat& bgr, const std::array<int, 3>& color);

}  // namespace sightline
