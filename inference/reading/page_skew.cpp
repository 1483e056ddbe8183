#include "inference/reading/page_skew.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace sightline {
namespace {

constexpr int smallest_side = 100;  // pixels: less is a line or two, which are read as they are
constexpr int strip_width = 8;      // pixels over which a line of text is taken as level
constexpr double coarse_step = 0.5;
constexpr double fine_step = 0.1;

// Strokes of either polarity as 0 or 1: what differs from its surroundings.
cv::Mat strokesOf(const cv::Mat& grey) {
    cv::Mat ground;
    cv::boxFilter(grey, ground, CV_8U, {31, 31}, {-1, -1}, true,
                  cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
    cv::Mat strokes;
    cv::absdiff(grey, ground, strokes);
    constexpr double least_contrast = 12;
    constexpr double share_of_contrast = 0.5;
    const cv::Scalar mean = cv::mean(strokes, strokes > least_contrast);
    cv::threshold(strokes, strokes, std::max(least_contrast, share_of_contrast * mean[0]), 1,
                  cv::THRESH_BINARY);
    return strokes;
}

// How sharply rows of text and gaps alternate, for any direction: sums over narrow strips, shifted against
// each other.
class Projection {
  public:
    Projection(const cv::Mat& strokes, int first_strip, int last_strip) {
        const int strips = last_strip - first_strip;
        center_ = (strips - 1) / 2.0;
        const double reach = std::tan(largest_skew * std::numbers::pi / 180) * strip_width * (center_ + 1);
        margin_ = static_cast<int>(reach) + 2;
        height_ = strokes.rows;
        for (int strip = first_strip; strip < last_strip; ++strip) {
            cv::Mat sums;
            cv::reduce(strokes.colRange(strip * strip_width, (strip + 1) * strip_width), sums, 1,
                       cv::REDUCE_SUM, CV_32S);
            sums_.emplace_back(sums.begin<int>(), sums.end<int>());
        }
        rows_.resize(static_cast<std::size_t>(height_ + 2 * margin_));
    }

    double sharpness(double degrees) {
        std::fill(rows_.begin(), rows_.end(), 0);
        const double slope = std::tan(degrees * std::numbers::pi / 180) * strip_width;
        for (std::size_t strip = 0; strip < sums_.size(); ++strip) {
            const double shift = -slope * (static_cast<double>(strip) - center_);
            int* to = rows_.data() + margin_ + std::lround(shift);
            const std::vector<int>& from = sums_[strip];
            for (int y = 0; y < height_; ++y)
                to[y] += from[static_cast<std::size_t>(y)];
        }
        double sum = 0;
        for (std::size_t y = 1; y < rows_.size(); ++y) {
            const double step = rows_[y] - rows_[y - 1];
            sum += step * step;
        }
        return sum;
    }

  private:
    std::vector<std::vector<int>> sums_;  // [strip][row]
    std::vector<int> rows_;
    double center_ = 0;
    int margin_ = 0;
    int height_ = 0;
};

struct Peak {
    double degrees = 0;
    double sharpness = 0;
    double ratio = 0;  // to the usual sharpness of all directions
};

Peak peakOf(Projection projection) {
    std::vector<double> all;
    Peak peak;
    const auto look = [&](double degrees) {
        const double sharpness = projection.sharpness(degrees);
        if (sharpness > peak.sharpness) {
            peak.sharpness = sharpness;
            peak.degrees = degrees;
        }
        return sharpness;
    };
    const int steps = static_cast<int>(largest_skew / coarse_step);
    for (int i = -steps; i <= steps; ++i)
        all.push_back(look(i * coarse_step));
    const double around = peak.degrees;
    const int fine = static_cast<int>(coarse_step / fine_step);
    for (int i = -fine; i <= fine; ++i) {
        if (i != 0) look(around + i * fine_step);
    }
    std::nth_element(all.begin(), all.begin() + all.size() / 2, all.end());
    peak.ratio = peak.sharpness / std::max(1.0, all[all.size() / 2]);
    return peak;
}

// The usual case, seen at a glance: no other direction comes near.
bool isClearlyLevel(Projection projection) {
    constexpr double clearly = 2;
    constexpr double step = 2;  // degrees
    const double level = projection.sharpness(0);
    for (double degrees = step; degrees <= largest_skew; degrees += step) {
        if (clearly * std::max(projection.sharpness(degrees), projection.sharpness(-degrees)) > level)
            return false;
    }
    return level > 0;
}

}  // namespace

Skew skewOf(const cv::Mat& grey) {
    if (std::min(grey.cols, grey.rows) < smallest_side) return {};
    // The border of a scan lies level whatever the page does.
    const cv::Rect inner(grey.cols / 20, grey.rows / 20, grey.cols - grey.cols / 10,
                         grey.rows - grey.rows / 10);
    const cv::Mat strokes = strokesOf(grey(inner));
    cv::Mat turned;
    cv::transpose(strokes, turned);
    const int across = strokes.cols / strip_width;
    const int down = turned.cols / strip_width;
    if (isClearlyLevel({strokes, 0, across})) return {0, 1};
    const Peak level = peakOf({strokes, 0, across});
    const Peak upended = peakOf({turned, 0, down});
    const bool vertical = upended.ratio > level.ratio;
    const Peak& best = vertical ? upended : level;
    // Both halves of the lines must say the same: a picture that is no page has no common direction.
    const cv::Mat& map = vertical ? turned : strokes;
    const int strips = vertical ? down : across;
    const Peak first = peakOf({map, 0, strips / 2});
    const Peak second = peakOf({map, strips / 2, strips});
    const double apart =
        std::max(std::abs(first.degrees - best.degrees), std::abs(second.degrees - best.degrees));
    if (apart > 1.5) return {};
    Skew skew;
    skew.degrees = vertical ? -best.degrees : best.degrees;
    skew.certainty = std::clamp((best.ratio - 1) / 2, 0.0, 1.0);
    return skew;
}

}  // namespace sightline
