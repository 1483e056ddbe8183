#include "inference/kernels/kernels.h"

namespace sightline::kernels {

const Kernels& bestKernels() {
#if defined(__x86_64__)
    static const Kernels& best = []() -> const Kernels& {
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
            return avx512_kernels;
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_kernels;
        return portable_kernels;
    }();
    return best;
#else
    return portable_kernels;
#endif
}

}  // namespace sightline::kernels
