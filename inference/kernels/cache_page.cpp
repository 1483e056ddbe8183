#include "inference/kernels/cache_page.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace sightline::kernels {
namespace {

std::size_t elementBytes(CacheType type) {
    switch (type) {
        case CacheType::float32:
            return sizeof(float);
        case CacheType::bfloat16:
            return sizeof(std::uint16_t);
        case CacheType::int8:
            break;
    }
    return sizeof(std::int8_t);
}

float* scalesOf(const CachePage& page, void* elements) {
    return reinterpret_cast<float*>(static_cast<std::int8_t*>(elements) + page.elements());
}

// A row in and out of each type; `step` elements lie between one and the next. Each returns what belongs into
// the scales.
float store(const float* row, std::size_t count, float* to, std::size_t step) {
    for (std::size_t i = 0; i < count; ++i)
        to[i * step] = row[i];
    return 1;
}

float store(const float* row, std::size_t count, std::uint16_t* to, std::size_t step) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(row[i]);
        to[i * step] = static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
    return 1;
}

// Loops that the compiler makes vectors of for every processor: no order of float32 is changed.
float store(const float* row, std::size_t count, std::int8_t* to, std::size_t step) {
    std::int32_t largest_bits = 0;  // without their signs, numbers are in the order of their bits
    for (std::size_t i = 0; i < count; ++i)
        largest_bits = std::max(largest_bits, std::bit_cast<std::int32_t>(row[i]) & 0x7FFFFFFF);
    const float largest = std::bit_cast<float>(largest_bits);
    if (!std::isfinite(largest)) return std::numeric_limits<float>::quiet_NaN();
    const float scale = largest * (1.0F / 127.0F);
    const float inverse = scale >= std::numeric_limits<float>::min() ? 1.0F / scale : 0.0F;
    std::array<std::int8_t, 64> piece;
    for (std::size_t done = 0; done < count; done += piece.size()) {
        const std::size_t some = std::min(piece.size(), count - done);
        for (std::size_t i = 0; i < some; ++i) {
            // Adding 1.5 * 2^23 rounds to the nearest integer; it is not beyond 127 by more than that.
            const float nearest = (row[done + i] * inverse + 12582912.0F) - 12582912.0F;
            piece[i] = static_cast<std::int8_t>(static_cast<std::int32_t>(nearest));
        }
        for (std::size_t i = 0; i < some; ++i)
            to[(done + i) * step] = piece[i];
    }
    return scale;
}

float widened(float value) {
    return value;
}

float widened(std::uint16_t half) {
    return std::bit_cast<float>(std::uint32_t{half} << 16);
}

float widened(std::int8_t value) {
    return static_cast<float>(value);
}

// Calls with a null pointer to the type of the elements.
template <typename Function>
void withType(CacheType type, const Function& function) {
    if (type == CacheType::float32) return function(static_cast<float*>(nullptr));
    if (type == CacheType::bfloat16) return function(static_cast<std::uint16_t*>(nullptr));
    function(static_cast<std::int8_t*>(nullptr));
}

// Position p begins at element p * along and goes on every `step` elements: (1, positions) for keys,
// (head_dim, 1) for values.
void storeRows(const CachePage& page, void* elements, std::size_t along, std::size_t step, std::size_t first,
               std::size_t count, const float* rows, std::size_t stride) {
    withType(page.type, [&](auto* typed) {
        auto* to = static_cast<decltype(typed)>(elements);
        for (std::size_t i = 0; i < count; ++i) {
            const float scale = store(rows + i * stride, page.head_dim, to + (first + i) * along, step);
            if (page.type == CacheType::int8) scalesOf(page, elements)[first + i] = scale;
        }
    });
}

void loadRows(const CachePage& page, const void* elements, std::size_t along, std::size_t step,
              std::size_t count, float* rows, std::size_t stride) {
    withType(page.type, [&](const auto* typed) {
        const auto* from = static_cast<decltype(typed)>(elements);
        for (std::size_t i = 0; i < count; ++i) {
            const float scale = page.type == CacheType::int8 ? cacheScales(page, elements)[i] : 1.0F;
            for (std::size_t d = 0; d < page.head_dim; ++d)
                rows[i * stride + d] = widened(from[i * along + d * step]) * scale;
        }
    });
}

}  // namespace

std::size_t CachePage::bytes() const {
    return elements() * elementBytes(type) + (type == CacheType::int8 ? positions * sizeof(float) : 0);
}

const float* cacheScales(const CachePage& page, const void* keys_or_values) {
    return reinterpret_cast<const float*>(static_cast<const std::int8_t*>(keys_or_values) + page.elements());
}

void storeKeys(const CachePage& page, void* keys, std::size_t first, std::size_t count, const float* rows,
               std::size_t stride) {
    storeRows(page, keys, 1, page.positions, first, count, rows, stride);
}

void storeValues(const CachePage& page, void* values, std::size_t first, std::size_t count, const float* rows,
                 std::size_t stride) {
    storeRows(page, values, page.head_dim, 1, first, count, rows, stride);
}

void loadKeys(const CachePage& page, const void* keys, std::size_t count, float* rows, std::size_t stride) {
    loadRows(page, keys, 1, page.positions, count, rows, stride);
}

void loadValues(const CachePage& page, const void* values, std::size_t count, float* rows,
                std::size_t stride) {
    loadRows(page, values, page.head_dim, 1, count, rows, stride);
}

}  // namespace sightline::kernels
