// Products of a packed matrix (packed_matrix.h) with many vectors: prompts and pictures.
//
// The kernels of packed_kernels.h make a float32 of the sum of every 32 columns, which with AVX-512 is a
// fourth of what they do. With many vectors it pays to widen a strip first: its panel has one integer of 8
// bits for each weight, and the sums of a group of 256 columns become float32 together.
//
// Weights have one scale a row for every group. Widening rounds: int4 by at most 1/254 of the largest weight
// of the group, a tenth of what rounding to 4 bits cost. Vectors have one scale a group where no value stands
// out of the vector, by `panel_outlier` times its root mean square; where one does, the group is split into
// blocks of 64 columns with a scale each, so that only its neighbours lose. docs/performance.md has the
// figures.
//
// Integers of vectors are stored + 128, as unsigned bytes. A group of a panel is 16 lines of 128 bytes for
// each of its blocks, then 32 scales (float32), then 32 sums (int32) for the whole group and 32 for each
// block: what those 128 add, negative. Line c has columns 4 c .. 4 c + 3 of all rows: byte 4 r + i is column
// 4 c + i of row r.
#pragma once

#include <cstddef>
#include <cstdint>

#include "inference/kernels/packed_kernels.h"

namespace sightline::kernels {

inline constexpr std::size_t panel_columns = 64;  // of a block
inline constexpr std::size_t panel_tiles = panel_columns / tile_columns;
inline constexpr std::size_t panel_blocks = 4;  // of a group; the last one may have fewer
inline constexpr std::size_t panel_block_bytes = panel_columns * tile_rows;
inline constexpr float panel_outlier = 8;

constexpr std::size_t panelBlocks(std::size_t columns) {
    return (columns + panel_columns - 1) / panel_columns;
}
// Of a group of so many blocks.
constexpr std::size_t panelGroupBytes(std::size_t blocks) {
    return blocks * panel_block_bytes + (2 + blocks) * tile_rows * sizeof(float);
}
// Of a strip whose rows have so many blocks.
constexpr std::size_t panelBytes(std::size_t blocks) {
    const std::size_t rest = blocks % panel_blocks;
    return blocks / panel_blocks * panelGroupBytes(panel_blocks) + (rest > 0 ? panelGroupBytes(rest) : 0);
}

struct PanelKernels {
    const char* name;

    // The first vector of `out`, whose blocks are of panel_columns. Each block has its scale; the sum of the
    // first block of a group is 1 if the group is split. Values that are not finite give unspecified
    // integers, but do no harm.
    void (*quantize)(const float* x, std::size_t columns, const QuantizedSpan& out);
    // The strip's `tiles` tiles -> panelBytes(panelBlocks(32 * tiles)), at a multiple of 64.
    void (*widen)(WeightFormat format, const std::uint8_t* strip, std::size_t tiles, std::uint8_t* panel);
    // 32 rows times the first `count` vectors of x: out[v * out_stride + row]. The same bits for every count.
    void (*multiply)(const std::uint8_t* panel, const QuantizedSpan& x, std::size_t count, float* out,
                     std::size_t out_stride);
};

extern const PanelKernels portable_panel_kernels;  // the meaning, for tests
#if defined(__x86_64__)
extern const PanelKernels avx512_panel_kernels;  // needs AVX-512 F, BW, VL, DQ, VNNI
#endif

// Null where panels gain nothing: other instruction sets take several instructions for the products
// themselves.
const PanelKernels* usablePanelKernels();

}  // namespace sightline::kernels
