// Products of bytes without memory, by the widest instructions that kernels of this program use: what bounds
// a prefill with weights of 4 or 8 bits.
#pragma once

#include <cstdint>

namespace sightline {

// Multiply-adds of one step of `multiplyBytes`; 0 where no such loop is written for this processor (AVX-512
// VNNI and AVX2 have one).
int byteProductsOfAStep();

// Returns after that many steps, at once where there is no loop.
void multiplyBytes(std::int64_t steps);

}  // namespace sightline
