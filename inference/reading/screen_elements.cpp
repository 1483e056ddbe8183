#include "inference/reading/screen_elements.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "inference/reading/ink.h"

namespace sightline {
namespace {

constexpr int least_step = 5;         // levels of a channel between two pixels of an edge
constexpr double least_share = 0.85;  // of the row or column that the edge takes
constexpr int thickest_border = 3;    // pixels

bool differ(const cv::Vec3b& a, const cv::Vec3b& b) {
    return std::abs(a[0] - b[0]) >= least_step || std::abs(a[1] - b[1]) >= least_step ||
           std::abs(a[2] - b[2]) >= least_step;
}

int nearest(double value) {
    return static_cast<int>(std::floor(value + 0.5));
}

}  // namespace

ScreenElements::ScreenElements(cv::Mat bgr) : bgr_(std::move(bgr)) {}

bool ScreenElements::isEdgeAbove(int y, int x0, int x1) const {
    x0 = std::max(x0, 0);
    x1 = std::min(x1, bgr_.cols);
    if (y < 1 || y >= bgr_.rows || x1 <= x0) return false;
    const auto* above = bgr_.ptr<cv::Vec3b>(y - 1);
    const auto* below = bgr_.ptr<cv::Vec3b>(y);
    int count = 0;
    for (int x = x0; x < x1; ++x)
        count += differ(above[x], below[x]) ? 1 : 0;
    return count >= least_share * (x1 - x0);
}

bool ScreenElements::isEdgeLeft(int x, int y0, int y1) const {
    y0 = std::max(y0, 0);
    y1 = std::min(y1, bgr_.rows);
    if (x < 1 || x >= bgr_.cols || y1 <= y0) return false;
    int count = 0;
    for (int y = y0; y < y1; ++y) {
        const auto* row = bgr_.ptr<cv::Vec3b>(y);
        count += differ(row[x - 1], row[x]) ? 1 : 0;
    }
    return count >= least_share * (y1 - y0);
}

// The first edge on the way, or the outer side of its border.
std::optional<int> ScreenElements::edge(int from, int to, const cv::Range& across, bool rows) const {
    const int step = to < from ? -1 : 1;
    const auto isEdge = [&](int at) {
        return rows ? isEdgeAbove(at, across.start, across.end) : isEdgeLeft(at, across.start, across.end);
    };
    for (int at = from; at != to + step; at += step) {
        if (!isEdge(at)) continue;
        int outer = at;
        for (int further = 1; further <= thickest_border; ++further) {
            if (isEdge(at + step * further)) outer = at + step * further;
        }
        return outer;
    }
    return {};
}

Box ScreenElements::tightened(const Box& word) const {
    const double margin = 0.1 * word.height();
    const cv::Rect place = cv::Rect(cv::Point(nearest(word.left), nearest(word.top + margin)),
                                    cv::Point(nearest(word.right), nearest(word.bottom - margin))) &
                           cv::Rect(0, 0, bgr_.cols, bgr_.rows);
    if (place.width < 2 || place.height < 2) return word;
    const cv::Mat ink = inkOf(bgr_(place));
    // Of the pieces that a wide gap or the border of a frame parts, the longest: the others are marks and
    // boxes to tick beside the word.
    const double widest_gap = 0.45 * word.height();
    constexpr double border = 0.95;  // of the height
    int first = -1;
    int last = -1;
    Box best = word;
    int longest = 0;
    const auto finish = [&] {
        if (first >= 0 && last + 1 - first > longest) {
            longest = last + 1 - first;
            best.left = place.x + first;
            best.right = place.x + last + 1;
        }
        first = -1;
    };
    for (int x = 0; x < ink.cols; ++x) {
        const int count = cv::countNonZero(ink.col(x));
        const bool is_border = count >= border * ink.rows;
        if (is_border || (first >= 0 && x - last > widest_gap)) finish();
        if (count == 0 || is_border) continue;
        if (first < 0) first = x;
        last = x;
    }
    finish();
    return best;
}

std::optional<Box> ScreenElements::rectangleAround(const Box& seed, double line_height,
                                                   double most_height) const {
    // The outer parts of the seed may lie on the border already: boxes of text have a margin.
    const double inset = std::min(0.3 * line_height, 0.45 * seed.height());
    const cv::Range columns(nearest(seed.left - 0.4 * line_height), nearest(seed.right + 0.4 * line_height));
    const auto top =
        edge(nearest(seed.top + inset), std::max(1, nearest(seed.bottom - most_height)), columns, true);
    const auto bottom = edge(nearest(seed.bottom - inset),
                             std::min(bgr_.rows - 1, nearest(seed.top + most_height)), columns, true);
    if (!top || !bottom || *bottom - *top > most_height) return {};
    // Rounded corners take a part of the sides.
    const int corner = std::max(1, std::min(5, (*bottom - *top) / 4));
    const cv::Range rows(*top + corner, *bottom - corner);
    const double sideways = std::min(0.3 * line_height, 0.45 * seed.width());
    const auto left = edge(nearest(seed.left + sideways), 1, rows, false);
    const auto right = edge(nearest(seed.right - sideways), bgr_.cols - 1, rows, false);
    if (!left || !right) return {};
    return Box{static_cast<double>(*left), static_cast<double>(*top), static_cast<double>(*right),
               static_cast<double>(*bottom)};
}

std::optional<Box> ScreenElements::panelAround(const Box& row, double most_width) const {
    // Higher than the row, so that a box to tick or an icon in it is no edge.
    const double margin = 0.35 * row.height();
    const cv::Range rows(nearest(row.top - margin), nearest(row.bottom + margin));
    const auto left = edge(nearest(row.left), std::max(1, nearest(row.left - most_width)), rows, false);
    const auto right =
        edge(nearest(row.right), std::min(bgr_.cols - 1, nearest(row.right + most_width)), rows, false);
    if (!left || !right) return {};
    return Box{static_cast<double>(*left), row.top, static_cast<double>(*right), row.bottom};
}

std::optional<Box> ScreenElements::squareBefore(const Box& text) const {
    const double height = text.height();
    const cv::Rect place = cv::Rect(cv::Point(nearest(text.left - 2.2 * height), nearest(text.top)),
                                    cv::Point(nearest(text.left), nearest(text.bottom))) &
                           cv::Rect(0, 0, bgr_.cols, bgr_.rows);
    if (place.width < height || place.height < 4) return {};
    const cv::Mat ink = inkOf(bgr_(place));
    // The columns of ink nearest to the text, as far as they hang together.
    const auto isEmpty = [&](int x) { return cv::countNonZero(ink.col(x)) == 0; };
    int right = place.width - 1;
    while (right >= 0 && isEmpty(right))
        --right;
    int left = right;
    while (left >= 0 && !isEmpty(left))
        --left;
    const int width = right - left;
    if (left < 0 || width < 0.4 * height || width > 1.3 * height) return {};
    const cv::Mat piece = ink.colRange(left + 1, right + 1);
    int top = 0;
    int bottom = ink.rows - 1;
    while (top < bottom && cv::countNonZero(piece.row(top)) == 0)
        ++top;
    while (bottom > top && cv::countNonZero(piece.row(bottom)) == 0)
        --bottom;
    if (std::abs(bottom + 1 - top - width) > 0.3 * width) return {};
    return Box{static_cast<double>(place.x + left + 1), static_cast<double>(place.y + top),
               static_cast<double>(place.x + right + 1), static_cast<double>(place.y + bottom + 1)};
}

}  // namespace sightline
