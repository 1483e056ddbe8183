// flash_int8.h with AVX-512 VNNI. As in packed_kernels_avx512.cpp, nothing here may become a function that
// other files share.
#include <immintrin.h>
#include <string.h>

#include "inference/kernels/avx512_parts.h"
#include "inference/kernels/flash_int8.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;
using std::uint8_t;

constexpr size_t D = flash_int8_head_dim;
constexpr size_t chunk_keys = flash_int8_chunk;
constexpr size_t tile_keys = 64;
constexpr size_t rows = 6;  // of a strip: 6 queries x 64 keys, or 6 x 64 dimensions, are 24 sums in registers
constexpr size_t strips = flash_int8_block / rows;
constexpr float log2_of_255 = 7.9943534F;
// How far scores may exceed the reference of their query before it moves: sums stay far below the largest
// float32, and every chunk has its own maximum, so nothing else depends on it.
constexpr float longest_lag = 40;

// The parts of the packed memory.
template <typename Byte, typename Float>
struct Parts {
    Byte* keys;
    Byte* values;
    Float* key_scales;
    Float* channel_scales;

    Parts(Byte* packed, size_t count)
        : keys(packed),
          values(keys + flashInt8Chunks(count) * chunk_keys * D),
          key_scales(reinterpret_cast<Float*>(values + flashInt8Chunks(count) * chunk_keys * D)),
          channel_scales(key_scales + flashInt8Chunks(count) * chunk_keys) {}
};

// 64 values as signed bytes with one scale, which is returned; their sum if it is asked for.
ALWAYS_INLINE inline float quantize(const __m512 (&x)[4], int8_t* bytes, int32_t* sum) {
    __m512 largest = _mm512_max_ps(_mm512_max_ps(_mm512_abs_ps(x[0]), _mm512_abs_ps(x[1])),
                                   _mm512_max_ps(_mm512_abs_ps(x[2]), _mm512_abs_ps(x[3])));
    const float scale = _mm512_reduce_max_ps(largest) * (1.0F / 127.0F);
    const __m512 inverse = _mm512_set1_ps(scale > 0 ? 1.0F / scale : 0.0F);
    __m512i total = _mm512_setzero_si512();
    unroll<0, 4>([&](auto i) ALWAYS_INLINE {
        const __m512i integers = _mm512_cvtps_epi32(_mm512_mul_ps(x[i], inverse));
        total = _mm512_add_epi32(total, integers);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes + 16 * i), _mm512_cvtsepi32_epi8(integers));
    });
    if (sum) *sum = _mm512_reduce_add_epi32(total);
    return scale;
}

void pack(const float* k, const float* v, size_t count, size_t chunk, uint8_t* packed) {
    const Parts<uint8_t, float> parts(packed, count);
    const size_t first = chunk * chunk_keys;
    const size_t used = count - first < chunk_keys ? count - first : chunk_keys;
    uint8_t* keys = parts.keys + first * D;
    uint8_t* values = parts.values + first * D;
    float* scales = parts.key_scales + first;
    memset(keys, 128, chunk_keys * D);
    memset(values, 0, chunk_keys * D);
    memset(scales, 0, chunk_keys * sizeof(float));
    __m512 inverse[4];
    for (size_t i = 0; i < 4; ++i) {
        __m512 largest = _mm512_set1_ps(1e-30F);  // a channel without values has a scale all the same
        for (size_t row = 0; row < used; ++row)
            largest = _mm512_max_ps(largest, _mm512_abs_ps(_mm512_loadu_ps(v + (first + row) * D + 16 * i)));
        const __m512 scale = _mm512_mul_ps(largest, _mm512_set1_ps(1.0F / 127.0F));
        _mm512_store_ps(parts.channel_scales + chunk * D + 16 * i, scale);
        inverse[i] = _mm512_div_ps(_mm512_set1_ps(1.0F), scale);
    }
    for (size_t row = 0; row < used; ++row) {
        __m512 key[4];
        alignas(64) int8_t key_bytes[D];
        alignas(64) int8_t value_bytes[D];
        unroll<0, 4>([&](auto i) ALWAYS_INLINE {
            key[i] = _mm512_loadu_ps(k + (first + row) * D + 16 * i);
            const __m512 value = _mm512_mul_ps(_mm512_loadu_ps(v + (first + row) * D + 16 * i), inverse[i]);
            _mm_store_si128(reinterpret_cast<__m128i*>(value_bytes + 16 * i),
                            _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(value)));
        });
        scales[row] = quantize(key, key_bytes, nullptr);
        uint8_t* tile = keys + row / tile_keys * tile_keys * D + row % tile_keys * 4;
        for (size_t d = 0; d < D; ++d)
            tile[d / 4 * tile_keys * 4 + d % 4] = static_cast<uint8_t>(key_bytes[d] + 128);
        // In the order in which the packing instructions of weigh() leave the weights.
        const size_t in_tile = row % tile_keys;
        const size_t quad = row / tile_keys * 16 + in_tile % 16 / 4 * 4 + in_tile / 16;
        for (size_t d = 0; d < D; ++d)
            values[(quad * D + d) * 4 + row % 4] = static_cast<uint8_t>(value_bytes[d]);
    }
}

