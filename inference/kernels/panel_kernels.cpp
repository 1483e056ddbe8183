// The choice, and the meaning of panel_kernels.h in plain C++.
#include "inference/kernels/panel_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "inference/kernels/portable_parts.h"
#include "inference/kernels/processor.h"

namespace sightline::kernels {
namespace {

// In the order of sixteen lanes, so that every kernel finds the same groups to be split.
float sumOfSquares(const float* x, std::size_t count) {
    float lanes[16] = {};
    for (std::size_t i = 0; i < count; ++i)
        lanes[i % 16] = std::fma(x[i], x[i], lanes[i % 16]);
    for (std::size_t step = 8; step > 0; step /= 2)
        for (std::size_t i = 0; i < step; ++i)
            lanes[i] += lanes[i + step];
    return lanes[0];
}

void quantize(const float* x, std::size_t columns, const QuantizedSpan& out) {
    const float most =
        sumOfSquares(x, columns) * (panel_outlier * panel_outlier) / static_cast<float>(columns);
    for (std::size_t first = 0; first < out.blocks; first += panel_blocks) {
        const std::size_t blocks = std::min(panel_blocks, out.blocks - first);
        const std::size_t begin = first * panel_columns;
        const std::size_t count = std::min(blocks * panel_columns, columns - begin);
        float largest = 0;
        for (std::size_t i = 0; i < count; ++i)
            largest = std::max(largest, std::fabs(x[begin + i]));
        const bool split = !(largest * largest <= most);
        for (std::size_t block = 0; block < blocks; ++block) {
            const std::size_t done = block * panel_columns;
            const std::size_t some = std::min(panel_columns, count - done);
            float of_block = 0;
            for (std::size_t i = 0; i < some; ++i)
                of_block = std::max(of_block, std::fabs(x[begin + done + i]));
            const float scale = (split ? of_block : largest) * (1.0F / 127.0F);
            const float inverse = scale > 0 ? 1.0F / scale : 0.0F;
            for (std::size_t i = 0; i < panel_columns; ++i) {
                const float q = i < some ? std::nearbyint(x[begin + done + i] * inverse) : 0.0F;
                const int integer = static_cast<int>(std::min(127.0F, std::max(-127.0F, q)));
                out.values[begin + done + i] = static_cast<std::int8_t>(integer + 128);
            }
            out.scales[first + block] = scale;
            out.sums[first + block] = split && block == 0 ? 1 : 0;
        }
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
    constexpr std::size_t group_tiles = panel_blocks * panel_tiles;
    for (std::size_t first = 0; first < tiles; first += group_tiles) {
        const std::size_t count = std::min(group_tiles, tiles - first);
        const std::size_t blocks = panelBlocks(count * tile_columns);
        auto* scales = reinterpret_cast<float*>(panel + blocks * panel_block_bytes);
        auto* sums = reinterpret_cast<std::int32_t*>(scales + tile_rows);
        for (std::size_t row = 0; row < tile_rows; ++row) {
            float largest = 0;
            for (std::size_t t = 0; t < count; ++t)
                largest = std::max(largest,
                                   std::fabs(scaleAt<format>(strip + (first + t) * tileBytes(format), row)));
            scales[row] = largest * (factors.most / 127.0F);
            const float inverse = scales[row] > 0 ? factors.unit / scales[row] : 0.0F;
            sums[row] = 0;
            for (std::size_t block = 0; block < blocks; ++block) {
                std::int32_t sum = 0;
                for (std::size_t inside = 0; inside < panel_columns; ++inside) {
                    const std::size_t column = block * panel_columns + inside;
                    const std::size_t t = column / tile_columns;
                    int integer = 0;
                    if (t < count) {
                        const std::uint8_t* tile = strip + (first + t) * tileBytes(format);
                        const int factor =
                            static_cast<int>(std::nearbyint(scaleAt<format>(tile, row) * inverse));
                        const int value =
                            (storedAt<format>(tile, row, column % tile_columns) - zeroPoint(format)) *
                            (1 << factors.shifted_left);
                        integer = std::clamp((value * factor + 0x4000) >> 15, -128, 127);
                    }
                    panel[column / 4 * 128 + 4 * row + column % 4] = static_cast<std::uint8_t>(integer);
                    sum -= 128 * integer;
                }
                sums[(1 + block) * tile_rows + row] = sum;
                sums[row] += sum;
            }
        }
        panel += panelGroupBytes(blocks);
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
    const auto* values = reinterpret_cast<const std::uint8_t*>(x.values);
    for (std::size_t v = 0; v < count; ++v)
        for (std::size_t row = 0; row < tile_rows; ++row) {
            const std::uint8_t* group = panel;
            float total = 0;
            for (std::size_t first = 0; first < x.blocks; first += panel_blocks) {
                const std::size_t blocks = std::min(panel_blocks, x.blocks - first);
                const auto* scales = reinterpret_cast<const float*>(group + blocks * panel_block_bytes);
                const auto* sums = reinterpret_cast<const std::int32_t*>(scales + tile_rows);
                const std::size_t at = v * x.blocks + first;
                const bool split = x.sums[at] != 0;
                std::int32_t sum = sums[row + (split ? tile_rows : 0)];
                for (std::size_t block = 0; block < blocks; ++block) {
                    for (std::size_t inside = 0; inside < panel_columns; ++inside) {
                        const std::size_t column = block * panel_columns + inside;
                        const auto weight =
                            static_cast<std::int8_t>(group[column / 4 * 128 + 4 * row + column % 4]);
                        sum += weight * values[at * panel_columns + column];
                    }
                    if (!split && block + 1 < blocks) continue;
                    total = std::fma(static_cast<float>(sum), scales[row] * x.scales[at + block], total);
                    if (block + 1 < blocks) sum = sums[(2 + block) * tile_rows + row];
                }
                group += panelGroupBytes(blocks);
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
