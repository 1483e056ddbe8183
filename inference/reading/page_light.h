// Shadows and weak contrast of a photographed page.
#pragma once

#include <opencv2/core.hpp>

#include <optional>

namespace sightline {

// What brings the paper to one brightness everywhere and the ink to a good distance from it.
struct LightPlan {
    cv::Mat gain;         // CV_32FC1, small: factor for every pixel, laid over the whole picture
    double contrast = 1;  // factor for the distance from the paper, after the gain
};

// `grey` is CV_8UC1, best 300 to 700 pixels wide; `paper` is CV_8UC1 of its size, 0 = not a part of the page.
// Nothing if the paper is even and the ink strong enough, if it does not look like dark ink on paper, or if
// the brightness changes as abruptly as between coloured areas: shadows have soft edges.
std::optional<LightPlan> planLight(const cv::Mat& grey, const cv::Mat& paper);

// `to` is CV_8UC3 of the size of `from`; may be the same.
void evenLight(const cv::Mat& from, const LightPlan& plan, cv::Mat& to);

}  // namespace sightline
