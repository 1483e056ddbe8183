// flash_attention.h with AVX-512 BF16. As in packed_kernels_avx512.cpp, nothing here may become a function
// that other files share.
#include <immintrin.h>
#include <string.h>

#include "inference/kernels/avx512_parts.h"
#include "inference/kernels/flash_attention.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::size_t;
using std::uint16_t;
using std::uint32_t;
using std::uint8_t;

constexpr size_t strip_rows = 6;
constexpr size_t strips = 16;
constexpr size_t tile_keys = 64;
static_assert(strips * strip_rows == 96);

// In assembly for the same reason as the one in avx512_parts.h.
ALWAYS_INLINE inline void addProducts(__m512& sum, __m512i a, __m512i b) {
    asm("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
}

// sums[6][64] = (or +=) a[6][Steps] * w[Steps][64], a step being a pair of bfloat16. Apart from everything
// else, so that its 24 sums stay in registers.
template <int Steps, size_t WeightStep, size_t Row, bool Add>
__attribute__((noinline)) void multiplyBlock(const uint8_t* w, const uint32_t* a, float* sums,
                                             size_t sums_row) {
    __m512 x[24];
    unroll<0, 24>([&](auto i) ALWAYS_INLINE {
        x[i] = Add ? _mm512_loadu_ps(sums + i / 4 * sums_row + i % 4 * 16) : _mm512_setzero_ps();
    });
    for (int step = 0; step < Steps; ++step, w += WeightStep, ++a) {
        __m512i u[4];
        unroll<0, 4>([&](auto v) ALWAYS_INLINE { u[v] = _mm512_load_si512(w + 64 * v); });
        unroll<0, 6>([&](auto m) ALWAYS_INLINE {
            const __m512i pair = _mm512_set1_epi32(static_cast<int32_t>(a[m * Row]));
            unroll<0, 4>([&](auto v) ALWAYS_INLINE { addProducts(x[m * 4 + v], u[v], pair); });
        });
    }
    unroll<0, 24>([&](auto i)
                      ALWAYS_INLINE { _mm512_storeu_ps(sums + i / 4 * sums_row + i % 4 * 16, x[i]); });
}

// 32 values as bfloat16, to the nearest even.
ALWAYS_INLINE inline void storeHalves(void* to, __m512 low, __m512 high) {
    const __m512bh halves = _mm512_cvtne2ps_pbh(high, low);
    memcpy(to, &halves, sizeof halves);
}

template <size_t D>
void packTile(const float* k, const float* v, size_t keys, size_t tile, uint16_t* packed) {
    const size_t first = tile * tile_keys;
    const size_t count = keys - first < tile_keys ? keys - first : tile_keys;
    uint16_t* to = packed + tile * 2 * tile_keys * D;
    memset(to, 0, 2 * tile_keys * D * sizeof(uint16_t));
    for (size_t row = 0; row < count; ++row) {
        alignas(64) uint32_t pairs[D / 2];
        alignas(64) uint16_t values[D];
        for (size_t d = 0; d < D; d += 32) {
            const float* key = k + (first + row) * D + d;
            const float* value = v + (first + row) * D + d;
            storeHalves(pairs + d / 2, _mm512_loadu_ps(key), _mm512_loadu_ps(key + 16));
            storeHalves(values + d, _mm512_loadu_ps(value), _mm512_loadu_ps(value + 16));
        }
        for (size_t i = 0; i < D / 2; ++i)
            memcpy(to + (i * tile_keys + row) * 2, pairs + i, sizeof(uint32_t));
        uint16_t* pair_of_keys = to + tile_keys * D + row / 2 * D * 2 + row % 2;
        for (size_t d = 0; d < D; ++d)
            pair_of_keys[d * 2] = values[d];
    }
}

// What a block of queries has so far.
template <size_t D>
struct Progress {
    alignas(64) float out[strips][strip_rows][D];
    alignas(64) float total[strips][strip_rows][16];        // of the weights, in 16 parts
    alignas(64) uint32_t query[strips][strip_rows][D / 2];  // scaled, in base 2
    float reference[strips][strip_rows];
};

template <size_t D>
void begin(Progress<D>& progress, const float* q, size_t count, float scale) {
    memset(progress.out, 0, sizeof progress.out);
    memset(progress.total, 0, sizeof progress.total);
    const __m512 factor = _mm512_set1_ps(scale * 1.44269504F);
    for (size_t row = 0; row < strips * strip_rows; ++row) {
        const float* from =
            q + (row < count ? row : count - 1) * D;  // what is behind the last query is thrown away
        progress.reference[row / strip_rows][row % strip_rows] = -1e30F;
        uint32_t* to = progress.query[row / strip_rows][row % strip_rows];
        for (size_t d = 0; d < D; d += 32)
            storeHalves(to + d / 2, _mm512_mul_ps(_mm512_loadu_ps(from + d), factor),
                        _mm512_mul_ps(_mm512_loadu_ps(from + d + 16), factor));
    }
}

template <size_t D>
ALWAYS_INLINE inline void moveReference(Progress<D>& progress, size_t strip, size_t row, __m512 highest) {
    const float now = _mm512_reduce_max_ps(highest);
    const __m512 factor = power(_mm512_set1_ps(progress.reference[strip][row] - now));
    progress.reference[strip][row] = now;
    float* total = progress.total[strip][row];
    _mm512_store_ps(total, _mm512_mul_ps(_mm512_load_ps(total), factor));
    for (size_t d = 0; d < D; d += 16) {
        float* out = progress.out[strip][row] + d;
        _mm512_store_ps(out, _mm512_mul_ps(_mm512_load_ps(out), factor));
    }
}

// Scores of a strip and a tile become weights in bfloat16. `limit`: as many of the tile's keys are seen, a
// row each.
template <size_t D>
__attribute__((noinline)) void weigh(Progress<D>& progress, size_t strip, const float (*scores)[tile_keys],
                                     const size_t* limit, uint32_t (*weights)[tile_keys / 2]) {
    for (size_t row = 0; row < strip_rows; ++row) {
        __m512 x[4];
        unroll<0, 4>([&](auto i) ALWAYS_INLINE {
            x[i] = _mm512_load_ps(scores[row] + 16 * i);
            if (limit[row] < 16 * (size_t{i} + 1)) {
                const size_t seen = limit[row] > 16 * size_t{i} ? limit[row] - 16 * size_t{i} : 0;
                x[i] = _mm512_mask_blend_ps(static_cast<__mmask16>((1U << seen) - 1),
                                            _mm512_set1_ps(-__builtin_inff()), x[i]);
            }
        });
        const __m512 highest = _mm512_max_ps(_mm512_max_ps(x[0], x[1]), _mm512_max_ps(x[2], x[3]));
        const __m512 most = _mm512_set1_ps(progress.reference[strip][row] + 8);
        if (_mm512_cmp_ps_mask(highest, most, _CMP_GT_OQ) != 0) moveReference(progress, strip, row, highest);
        const __m512 reference = _mm512_set1_ps(progress.reference[strip][row]);
        unroll<0, 4>([&](auto i) ALWAYS_INLINE { x[i] = power(_mm512_sub_ps(x[i], reference)); });
        float* total = progress.total[strip][row];
        _mm512_store_ps(total,
                        _mm512_add_ps(_mm512_load_ps(total),
                                      _mm512_add_ps(_mm512_add_ps(x[0], x[1]), _mm512_add_ps(x[2], x[3]))));
        storeHalves(weights[row], x[0], x[1]);
        storeHalves(weights[row] + 16, x[2], x[3]);
    }
}

template <size_t D>
void attend(const uint16_t* packed, size_t keys, const float* q, size_t count, const int32_t* visible,
            float scale, float* out) {
    Progress<D> progress;
    begin(progress, q, count, scale);
    alignas(64) float scores[strip_rows][tile_keys];
    alignas(64) uint32_t weights[strip_rows][tile_keys / 2];
    const size_t used = (count + strip_rows - 1) / strip_rows;
    for (size_t first = 0; first < keys; first += tile_keys) {
        const auto* tile = reinterpret_cast<const uint8_t*>(packed + first * 2 * D);
        const uint8_t* values = tile + tile_keys * D * sizeof(uint16_t);
        for (size_t strip = 0; strip < used; ++strip) {
            size_t limit[strip_rows];
            size_t most = 0;
            for (size_t row = 0; row < strip_rows; ++row) {
                const size_t query = strip * strip_rows + row < count ? strip * strip_rows + row : count - 1;
                const size_t end = visible ? static_cast<size_t>(visible[query]) : keys;
                const size_t seen =
                    (end < keys ? end : keys) <= first ? 0 : (end < keys ? end : keys) - first;
                limit[row] = seen < tile_keys ? seen : tile_keys;
                most = limit[row] > most ? limit[row] : most;
            }
            if (most == 0) continue;
            multiplyBlock<D / 2, tile_keys * 4, D / 2, false>(tile, progress.query[strip][0], scores[0],
                                                              tile_keys);
            weigh(progress, strip, scores, limit, weights);
            for (size_t d = 0; d < D; d += 64)
                multiplyBlock<tile_keys / 2, D * 4, tile_keys / 2, true>(values + d * 4, weights[0],
                                                                         progress.out[strip][0] + d, D);
        }
    }
    for (size_t row = 0; row < count; ++row) {
        const float total =
            _mm512_reduce_add_ps(_mm512_load_ps(progress.total[row / strip_rows][row % strip_rows]));
        const __m512 inverse = _mm512_set1_ps(1.0F / total);
        for (size_t d = 0; d < D; d += 16)
            _mm512_storeu_ps(
                out + row * D + d,
                _mm512_mul_ps(_mm512_load_ps(progress.out[row / strip_rows][row % strip_rows] + d), inverse));
    }
}

}  // namespace

extern const FlashKernels avx512_flash_kernels;
const FlashKernels avx512_flash_kernels = {packTile<64>, packTile<128>, attend<64>, attend<128>};

}  // namespace sightline::kernels
