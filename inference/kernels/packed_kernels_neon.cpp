// packed_kernels.h with NEON and its dot products (ARMv8.2). As in packed_kernels_avx512.cpp, nothing here
// may become a function that other files share. A register holds 4 rows, so a tile is eight of them.
#include <arm_neon.h>
#include <string.h>

#include "inference/kernels/packed_kernels.h"

namespace sightline::kernels {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;
using std::uint16_t;
using std::uint8_t;

#define ALWAYS_INLINE inline __attribute__((always_inline))

constexpr size_t parts = 8;  // of four rows

ALWAYS_INLINE int8x16_t broadcast(const int8_t* four) {
    int32_t word;
    memcpy(&word, four, sizeof word);
    return vreinterpretq_s8_s32(vdupq_n_s32(word));
}

// Four rows (`rows` points at their part of the first line) of a tile of int4 times 32 values.
ALWAYS_INLINE int32x4_t blockInt4(const uint8_t* rows, const int8_t* values, int32x4_t sum) {
    for (size_t line = 0; line < 4; ++line) {
        const uint8x16_t both = vld1q_u8(rows + 64 * line);
        const int8x16_t low = vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(15)));
        const int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(both, 4));
        sum = vdotq_s32(sum, low, broadcast(values + 8 * line));
        sum = vdotq_s32(sum, high, broadcast(values + 8 * line + 4));
    }
    return sum;
}

// The same of int8: the stored byte less 128 is the signed weight.
ALWAYS_INLINE int32x4_t blockInt8(const uint8_t* rows, const int8_t* values, int32x4_t sum) {
    for (size_t line = 0; line < 8; ++line) {
        const uint8x16_t stored = vld1q_u8(rows + 64 * line);
        const int8x16_t w = vreinterpretq_s8_u8(veorq_u8(stored, vdupq_n_u8(128)));
        sum = vdotq_s32(sum, w, broadcast(values + 4 * line));
    }
    return sum;
}

template <WeightFormat format>
ALWAYS_INLINE void multiplyOne(const uint8_t* strip, const QuantizedSpan& x, const size_t vector,
                               float* out) {
    constexpr size_t half = halfTileBytes(format);
    constexpr size_t tile = tileBytes(format);
    float32x4_t total[parts];
    for (size_t part = 0; part < parts; ++part)
        total[part] = vdupq_n_f32(0);
    for (size_t block = 0; block < x.blocks; ++block, strip += tile) {
        const size_t at = vector * x.blocks + block;
        const int8_t* values = x.values + 32 * at;
        const uint16_t* scales = reinterpret_cast<const uint16_t*>(strip + 2 * half);
        for (size_t part = 0; part < parts; ++part) {
            const uint8_t* rows = strip + part / 4 * half + part % 4 * 16;
            const int32x4_t sum = format == WeightFormat::int4
                                      ? blockInt4(rows, values, vdupq_n_s32(-8 * x.sums[at]))
                                      : blockInt8(rows, values, vdupq_n_s32(0));
            const float32x4_t scale =
                vmulq_n_f32(vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(scales + 4 * part))), x.scales[at]);
            total[part] = vfmaq_f32(total[part], vcvtq_f32_s32(sum), scale);
        }
    }
    for (size_t part = 0; part < parts; ++part)
        vst1q_f32(out + 4 * part, total[part]);
}

// Several vectors one after the other: the strip stays in the second-level cache.
template <WeightFormat format>
void multiply(const uint8_t* strip, const QuantizedSpan& x, size_t count, float* out, size_t out_stride) {
    for (size_t v = 0; v < count; ++v)
        multiplyOne<format>(strip, x, v, out + v * out_stride);
}

void quantize(const float* x, size_t columns, const QuantizedSpan& out, size_t first_block) {
    for (size_t done = 0, block = first_block; done < columns; done += 32, ++block) {
        const size_t count = columns - done < 32 ? columns - done : 32;
        float padded[32];
        memset(padded, 0, sizeof padded);
        memcpy(padded, x + done, count * sizeof(float));
        float32x4_t largest = vdupq_n_f32(0);
        for (size_t i = 0; i < 32; i += 4)
            largest = vmaxnmq_f32(largest, vabsq_f32(vld1q_f32(padded + i)));
        const float scale = vmaxnmvq_f32(largest) * (1.0F / 127.0F);
        const float inverse = scale > 0 ? 1.0F / scale : 0.0F;
        int32_t sum = 0;
        for (size_t i = 0; i < 32; i += 4) {
            const float32x4_t v = vmulq_n_f32(vld1q_f32(padded + i), inverse);
            const float32x4_t limited =
                vmaxnmq_f32(vminnmq_f32(v, vdupq_n_f32(127.0F)), vdupq_n_f32(-127.0F));
            int32_t integers[4];
            vst1q_s32(integers, vcvtnq_s32_f32(limited));
            for (size_t j = 0; j < 4; ++j) {
                out.values[32 * block + i + j] = static_cast<int8_t>(integers[j]);
                sum += integers[j];
            }
        }
        out.scales[block] = scale;
        out.sums[block] = sum;
    }
}

}  // namespace

extern const PackedKernels neon_packed_kernels;
const PackedKernels neon_packed_kernels = {"NEON", quantize, multiply<WeightFormat::int4>,
                                           multiply<WeightFormat::int8>};

}  // namespace sightline::kernels
