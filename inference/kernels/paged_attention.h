// Attention of one new token over a KV cache that lies in pages: one pass over the keys, one over the values,
// nothing copied. The query heads of a group share each load of a key.
#pragma once

#include <cstddef>
#include <span>

#include "inference/kernels/cache_page.h"
#include "inference/kernels/kernels.h"

namespace sightline::kernels {

// Floats that pagedAttention needs to work in.
std::size_t attentionScratch(std::size_t group, std::size_t page_size, std::size_t length);

// keys[p], values[p]: page p of one KV head, as cache_page.h lays them out; `length` >= 1 positions are valid
// in all. query, out: [group][head_dim] float32. out = softmax(scale * query k^T) v for each of the `group`
// query heads.
void pagedAttention(const Kernels& kernels, const CachePage& page, const float* query, std::size_t group,
                    float scale, std::span<const void* const> keys, std::span<const void* const> values,
                    std::size_t length, float* scratch, float* out);

}  // namespace sightline::kernels
