#include "inference/kernels/packed_kernels.h"

#include "inference/kernels/processor.h"

namespace sightline::kernels {

QuantizedVectors::QuantizedVectors(std::size_t columns, std::size_t count)
    : blocks_(tilesFor(columns)),
      count_(count),
      values_(std::make_unique_for_overwrite<std::int8_t[]>(blocks_ * tile_columns * count)),
      scales_(std::make_unique_for_overwrite<float[]>(blocks_ * count)),
      sums_(std::make_unique_for_overwrite<std::int32_t[]>(blocks_ * count)) {}

QuantizedSpan QuantizedVectors::span(std::size_t first) {
    return fromVector({values_.get(), scales_.get(), sums_.get(), blocks_}, first);
}

std::vector<const PackedKernels*> usablePackedKernels() {
    std::vector<const PackedKernels*> usable = {&portable_packed_kernels};
#if defined(__x86_64__)
    if (processor().avx2) usable.push_back(&avx2_packed_kernels);
    if (processor().avx512_vnni) usable.push_back(&avx512_packed_kernels);
#elif defined(__aarch64__)
    if (processor().neon_dot) usable.push_back(&neon_packed_kernels);
#endif
    return usable;
}

const PackedKernels& bestPackedKernels() {
    static const PackedKernels& best = *usablePackedKernels().back();
    return best;
}

}  // namespace sightline::kernels
