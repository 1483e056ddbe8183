// panel_kernels.h with AVX-512 VNNI. Compiled for such processors only, so nothing here may become a function
// that other files share: no template of the standard library, no inline function of a header.
#include <immintrin.h>
#include <string.h>

#include "inference/kernels/packed_avx512_parts.h"
#include "inference/kernels/panel_kernels.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;
using std::uint8_t;

constexpr size_t lines = panel_columns / 4;

void quantize(const float* x, size_t columns, const QuantizedSpan& out) {
    for (size_t block = 0; block < out.blocks; ++block) {
        const size_t done = block * panel_columns;
        quantizeBlock<panel_columns / 16>(x + done,
                                          columns - done < panel_columns ? columns - done : panel_columns,
                                          out.values + done, out.scales + block, out.sums + block);
    }
}

// 64 bytes with the zero point 128 (integers of 4 bits: 16 times their value) times the factors of their
// rows, in 1/32768, again with 128 added. `factors`: one a row, twice in its 32 bits.
ALWAYS_INLINE inline __m512i scaled(__m512i bytes, __m512i factors) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i zero_point = _mm512_set1_epi16(128);
    const __m512i low = _mm512_sub_epi16(_mm512_unpacklo_epi8(bytes, zero), zero_point);
    const __m512i high = _mm512_sub_epi16(_mm512_unpackhi_epi8(bytes, zero), zero_point);
    const __m512i product_low = _mm512_mulhrs_epi16(low, _mm512_shuffle_epi32(factors, _MM_PERM_BBAA));
    const __m512i product_high = _mm512_mulhrs_epi16(high, _mm512_shuffle_epi32(factors, _MM_PERM_DDCC));
    return _mm512_xor_si512(_mm512_packs_epi16(product_low, product_high),
                            _mm512_set1_epi8(static_cast<char>(0x80)));
}

// Sixteen rows of a block: `half` points at their part of the first tile, `scales` at theirs.
template <WeightFormat format>
ALWAYS_INLINE inline void widenRows(const uint8_t* half, const uint8_t* scales, size_t tiles, uint8_t* panel,
                                    float* panel_scales) {
    constexpr bool int4 = format == WeightFormat::int4;
    const __m512i upper = _mm512_set1_epi8(static_cast<char>(0xF0));
    __m512 of_tile[panel_tiles];
    __m512 largest = _mm512_setzero_ps();
    for (size_t t = 0; t < tiles; ++t) {
        of_tile[t] = _mm512_cvtph_ps(
            _mm256_load_si256(reinterpret_cast<const __m256i*>(scales + t * tileBytes(format))));
        largest = _mm512_max_ps(largest, _mm512_abs_ps(of_tile[t]));
    }
    const __m512 scale = _mm512_mul_ps(largest, _mm512_set1_ps((int4 ? 8.0F : 127.0F) / 127.0F));
    const __mmask16 some = _mm512_cmp_ps_mask(scale, _mm512_setzero_ps(), _CMP_GT_OQ);
    const __m512 inverse = _mm512_maskz_div_ps(some, _mm512_set1_ps(int4 ? 2048.0F : 32767.0F), scale);
    _mm512_store_ps(panel_scales, scale);
    for (size_t t = 0; t < tiles; ++t, half += tileBytes(format)) {
        const __m512i once = _mm512_and_si512(_mm512_cvtps_epi32(_mm512_mul_ps(of_tile[t], inverse)),
                                              _mm512_set1_epi32(0xFFFF));
        const __m512i factors = _mm512_or_si512(once, _mm512_slli_epi32(once, 16));
        if (int4) {
            for (size_t line = 0; line < 4; ++line, panel += 256) {
                const __m512i both = _mm512_load_si512(half + 64 * line);
                _mm512_store_si512(panel,
                                   scaled(_mm512_and_si512(_mm512_slli_epi16(both, 4), upper), factors));
                _mm512_store_si512(panel + 128, scaled(_mm512_and_si512(both, upper), factors));
            }
        } else {
            for (size_t line = 0; line < 8; ++line, panel += 128)
                _mm512_store_si512(panel, scaled(_mm512_load_si512(half + 64 * line), factors));
        }
    }
    for (size_t line = 8 * tiles; line < lines; ++line, panel += 128)
        _mm512_store_si512(panel, _mm512_set1_epi8(static_cast<char>(0x80)));
}

