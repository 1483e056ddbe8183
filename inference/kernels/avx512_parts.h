// What the AVX-512 kernels share. Included by files that are compiled for such processors only; everything is
// inlined and of the including file alone, so that no function made for AVX-512 is linked into others.
#pragma once

#include <immintrin.h>

#include <cstdint>

#define ALWAYS_INLINE __attribute__((always_inline))

namespace sightline::kernels {
namespace {

template <int N>
struct Number {
    constexpr operator int() const { return N; }
};

// f(0), f(1) ... with numbers that are known when compiling: sums that are unrolled later stay in memory.
template <int Begin, int End, typename F>
ALWAYS_INLINE inline void unroll(F&& f) {
    if constexpr (Begin < End) {
        f(Number<Begin>{});
        unroll<Begin + 1, End>(f);
    }
}

// Sums of products of unsigned bytes (`a`) and signed ones. In assembly, because with the intrinsic gcc 12
// gives every sum two registers and spills half of them.
ALWAYS_INLINE inline void addProducts(__m512i& sum, __m512i a, __m512i b) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
}

// The same with four signed bytes for every lane, taken from memory by the product itself: no register holds
// them, and gcc does not keep those of one half of a tile on the stack for the other.
ALWAYS_INLINE inline void addProducts(__m512i& sum, __m512i a, const std::int8_t* four) {
    struct Four {
        std::int8_t bytes[4];
    };
    asm("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(a), "m"(*reinterpret_cast<const Four*>(four)));
}

// 2^x for x <= 8, with a relative error of 7.5e-5: less than the rounding of the weights. 2^-infinity is 0.
ALWAYS_INLINE inline __m512 power(__m512 x) {
    const __m512 f = _mm512_reduce_ps(x, 0x09);  // x - floor(x)
    __m512 p = _mm512_fmadd_ps(_mm512_set1_ps(0.0780245168F), f, _mm512_set1_ps(0.226067164F));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.695833538F));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.999925219F));
    return _mm512_scalef_ps(p, x);
}

}  // namespace
}  // namespace sightline::kernels
