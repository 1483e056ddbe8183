// What is done to a picture before it is read: turned upright, straightened, flattened from four corners,
// light evened; each step only where it helps. Keeps the way back, so that boxes are reported in pixels of
// the original.
#pragma once

#include <opencv2/core.hpp>

#include <string>
#include <vector>

#include "inference/pages/page.h"
#include "inference/reader.h"

namespace sightline {

struct CleanedPicture {
    cv::Mat bgr;  // CV_8UC3
    // Homography: pixel of `bgr` -> pixel of the original. As everywhere in a page, the upper left corner of
    // the first pixel is 0,0.
    cv::Matx33d to_original = cv::Matx33d::eye();
    double rotation = 0;             // degrees clockwise that the text was turned in the original, -180..180
    std::vector<std::string> notes;  // Page::notes
};

// Everything that can be seen without reading: four corners, skew by the lines' direction, shadows. `bgr` is
// CV_8UC3 and is not changed (the result shares its pixels if nothing was done). What a program has drawn
// (few colours, even areas) is only ever straightened, and only if it is a page of text that lies askew.
// Never throws but for memory.
CleanedPicture cleanPicture(const cv::Mat& bgr, const CleanupOptions& options);

// The same picture turned clockwise by quarter * 90 degrees (1..3), with the way back carried along.
CleanedPicture turned(const CleanedPicture& picture, int quarters);

Quad toOriginal(const CleanedPicture& picture, const Quad& quad);

}  // namespace sightline
