// Boxes of text -> strips of height 48 for the recogniser, and which strips are read together.
#pragma once

#include <opencv2/core.hpp>

#include <cstddef>
#include <vector>

#include "inference/pages/page.h"
#include "inference/reading/text_networks.h"

namespace sightline {

// What will be cut out of a picture. The pixels are taken when they are needed (cutStrip): those of a whole
// page would be as much as the page.
struct Strip {
    Quad quad{};                // in pixels of the picture; the text runs from corner 0 to corner 1
    bool whole_pixels = false;  // the sides are parallel to the picture's, the corners are whole numbers
    int width = 8;              // of the strip, at least 8
    double zoom = 1;            // pixels of the strip for one pixel along the line
    bool sharp = false;         // enlarged by cubic interpolation
};

// `upright`: the sides of `quad` are parallel to the picture's; whole pixels are taken then. What is much
// taller than wide is text that runs upwards. Long lines are narrowed to 0.9, which the recogniser reads as
// well.
Strip planStrip(const cv::Size& picture, const Quad& quad, bool upright);

// The same place with the text running the other way.
Strip turnedAround(const Strip& strip);

// The same place wider and sharper: more columns for a letter.
Strip stretched(const Strip& strip);

// CV_8UC3, 48 high and strip.width wide.
cv::Mat cutStrip(const cv::Mat& bgr, const Strip& strip);

// The part of the picture itself, for a strip of whole pixels whose text runs from left to right.
cv::Mat partOf(const cv::Mat& bgr, const Strip& strip);

// Indices of strips of similar width, the narrow ones first: few batches with little padding, in bounded
// memory.
std::vector<std::vector<std::size_t>> batchesOf(const std::vector<Strip>& strips);

}  // namespace sightline
