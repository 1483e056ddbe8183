// Attention of many queries in one fused pass with both products in int8, for heads of 64 dimensions of which
// every query sees every key: pictures. A third faster than flash_attention.h, where int8 is exact enough.
//
// - A scale a key and a scale a query. Keys should come without their mean over all positions, which softmax
//   does not see: channels that are large everywhere, as real weights make them, are mostly gone then.
// - Values with a scale for each channel and chunk of 128 keys.
// - Weights as unsigned bytes whose largest is 255 for each query and chunk of 128 keys: small weights keep
//   their bits, and the chunks are summed in float32.
//
// Packed keys and values of a head: [chunk of 128][2 tiles of 64 keys][head_dim / 4][64 keys][4 dimensions],
// unsigned with zero point 128; then [chunk][32 quads of keys][head_dim][4 keys], signed; then float32 scales
// of keys [chunk][128] and of channels [chunk][head_dim].
//
// Error beside exact attention of scores of deviation 1 and 4: 3e-3 and 2e-2 of its size.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline::kernels {

inline constexpr std::size_t flash_int8_chunk = 128;  // keys
inline constexpr std::size_t flash_int8_head_dim = 64;
inline constexpr std::size_t flash_int8_block = 96;  // queries that a call takes at a time

// Whether this processor and this head size are served: AVX-512 VNNI; 64.
bool canFlashInt8(std::size_t head_dim);

constexpr std::size_t flashInt8Chunks(std::size_t keys) {
    return (keys + flash_int8_chunk - 1) / flash_int8_chunk;
}

// Bytes of the packed keys and values of `keys` keys; a multiple of 64.
constexpr std::size_t flashInt8Bytes(std::size_t keys) {
    constexpr std::size_t integers = 2 * flash_int8_chunk * flash_int8_head_dim;
    constexpr std::size_t scales = (flash_int8_chunk + flash_int8_head_dim) * sizeof(float);
    return flashInt8Chunks(keys) * (integers + scales);
}

// What an instruction set provides. k, v: [keys][64] float32. packed: flashInt8Bytes, aligned to 64 bytes.
struct FlashInt8Kernels {
    void (*pack)(const float* k, const float* v, std::size_t keys, std::size_t chunk, std::uint8_t* packed);
    // out[i] = softmax(scale * q[i] k^T) v for 1 <= count <= flash_int8_block queries, keys >= 1. q, out:
    // [count][64] float32. Thread-safe.
    void (*attend)(const std::uint8_t* packed, std::size_t keys, const float* q, std::size_t count,
                   float scale, float* out);
};
#if defined(__x86_64__)
extern const FlashInt8Kernels avx512_flash_int8_kernels;  // needs AVX-512 F, BW, VL, DQ, VNNI
#endif

// Those of this processor; canFlashInt8 has to be true.
const FlashInt8Kernels& flashInt8Kernels();

}  // namespace sightline::kernels
