// The choice, and the meaning of panel_kernels.h in plain C++.
#include "inference/kernels/panel_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "inference/kernels/half_float.h"
#include "inference/kernels/processor.h"

namespace sightline::kernels {
namespace {

void quantize(const float* x, std::size_t columns, const WideVectors& out) {
    for (std::size_t block = 0; block < out.blocks; ++block) {
        const std::size_t done = block * panel_columns;
        const std::size_t count = std::min(panel_columns, columns - done);
        std::int8_t* values = out.values + done;
        std::fill_n(values, panel_columns, std::int8_t{0});
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
        out.starts[block] = -128 * sum;
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

int integerAt(WeightFormat format, const std::uint8_t* tile, std::size_t row, std::size_t column) {
    const std::uint8_t* half = tile + row / 16 * halfTileBytes(format) + row % 16 * 4 + column % 4;
    if (format == WeightFormat::int8) return half[column / 4 * 64] - 128;
    const int both = half[column / 8 * 64];
    return (column / 4 % 2 == 0 ? both & 15 : both >> 4) - 8;
}

float scaleAt(WeightFormat format, const std::uint8_t* tile, std::size_t row) {
    std::uint16_t half = 0;
    std::memcpy(&half, tile + 2 * halfTileBytes(format) + row * sizeof half, sizeof half);
    return floatFromHalf(half);
}

void widen(WeightFormat format, const std::uint8_t* strip, std::size_t tiles, std::uint8_t* panel) {
    const Factors factors = factorsOf(format);
    for (std::size_t first = 0; first < tiles; first += panel_tiles, panel += panel_block_bytes) {
        const std::size_t count = std::min(panel_tiles, tiles - first);
        for (std::size_t row = 0; row < tile_rows; ++row) {
            float largest = 0;
            for (std::size_t t = 0; t < count; ++t)
                largest = std::max(largest,
                                   std::fabs(scaleAt(format, strip + (first + t) * tileBytes(format), row)));
            const float scale = largest * (factors.most / 127.0F);
            const float inverse = scale > 0 ? factors.unit / scale : 0.0F;
            std::memcpy(panel + panel_scales_at + row * sizeof scale, &scale, sizeof scale);
            for (std::size_t column = 0; column < panel_columns; ++column) {
                const std::size_t t = column / tile_columns;
                int integer = 0;
                if (t < count) {
                    const std::uint8_t* tile = strip + (first + t) * tileBytes(format);
                    const int factor = static_cast<int>(std::nearbyint(scaleAt(format, tile, row) * inverse));
                    const int value =
                        integerAt(format, tile, row, column % tile_columns) * (1 << factors.shifted_left);
                    integer = std::clamp((value * factor + 0x4000) >> 15, -128, 127);
                }
                panel[column / 4 * 128 + 4 * row + column % 4] = static_cast<std::uint8_t>(integer + 128);
            }
        }
    }
}

void multiply(const std::uint8_t* panel, const WideVectors& x, std::size_t count, float* out,
              std::size_t out_stride) {
    for (std::size_t v = 0; v < count; ++v)
        for (std::size_t row = 0; row < tile_rows; ++row) {
            float total = 0;
            for (std::size_t block = 0; block < x.blocks; ++block) {
                const std::uint8_t* weights = panel + block * panel_block_bytes;
                const std::size_t at = v * x.blocks + block;
                std::int32_t sum = x.starts[at];
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