template <WeightFormat format>
__attribute__((noinline)) void widenAll(const uint8_t* strip, size_t tiles, uint8_t* panel) {
    constexpr size_t half = halfTileBytes(format);
    for (size_t first = 0; first < tiles; first += panel_tiles) {
        const size_t count = tiles - first < panel_tiles ? tiles - first : panel_tiles;
        float* scales = reinterpret_cast<float*>(panel + panel_scales_at);
        widenRows<format>(strip, strip + 2 * half, count, panel, scales);
        widenRows<format>(strip + half, strip + 2 * half + 32, count, panel + 64, scales + 16);
        strip += panel_tiles * tileBytes(format);
        panel += panel_block_bytes;
    }
}

void widen(WeightFormat format, const uint8_t* strip, size_t tiles, uint8_t* panel) {
    if (format == WeightFormat::int4)
        widenAll<WeightFormat::int4>(strip, tiles, panel);
    else
        widenAll<WeightFormat::int8>(strip, tiles, panel);
}

// `Count` vectors share every load of weights. Six are what 32 registers hold: two sums and two totals each.
template <size_t Count>
__attribute__((noinline)) void multiplySome(const uint8_t* panel, const QuantizedSpan& x, float* out,
                                            size_t out_stride) {
    __m512 total0[Count];
    __m512 total1[Count];
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v)
        total0[v] = total1[v] = _mm512_setzero_ps();
    const size_t stride = panel_columns * x.blocks;
    for (size_t block = 0; block < x.blocks; ++block, panel += panel_block_bytes) {
        const int8_t* values = x.values + panel_columns * block;
        __m512i sum0[Count];
        __m512i sum1[Count];
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v)
            sum0[v] = sum1[v] = _mm512_set1_epi32(-128 * x.sums[v * x.blocks + block]);
        for (size_t some = 0; some < lines; some += 4) {
#pragma GCC unroll 4
            for (size_t line = some; line < some + 4; ++line) {
                const __m512i w0 = _mm512_load_si512(panel + 128 * line);
                const __m512i w1 = _mm512_load_si512(panel + 128 * line + 64);
#pragma GCC unroll 8
                for (size_t v = 0; v < Count; ++v) {
                    int32_t word;
                    memcpy(&word, values + v * stride + 4 * line, sizeof word);
                    const __m512i four = _mm512_set1_epi32(word);
                    addProducts(sum0[v], w0, four);
                    addProducts(sum1[v], w1, four);
                }
            }
        }
        const float* scales = reinterpret_cast<const float*>(panel + panel_scales_at);
        const __m512 scale0 = _mm512_load_ps(scales);
        const __m512 scale1 = _mm512_load_ps(scales + 16);
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v) {
            const __m512 x_scale = _mm512_set1_ps(x.scales[v * x.blocks + block]);
            total0[v] =
                _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum0[v]), _mm512_mul_ps(scale0, x_scale), total0[v]);
            total1[v] =
                _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum1[v]), _mm512_mul_ps(scale1, x_scale), total1[v]);
        }
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v) {
        _mm512_storeu_ps(out + v * out_stride, total0[v]);
        _mm512_storeu_ps(out + v * out_stride + 16, total1[v]);
    }
}

void multiply(const uint8_t* panel, const QuantizedSpan& x, size_t count, float* out, size_t out_stride) {
    inGroups(count, [&](auto vectors, size_t done) {
        multiplySome<vectors>(panel, later(x, done), out + done * out_stride, out_stride);
    });
}

}  // namespace

extern const PanelKernels avx512_panel_kernels;
const PanelKernels avx512_panel_kernels = {"AVX-512 VNNI", quantize, widen, multiply};

}  // namespace sightline::kernels
