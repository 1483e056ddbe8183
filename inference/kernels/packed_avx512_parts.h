// What the AVX-512 kernels of packed weights share; see avx512_parts.h for who may include it.
#pragma once

#include "inference/kernels/avx512_parts.h"
#include "inference/kernels/packed_kernels.h"

namespace sightline::kernels {
namespace {

// The first `count` values of x as 32 integers, padded with zeros; their scale and their sum. Of
// values that are no numbers the sum may be anything.
ALWAYS_INLINE inline void quantizeBlock(const float* x, std::size_t count, std::int8_t* values, float* scale,
                                        std::int32_t* sum) {
    constexpr std::size_t registers = 2;
    const __m512 largest_integer = _mm512_set1_ps(127.0F);
    const __m512 least_integer = _mm512_set1_ps(-127.0F);
    __m512 part[registers];
    __m512 largest = _mm512_setzero_ps();
#pragma GCC unroll 8
    for (std::size_t i = 0; i < registers; ++i) {
        const std::size_t left = count > 16 * i ? count - 16 * i : 0;
        const __mmask16 valid = left >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << left) - 1U);
        part[i] = _mm512_maskz_loadu_ps(valid, x + (left > 0 ? 16 * i : 0));
        largest = _mm512_max_ps(largest, _mm512_abs_ps(part[i]));
    }
    *scale = _mm512_reduce_max_ps(largest) * (1.0F / 127.0F);
    const __m512 inverse = _mm512_set1_ps(*scale > 0 ? 1.0F / *scale : 0.0F);
    __m512i total = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (std::size_t i = 0; i < registers; ++i) {
        const __m512 q = _mm512_mul_ps(part[i], inverse);
        const __m512i integers =
            _mm512_cvtps_epi32(_mm512_max_ps(_mm512_min_ps(q, largest_integer), least_integer));
        total = _mm512_add_epi32(total, integers);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(values + 16 * i), _mm512_cvtepi32_epi8(integers));
    }
    *sum = _mm512_reduce_add_epi32(total);
}

// The vectors from `by` on.
ALWAYS_INLINE inline QuantizedSpan later(const QuantizedSpan& x, std::size_t by) {
    return {x.values + x.block_columns * x.blocks * by, x.scales + x.blocks * by, x.sums + x.blocks * by,
            x.blocks, x.block_columns};
}

// some(Number<N>{}, done) for as many vectors at a time as 32 registers hold two sums and two totals of,
// which is six, then for what is left. What lies behind the first pass comes from the second-level cache.
template <typename Some>
ALWAYS_INLINE inline void inGroups(std::size_t count, Some&& some) {
    std::size_t done = 0;
    for (; done + 6 <= count; done += 6)
        some(Number<6>{}, done);
    if (done + 4 <= count) {
        some(Number<4>{}, done);
        done += 4;
    }
    if (done + 2 <= count) {
        some(Number<2>{}, done);
        done += 2;
    }
    if (done < count) some(Number<1>{}, done);
}

}  // namespace
}  // namespace sightline::kernels
