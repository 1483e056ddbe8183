#include "inference/kernels/paged_attention.h"

#include <algorithm>
#include <cstdint>

namespace sightline::kernels {

std::size_t attentionScratch(std::size_t group, std::size_t page_size, std::size_t length) {
    return group * ((length + page_size - 1) / page_size * page_size);
}

void pagedAttention(const Kernels& kernels, CacheType type, const float* query, std::size_t group,
                    std::size_t head_dim, float scale, std::span<const void* const> keys,
                    std::span<const void* const> values, std::size_t page_size, std::size_t length,
                    float* scratch, float* out) {
    const std::size_t stride = attentionScratch(1, page_size, length);
    const std::size_t pages = (length + page_size - 1) / page_size;
    for (std::size_t page = 0; page < pages; ++page) {
        const void* next = page + 1 < pages ? keys[page + 1] : values[0];
        float* scores = scratch + page * page_size;
        if (type == CacheType::bfloat16)
            kernels.score_bf16(static_cast<const std::uint16_t*>(keys[page]), next, page_size, query, group,
                               head_dim, scale, scores, stride);
        else
            kernels.score_f32(static_cast<const float*>(keys[page]), next, page_size, query, group, head_dim,
                              scale, scores, stride);
    }
    for (std::size_t g = 0; g < group; ++g)
        kernels.softmax(scratch + g * stride, length);
    std::fill(out, out + group * head_dim, 0.0F);
    for (std::size_t page = 0; page < pages; ++page) {
        const void* next = page + 1 < pages ? values[page + 1] : nullptr;
        const std::size_t count = std::min(page_size, length - page * page_size);
        const float* weights = scratch + page * page_size;
        if (type == CacheType::bfloat16)
            kernels.add_bf16(static_cast<const std::uint16_t*>(values[page]), next, count, weights, stride,
                             group, head_dim, out);
        else
            kernels.add_f32(static_cast<const float*>(values[page]), next, count, weights, stride, group,
                            head_dim, out);
    }
}

}  // namespace sightline::kernels
