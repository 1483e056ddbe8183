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

constexpr size_t block_lines = panel_columns / 4;
constexpr size_t sums_bytes = tile_rows * sizeof(int32_t);

ALWAYS_INLINE inline __mmask16 firstOf(size_t left) {
    return left >= 16 ? __mmask16{0xFFFF} : static_cast<__mmask16>((1U << left) - 1U);
}

ALWAYS_INLINE inline float sumOfSquares(const float* x, size_t count) {
    __m512 sum = _mm512_setzero_ps();
    for (size_t i = 0; i < count; i += 16) {
        const __m512 part = _mm512_maskz_loadu_ps(firstOf(count - i), x + i);
        sum = _mm512_fmadd_ps(part, part, sum);
    }
    return _mm512_reduce_add_ps(sum);
}

// Blocks of a group, of which x has `count` values.
ALWAYS_INLINE inline void quantizeGroup(const float* x, size_t count, size_t blocks, float most,
                                        const QuantizedSpan& out, size_t first) {
    constexpr size_t registers = panel_columns / 16;
    __m512 of_block[panel_blocks];
    __m512 of_group = _mm512_setzero_ps();
    for (size_t block = 0; block < blocks; ++block) {
        of_block[block] = _mm512_setzero_ps();
        for (size_t i = panel_columns * block; i < panel_columns * (block + 1) && i < count; i += 16)
            of_block[block] = _mm512_max_ps(of_block[block],
                                            _mm512_abs_ps(_mm512_maskz_loadu_ps(firstOf(count - i), x + i)));
        of_group = _mm512_max_ps(of_group, of_block[block]);
    }
    const float largest = _mm512_reduce_max_ps(of_group);
    const bool split = !(largest * largest <= most);
    for (size_t block = 0; block < blocks; ++block) {
        const float scale = (split ? _mm512_reduce_max_ps(of_block[block]) : largest) * (1.0F / 127.0F);
        const __m512 inverse = _mm512_set1_ps(scale > 0 ? 1.0F / scale : 0.0F);
        for (size_t r = 0; r < registers; ++r) {
            const size_t i = panel_columns * block + 16 * r;
            const __m512 part =
                i < count ? _mm512_maskz_loadu_ps(firstOf(count - i), x + i) : _mm512_setzero_ps();
            const __m512 q = _mm512_max_ps(
                _mm512_min_ps(_mm512_mul_ps(part, inverse), _mm512_set1_ps(127.0F)), _mm512_set1_ps(-127.0F));
            const __m512i integers = _mm512_add_epi32(_mm512_cvtps_epi32(q), _mm512_set1_epi32(128));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out.values + panel_columns * first + i),
                             _mm512_cvtepi32_epi8(integers));
        }
        out.scales[first + block] = scale;
        out.sums[first + block] = split && block == 0 ? 1 : 0;
    }
}

void quantize(const float* x, size_t columns, const QuantizedSpan& out) {
    const float most =
        sumOfSquares(x, columns) * (panel_outlier * panel_outlier) / static_cast<float>(columns);
    for (size_t first = 0; first < out.blocks; first += panel_blocks) {
        const size_t blocks = out.blocks - first < panel_blocks ? out.blocks - first : panel_blocks;
        const size_t begin = panel_columns * first;
        const size_t left = columns - begin;
        quantizeGroup(x + begin, left < panel_columns * blocks ? left : panel_columns * blocks, blocks, most,
                      out, first);
    }
}

// 64 bytes with the zero point 128 (integers of 4 bits: 16 times their value) times the factors of their
// rows, in 1/32768. `factors`: one a row, twice in its 32 bits.
ALWAYS_INLINE inline __m512i scaled(__m512i bytes, __m512i factors) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i zero_point = _mm512_set1_epi16(128);
    const __m512i low = _mm512_sub_epi16(_mm512_unpacklo_epi8(bytes, zero), zero_point);
    const __m512i high = _mm512_sub_epi16(_mm512_unpackhi_epi8(bytes, zero), zero_point);
    const __m512i product_low = _mm512_mulhrs_epi16(low, _mm512_shuffle_epi32(factors, _MM_PERM_BBAA));
    const __m512i product_high = _mm512_mulhrs_epi16(high, _mm512_shuffle_epi32(factors, _MM_PERM_DDCC));
    return _mm512_packs_epi16(product_low, product_high);
}

