// packed_kernels.h with AVX2. As in packed_kernels_avx512.cpp, nothing here may become a function that other
// files share. A register holds 8 rows, so a tile is four of them.
#include <immintrin.h>
#include <string.h>

#include "inference/kernels/packed_kernels.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;
using std::uint8_t;

#define ALWAYS_INLINE inline __attribute__((always_inline))

ALWAYS_INLINE __m256i loadLine(const uint8_t* p) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(p));
}

ALWAYS_INLINE __m256i broadcast(const int8_t* four) {
    int32_t word;
    memcpy(&word, four, sizeof word);
    return _mm256_set1_epi32(word);
}

ALWAYS_INLINE __m256i pairsToInt32(__m256i pairs) {
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

ALWAYS_INLINE __m256 scaled(__m256 total, __m256i sum, const uint8_t* eight_scales, float x_scale) {
    const __m256 scale =
        _mm256_mul_ps(_mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(eight_scales))),
                      _mm256_set1_ps(x_scale));
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scale, total);
}

// A sum is complete here, and broadcasts behind it are read from memory again: left to itself gcc keeps
// those, and products that wait to be added, on the stack.
ALWAYS_INLINE void finish(__m256i& sum) {
    asm volatile("" : "+x"(sum) : : "memory");
}

// Eight rows (`rows` points at their part of the first line) of a tile of int4 times 32 values. Products of a
// byte pair are at most 2 * 15 * 127, and eight of them stay below 2^15: sums of 16 bits hold a whole block.
ALWAYS_INLINE __m256i blockInt4(const uint8_t* rows, const int8_t* values) {
    const __m256i low = _mm256_set1_epi8(15);
    __m256i pairs = _mm256_setzero_si256();
#pragma GCC unroll 4
    for (size_t line = 0; line < 4; ++line) {
        const __m256i both = loadLine(rows + 64 * line);
        pairs = _mm256_add_epi16(
            pairs, _mm256_maddubs_epi16(_mm256_and_si256(both, low), broadcast(values + 8 * line)));
        pairs =
            _mm256_add_epi16(pairs, _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(both, 4), low),
                                                         broadcast(values + 8 * line + 4)));
    }
    return pairsToInt32(pairs);
}

// The same of int8. The stored byte less 128 is the signed weight; |w| times x with the sign of w fits (2 *
// 128 * 127), where the stored byte itself would not.
ALWAYS_INLINE __m256i blockInt8(const uint8_t* rows, const int8_t* values) {
    const __m256i flip = _mm256_set1_epi8(static_cast<char>(0x80));
    __m256i sum = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (size_t line = 0; line < 8; ++line) {
        const __m256i w = _mm256_xor_si256(loadLine(rows + 64 * line), flip);
        const __m256i x = _mm256_sign_epi8(broadcast(values + 4 * line), w);
        sum = _mm256_add_epi32(sum, pairsToInt32(_mm256_maddubs_epi16(_mm256_abs_epi8(w), x)));
    }
    return sum;
}

// A tile is read from its first byte to its last, the scales too: where loads go back, the processor sees no
// stream to fetch ahead of.
template <WeightFormat format>
__attribute__((noinline)) void multiplyOne(const uint8_t* strip, const QuantizedSpan& x, float* out) {
    constexpr size_t half = halfTileBytes(format);
    __m256 total[4] = {};
    for (size_t block = 0; block < x.blocks; ++block, strip += tileBytes(format)) {
        const int8_t* const values = x.values + 32 * block;
        __m256i sum[4];
#pragma GCC unroll 4
        for (size_t part = 0; part < 4; ++part) {
            const uint8_t* const rows = strip + part / 2 * half + part % 2 * 32;
            sum[part] = format == WeightFormat::int4
                            ? _mm256_sub_epi32(blockInt4(rows, values), _mm256_set1_epi32(8 * x.sums[block]))
                            : blockInt8(rows, values);
            finish(sum[part]);
        }
#pragma GCC unroll 4
        for (size_t part = 0; part < 4; ++part)
            total[part] = scaled(total[part], sum[part], strip + 2 * half + 16 * part, x.scales[block]);
    }
    for (size_t part = 0; part < 4; ++part)
        _mm256_storeu_ps(out + 8 * part, total[part]);
}

// Several vectors one after the other: the strip stays in the second-level cache.
template <WeightFormat format>
void multiply(const uint8_t* strip, const QuantizedSpan& x, size_t count, float* out, size_t out_stride) {
    for (size_t v = 0; v < count; ++v)
        multiplyOne<format>(
            strip, {x.values + 32 * x.blocks * v, x.scales + x.blocks * v, x.sums + x.blocks * v, x.blocks},
            out + v * out_stride);
}

ALWAYS_INLINE float largestLane(__m256 v) {
    float lanes[8];
    _mm256_storeu_ps(lanes, v);
    float largest = lanes[0];
    for (int i = 1; i < 8; ++i)
        largest = lanes[i] > largest ? lanes[i] : largest;
    return largest;
}

void quantize(const float* x, size_t columns, const QuantizedSpan& out, size_t first_block) {
    const __m256 sign = _mm256_set1_ps(-0.0F);
    for (size_t done = 0, block = first_block; done < columns; done += 32, ++block) {
        const size_t count = columns - done < 32 ? columns - done : 32;
        float padded[32];
        memset(padded, 0, sizeof padded);
        memcpy(padded, x + done, count * sizeof(float));
        __m256 largest = _mm256_setzero_ps();
        for (int part = 0; part < 4; ++part)
            largest = _mm256_max_ps(largest, _mm256_andnot_ps(sign, _mm256_loadu_ps(padded + 8 * part)));
        const float scale = largestLane(largest) * (1.0F / 127.0F);
        const __m256 inverse = _mm256_set1_ps(scale > 0 ? 1.0F / scale : 0.0F);
        __m256i q[4];
        for (int part = 0; part < 4; ++part) {
            const __m256 v = _mm256_mul_ps(_mm256_loadu_ps(padded + 8 * part), inverse);
            q[part] = _mm256_cvtps_epi32(
                _mm256_max_ps(_mm256_min_ps(v, _mm256_set1_ps(127.0F)), _mm256_set1_ps(-127.0F)));
        }
        int32_t integers[32];
        for (int part = 0; part < 4; ++part)
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(integers + 8 * part), q[part]);
        int32_t sum = 0;
        for (int i = 0; i < 32; ++i) {
            out.values[32 * block + i] = static_cast<int8_t>(integers[i]);
            sum += integers[i];
        }
        out.scales[block] = scale;
        out.sums[block] = sum;
    }
}

}  // namespace

extern const PackedKernels avx2_packed_kernels;
const PackedKernels avx2_packed_kernels = {"AVX2", quantize, multiply<WeightFormat::int4>,
                                           multiply<WeightFormat::int8>};

}  // namespace sightline::kernels
