// packed_kernels.h with AVX-512 VNNI. Compiled for such processors only, so nothing here may become a
// function that other files share: no template of the standard library, no inline function of a header.
#include <immintrin.h>
#include <string.h>

#include "inference/kernels/packed_avx512_parts.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;
using std::uint8_t;

constexpr size_t int4_half = halfTileBytes(WeightFormat::int4);
constexpr size_t int8_half = halfTileBytes(WeightFormat::int8);
constexpr size_t int4_tile = tileBytes(WeightFormat::int4);
constexpr size_t int8_tile = tileBytes(WeightFormat::int8);

ALWAYS_INLINE inline __m512i broadcast(const int8_t* four) {
    int32_t word;
    memcpy(&word, four, sizeof word);
    return _mm512_set1_epi32(word);
}

// The two halves of 32 sums become float32, scaled, in the order that every path keeps.
ALWAYS_INLINE inline void addScaled(__m512& total0, __m512& total1, __m512i sum0, __m512i sum1,
                                    const uint8_t* scales, float x_scale) {
    const __m512 x = _mm512_set1_ps(x_scale);
    const __m512 scale0 =
        _mm512_mul_ps(_mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(scales))), x);
    const __m512 scale1 =
        _mm512_mul_ps(_mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(scales + 32))), x);
    total0 = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum0), scale0, total0);
    total1 = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum1), scale1, total1);
}

// One vector. The upper halves of the bytes are multiplied where they are, as 16 times their value, and their
// sum is shifted once: exact, and one instruction less a register.
__attribute__((noinline)) void multiplyInt4One(const uint8_t* strip, const QuantizedSpan& x, float* out) {
    const __m512i low = _mm512_set1_epi8(15);
    const __m512i high = _mm512_set1_epi8(static_cast<char>(0xF0));
    __m512 total0 = _mm512_setzero_ps();
    __m512 total1 = _mm512_setzero_ps();
    const int8_t* values = x.values;
    for (size_t block = 0; block < x.blocks; ++block, strip += int4_tile, values += 32) {
        __m512i sum0 = _mm512_set1_epi32(-8 * x.sums[block]);
        __m512i sum1 = sum0;
        __m512i upper0 = _mm512_setzero_si512();
        __m512i upper1 = upper0;
#pragma GCC unroll 4
        for (size_t line = 0; line < 4; ++line) {
            const __m512i first = broadcast(values + 8 * line);
            const __m512i second = broadcast(values + 8 * line + 4);
            const __m512i w0 = _mm512_load_si512(strip + 64 * line);
            const __m512i w1 = _mm512_load_si512(strip + int4_half + 64 * line);
            addProducts(sum0, _mm512_and_si512(w0, low), first);
            addProducts(sum1, _mm512_and_si512(w1, low), first);
            addProducts(upper0, _mm512_and_si512(w0, high), second);
            addProducts(upper1, _mm512_and_si512(w1, high), second);
        }
        sum0 = _mm512_add_epi32(sum0, _mm512_srai_epi32(upper0, 4));
        sum1 = _mm512_add_epi32(sum1, _mm512_srai_epi32(upper1, 4));
        addScaled(total0, total1, sum0, sum1, strip + 2 * int4_half, x.scales[block]);
    }
    _mm512_storeu_ps(out, total0);
    _mm512_storeu_ps(out + 16, total1);
}

__attribute__((noinline)) void multiplyInt8One(const uint8_t* strip, const QuantizedSpan& x, float* out) {
    __m512 total0 = _mm512_setzero_ps();
    __m512 total1 = _mm512_setzero_ps();
    const int8_t* values = x.values;
    for (size_t block = 0; block < x.blocks; ++block, strip += int8_tile, values += 32) {
        // Some 16 KB ahead, into the strip behind this one too: left to itself the processor fetches a tenth
        // less. With int4, which asks for less, it makes no difference.
        for (size_t line = 0; line < int8_tile; line += 64)
            _mm_prefetch(reinterpret_cast<const char*>(strip + 14 * int8_tile + line), _MM_HINT_T0);
        // Two sums a half, so that a product does not wait for the one before it.
        __m512i even0 = _mm512_set1_epi32(-128 * x.sums[block]);
        __m512i even1 = even0;
        __m512i odd0 = _mm512_setzero_si512();
        __m512i odd1 = odd0;
#pragma GCC unroll 4
        for (size_t pair = 0; pair < 4; ++pair) {
            const __m512i first = broadcast(values + 8 * pair);
            const __m512i second = broadcast(values + 8 * pair + 4);
            const uint8_t* w = strip + 128 * pair;
            addProducts(even0, _mm512_load_si512(w), first);
            addProducts(even1, _mm512_load_si512(w + int8_half), first);
            addProducts(odd0, _mm512_load_si512(w + 64), second);
            addProducts(odd1, _mm512_load_si512(w + int8_half + 64), second);
        }
        addScaled(total0, total1, _mm512_add_epi32(even0, odd0), _mm512_add_epi32(even1, odd1),
                  strip + 2 * int8_half, x.scales[block]);
    }
    _mm512_storeu_ps(out, total0);
    _mm512_storeu_ps(out + 16, total1);
}

