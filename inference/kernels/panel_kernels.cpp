// The choice, and the meaning of panel_kernels.h in plain C++.
#include "inference/kernels/panel_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "inference/kernels/portable_parts.h"
#include "inference/kernels/processor.h"

namespace sightline::kernels {
namespace {

void quantize(const float* x, std::size_t columns, const QuantizedSpan& out) {
    for (std::size_t block = 0; block < out.blocks; ++block) {
        const std::size_t done = block * panel_columns;
        const QuantizedBlock made = quantizeBlock(x + done, std::min(panel_columns, columns - done),
                                                  panel_columns, out.values + done);
        out.scales[block] = made.scale;
        out.sums[block] = made.sum;
    }
}

// Sixteen bits: what an integer of a tile is multiplied by, see widen.
struct Factors {
    float unit;        // of the factor 1
    float most;        // the largest integer of a tile
    int shifted_left;  // the integer before it is multiplied
};
constexpr Factors factorsOf(WeightFormat format) {
    return format == WeightFormat::int4 ? Factors{2048, 8, 4} : Factors{32767, 127, 0};
}

template <WeightFormat format>
void widenAll(const std::uint8_t* strip, std::size_t tiles, std::uint8_t* panel) {
    constexpr Factors factors = factorsOf(format);
    for (std::size_t first = 0; first < tiles; first += panel_tiles, panel += panel_block_bytes) {
        const std::size_t count = std::min(panel_tiles, tiles - first);
        for (std::size_t row = 0; row < tile_rows; ++row) {
            float largest = 0;
            for (std::size_t t = 0; t < count; ++t)
                largest = std::max(largest,
                                   std::fabs(scaleAt<format>(strip + (first + t) * tileBytes(format), row)));
            const float scale = largest * (factors.most / 127.0F);
            const float inverse = scale > 0 ? factors.unit / scale : 0.0F;
            std::memcpy(panel + panel_scales_at + row * sizeof scale, &scale, sizeof scale);
            for (std::size_t column = 0; column < panel_columns; ++column) {
                const std::size_t t = column / tile_columns;
                int integer = 0;
                if (t < count) {
                    const std::uint8_t* tile = strip + (first + t) * tileBytes(format);
                    const int factor = static_cast<int>(std::nearbyint(scaleAt<format>(tile, row) * inverse));
                    const int value =
                        (storedAt<format>(tile, row, column % tile_columns) - zeroPoint(format)) *
                        (1 << factors.shifted_left);
                    integer = std::clamp((value * factor + 0x4000) >> 15, -128, 127);
                }
                panel[column / 4 * 128 + 4 * row + column % 4] = static_cast<std::uint8_t>(integer + 128);
            }
        }
    }
}

void widen(WeightFormat format, const std::uint8_t* strip, std::size_t tiles, std::uint8_t* panel) {
    if (format == WeightFormat::int4)
        widenAll<WeightFormat::int4>(strip, tiles, panel);
    else
        widenAll<WeightFormat::int8>(strip, tiles, panel);
}

void multiply(const std::uint8_t* panel, const QuantizedSpan& x, std::size_t count, float* out,
              std::size_t out_stride) {
    for (std::size_t v = 0; v < count; ++v)
        for (std::size_t row = 0; row < tile_rows; ++row) {
            float total = 0;
            for (std::size_t block = 0; block < x.blocks; ++block) {
                const std::uint8_t* weights = panel + block * panel_block_bytes;
                const std::size_t at = v * x.blocks + block;
                std::int32_t sum = -128 * x.sums[at];
                for (std::size_t column = 0; column < panel_columns; ++column)
                    sum += weights[column / 4 * 128 + 4 * row + column % 4] *
                           x.values[at * panel_columns + column];
                float scale = 0;
                std::memcpy(&scale, weights + panel_scales_at + row * sizeof scale, sizeof scale);
                total = std::fma(static_cast<float>(sum), scale * x.scales[at], total);
            }
            out[v * out_stride + row] = total;
        }
}

}  // namespace

extern const PanelKernels portable_panel_kernels;
const PanelKernels portable_panel_kernels = {"portable", quantize, widen, multiply};

const PanelKernels* usablePanelKernels() {
#if defined(__x86_64__)
    if (processor().avx512_vnni) return &avx512_panel_kernels;
#endif
    return nullptr;
}

}  // namespace sightline::kernels
