#include "inference/kernels/paged_attention.h"

#include <algorithm>
#include <cstdint>

namespace sightline::kernels {
namespace {

// Of int8: rows [group] of `count` scores or weights by the scales of their positions.
void scaleBy(const Kernels& kernels, const float* scales, std::size_t count, std::size_t group, float* rows,
             std::size_t stride) {
    for (std::size_t g = 0; g < group; ++g)
        kernels.multiply(scales, count, rows + g * stride);
}

}  // namespace

std::size_t attentionScratch(std::size_t queries, std::size_t page_size, std::size_t length) {
    return queries * ((length + page_size - 1) / page_size * page_size);
}

void pagedAttention(const Kernels& kernels, const CachePage& page, const AttendedHeads& heads,
                    const float* query, float scale, std::span<const void* const> keys,
                    std::span<const void* const> values, std::size_t length, float* scratch, float* out) {
    const std::size_t size = page.positions;
    const std::size_t head_dim = page.head_dim;
    const std::size_t group = heads.group;
    const std::size_t stride = attentionScratch(1, size, length);
    const std::size_t pages = (length + size - 1) / size;
    // visit(page, head, where it lies, what is read next)
    const auto inOrder = [&](std::span<const void* const> all, const void* behind, auto visit) {
        for (std::size_t p = 0; p < pages; ++p)
            for (std::size_t head = 0; head < heads.heads; ++head) {
                const auto* here = static_cast<const std::byte*>(all[p]) + head * page.bytes();
                const void* next = head + 1 < heads.heads ? here + page.bytes()
                                   : p + 1 < pages        ? all[p + 1]
                                                          : behind;
                visit(p, head, here, next);
            }
    };
    inOrder(keys, values[0], [&](std::size_t p, std::size_t head, const std::byte* here, const void* next) {
        float* scores = scratch + head * group * stride + p * size;
        const auto with = [&](auto score, auto* elements) {
            score(elements, next, size, query + head * group * head_dim, group, head_dim, scale, scores,
                  stride);
        };
        if (page.type == CacheType::int8) {
            with(kernels.score_i8, reinterpret_cast<const std::int8_t*>(here));
            scaleBy(kernels, cacheScales(page, here), std::min(size, length - p * size), group, scores,
                    stride);
        } else if (page.type == CacheType::bfloat16) {
            with(kernels.score_bf16, reinterpret_cast<const std::uint16_t*>(here));
        } else {
            with(kernels.score_f32, reinterpret_cast<const float*>(here));
        }
    });
    for (std::size_t i = 0; i < heads.queries(); ++i)
        kernels.softmax(scratch + i * stride, length);
    std::fill(out, out + heads.queries() * head_dim, 0.0F);
    inOrder(values, nullptr, [&](std::size_t p, std::size_t head, const std::byte* here, const void* next) {
        const std::size_t count = std::min(size, length - p * size);
        float* weights = scratch + head * group * stride + p * size;
        const auto with = [&](auto add, auto* elements) {
            add(elements, next, count, weights, stride, group, head_dim, out + head * group * head_dim);
        };
        if (page.type == CacheType::int8) {
            scaleBy(kernels, cacheScales(page, here), count, group, weights, stride);
            with(kernels.add_i8, reinterpret_cast<const std::int8_t*>(here));
        } else if (page.type == CacheType::bfloat16) {
            with(kernels.add_bf16, reinterpret_cast<const std::uint16_t*>(here));
        } else {
            with(kernels.add_f32, reinterpret_cast<const float*>(here));
        }
    });
}

}  // namespace sightline::kernels
