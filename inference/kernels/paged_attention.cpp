#include "inference/kernels/paged_attention.h"

#include <algorithm>
#include <cstdint>

namespace sightline::kernels {

void pagedAttention(const Kernels& kernels, CacheType type, const float* query, std::size_t group,
                    std::size_t head_dim, float scale, std::span<const void* const> keys,
                    std::span<const void* const> values, std::size_t page_size, std::size_t length,
                    float* scratch, float* out) {
    for (std::size_t page = 0, done = 0; done < length; ++page, done += page_size) {
        const std::size_t count = std::min(page_size, length - done);
        if (type == CacheType::bfloat16)
            kernels.score_bf16(static_cast<const std::uint16_t*>(keys[page]), count, query, group, head_dim,
                               scale, scratch + done, length);
        else
            kernels.score_f32(static_cast<const float*>(keys[page]), count, query, group, head_dim, scale,
                              scratch + done, length);
    }
    for (std::size_t g = 0; g < group; ++g)
        kernels.softmax(scratch + g * length, length);
    std::fill(out, out + group * head_dim, 0.0F);
    for (std::size_t page = 0, done = 0; done < length; ++page, done += page_size) {
        const std::size_t count = std::min(page_size, length - done);
        if (type == CacheType::bfloat16)
            kernels.add_bf16(static_cast<const std::uint16_t*>(values[page]), count, scratch + done, length,
                             group, head_dim, out);
        else
            kernels.add_f32(static_cast<const float*>(values[page]), count, scratch + done, length, group,
                            head_dim, out);
    }
}

}  // namespace sightline::kernels
