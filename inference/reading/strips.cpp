#include "inference/reading/strips.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace sightline {
namespace {

constexpr int columns_of_a_batch = 3200;
// What a batch costs beside its columns: kernels are made for its shape while so many columns could be read.
constexpr int columns_of_a_shape = 500;
constexpr double narrowed = 0.9;
constexpr double long_line = 12;  // heights
constexpr double steep = 2.5;     // taller than wide by this: the text runs upwards
// From this height on, what lies between two pixels of the strip would be lost by interpolation.
constexpr double averaged_height = 72;

int paddedWidth(const Strip& strip) {
    return (strip.width + strip_width_step - 1) / strip_width_step * strip_width_step;
}

// Whole pixels around the box.
Quad wholePixels(const cv::Size& picture, const Quad& quad) {
    const int left = std::clamp(static_cast<int>(std::floor(quad[0].x + 0.5)), 0, picture.width - 1);
    const int top = std::clamp(static_cast<int>(std::floor(quad[0].y + 0.5)), 0, picture.height - 1);
    const int right = std::clamp(static_cast<int>(std::floor(quad[2].x + 1.5)), left + 1, picture.width);
    const int bottom = std::clamp(static_cast<int>(std::floor(quad[2].y + 1.5)), top + 1, picture.height);
    return quadOf(Box{static_cast<double>(left), static_cast<double>(top), static_cast<double>(right),
                      static_cast<double>(bottom)});
}

cv::Rect rectOf(const Quad& quad) {
    const Box box = boundingBox(quad);
    return {static_cast<int>(box.left), static_cast<int>(box.top), static_cast<int>(box.width()),
            static_cast<int>(box.height())};
}

// Text that runs to the right (0), upwards (1), to the left (2), downwards (3).
int directionOf(const Quad& quad) {
    const double x = quad[1].x - quad[0].x;
    const double y = quad[1].y - quad[0].y;
    if (std::abs(x) >= std::abs(y)) return x >= 0 ? 0 : 2;
    return y < 0 ? 1 : 3;
}

cv::Mat level(const cv::Mat& part, int direction) {
    constexpr std::array turns{-1, static_cast<int>(cv::ROTATE_90_CLOCKWISE),
                               static_cast<int>(cv::ROTATE_180),
                               static_cast<int>(cv::ROTATE_90_COUNTERCLOCKWISE)};
    if (direction == 0) return part;
    cv::Mat out;
    cv::rotate(part, out, turns[static_cast<std::size_t>(direction)]);
    return out;
}

}  // namespace

Strip planStrip(const cv::Size& picture, const Quad& quad, bool upright) {
    Strip strip;
    strip.quad = upright ? wholePixels(picture, quad) : quad;
    strip.whole_pixels = upright;
    double length = std::max(1.0, distance(strip.quad[0], strip.quad[1]));
    double height = std::max(1.0, distance(strip.quad[0], strip.quad[3]));
    if (upright && height > steep * length) {
        const Quad q = strip.quad;
        strip.quad = {q[3], q[0], q[1], q[2]};
        std::swap(length, height);
    }
    const double squeeze = upright && length > long_line * height ? narrowed : 1.0;
    strip.width = std::max(8, static_cast<int>(std::lround(squeeze * strip_height * length / height)));
    strip.zoom = strip.width / length;
    return strip;
}

Strip turnedAround(const Strip& strip) {
    Strip out = strip;
    out.quad = {strip.quad[2], strip.quad[3], strip.quad[0], strip.quad[1]};
    return out;
}

Strip stretched(const Strip& strip) {
    Strip out = strip;
    out.width = strip.width * 5 / 4;
    out.zoom = strip.zoom * out.width / strip.width;
    out.sharp = true;
    return out;
}

cv::Mat cutStrip(const cv::Mat& bgr, const Strip& strip) {
    cv::Mat out;
    if (strip.whole_pixels) {
        const cv::Mat part = level(bgr(rectOf(strip.quad)), directionOf(strip.quad));
        cv::resize(part, out, cv::Size(strip.width, strip_height), 0, 0,
                   part.rows > averaged_height ? cv::INTER_AREA
                   : strip.sharp               ? cv::INTER_CUBIC
                                               : cv::INTER_LINEAR);
        return out;
    }
    const auto corner = [&](std::size_t i) {
        return cv::Point2f(static_cast<float>(strip.quad[i].x), static_cast<float>(strip.quad[i].y));
    };
    const std::array<cv::Point2f, 3> from{corner(0), corner(1), corner(3)};
    const std::array<cv::Point2f, 3> to{cv::Point2f(0, 0), cv::Point2f(static_cast<float>(strip.width), 0),
                                        cv::Point2f(0, strip_height)};
    cv::warpAffine(bgr, out, cv::getAffineTransform(from.data(), to.data()),
                   cv::Size(strip.width, strip_height), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return out;
}

cv::Mat partOf(const cv::Mat& bgr, const Strip& strip) {
    return bgr(rectOf(strip.quad));
}

std::vector<std::vector<std::size_t>> batchesOf(const std::vector<Strip>& strips) {
    std::vector<std::size_t> order(strips.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return paddedWidth(strips[a]) < paddedWidth(strips[b]);
    });
    // The cheapest way to cut the row of strips: cost[j] is that of the first j, whose last batch begins at
    // from[j].
    const std::size_t count = order.size();
    std::vector<std::int64_t> cost(count + 1, std::numeric_limits<std::int64_t>::max());
    std::vector<std::size_t> from(count + 1, 0);
    cost[0] = 0;
    for (std::size_t j = 1; j <= count; ++j) {
        const std::int64_t width = paddedWidth(strips[order[j - 1]]);
        for (std::size_t i = j; i-- > 0;) {
            const std::int64_t columns = static_cast<std::int64_t>(j - i) * width;
            if (i + 1 < j && columns > columns_of_a_batch) break;
            const std::int64_t candidate = cost[i] + columns + columns_of_a_shape;
            if (candidate >= cost[j]) continue;
            cost[j] = candidate;
            from[j] = i;
        }
    }
    std::vector<std::vector<std::size_t>> batches;
    for (std::size_t j = count; j > 0; j = from[j])
        batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(from[j]),
                             order.begin() + static_cast<std::ptrdiff_t>(j));
    std::reverse(batches.begin(), batches.end());
    return batches;
}

}  // namespace sightline