// What a block of queries has so far.
struct Progress {
    alignas(64) float out[strips][rows][D];
    alignas(64) float total[strips][rows][16];  // of the weights, in 16 parts
    alignas(64) float reference[strips][16];    // what is subtracted from the scores, in base 2; a row each
    alignas(64) float scale[strips][16];        // of a query, with log2 e in it
    int32_t query[strips][D / 4][rows];         // four signed bytes each
    int32_t zero[strips][rows];                 // -128 times the sum of a query
    alignas(64) float scores[2][rows][tile_keys];  // of a strip and a chunk, without the scale of the query
    alignas(64) float highest[rows][16];           // of those, in 16 parts
    alignas(64) uint8_t weights[rows][chunk_keys];
    alignas(64) float weight_scale[16];
};

void begin(Progress& progress, const float* q, size_t count, float scale) {
    memset(progress.out, 0, sizeof progress.out);
    memset(progress.total, 0, sizeof progress.total);
    const __m512 factor = _mm512_set1_ps(scale * 1.44269504F);
    for (size_t strip = 0; strip < strips; ++strip) {
        _mm512_store_ps(progress.reference[strip], _mm512_set1_ps(-1e30F));
        _mm512_store_ps(progress.scale[strip], _mm512_setzero_ps());
        for (size_t row = 0; row < rows; ++row) {
            const size_t query = strip * rows + row;
            const float* from =
                q + (query < count ? query : count - 1) * D;  // what is behind the last is thrown away
            __m512 x[4];
            unroll<0, 4>([&](auto i)
                             ALWAYS_INLINE { x[i] = _mm512_mul_ps(_mm512_loadu_ps(from + 16 * i), factor); });
            alignas(64) int8_t bytes[D];
            int32_t sum = 0;
            progress.scale[strip][row] = quantize(x, bytes, &sum);
            progress.zero[strip][row] = -128 * sum;
            for (size_t quad = 0; quad < D / 4; ++quad)
                memcpy(&progress.query[strip][quad][row], bytes + 4 * quad, 4);
        }
    }
}

// scores[6][64] of a strip and a tile, times the scales of the keys; highest: also of those of the tile
// before if `Second`. Apart from everything else, so that its 24 sums stay in registers.
template <bool Second>
__attribute__((noinline)) void score(const uint8_t* keys, const int32_t (*query)[rows], const int32_t* zero,
                                     const float* key_scales, float (*scores)[tile_keys],
                                     float (*highest)[16]) {
    __m512i sums[24];
    unroll<0, 24>([&](auto i) ALWAYS_INLINE { sums[i] = _mm512_set1_epi32(zero[i / 4]); });
    for (size_t quad = 0; quad < D / 4; ++quad, keys += tile_keys * 4, ++query) {
        __m512i key[4];
        unroll<0, 4>([&](auto v) ALWAYS_INLINE { key[v] = _mm512_load_si512(keys + 64 * v); });
        unroll<0, 6>([&](auto m) ALWAYS_INLINE {
            const __m512i four = _mm512_set1_epi32((*query)[m]);
            unroll<0, 4>([&](auto v) ALWAYS_INLINE { addProducts(sums[m * 4 + v], key[v], four); });
        });
    }
    __m512 scale[4];
    unroll<0, 4>([&](auto v) ALWAYS_INLINE { scale[v] = _mm512_load_ps(key_scales + 16 * v); });
    unroll<0, 6>([&](auto m) ALWAYS_INLINE {
        __m512 x[4];
        unroll<0, 4>([&](auto v) ALWAYS_INLINE {
            x[v] = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[m * 4 + v]), scale[v]);
            _mm512_store_ps(scores[m] + 16 * v, x[v]);
        });
        __m512 most = _mm512_max_ps(_mm512_max_ps(x[0], x[1]), _mm512_max_ps(x[2], x[3]));
        if constexpr (Second) most = _mm512_max_ps(most, _mm512_load_ps(highest[m]));
        _mm512_store_ps(highest[m], most);
    });
}

