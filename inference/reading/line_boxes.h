// From the detector's boxes to lines worth reading: words of a row joined, ink at the ends of a line taken
// back in, lone characters given the frame of a line, and small marks that the detector left out found again.
// Acts on upright boxes; skewed ones pass through.
#pragma once

#include <opencv2/core.hpp>

#include <vector>

#include "inference/reading/text_boxes.h"

namespace sightline {

// `boxes` in pixels of `bgr` (CV_8UC3), in any order.
std::vector<TextBox> lineBoxes(const cv::Mat& bgr, const std::vector<TextBox>& boxes);

}  // namespace sightline
