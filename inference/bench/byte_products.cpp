#include "inference/bench/byte_products.h"

namespace sightline {

#if defined(__x86_64__)
namespace {

// Blocks of assembly: gcc 12 puts sums of dot products into memory now and then, and a limit must not suffer
// from that. Ten sums hide the latency, as in machine_speed.cpp; they stay 0, which no processor is faster
// at.
constexpr int sums = 10;

#define SIGHTLINE_TEN(ONE) ONE(0) ONE(1) ONE(2) ONE(3) ONE(4) ONE(5) ONE(6) ONE(7) ONE(8) ONE(9)
#define SIGHTLINE_LOOP(BEGIN, ONE)                                                                          \
    asm volatile(BEGIN ".p2align 6\n1:\n" SIGHTLINE_TEN(ONE) "dec %0\njnz 1b\nvzeroupper\n"                 \
                 : "+r"(steps)                                                                              \
                 :                                                                                          \
                 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
                   "xmm11", "xmm12", "cc")

void multiplyAvx512(std::int64_t steps) {
#define SIGHTLINE_ONE(SUM) "vpdpbusd %%zmm12, %%zmm12, %%zmm" #SUM "\n"
    SIGHTLINE_LOOP("vpxorq %%zmm12, %%zmm12, %%zmm12\n", SIGHTLINE_ONE);
#undef SIGHTLINE_ONE
}

// Bytes to pairs in 16 bits, those to 32, and to the sum: three instructions for what is one above.
void multiplyAvx2(std::int64_t steps) {
#define SIGHTLINE_ONE(SUM)                   \
    "vpmaddubsw %%ymm12, %%ymm12, %%ymm10\n" \
    "vpmaddwd %%ymm12, %%ymm10, %%ymm11\n"   \
    "vpaddd %%ymm11, %%ymm" #SUM ", %%ymm" #SUM "\n"
    SIGHTLINE_LOOP("vpxor %%ymm12, %%ymm12, %%ymm12\n", SIGHTLINE_ONE);
#undef SIGHTLINE_ONE
}

bool hasAvx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
}

}  // namespace

int byteProductsOfAStep() {
    if (hasAvx512()) return 64 * sums;
    return __builtin_cpu_supports("avx2") ? 32 * sums : 0;
}

void multiplyBytes(std::int64_t steps) {
    if (steps < 1) return;
    if (hasAvx512()) {
        multiplyAvx512(steps);
    } else if (__builtin_cpu_supports("avx2")) {
        multiplyAvx2(steps);
    }
}
#else
int byteProductsOfAStep() {
    return 0;
}

void multiplyBytes(std::int64_t) {}
#endif

}  // namespace sightline
