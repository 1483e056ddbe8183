#include "inference/reading/ink.h"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace sightline {
namespace {

constexpr double share_of_ground = 0.97;
constexpr double share_of_contrast = 0.4;
constexpr int least_difference = 12;

using Histogram = std::array<int, 256>;

// The smallest value that at least this share of the pixels does not exceed.
int valueAt(const Histogram& histogram, double share, int count) {
    int sum = 0;
    for (int value = 0; value < 256; ++value) {
        sum += histogram[static_cast<std::size_t>(value)];
        if (sum >= share * count) return value;
    }
    return 255;
}

struct DistantPixels {
    Ground ground;
    cv::Mat distance;
};

DistantPixels measure(const cv::Mat& bgr) {
    std::array<Histogram, 3> channels{};
    for (int y = 0; y < bgr.rows; ++y) {
        const std::uint8_t* pixel = bgr.ptr(y);
        for (int x = 0; x < bgr.cols; ++x, pixel += 3) {
            ++channels[0][pixel[0]];
            ++channels[1][pixel[1]];
            ++channels[2][pixel[2]];
        }
    }
    const int count = bgr.rows * bgr.cols;
    DistantPixels out;
    for (std::size_t c = 0; c < 3; ++c)
        out.ground.color[c] = valueAt(channels[c], 0.5, count);
    out.distance = distanceFrom(bgr, out.ground.color);
    Histogram distances{};
    for (int y = 0; y < bgr.rows; ++y) {
        const std::uint8_t* const row = out.distance.ptr(y);
        for (int x = 0; x < bgr.cols; ++x)
            ++distances[row[x]];
    }
    out.ground.contrast = valueAt(distances, share_of_ground, count);
    return out;
}

}  // namespace

cv::Mat distanceFrom(const cv::Mat& bgr, const std::array<int, 3>& color) {
    cv::Mat difference;
    cv::absdiff(bgr, cv::Scalar(color[0], color[1], color[2]), difference);
    cv::Mat distance(bgr.size(), CV_8UC1);
    for (int y = 0; y < bgr.rows; ++y) {
        const std::uint8_t* pixel = difference.ptr(y);
        std::uint8_t* const row = distance.ptr(y);
        for (int x = 0; x < bgr.cols; ++x, pixel += 3)
            row[x] = std::max(std::max(pixel[0], pixel[1]), pixel[2]);
    }
    return distance;
}

Ground groundOf(const cv::Mat& bgr) {
    return measure(bgr).ground;
}

cv::Mat inkOf(const cv::Mat& bgr) {
    const DistantPixels pixels = measure(bgr);
    const double least =
        std::max(static_cast<double>(least_difference), share_of_contrast * pixels.ground.contrast);
    cv::Mat ink;
    cv::threshold(pixels.distance, ink, least, 255, cv::THRESH_BINARY);
    return ink;
}

}  // namespace sightline
