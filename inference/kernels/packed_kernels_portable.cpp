// The meaning of packed_kernels.h in plain C++: what the other files are tested against, bit for bit.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "inference/kernels/half_float.h"
#include "inference/kernels/packed_kernels.h"

namespace sightline::kernels {
namespace {

void quantize(const float* x, std::size_t columns, const QuantizedSpan& out, std::size_t first_block) {
    for (std::size_t done = 0, block = first_block; done < columns; done += tile_columns, ++block) {
        const std::size_t count = std::min(tile_columns, columns - done);
        std::int8_t* values = out.values + block * tile_columns;
        std::fill_n(values, tile_columns, std::int8_t{0});
        float largest = 0;
        for (std::size_t i = 0; i < count; ++i)
            largest = std::max(largest, std::fabs(x[done + i]));
        const float scale = largest * (1.0F / 127.0F);
        const float inverse = scale > 0 ? 1.0F / scale : 0.0F;
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const float q = std::nearbyint(x[done + i] * inverse);
            values[i] = static_cast<std::int8_t>(std::min(127.0F, std::max(-127.0F, q)));
            sum += values[i];
        }
        out.scales[block] = scale;
        out.sums[block] = sum;
    }
}

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

template <WeightFormat format>
void multiply(const std::uint8_t* strip, const QuantizedSpan& x, std::size_t count, float* out,
              std::size_t out_stride) {
    for (std::size_t v = 0; v < count; ++v)
        for (std::size_t row = 0; row < tile_rows; ++row) {
            float total = 0;
            for (std::size_t block = 0; block < x.blocks; ++block) {
                const std::uint8_t* tile = strip + block * tileBytes(format);
                const std::size_t at = v * x.blocks + block;
                std::int32_t sum = -zeroPoint(format) * x.sums[at];
                for (std::size_t column = 0; column < tile_columns; ++column)
                    sum += storedAt<format>(tile, row, column) * x.values[at * tile_columns + column];
                const float scale = scaleAt<format>(tile, row) * x.scales[at];
                total = std::fma(static_cast<float>(sum), scale, total);
            }
            out[v * out_stride + row] = total;
        }
}

}  // namespace

extern const PackedKernels portable_packed_kernels;
const PackedKernels portable_packed_kernels = {"portable", quantize, multiply<WeightFormat::int4>,
                                               multiply<WeightFormat::int8>};

}  // namespace sightline::kernels
