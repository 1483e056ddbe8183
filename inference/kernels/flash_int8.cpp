#include "inference/kernels/flash_int8.h"

#include "inference/kernels/processor.h"

namespace sightline::kernels {

bool canFlashInt8([[maybe_unused]] std::size_t head_dim) {
#if defined(__x86_64__)
    return processor().avx512_vnni && head_dim == flash_int8_head_dim;
#else
    return false;
#endif
}

const FlashInt8Kernels& flashInt8Kernels() {
#if defined(__x86_64__)
    return avx512_flash_int8_kernels;
#else
    static constexpr FlashInt8Kernels none = {};
    return none;
#endif
}

}  // namespace sightline::kernels
