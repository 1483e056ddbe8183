// From a picture to its lines of text, in no order: detection, boxes, strips, recognition, repairs. The
// layout (page_layout.h) comes after.
#pragma once

#include <opencv2/core.hpp>

#include <stop_token>
#include <vector>

#include "inference/reader.h"
#include "inference/reading/text_line.h"
#include "inference/reading/text_networks.h"

namespace sightline {

// `bgr` CV_8UC3. Quads are in pixels of `bgr`; a line that stands on its head or runs upwards has its quad
// turned accordingly (TextLine::angle). Throws Error(cancelled).
std::vector<TextLine> readTextLines(const cv::Mat& bgr, TextNetworks& networks, const ReadOptions& options,
                                    std::stop_token stop, const ReadProgress& progress);

}  // namespace sightline
