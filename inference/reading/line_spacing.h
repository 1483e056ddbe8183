// Spaces from the gaps in the ink. The recogniser has habits of its own around . / ( and where the font
// changes; the picture knows better. Heights are of the line's box.
#pragma once

#include <opencv2/core.hpp>

#include <vector>

#include "inference/reading/text_line.h"

namespace sightline {

// `line` CV_8UC3: the line cut out of the picture; `zoom`: its pixels for a pixel along the line; `height`:
// of the line, in pixels across it. Drops spaces where letters nearly touch or stand one step apart in
// typewriter text, and adds one where the gap is as wide as a space, never beside wide characters.
std::vector<Character> spacedByInk(const cv::Mat& line, double zoom, double height,
                                   const std::vector<Character>& characters);

}  // namespace sightline
