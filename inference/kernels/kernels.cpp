#include "inference/kernels/kernels.h"

#include "inference/kernels/processor.h"

namespace sightline::kernels {

const Kernels& bestKernels() {
#if defined(__x86_64__)
    if (processor().avx512) return avx512_kernels;
    if (processor().avx2) return avx2_kernels;
#endif
    return portable_kernels;
}

}  // namespace sightline::kernels