// `Count` vectors share every load of weights. Six are what 32 registers hold: two sums and two totals each.
template <size_t Count>
__attribute__((noinline)) void multiplyInt4(const uint8_t* strip, const QuantizedSpan& x, float* out,
                                            size_t out_stride) {
    const __m512i low = _mm512_set1_epi8(15);
    __m512 total0[Count];
    __m512 total1[Count];
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v)
        total0[v] = total1[v] = _mm512_setzero_ps();
    const size_t stride = 32 * x.blocks;
    for (size_t block = 0; block < x.blocks; ++block, strip += int4_tile) {
        const int8_t* values = x.values + 32 * block;
        __m512i sum0[Count];
        __m512i sum1[Count];
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v)
            sum0[v] = sum1[v] = _mm512_set1_epi32(-8 * x.sums[v * x.blocks + block]);
#pragma GCC unroll 4
        for (size_t line = 0; line < 4; ++line) {
            const __m512i w0 = _mm512_load_si512(strip + 64 * line);
            const __m512i w1 = _mm512_load_si512(strip + int4_half + 64 * line);
            const __m512i low0 = _mm512_and_si512(w0, low);
            const __m512i low1 = _mm512_and_si512(w1, low);
            const __m512i high0 = _mm512_and_si512(_mm512_srli_epi16(w0, 4), low);
            const __m512i high1 = _mm512_and_si512(_mm512_srli_epi16(w1, 4), low);
#pragma GCC unroll 8
            for (size_t v = 0; v < Count; ++v) {
                const __m512i first = broadcast(values + v * stride + 8 * line);
                const __m512i second = broadcast(values + v * stride + 8 * line + 4);
                addProducts(sum0[v], low0, first);
                addProducts(sum1[v], low1, first);
                addProducts(sum0[v], high0, second);
                addProducts(sum1[v], high1, second);
            }
        }
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v)
            addScaled(total0[v], total1[v], sum0[v], sum1[v], strip + 2 * int4_half,
                      x.scales[v * x.blocks + block]);
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v) {
        _mm512_storeu_ps(out + v * out_stride, total0[v]);
        _mm512_storeu_ps(out + v * out_stride + 16, total1[v]);
    }
}

template <size_t Count>
__attribute__((noinline)) void multiplyInt8(const uint8_t* strip, const QuantizedSpan& x, float* out,
                                            size_t out_stride) {
    __m512 total0[Count];
    __m512 total1[Count];
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v)
        total0[v] = total1[v] = _mm512_setzero_ps();
    const size_t stride = 32 * x.blocks;
    for (size_t block = 0; block < x.blocks; ++block, strip += int8_tile) {
        const int8_t* values = x.values + 32 * block;
        __m512i sum0[Count];
        __m512i sum1[Count];
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v)
            sum0[v] = sum1[v] = _mm512_set1_epi32(-128 * x.sums[v * x.blocks + block]);
#pragma GCC unroll 8
        for (size_t line = 0; line < 8; ++line) {
            const __m512i w0 = _mm512_load_si512(strip + 64 * line);
            const __m512i w1 = _mm512_load_si512(strip + int8_half + 64 * line);
#pragma GCC unroll 8
            for (size_t v = 0; v < Count; ++v) {
                const __m512i four = broadcast(values + v * stride + 4 * line);
                addProducts(sum0[v], w0, four);
                addProducts(sum1[v], w1, four);
            }
        }
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v)
            addScaled(total0[v], total1[v], sum0[v], sum1[v], strip + 2 * int8_half,
                      x.scales[v * x.blocks + block]);
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v) {
        _mm512_storeu_ps(out + v * out_stride, total0[v]);
        _mm512_storeu_ps(out + v * out_stride + 16, total1[v]);
    }
}

#define SIGHTLINE_MULTIPLY(FORMAT)                                                                     \
    void multiply##FORMAT##All(const uint8_t* strip, const QuantizedSpan& x, size_t count, float* out, \
                               size_t out_stride) {                                                    \
        inGroups(count, [&](auto vectors, size_t done) {                                               \
            if constexpr (vectors == 1)                                                                \
                multiply##FORMAT##One(strip, later(x, done), out + done * out_stride);                 \
            else                                                                                       \
                multiply##FORMAT<vectors>(strip, later(x, done), out + done * out_stride, out_stride); \
        });                                                                                            \
    }
SIGHTLINE_MULTIPLY(Int4)
SIGHTLINE_MULTIPLY(Int8)

void quantize(const float* x, size_t columns, const QuantizedSpan& out, size_t first_block) {
    for (size_t done = 0, block = first_block; done < columns; done += 32, ++block)
        quantizeBlock(x + done, columns - done < 32 ? columns - done : 32, out.values + 32 * block,
                      out.scales + block, out.sums + block);
}

}  // namespace

extern const PackedKernels avx512_packed_kernels;
const PackedKernels avx512_packed_kernels = {"AVX-512 VNNI", quantize, multiplyInt4All, multiplyInt8All};

}  // namespace sightline::kernels
