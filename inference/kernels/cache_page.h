// How a page of a KV cache keeps the keys or the values of one head, and how rows of float32 get in and out.
//
// Keys lie turned, [head_dim][positions], values as they come, [positions][head_dim]: so attention of one
// query reads both without sums across lanes. Of int8, each position has a scale of its own behind the
// integers, float32 [positions]: its largest value is 127 of them. A key that is not finite makes the scale
// NaN, so that a broken model is not hidden by its cache.
#pragma once

#include <cstddef>

namespace sightline::kernels {

enum class CacheType { float32, bfloat16, int8 };

struct CachePage {
    CacheType type = CacheType::bfloat16;
    std::size_t positions = 0;
    std::size_t head_dim = 0;

    std::size_t elements() const { return positions * head_dim; }
    // Of the keys of a head, and as many of its values; a multiple of alignof(float) where `positions` is one
    // of 4.
    std::size_t bytes() const;
};

// rows[i * stride .. + head_dim): the key (value) of position first + i, for `count` positions of the page.
// Bfloat16 and int8 are the nearest, ties to even.
void storeKeys(const CachePage& page, void* keys, std::size_t first, std::size_t count, const float* rows,
               std::size_t stride);
void storeValues(const CachePage& page, void* values, std::size_t first, std::size_t count, const float* rows,
                 std::size_t stride);
// The first `count` positions of the page.
void loadKeys(const CachePage& page, const void* keys, std::size_t count, float* rows, std::size_t stride);
void loadValues(const CachePage& page, const void* values, std::size_t count, float* rows,
                std::size_t stride);

// Of int8: the scales, one a position.
const float* cacheScales(const CachePage& page, const void* keys_or_values);

}  // namespace sightline::kernels
