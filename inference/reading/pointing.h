// From a question about a screen to the place of what it asks for.
#pragma once

#include <opencv2/core.hpp>

#include <optional>
#include <string_view>

#include "inference/pages/page.h"

namespace sightline {

// Finds the words of the question on the page, then the element that they belong to: the button around them,
// the field beside them, their row of the menu. `bgr` is the picture that `page` was read from, CV_8UC3;
// pixels of it. What has no text cannot be found. Nothing if the words are not on the page.
std::optional<Box> pointAt(const cv::Mat& bgr, const Page& page, std::string_view question);

}  // namespace sightline
