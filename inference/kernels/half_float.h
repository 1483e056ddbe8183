// IEEE half precision without the instructions for it: scales are few, and every path must round them alike.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace sightline::kernels {

inline float floatFromHalf(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 31U;
    const std::uint32_t mantissa = half & 1023U;
    if (exponent == 0) {
        const float small = std::ldexp(static_cast<float>(mantissa), -24);
        return sign != 0 ? -small : small;
    }
    const std::uint32_t bits =
        exponent == 31 ? sign | 0x7F800000U | mantissa << 13 : sign | (exponent + 112) << 23 | mantissa << 13;
    return std::bit_cast<float>(bits);
}

// Rounds to the nearest, ties to even; beyond the range the largest finite value.
inline std::uint16_t halfFromFloat(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
    const float size = std::fabs(value);
    if (!(size < 65520.0F)) return static_cast<std::uint16_t>(sign | 0x7BFFU);
    if (size < 0x1p-14F)
        return static_cast<std::uint16_t>(sign |
                                          static_cast<std::uint16_t>(std::nearbyint(std::ldexp(size, 24))));
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    const std::uint32_t rounded = magnitude + 0x0FFFU + ((magnitude >> 13) & 1U);
    return static_cast<std::uint16_t>(sign | ((rounded - (112U << 23)) >> 13));
}

}  // namespace sightline::kernels
