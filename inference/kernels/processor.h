// What this processor can do, as far as kernels are written for it.
#pragma once

namespace sightline::kernels {

struct Processor {
    bool avx2 = false;         // AVX2, FMA, F16C
    bool avx512 = false;       // AVX-512 F, BW, VL, DQ
    bool avx512_vnni = false;  // and VNNI
    bool avx512_bf16 = false;  // and BF16
    bool neon_dot = false;     // NEON with dot products (ARMv8.2)
};

// Asked once. The environment variable SIGHTLINE_PROCESSOR, `avx2` or `portable`, takes away what is beyond
// that: to measure and to test what other computers run.
const Processor& processor();

}  // namespace sightline::kernels
