#include "inference/kernels/flash_attention.h"

#include "inference/kernels/processor.h"

namespace sightline::kernels {
namespace {

// Null if this processor has none.
const FlashKernels* usable() {
#if defined(__x86_64__)
    return processor().avx512_bf16 ? &avx512_flash_kernels : nullptr;
#else
    return nullptr;
#endif
}

}  // namespace

bool canFlash(std::size_t head_dim) {
    return usable() != nullptr && (head_dim == 64 || head_dim == 128);
}

void flashPack(const float* k, const float* v, std::size_t keys, std::size_t head_dim, std::size_t tile,
               std::uint16_t* packed) {
    (head_dim == 64 ? usable()->pack_64 : usable()->pack_128)(k, v, keys, tile, packed);
}

void flashAttend(const std::uint16_t* packed, std::size_t keys, std::size_t head_dim, const float* q,
                 std::size_t count, const std::int32_t* visible, float scale, float* out) {
    (head_dim == 64 ? usable()->attend_64 : usable()->attend_128)(packed, keys, q, count, visible, scale,
                                                                  out);
}

}  // namespace sightline::kernels
