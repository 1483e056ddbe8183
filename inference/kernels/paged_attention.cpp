#include "inference/kernels/paged_attention.h"

#include <algorithm>
#include <cstdint>

namespace sightline::kernels {
namespace {

// Of int8: rows [group] of `count` scores or weights by the scales of their positions.
void scaleBy(const float* scales, std::size_t count, std::size_t group, float* rows, std::size_t stride) {
    for (std::size_t g = 0; g < group; ++g)
        for (std::size_t i = 0; i < count; ++i)
            rows[g * stride + i] *= scales[i];
}

}  // namespace

std::size_t attentionScratch(std::size_t group, std::size_t page_size, std::size_t length) {
    return group * ((length + page_size - 1) / page_size * page_size);
}

void pagedAttention(const Kernels& kernels, const CachePage& page, const float* query, std::size_t group,
                    float scale, std::span<const void* const> keys, std::span<const void* const> values,
                    std::size_t length, float* scratch, float* out) {
    const std::size_t size = page.positions;
    const std::size_t head_dim = page.head_dim;
    const std::size_t stride = attentionScratch(1, size, length);
    const std::size_t pages = (length + size - 1) / size;
    for (std::size_t p = 0; p < pages; ++p) {
        const void* next = p + 1 < pages ? keys[p + 1] : values[0];
        float* scores = scratch + p * size;
        const auto with = [&](auto score, auto* elements) {
            score(elements, next, size, query, group, head_dim, scale, scores, stride);
        };
        if (page.type == CacheType::int8) {
            with(kernels.score_i8, static_cast<const std::int8_t*>(keys[p]));
            scaleBy(cacheScales(page, keys[p]), std::min(size, length - p * size), group, scores, stride);
        } else if (page.type == CacheType::bfloat16) {
            with(kernels.score_bf16, static_cast<const std::uint16_t*>(keys[p]));
        } else {
            with(kernels.score_f32, static_cast<const float*>(keys[p]));
        }
    }
    for (std::size_t g = 0; g < group; ++g)
        kernels.softmax(scratch + g * stride, length);
    std::fill(out, out + group * head_dim, 0.0F);
    for (std::size_t p = 0; p < pages; ++p) {
        const void* next = p + 1 < pages ? values[p + 1] : nullptr;
        const std::size_t count = std::min(size, length - p * size);
        float* weights = scratch + p * size;
        const auto with = [&](auto add, auto* elements) {
            add(elements, next, count, weights, stride, group, head_dim, out);
        };
        if (page.type == CacheType::int8) {
            scaleBy(cacheScales(page, values[p]), count, group, weights, stride);
            with(kernels.add_i8, static_cast<const std::int8_t*>(values[p]));
        } else if (page.type == CacheType::bfloat16) {
            with(kernels.add_bf16, static_cast<const std::uint16_t*>(values[p]));
        } else {
            with(kernels.add_f32, static_cast<const float*>(values[p]));
        }
    }
}

}  // namespace sightline::kernels
