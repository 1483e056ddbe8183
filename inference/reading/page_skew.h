// By how much the lines of a page lie askew, seen in its pixels without reading.
#pragma once

#include <opencv2/core.hpp>

namespace sightline {

struct Skew {
    double degrees = 0;    // clockwise, of the lines of text; -largest_skew..largest_skew
    double certainty = 0;  // 0 = no text or contradictory, 1 = sure
};

constexpr double largest_skew = 16;

// `grey` is CV_8UC1, best 500 to 1000 pixels wide. The lines may also run from top to bottom. By projection:
// along the direction of the text the sums of the strokes change the most from row to row.
Skew skewOf(const cv::Mat& grey);

}  // namespace sightline
