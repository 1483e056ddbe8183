// What the portable kernels of packed weights share. Not for files that are compiled for one kind of
// processor: its inline functions are linked into every program.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "inference/kernels/half_float.h"
#include "inference/kernels/packed_matrix.h"

namespace sightline::kernels {

// The integer of a tile as it is stored, with the zero point added.
template <WeightFormat format>
int storedAt(const std::uint8_t* tile, std::size_t row, std::size_t column) {
    const std::uint8_t* half = tile + row / 16 * halfTileBytes(format) + row % 16 * 4 + column % 4;
    if (format == WeightFormat::int8) return half[column / 4 * 64];
    const int both = half[column / 8 * 64];
    return column / 4 % 2 == 0 ? both & 15 : both >> 4;
}

template <WeightFormat format>
float scaleAt(const std::uint8_t* tile, std::size_t row) {
    std::uint16_t half = 0;
    std::memcpy(&half, tile + 2 * halfTileBytes(format) + row * sizeof half, sizeof half);
    return floatFromHalf(half);
}

struct QuantizedBlock {
    float scale = 0;
    std::int32_t sum = 0;
};

// `count` values of x as tile_columns integers with one scale, padded with zeros.
inline QuantizedBlock quantizeBlock(const float* x, std::size_t count, std::int8_t* values) {
    std::fill_n(values, tile_columns, std::int8_t{0});
    float largest = 0;
    for (std::size_t i = 0; i < count; ++i)
        largest = std::max(largest, std::fabs(x[i]));
    QuantizedBlock block;
    block.scale = largest * (1.0F / 127.0F);
    const float inverse = block.scale > 0 ? 1.0F / block.scale : 0.0F;
    for (std::size_t i = 0; i < count; ++i) {
        const float q = std::nearbyint(x[i] * inverse);
        values[i] = static_cast<std::int8_t>(std::min(127.0F, std::max(-127.0F, q)));
        block.sum += values[i];
    }
    return block;
}

}  // namespace sightline::kernels
