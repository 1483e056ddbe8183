// The few loops that decoding spends its time in, compiled once per instruction set and chosen when first
// used.
//
// vector_kernels.inc holds the one source; kernels_avx512.cpp, kernels_avx2.cpp and kernels_portable.cpp
// compile it with their flags. All are tested against the portable one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline::kernels {

inline constexpr std::size_t gemv_max_rows = 4;

struct Kernels {
    const char* name;

    // y[r][n] = sum_k x[r][k] * w[n][k] (+ bias[n]) for n in [n_begin, n_end).
    // x: [rows][k] float32; w: [n][k] bf16 (upper halves of float32); bias: [n] float32 or null; y:
    // [rows][y_stride]. 1 <= rows <= gemv_max_rows. The order of the sums does not depend on rows or on the
    // split of n.
    void (*gemv_bf16)(const float* x, std::size_t rows, std::size_t k, const std::uint16_t* w,
                      const float* bias, float* y, std::size_t y_stride, std::size_t n_begin,
                      std::size_t n_end);

    // A page of one KV head (cache_page.h): keys [head_dim][page], values [page][head_dim]; page is a
    // multiple of 64. So the lanes of a register are positions of keys and dimensions of values, and no sum
    // goes across lanes. Of int8 these are the bare integers.
    //
    // `next`: where page * head_dim elements lie that are read afterwards. They are fetched meanwhile, into
    // the second-level cache: pages are scattered and short, so that the processor's own prefetching does not
    // get going, and the nearest cache has few places for what is on its way. It may be any address.
    //
    // scores[g * stride + i] = scale * (query[g] . key i) for all positions i of the page, used or not, and
    // `group` query heads.
    void (*score_bf16)(const std::uint16_t* keys, const void* next, std::size_t page, const float* query,
                       std::size_t group, std::size_t head_dim, float scale, float* scores,
                       std::size_t stride);
    void (*score_i8)(const std::int8_t* keys, const void* next, std::size_t page, const float* query,
                     std::size_t group, std::size_t head_dim, float scale, float* scores, std::size_t stride);
    void (*score_f32)(const float* keys, const void* next, std::size_t page, const float* query,
                      std::size_t group, std::size_t head_dim, float scale, float* scores,
                      std::size_t stride);

    // out[g] += sum of weights[g * stride + i] * values[i] over the first `count` positions.
    void (*add_bf16)(const std::uint16_t* values, const void* next, std::size_t count, const float* weights,
                     std::size_t stride, std::size_t group, std::size_t head_dim, float* out);
    void (*add_i8)(const std::int8_t* values, const void* next, std::size_t count, const float* weights,
                   std::size_t stride, std::size_t group, std::size_t head_dim, float* out);
    void (*add_f32)(const float* values, const void* next, std::size_t count, const float* weights,
                    std::size_t stride, std::size_t group, std::size_t head_dim, float* out);

    // x *= by
    void (*multiply)(const float* by, std::size_t count, float* x);

    // The rest of a decoder layer, on vectors of `count` float32. e^x has an error of at most 2 units of the
    // last place, and is 0 below -87.

    // out = x / sqrt(mean(x^2) + epsilon) * weight; out may be x.
    void (*rms_norm)(const float* x, const float* weight, std::size_t count, float epsilon, float* out);
    // out = (x - mean) / sqrt(variance + epsilon) * weight + bias; out may be x.
    void (*layer_norm)(const float* x, const float* weight, const float* bias, std::size_t count,
                       float epsilon, float* out);
    // In place, x * cos + rotate_half(x) * sin: of pairs (i, i + head_dim / 2), head_dim even.
    void (*rotate)(float* x, const float* cos, const float* sin, std::size_t head_dim);
    // out = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))); out may be x.
    void (*gelu_tanh)(const float* x, std::size_t count, float* out);
    // out = gate / (1 + e^-gate) * up; out may be gate or up.
    void (*silu_multiply)(const float* gate, const float* up, std::size_t count, float* out);
    // In place; count >= 1.
    void (*softmax)(float* scores, std::size_t count);
    // sum of e^(x - reference) over `count` values that are at most `reference`; -infinity counts nothing.
    double (*sum_exp)(const float* x, std::size_t count, float reference);
    // The largest of `count` values, count >= 1; NaN if one of them is.
    float (*largest)(const float* x, std::size_t count);
};

extern const Kernels portable_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;    // needs AVX2 and FMA
extern const Kernels avx512_kernels;  // needs AVX-512 F, BW, VL, DQ
#endif

// The fastest set that this processor can run.
const Kernels& bestKernels();

}  // namespace sightline::kernels