// Sixteen rows of a group: `half` points at their part of the first tile, `scales` at theirs; `panel` at the
// group, from the first of the rows on, `panel_scales` at their scales.
template <WeightFormat format>
ALWAYS_INLINE inline void widenRows(const uint8_t* half, const uint8_t* scales, size_t tiles, uint8_t* panel,
                                    uint8_t* panel_scales) {
    constexpr bool int4 = format == WeightFormat::int4;
    const __m512i upper = _mm512_set1_epi8(static_cast<char>(0xF0));
    const __m512i ones = _mm512_set1_epi8(1);
    __m512 largest = _mm512_setzero_ps();
    for (size_t t = 0; t < tiles; ++t)
        largest =
            _mm512_max_ps(largest, _mm512_abs_ps(_mm512_cvtph_ps(_mm256_load_si256(
                                       reinterpret_cast<const __m256i*>(scales + t * tileBytes(format))))));
    const __m512 scale = _mm512_mul_ps(largest, _mm512_set1_ps((int4 ? 8.0F : 127.0F) / 127.0F));
    const __mmask16 some = _mm512_cmp_ps_mask(scale, _mm512_setzero_ps(), _CMP_GT_OQ);
    const __m512 inverse = _mm512_maskz_div_ps(some, _mm512_set1_ps(int4 ? 2048.0F : 32767.0F), scale);
    _mm512_store_ps(reinterpret_cast<float*>(panel_scales), scale);
    uint8_t* const sums = panel_scales + sums_bytes;
    __m512i of_group = _mm512_setzero_si512();
    __m512i of_block = _mm512_setzero_si512();
    for (size_t t = 0; t < tiles; ++t, half += tileBytes(format)) {
        const __m512 of_tile = _mm512_cvtph_ps(
            _mm256_load_si256(reinterpret_cast<const __m256i*>(scales + t * tileBytes(format))));
        const __m512i once =
            _mm512_and_si512(_mm512_cvtps_epi32(_mm512_mul_ps(of_tile, inverse)), _mm512_set1_epi32(0xFFFF));
        const __m512i factors = _mm512_or_si512(once, _mm512_slli_epi32(once, 16));
        const auto put = [&](__m512i bytes) {
            const __m512i integers = scaled(bytes, factors);
            addProducts(of_block, ones, integers);
            _mm512_store_si512(panel, integers);
            panel += 128;
        };
        for (size_t line = 0; line < (int4 ? 4 : 8); ++line) {
            const __m512i both = _mm512_load_si512(half + 64 * line);
            if (int4) put(_mm512_and_si512(_mm512_slli_epi16(both, 4), upper));
            put(int4 ? _mm512_and_si512(both, upper) : both);
        }
        if ((t + 1) % panel_tiles != 0 && t + 1 < tiles) continue;
        of_block = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(of_block, 7));
        _mm512_store_si512(sums + sums_bytes * (1 + t / panel_tiles), of_block);
        of_group = _mm512_add_epi32(of_group, of_block);
        of_block = _mm512_setzero_si512();
    }
    for (size_t tile = tiles; tile % panel_tiles != 0; ++tile)
        for (size_t line = 0; line < block_lines / panel_tiles; ++line, panel += 128)
            _mm512_store_si512(panel, _mm512_setzero_si512());
    _mm512_store_si512(sums, of_group);
}

