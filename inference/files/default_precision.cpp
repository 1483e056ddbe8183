#include "inference/files/default_precision.h"

namespace sightline {
namespace {

// Decoding a small model takes no time anyway.
constexpr std::uint64_t small_model_bytes = std::uint64_t{64} << 20;
// An int8 matrix has 34 bytes for 32 weights, norms and biases hardly count.
constexpr std::uint64_t int8_bytes_of_32 = 34;
// The system, the window, a KV cache, the encoding of a full-size picture.
constexpr std::uint64_t bytes_for_others = std::uint64_t{3} << 30;

}  // namespace

// On a CPU the time of a token is that of reading all weights, so bfloat16 takes twice as long as int8, and
// twice the memory, for a difference that is hard to measure. int4 is smaller and faster still, but its
// differences show: it is what is left for a computer that int8 does not fit.
Precision defaultPrecision(const ModelFacts& facts, bool on_cpu, std::size_t memory) {
    if (!on_cpu || facts.weight_bytes < small_model_bytes) return Precision::bfloat16;
    const std::uint64_t int8_bytes = static_cast<std::uint64_t>(facts.parameters) / 32 * int8_bytes_of_32;
    return int8_bytes + bytes_for_others <= memory ? Precision::int8 : Precision::int4;
}

}  // namespace sightline
