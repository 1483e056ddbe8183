// What is drawn around a piece of text on a screen: the frame of a button, a field, the panel of a menu.
// Straight edges along a row or a column of pixels, whatever the colours; gradients and letters are none.
#pragma once

#include <opencv2/core.hpp>

#include <optional>

#include "inference/pages/page.h"

namespace sightline {

class ScreenElements {
  public:
    explicit ScreenElements(cv::Mat bgr);  // CV_8UC3; its pixels are shared

    // `word` without the empty space beside its letters: a box of a page reaches halfway to the next word.
    Box tightened(const Box& word) const;

    // The closest rectangle that is drawn around `seed`, with its border. `line_height` is that of the text:
    // nothing if one of the four edges is missing or the rectangle is higher than `most_height`.
    std::optional<Box> rectangleAround(const Box& seed, double line_height, double most_height) const;

    // Left and right edge of the panel that a row of text stands in; top and bottom are those of `row`.
    std::optional<Box> panelAround(const Box& row, double most_width) const;

    // The small square before a text that can be ticked.
    std::optional<Box> squareBefore(const Box& text) const;

  private:
    bool isEdgeAbove(int y, int x0, int x1) const;  // between the rows y - 1 and y
    bool isEdgeLeft(int x, int y0, int y1) const;   // between the columns x - 1 and x
    std::optional<int> edge(int from, int to, const cv::Range& across, bool rows) const;

    cv::Mat bgr_;
};

}  // namespace sightline
