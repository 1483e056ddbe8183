// packed_kernels.h with AVX-512 VNNI. Compiled for such processors only, so nothing here may become a
// function that other files share: no template of the standard library, no inline function of a header.
#include <immintrin.h>

#include "inference/kernels/packed_avx512_parts.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;
using std::uint8_t;

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

// Sixteen rows of a tile times a block of each of `Count` vectors.
template <WeightFormat format, int Count>
ALWAYS_INLINE inline void addHalf(__m512i (&sum)[Count], const uint8_t* half,
                                  const int8_t* (&values)[Count]) {
    const __m512i low = _mm512_set1_epi8(15);
    unroll<0, halfTileBytes(format) / 64>([&](auto line) ALWAYS_INLINE {
        const __m512i w = _mm512_load_si512(half + 64 * line);
        if constexpr (format == WeightFormat::int4) {
            const __m512i first = _mm512_and_si512(w, low);
            const __m512i second = _mm512_and_si512(_mm512_srli_epi16(w, 4), low);
            unroll<0, Count>([&](auto v) ALWAYS_INLINE {
                addProducts(sum[v], first, values[v] + 8 * line);
                addProducts(sum[v], second, values[v] + 8 * line + 4);
            });
        } else {
            unroll<0, Count>([&](auto v) ALWAYS_INLINE { addProducts(sum[v], w, values[v] + 4 * line); });
        }
    });
}

// `Count` vectors share every load of weights. Six are what 32 registers hold: two sums and two totals each.
// A tile is read from its first byte to its last: where loads jump between its halves, the processor sees no
// stream to fetch ahead of, and int8 comes from memory at half the speed.
template <WeightFormat format, int Count>
__attribute__((noinline)) void multiplySome(const uint8_t* strip, const QuantizedSpan& x, float* out,
                                            size_t out_stride) {
    constexpr int32_t zero_point = zeroPoint(format);
    constexpr size_t half = halfTileBytes(format);
    __m512 total0[Count];
    __m512 total1[Count];
    unroll<0, Count>([&](auto v) ALWAYS_INLINE { total0[v] = total1[v] = _mm512_setzero_ps(); });
    for (size_t block = 0; block < x.blocks; ++block, strip += tileBytes(format)) {
        __m512i sum0[Count];
        __m512i sum1[Count];
        const int8_t* values[Count];
        unroll<0, Count>([&](auto v) ALWAYS_INLINE {
            values[v] = x.values + 32 * (v * x.blocks + block);
            asm("" : "+r"(values[v]));  // or gcc keeps a pointer to every four bytes of it
            sum0[v] = sum1[v] = _mm512_set1_epi32(-zero_point * x.sums[v * x.blocks + block]);
        });
        addHalf<format>(sum0, strip, values);
        addHalf<format>(sum1, strip + half, values);
        unroll<0, Count>([&](auto v) ALWAYS_INLINE {
            addScaled(total0[v], total1[v], sum0[v], sum1[v], strip + 2 * half,
                      x.scales[v * x.blocks + block]);
        });
    }
    unroll<0, Count>([&](auto v) ALWAYS_INLINE {
        _mm512_storeu_ps(out + v * out_stride, total0[v]);
        _mm512_storeu_ps(out + v * out_stride + 16, total1[v]);
    });
}

template <WeightFormat format>
void multiply(const uint8_t* strip, const QuantizedSpan& x, size_t count, float* out, size_t out_stride) {
    inGroups(count, [&](auto vectors, size_t done) {
        multiplySome<format, vectors>(strip, later(x, done), out + done * out_stride, out_stride);
    });
}

void quantize(const float* x, size_t columns, const QuantizedSpan& out, size_t first_block) {
    for (size_t done = 0, block = first_block; done < columns; done += 32, ++block)
        quantizeBlock(x + done, columns - done < 32 ? columns - done : 32, out.values + 32 * block,
                      out.scales + block, out.sums + block);
}

}  // namespace

extern const PackedKernels avx512_packed_kernels;
const PackedKernels avx512_packed_kernels = {"AVX-512 VNNI", quantize, multiply<WeightFormat::int4>,
                                             multiply<WeightFormat::int8>};

}  // namespace sightline::kernels
