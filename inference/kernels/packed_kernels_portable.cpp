// The meaning of packed_kernels.h in plain C++: what the other files are tested against, bit for bit.
#include <algorithm>
#include <cmath>

#include "inference/kernels/packed_kernels.h"
#include "inference/kernels/portable_parts.h"

namespace sightline::kernels {
namespace {

void quantize(const float* x, std::size_t columns, const QuantizedSpan& out, std::size_t first_block) {
    for (std::size_t done = 0, block = first_block; done < columns; done += tile_columns, ++block) {
        const QuantizedBlock made = quantizeBlock(x + done, std::min(tile_columns, columns - done),
                                                  out.values + block * tile_columns);
        out.scales[block] = made.scale;
        out.sums[block] = made.sum;
    }
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
