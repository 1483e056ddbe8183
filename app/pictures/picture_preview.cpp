#include "app/pictures/picture_preview.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sightline {

namespace {

constexpr int rows_between_looks = 16;

// Means of squares of `side` pixels; those at the right and lower edge may be cut.
QImage reduced(const Picture& picture, int side, const std::stop_token& stop) {
    const int width = (picture.width + side - 1) / side;
    const int height = (picture.height + side - 1) / side;
    QImage image(width, height, QImage::Format_RGB32);
    if (image.isNull()) return image;
    std::vector<std::uint32_t> sums(3 * static_cast<std::size_t>(width));
    for (int row = 0; row < height; ++row) {
        if (row % rows_between_looks == 0 && stop.stop_requested()) return {};
        std::fill(sums.begin(), sums.end(), 0U);
        const int first = row * side;
        const int last = std::min(first + side, picture.height);
        for (int y = first; y < last; ++y) {
            const std::uint8_t* from = picture.rgb.data() + 3 * static_cast<std::size_t>(picture.width) *
                                                                static_cast<std::size_t>(y);
            for (int column = 0; column < width; ++column) {
                std::uint32_t* sum = sums.data() + 3 * static_cast<std::size_t>(column);
                const int end = std::min((column + 1) * side, picture.width);
                for (int x = column * side; x < end; ++x, from += 3) {
                    sum[0] += from[0];
                    sum[1] += from[1];
                    sum[2] += from[2];
                }
            }
        }
        auto* to = reinterpret_cast<QRgb*>(image.scanLine(row));
        for (int column = 0; column < width; ++column) {
            const int wide = std::min((column + 1) * side, picture.width) - column * side;
            const auto count = static_cast<std::uint32_t>(wide * (last - first));
            const std::uint32_t* sum = sums.data() + 3 * static_cast<std::size_t>(column);
            const auto mean = [count](std::uint32_t all) {
                return static_cast<int>((all + count / 2) / count);
            };
            to[column] = qRgb(mean(sum[0]), mean(sum[1]), mean(sum[2]));
        }
    }
    return image;
}

}  // namespace

QImage previewOf(const Picture& picture, int longest, const std::stop_token& stop) {
    const int side = std::max(picture.width, picture.height);
    // What is left to Qt's scaling is at most four times too long, and done in a few milliseconds.
    const QImage image = reduced(picture, std::max(1, side / (2 * longest)), stop);
    if (image.isNull() || side <= longest) return image;
    const QSize size = QSize(picture.width, picture.height)
                           .scaled(longest, longest, Qt::KeepAspectRatio)
                           .expandedTo(QSize(1, 1));
    return image.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

}  // namespace sightline
