// Attention of one new token over a KV cache that lies in pages: one pass over the keys, one over the values,
// nothing copied. The query heads of a group share each load of a key. Heads are taken page by page, as they
// lie, because memory comes fastest in long runs.
#pragma once

#include <cstddef>
#include <span>

#include "inference/kernels/cache_page.h"
#include "inference/kernels/kernels.h"

namespace sightline::kernels {

// Floats that pagedAttention needs to work in; queries: of all heads.
std::size_t attentionScratch(std::size_t queries, std::size_t page_size, std::size_t length);

// Some KV heads that lie one behind the other, and the query heads of each.
struct AttendedHeads {
    std::size_t heads = 1;
    std::size_t group = 1;  // query heads of each
    std::size_t queries() const { return heads * group; }
};

// keys[p], values[p]: page p of the first of the heads, as cache_page.h lays them out; each next head lies
// page.bytes() behind. `length` >= 1 positions are valid in all. query, out: [heads][group][head_dim]
// float32. out = softmax(scale * query k^T) v for each query head.
void pagedAttention(const Kernels& kernels, const CachePage& page, const AttendedHeads& heads,
                    const float* query, float scale, std::span<const void* const> keys,
                    std::span<const void* const> values, std::size_t length, float* scratch, float* out);

}  // namespace sightline::kernels