// Keys of the last chunk that are none.
void hide(Progress& progress, size_t used) {
    for (size_t row = 0; row < rows; ++row) {
        for (size_t key = used; key < chunk_keys; ++key)
            progress.scores[key / tile_keys][row][key % tile_keys] = -1e30F;
        __m512 most = _mm512_set1_ps(-1e30F);
        for (size_t key = 0; key < chunk_keys; key += 16)
            most =
                _mm512_max_ps(most, _mm512_load_ps(progress.scores[key / tile_keys][row] + key % tile_keys));
        _mm512_store_ps(progress.highest[row], most);
    }
}

void moveReference(Progress& progress, size_t strip, __mmask16 moving, __m512 peak) {
    const __m512 before = _mm512_load_ps(progress.reference[strip]);
    const __m512 after = _mm512_mask_mov_ps(before, moving, peak);
    _mm512_store_ps(progress.reference[strip], after);
    alignas(64) float factor[16];
    _mm512_store_ps(factor, power(_mm512_sub_ps(before, after)));
    for (size_t row = 0; row < rows; ++row) {
        const __m512 f = _mm512_set1_ps(factor[row]);
        float* total = progress.total[strip][row];
        _mm512_store_ps(total, _mm512_mul_ps(_mm512_load_ps(total), f));
        for (size_t d = 0; d < D; d += 16) {
            float* out = progress.out[strip][row] + d;
            _mm512_store_ps(out, _mm512_mul_ps(_mm512_load_ps(out), f));
        }
    }
}

// Scores of a strip and a chunk become weights: 255 * 2^(score - highest).
__attribute__((noinline)) void weigh(Progress& progress, size_t strip) {
    alignas(64) float peaks[16] = {};
    unroll<0, 6>([&](auto m)
                     ALWAYS_INLINE { peaks[m] = _mm512_reduce_max_ps(_mm512_load_ps(progress.highest[m])); });
    const __m512 peak = _mm512_mul_ps(_mm512_load_ps(peaks), _mm512_load_ps(progress.scale[strip]));
    const __m512 lag = _mm512_add_ps(_mm512_load_ps(progress.reference[strip]), _mm512_set1_ps(longest_lag));
    const auto moving =
        static_cast<__mmask16>(_mm512_cmp_ps_mask(peak, lag, _CMP_GT_OQ) & ((1U << rows) - 1));
    if (moving != 0) moveReference(progress, strip, moving, peak);
    const __m512 below = _mm512_sub_ps(peak, _mm512_set1_ps(log2_of_255));
    _mm512_store_ps(progress.weight_scale,
                    power(_mm512_sub_ps(below, _mm512_load_ps(progress.reference[strip]))));
    _mm512_store_ps(peaks, below);
    unroll<0, 6>([&](auto m) ALWAYS_INLINE {
        const __m512 scale = _mm512_set1_ps(progress.scale[strip][m]);
        const __m512 reference = _mm512_set1_ps(peaks[m]);
        __m512 sum[2];
        unroll<0, 2>([&](auto tile) ALWAYS_INLINE {
            __m512 x[4];
            __m512i n[4];
            unroll<0, 4>([&](auto v) ALWAYS_INLINE {
                x[v] = power(
                    _mm512_fmsub_ps(_mm512_load_ps(progress.scores[tile][m] + 16 * v), scale, reference));
                n[v] = _mm512_cvtps_epi32(x[v]);
            });
            sum[tile] = _mm512_add_ps(_mm512_add_ps(x[0], x[1]), _mm512_add_ps(x[2], x[3]));
            _mm512_store_si512(
                progress.weights[m] + tile_keys * tile,
                _mm512_packus_epi16(_mm512_packs_epi32(n[0], n[1]), _mm512_packs_epi32(n[2], n[3])));
        });
        float* total = progress.total[strip][m];
        _mm512_store_ps(
            total, _mm512_fmadd_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_set1_ps(progress.weight_scale[m]),
                                   _mm512_load_ps(total)));
    });
}

