// The detector's half of reading: a picture -> where its text is. Pictures of any size go through the network
// in tiles; its map of probabilities becomes boxes by the rules of the published post-processing (threshold,
// contour, growth by area * 1.6 / perimeter).
#pragma once

#include <opencv2/core.hpp>

#include <stop_token>
#include <vector>

#include "inference/pages/page.h"
#include "inference/reader.h"
#include "inference/reading/text_networks.h"

namespace sightline {

struct TextBox {
    Quad quad{};
    double angle = 0;   // degrees clockwise from the x axis, -90..90; 0 = upright: its sides are parallel to
                        // the picture's
    bool mark = false;  // a small mark that the detector left out; kept only if it reads as punctuation

    bool upright() const { return angle == 0; }
};

// Text probability of every pixel, CV_8UC1, 255 = certain. `scale` is what the picture is enlarged by first;
// the map has the size of the enlarged picture. Parts of one colour are not looked at. Throws
// Error(cancelled).
cv::Mat textProbability(const cv::Mat& bgr, double scale, TextNetworks& networks, const std::stop_token& stop,
                        const ReadProgress& progress);

// In pixels of the picture that the map was made of, `scale` times smaller than the map.
std::vector<TextBox> boxesOf(const cv::Mat& probability, double scale);

// Both, and once more at twice the size if the text is small.
std::vector<TextBox> detectText(const cv::Mat& bgr, TextNetworks& networks, const std::stop_token& stop,
                                const ReadProgress& progress);

}  // namespace sightline