template <WeightFormat format>
__attribute__((noinline)) void widenAll(const uint8_t* strip, size_t tiles, uint8_t* panel) {
    constexpr size_t half = halfTileBytes(format);
    constexpr size_t group_tiles = panel_blocks * panel_tiles;
    for (size_t first = 0; first < tiles; first += group_tiles) {
        const size_t count = tiles - first < group_tiles ? tiles - first : group_tiles;
        const size_t blocks = (count + panel_tiles - 1) / panel_tiles;
        uint8_t* const scales = panel + blocks * panel_block_bytes;
        widenRows<format>(strip, strip + 2 * half, count, panel, scales);
        widenRows<format>(strip + half, strip + 2 * half + 32, count, panel + 64, scales + 64);
        strip += group_tiles * tileBytes(format);
        panel += blocks * panel_block_bytes + (2 + blocks) * sums_bytes;
    }
}

void widen(WeightFormat format, const uint8_t* strip, size_t tiles, uint8_t* panel) {
    if (format == WeightFormat::int4)
        widenAll<WeightFormat::int4>(strip, tiles, panel);
    else
        widenAll<WeightFormat::int8>(strip, tiles, panel);
}

// `Count` vectors share every load of weights. Six are what 32 registers hold: two sums and two totals each.
// A group goes through in one piece, or in its blocks where one of the vectors has it split; the others then
// go on with their sums, so that each gets the same bits in any company.
template <size_t Count>
__attribute__((noinline)) void multiplySome(const uint8_t* panel, const QuantizedSpan& x, float* out,
                                            size_t out_stride) {
    __m512 total0[Count];
    __m512 total1[Count];
#pragma GCC unroll 8
    for (size_t v = 0; v < Count; ++v)
        total0[v] = total1[v] = _mm512_setzero_ps();
    const size_t stride = panel_columns * x.blocks;
    const int8_t* values = x.values;
    for (size_t first = 0; first < x.blocks; first += panel_blocks) {
        const size_t blocks = x.blocks - first < panel_blocks ? x.blocks - first : panel_blocks;
        const uint8_t* const scales = panel + blocks * panel_block_bytes;
        const uint8_t* sums = scales + sums_bytes;
        const int32_t* const split = x.sums + first;
        int32_t any = 0;
        __m512i sum0[Count];
        __m512i sum1[Count];
#pragma GCC unroll 8
        for (size_t v = 0; v < Count; ++v) {
            const int32_t is_split = split[v * x.blocks];
            any |= is_split;
            sum0[v] = _mm512_load_si512(sums + (is_split != 0 ? sums_bytes : 0));
            sum1[v] = _mm512_load_si512(sums + (is_split != 0 ? sums_bytes : 0) + 64);
        }
        const size_t step = any != 0 ? 1 : blocks;
        for (size_t block = 0; block < blocks; block += step) {
            const uint8_t* const end = panel + step * panel_block_bytes;
            for (; panel < end; panel += 512, values += 16) {
#pragma GCC unroll 4
                for (size_t line = 0; line < 4; ++line) {
                    const __m512i w0 = _mm512_load_si512(panel + 128 * line);
                    const __m512i w1 = _mm512_load_si512(panel + 128 * line + 64);
#pragma GCC unroll 8
                    for (size_t v = 0; v < Count; ++v) {
                        int32_t word;
                        memcpy(&word, values + v * stride + 4 * line, sizeof word);
                        const __m512i four = _mm512_set1_epi32(word);
                        addProducts(sum0[v], four, w0);
                        addProducts(sum1[v], four, w1);
                    }
                }
            }
            const __m512 scale0 = _mm512_load_ps(scales);
            const __m512 scale1 = _mm512_load_ps(scales + 64);
            const bool last = block + step >= blocks;
            sums += sums_bytes;
#pragma GCC unroll 8
            for (size_t v = 0; v < Count; ++v) {
                if (!last && split[v * x.blocks] == 0) continue;
                const __m512 x_scale = _mm512_set1_ps(x.scales[v * x.blocks + first + block]);
                total0[v] =
                    _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum0[v]), _mm512_mul_ps(scale0, x_scale), total0[v]);
                total1[v] =
                    _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum1[v]), _mm512_mul_ps(scale1, x_scale), total1[v]);
                if (last) continue;
                sum0[v] = _mm512_load_si512(sums + sums_bytes);
                sum1[v] = _mm512_load_si512(sums + sums_bytes + 64);
            }
        }
        panel += (2 + blocks) * sums_bytes;
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
