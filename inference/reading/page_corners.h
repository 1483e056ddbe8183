// The four corners of a sheet of paper (or a bright screen) in a photograph.
#pragma once

#include <opencv2/core.hpp>

#include <array>
#include <optional>

namespace sightline {

// Clockwise from the upper left one.
using Corners = std::array<cv::Point2d, 4>;

// `grey` is CV_8UC1, best 400 to 600 pixels wide. A quadrilateral that is brighter than what surrounds it on
// all four sides, lies wholly within the picture, covers a good part of it, and has nothing like text outside
// of it. Pixels of `grey`, the corner of the first one is 0,0. Nothing when in doubt.
std::optional<Corners> findSheet(const cv::Mat& grey);

// Largest angle in degrees between a side and the axis that it should be parallel to.
double slantOf(const Corners& corners);

}  // namespace sightline
