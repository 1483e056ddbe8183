#include "inference/pictures/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace sightline {
namespace {

// Rows that the horizontal pass takes at once: one vector of 16-bit numbers.
constexpr int lanes = 8;

double cubic(double x) {
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    if (x < 2.0) return ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a;
    return 0.0;
}

std::uint8_t clampToByte(std::int32_t value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// The next finer precision would not fit into 16 bits.
int fixedPointPrecision(double largest_weight) {
    int precision = 0;
    while (precision < 22 && static_cast<int>(0.5 + largest_weight * (1 << (precision + 1))) < (1 << 15)) {
        ++precision;
    }
    return precision;
}

std::int16_t toFixedPoint(double weight, int precision) {
    const double scaled = weight * (1 << precision);
    return static_cast<std::int16_t>(scaled < 0 ? static_cast<int>(scaled - 0.5)
                                                : static_cast<int>(scaled + 0.5));
}

}  // namespace

ResampleWeights bicubicWeights(int src_size, int dst_size) {
    const double scale = static_cast<double>(src_size) / dst_size;
    const double support = scale >= 1.0 ? 2.0 * scale : 2.0;
    const double inverse = scale >= 1.0 ? 1.0 / scale : 1.0;

    ResampleWeights axis;
    axis.stride = static_cast<int>(std::ceil(support)) * 2 + 1;
    axis.first.resize(static_cast<std::size_t>(dst_size));
    axis.count.resize(static_cast<std::size_t>(dst_size));
    std::vector<double> exact(static_cast<std::size_t>(dst_size) * axis.stride, 0.0);
    double largest = 0.0;
    for (int i = 0; i < dst_size; ++i) {
        const double center = scale * (i + 0.5);
        const int first = std::max(static_cast<int>(center - support + 0.5), 0);
        const int end = std::min(static_cast<int>(center + support + 0.5), src_size);
        const int count = std::clamp(end - first, 0, axis.stride);
        double* weights = exact.data() + static_cast<std::size_t>(i) * axis.stride;
        double total = 0.0;
        for (int k = 0; k < count; ++k) {
            weights[k] = cubic((k + first - center + 0.5) * inverse);
            total += weights[k];
        }
        for (int k = 0; k < count; ++k) {
            if (total != 0.0) weights[k] /= total;
            largest = std::max(largest, weights[k]);
        }
        axis.first[static_cast<std::size_t>(i)] = first;
        axis.count[static_cast<std::size_t>(i)] = count;
    }
    axis.precision = fixedPointPrecision(largest);
    axis.weights.reserve(exact.size());
    for (const double weight : exact)
        axis.weights.push_back(toFixedPoint(weight, axis.precision));
    return axis;
}

// Eight rows are transposed into columns of eight 16-bit numbers, so that the inner loop is one vector
// product.
std::vector<std::uint8_t> resampleColumns(const std::uint8_t* src, int src_width, int src_height,
                                          int dst_width) {
    const ResampleWeights axis = bicubicWeights(src_width, dst_width);
    const std::size_t src_bytes = static_cast<std::size_t>(src_width) * 3;
    const std::size_t dst_bytes = static_cast<std::size_t>(dst_width) * 3;
    const std::int32_t half = axis.precision > 0 ? 1 << (axis.precision - 1) : 0;
    std::vector<std::uint8_t> result(dst_bytes * static_cast<std::size_t>(src_height));
    std::vector<std::int16_t> columns(src_bytes * lanes);

    for (int top = 0; top < src_height; top += lanes) {
        const int rows = std::min(lanes, src_height - top);
        const std::uint8_t* row[lanes];
        for (int lane = 0; lane < lanes; ++lane) {
            row[lane] = src + static_cast<std::size_t>(top + std::min(lane, rows - 1)) * src_bytes;
        }
        for (std::size_t x = 0; x < src_bytes; ++x) {
            for (int lane = 0; lane < lanes; ++lane)
                columns[x * lanes + lane] = row[lane][x];
        }
        for (int i = 0; i < dst_width; ++i) {
            const std::int16_t* weights = axis.weights.data() + static_cast<std::size_t>(i) * axis.stride;
            const std::int16_t* pixels =
                columns.data() +
                static_cast<std::size_t>(axis.first[static_cast<std::size_t>(i)]) * 3 * lanes;
            const int count = axis.count[static_cast<std::size_t>(i)];
            std::array<std::int32_t, 3 * lanes> sum;
            sum.fill(half);
            for (int k = 0; k < count; ++k) {
                const std::int16_t weight = weights[k];
                const std::int16_t* pixel = pixels + static_cast<std::size_t>(k) * 3 * lanes;
                for (int n = 0; n < 3 * lanes; ++n) {
                    sum[static_cast<std::size_t>(n)] += static_cast<std::int32_t>(weight) * pixel[n];
                }
            }
            for (int lane = 0; lane < rows; ++lane) {
                std::uint8_t* out = result.data() + static_cast<std::size_t>(top + lane) * dst_bytes + 3 * i;
                for (int c = 0; c < 3; ++c) {
                    out[c] = clampToByte(sum[static_cast<std::size_t>(c * lanes + lane)] >> axis.precision);
                }
            }
        }
    }
    return result;
}

std::vector<std::uint8_t> resampleRows(const std::uint8_t* src, int width, int src_height, int dst_height) {
    const ResampleWeights axis = bicubicWeights(src_height, dst_height);
    const std::size_t bytes = static_cast<std::size_t>(width) * 3;
    const std::int32_t half = axis.precision > 0 ? 1 << (axis.precision - 1) : 0;
    std::vector<std::uint8_t> result(bytes * static_cast<std::size_t>(dst_height));
    std::vector<std::int32_t> sums(bytes);

    for (int i = 0; i < dst_height; ++i) {
        const std::int16_t* weights = axis.weights.data() + static_cast<std::size_t>(i) * axis.stride;
        const std::size_t first = static_cast<std::size_t>(axis.first[static_cast<std::size_t>(i)]);
        std::fill(sums.begin(), sums.end(), half);
        for (int k = 0; k < axis.count[static_cast<std::size_t>(i)]; ++k) {
            const std::int16_t weight = weights[k];
            const std::uint8_t* row = src + (first + static_cast<std::size_t>(k)) * bytes;
            std::int32_t* sum = sums.data();
            for (std::size_t x = 0; x < bytes; ++x) {
                sum[x] += static_cast<std::int32_t>(weight) * static_cast<std::int16_t>(row[x]);
            }
        }
        std::uint8_t* out = result.data() + static_cast<std::size_t>(i) * bytes;
        for (std::size_t x = 0; x < bytes; ++x)
            out[x] = clampToByte(sums[x] >> axis.precision);
    }
    return result;
}

}  // namespace sightline
