// Products of a packed matrix (packed_matrix.h) with a few vectors, compiled once for each instruction set
// and chosen when first used. Sums of integers are exact, and every path combines them in the same order with
// the same roundings: all give the same bits, whatever the number of vectors that are multiplied at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "inference/kernels/packed_matrix.h"

namespace sightline::kernels {

// Vectors as int8 with one scale for each block of values: x = scale * integer, |integer| <= 127. Padded with
// zeros to whole blocks. A view; vector v starts at values + block_columns * blocks * v, scales + blocks * v,
// sums + blocks * v. The kernels below take blocks of tile_columns.
struct QuantizedSpan {
    std::int8_t* values = nullptr;
    float* scales = nullptr;
    std::int32_t* sums = nullptr;  // of the integers of each block: for the zero point of the weights
    std::size_t blocks = 0;        // of one vector
    std::size_t block_columns = tile_columns;
};

// The vectors from `first` on.
inline QuantizedSpan fromVector(const QuantizedSpan& x, std::size_t first) {
    return {x.values + first * x.blocks * x.block_columns, x.scales + first * x.blocks,
            x.sums + first * x.blocks, x.blocks, x.block_columns};
}

struct PackedKernels {
    const char* name;

    // Quantises x[0, columns) into the first vector of `out`, from block `first_block` on; columns: a
    // multiple of 32, or up to the end of the vector. Values that are not finite give unspecified integers,
    // but do no harm.
    void (*quantize)(const float* x, std::size_t columns, const QuantizedSpan& out, std::size_t first_block);

    // 32 rows (a strip) of `x.blocks` tiles times the first `count` vectors of x: out[v * out_stride + row].
    void (*multiply_int4)(const std::uint8_t* strip, const QuantizedSpan& x, std::size_t count, float* out,
                          std::size_t out_stride);
    void (*multiply_int8)(const std::uint8_t* strip, const QuantizedSpan& x, std::size_t count, float* out,
                          std::size_t out_stride);
};

extern const PackedKernels portable_packed_kernels;
#if defined(__x86_64__)
extern const PackedKernels avx2_packed_kernels;    // needs AVX2, FMA, F16C
extern const PackedKernels avx512_packed_kernels;  // needs AVX-512 F, BW, VL, DQ, VNNI
#elif defined(__aarch64__)
extern const PackedKernels neon_packed_kernels;  // needs dot products (ARMv8.2)
#endif

// The fastest set that this processor can run.
const PackedKernels& bestPackedKernels();
// Those that it can run, the portable one first; for tests and benchmarks.
std::vector<const PackedKernels*> usablePackedKernels();

// Memory for `count` vectors of `columns` values, with any content at first.
class QuantizedVectors {
  public:
    QuantizedVectors() = default;
    QuantizedVectors(std::size_t columns, std::size_t count);

    // From vector `first` on.
    QuantizedSpan span(std::size_t first = 0);
    std::size_t count() const { return count_; }

  private:
    std::size_t blocks_ = 0;
    std::size_t count_ = 0;
    // Not filled with zeros: for a picture that would take as long as quantising it.
    std::unique_ptr<std::int8_t[]> values_;
    std::unique_ptr<float[]> scales_;
    std::unique_ptr<std::int32_t[]> sums_;
};

// 32 rows of a matrix times `count` vectors; x.blocks == matrix.columnTiles().
inline void multiplyStrip(const PackedKernels& kernels, const PackedMatrix& matrix, std::size_t row_tile,
                          const QuantizedSpan& x, std::size_t count, float* out, std::size_t out_stride) {
    (matrix.format == WeightFormat::int4 ? kernels.multiply_int4 : kernels.multiply_int8)(
        matrix.strip(row_tile), x, count, out, out_stride);
}

}  // namespace sightline::kernels