// out[6][64] += weights[6][128] * values[128][64].
__attribute__((noinline)) void addValues(const uint8_t* values, const uint8_t (*weights)[chunk_keys],
                                         const float* weight_scale, const float* channel_scales,
                                         float (*out)[D]) {
    __m512i sums[24];
    unroll<0, 24>([&](auto i) ALWAYS_INLINE { sums[i] = _mm512_setzero_si512(); });
    for (size_t quad = 0; quad < chunk_keys / 4; ++quad, values += D * 4) {
        __m512i value[4];
        unroll<0, 4>([&](auto v) ALWAYS_INLINE { value[v] = _mm512_load_si512(values + 64 * v); });
        unroll<0, 6>([&](auto m) ALWAYS_INLINE {
            int32_t four;
            memcpy(&four, weights[m] + 4 * quad, sizeof four);
            const __m512i all = _mm512_set1_epi32(four);
            unroll<0, 4>([&](auto v) ALWAYS_INLINE { addProducts(sums[m * 4 + v], all, value[v]); });
        });
    }
    __m512 channel[4];
    unroll<0, 4>([&](auto v) ALWAYS_INLINE { channel[v] = _mm512_load_ps(channel_scales + 16 * v); });
    unroll<0, 6>([&](auto m) ALWAYS_INLINE {
        const __m512 weight = _mm512_set1_ps(weight_scale[m]);
        unroll<0, 4>([&](auto v) ALWAYS_INLINE {
            float* to = out[m] + 16 * v;
            _mm512_store_ps(to, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[m * 4 + v]),
                                                _mm512_mul_ps(weight, channel[v]), _mm512_load_ps(to)));
        });
    });
}

void attend(const uint8_t* packed, size_t keys, const float* q, size_t count, float scale, float* out) {
    const Parts<const uint8_t, const float> parts(packed, keys);
    Progress progress;
    begin(progress, q, count, scale);
    const size_t used = (count + rows - 1) / rows;
    for (size_t first = 0; first < keys; first += chunk_keys) {
        const uint8_t* tiles = parts.keys + first * D;
        for (size_t strip = 0; strip < used; ++strip) {
            score<false>(tiles, progress.query[strip], progress.zero[strip], parts.key_scales + first,
                         progress.scores[0], progress.highest);
            score<true>(tiles + tile_keys * D, progress.query[strip], progress.zero[strip],
                        parts.key_scales + first + tile_keys, progress.scores[1], progress.highest);
            if (keys - first < chunk_keys) hide(progress, keys - first);
            weigh(progress, strip);
            addValues(parts.values + first * D, progress.weights, progress.weight_scale,
                      parts.channel_scales + first / chunk_keys * D, progress.out[strip]);
        }
    }
    for (size_t row = 0; row < count; ++row) {
        const float* from = progress.out[row / rows][row % rows];
        const __m512 inverse = _mm512_set1_ps(
            1.0F / _mm512_reduce_add_ps(_mm512_load_ps(progress.total[row / rows][row % rows])));
        for (size_t d = 0; d < D; d += 16)
            _mm512_storeu_ps(out + row * D + d, _mm512_mul_ps(inverse, _mm512_load_ps(from + d)));
    }
}

}  // namespace

extern const FlashInt8Kernels avx512_flash_int8_kernels;
const FlashInt8Kernels avx512_flash_int8_kernels = {pack, attend};

}  // namespace sightline::kernels
