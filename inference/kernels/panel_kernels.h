// Products of a packed matrix (packed_matrix.h) with many vectors: prompts and pictures.
//
// The kernels of packed_kernels.h make a float32 of the sum of every 32 columns, which with AVX-512 is a
// fourth of what they do. With many vectors it pays to widen a strip first: its panel has one integer of 8
// bits for each weight and one scale a row for every `panel_columns` columns, and the vectors have one scale
// for as many values. Widening rounds: int4 by at most 1/254 of the largest weight of such a block, a tenth
// of what rounding to 4 bits cost. Why 64 columns: docs/performance.md.
//
// A block of a panel is panel_columns / 4 lines of 128 bytes, then 32 scales (float32). Line c has columns
// 4 c .. 4 c + 3 of all rows: byte 4 r + i is column 4 c + i of row r, stored as its signed integer + 128.
#pragma once

#include <cstddef>
#include <cstdint>

#include "inference/kernels/packed_kernels.h"

namespace sightline::kernels {

inline constexpr std::size_t panel_columns = 64;
inline constexpr std::size_t panel_tiles = panel_columns / tile_columns;
inline constexpr std::size_t panel_scales_at = panel_columns * tile_rows;  // in a block
inline constexpr std::size_t panel_block_bytes = panel_scales_at + tile_rows * sizeof(float);

constexpr std::size_t panelBlocks(std::size_t columns) {
    return (columns + panel_columns - 1) / panel_columns;
}

struct PanelKernels {
    const char* name;

    // The first vector of `out`, whose blocks are of panel_columns. Values that are not finite give
    // unspecified integers, but do no harm.
    void (*quantize)(const float* x, std::size_t columns, const QuantizedSpan& out);
    // The strip's `tiles` tiles -> panelBlocks(32 * tiles) blocks, at a multiple of 64.
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
