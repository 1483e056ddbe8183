// The second look: small marks alone on an even ground that no box covers, such as a brace alone in its row,
// "--",
// "##" or a lone digit.
#pragma once

#include <opencv2/core.hpp>

#include <vector>

#include "inference/pages/page.h"

namespace sightline {

// Frames as high as a line, at most 60. Nothing on photographs and busy pictures, and nothing where fewer
// than three boxes say how high a line is.
std::vector<Box> leftOutMarks(const cv::Mat& bgr, const std::vector<Box>& boxes);

}  // namespace sightline
