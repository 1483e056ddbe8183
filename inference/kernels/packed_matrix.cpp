#include "inference/kernels/packed_matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "inference/kernels/half_float.h"

namespace sightline::kernels {
namespace {

// Where column `column` of row `row` of a tile lies: the byte, and for int4 which half of it.
std::size_t byteOf(WeightFormat format, std::size_t row, std::size_t column) {
    const std::size_t per_line = format == WeightFormat::int4 ? 8 : 4;
    return row / 16 * halfTileBytes(format) + column / per_line * 64 + row % 16 * 4 + column % 4;
}

std::size_t scaleOf(WeightFormat format, std::size_t row) {
    return 2 * halfTileBytes(format) + row * sizeof(std::uint16_t);
}

// Rounded without a call of the library, which would take most of the time of packing; |value| < 2^22.
float rounded(float value) {
    constexpr float shift = 12582912.0F;  // 1.5 * 2^23
    return (value + shift) - shift;
}

float limited(float value, float low, float high) {
    const float from_below = value < low ? low : value;
    return from_below > high ? high : from_below;
}

// The loops below go over the 32 rows of a tile inside, so that the compiler makes vectors of them without
// changing the order of any sum.
using Rows = std::array<float, tile_rows>;
using Tile = std::array<Rows, tile_columns>;  // [column][row]

Rows largestOf(const Tile& w) {  // with its sign
    Rows largest{};
    for (const Rows& column : w)
        for (std::size_t row = 0; row < tile_rows; ++row)
            largest[row] = std::fabs(column[row]) > std::fabs(largest[row]) ? column[row] : largest[row];
    return largest;
}

// With the integers q fixed, the best scale is <w, q> / <q, q>, and it leaves the error <w, w> - <w, q>^2 /
// <q, q>. So the candidates are scales that put the largest weight on the last integer of the longer side
// (-8) or near it; each is rounded with, and the one whose integers leave the least error gives the scale.
Rows int4Scales(const Tile& w) {
    const Rows largest = largestOf(w);
    Rows best_gain{};
    Rows best_scale{};
    constexpr std::array<float, 7> ends = {-9.0F, -8.5F, -8.1F, -7.7F, -7.3F, -6.9F, -6.4F};
    for (const float end : ends) {
        Rows inverse;
        Rows wq{};
        Rows qq{};
        for (std::size_t row = 0; row < tile_rows; ++row)
            inverse[row] = end / (largest[row] != 0 ? largest[row] : 1.0F);
        for (const Rows& column : w)
            for (std::size_t row = 0; row < tile_rows; ++row) {
                const float q = limited(rounded(column[row] * inverse[row]), -8.0F, 7.0F);
                wq[row] += column[row] * q;
                qq[row] += q * q;
            }
        for (std::size_t row = 0; row < tile_rows; ++row) {
            const float scale = wq[row] / (qq[row] > 0 ? qq[row] : 1.0F);
            const bool better = wq[row] * scale > best_gain[row];
            best_gain[row] = better ? wq[row] * scale : best_gain[row];
            best_scale[row] = better ? scale : best_scale[row];
        }
    }
    return best_scale;
}

Rows int8Scales(const Tile& w) {
    Rows scales = largestOf(w);
    for (float& scale : scales)
        scale = std::fabs(scale) / 127.0F;
    return scales;
}

}  // namespace

void packStrip(WeightFormat format, const float* w, std::size_t rows, std::size_t columns,
               std::uint8_t* strip) {
    const std::size_t tiles = tilesFor(columns);
    const int zero = zeroPoint(format);
    for (std::size_t tile = 0; tile < tiles; ++tile) {
        std::uint8_t* out = strip + tile * tileBytes(format);
        std::memset(out, 0, tileBytes(format));
        const std::size_t first = tile * tile_columns;
        const std::size_t count = std::min(tile_columns, columns - first);
        Tile values{};
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < count; ++column)
                values[column][row] = w[row * columns + first + column];
        Rows inverse = format == WeightFormat::int4 ? int4Scales(values) : int8Scales(values);
        for (std::size_t row = 0; row < tile_rows; ++row) {
            const std::uint16_t half = halfFromFloat(inverse[row]);
            std::memcpy(out + scaleOf(format, row), &half, sizeof half);
            const float scale = floatFromHalf(half);
            inverse[row] = scale != 0 ? 1.0F / scale : 0.0F;
        }
        for (std::size_t column = 0; column < tile_columns; ++column)
            for (std::size_t row = 0; row < tile_rows; ++row) {
                const float q = limited(rounded(values[column][row] * inverse[row]),
                                        static_cast<float>(-zero), static_cast<float>(zero - 1));
                const int stored = static_cast<int>(q) + zero;
                std::uint8_t& byte = out[byteOf(format, row, column)];
                byte = static_cast<std::uint8_t>(
                    format == WeightFormat::int4 && column / 4 % 2 != 0 ? byte | stored << 4 : byte | stored);
            }
    }
}

float weightAt(const PackedMatrix& matrix, std::size_t row, std::size_t column) {
    const std::uint8_t* tile =
        matrix.strip(row / tile_rows) + column / tile_columns * tileBytes(matrix.format);
    const std::size_t in_row = row % tile_rows;
    const std::size_t in_column = column % tile_columns;
    int stored = tile[byteOf(matrix.format, in_row, in_column)];
    if (matrix.format == WeightFormat::int4) stored = in_column / 4 % 2 == 0 ? stored & 15 : stored >> 4;
    std::uint16_t half = 0;
    std::memcpy(&half, tile + scaleOf(matrix.format, in_row), sizeof half);
    return floatFromHalf(half) * static_cast<float>(stored - zeroPoint(matrix.format));
}

void unpackRow(const PackedMatrix& matrix, std::size_t row, float* out) {
    for (std::size_t column = 0; column < matrix.columns; ++column)
        out[column] = weightAt(matrix, row, column);
}

}  // namespace sightline::kernels
