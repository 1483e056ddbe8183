// Attention of many queries in one fused pass in bfloat16: scores are never stored, and what is in the
// nearest caches is used by 96 queries before it goes.
//
// Keys and values of a head are packed once in tiles of 64 keys: first the keys, [head_dim / 2][64][2], so
// that the lanes of a register are keys and a dot product instruction takes a pair of dimensions; then the
// values, [32 pairs of keys][head_dim][2]. Queries go in strips of six: 6 queries x 64 keys, and 6 queries x
// 64 dimensions of the result, are 24 sums in registers.
//
// Softmax is computed while the tiles come (Milakov and Gimelshein 2018; Dao and others 2022), in base 2. The
// value that is subtracted from the scores of a query moves only when one of them exceeds it by 8: a weight
// may be up to 2^8 before the division at the end, and the usual tile needs no rescaling.
//
// Error beside exact attention of the same rounded operands: 8e-4 of its size (weights are rounded to
// bfloat16).
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightline::kernels {

inline constexpr std::size_t flash_tile_keys = 64;
inline constexpr std::size_t flash_block_queries = 96;  // what a call takes at a time

// Whether this processor and this head size are served: AVX-512 BF16; 64 or 128.
bool canFlash(std::size_t head_dim);

// Elements (bfloat16) of the packed keys and values of `keys` keys.
constexpr std::size_t flashElements(std::size_t keys, std::size_t head_dim) {
    return (keys + flash_tile_keys - 1) / flash_tile_keys * flash_tile_keys * head_dim * 2;
}

// Packs tile `tile` of k and v, [keys][head_dim] float32 each. packed: flashElements elements, aligned to 64
// bytes.
void flashPack(const float* k, const float* v, std::size_t keys, std::size_t head_dim, std::size_t tile,
               std::uint16_t* packed);

// out[i] = softmax(scale * q[i] k^T) v for 1 <= count <= flash_block_queries queries. q, out:
// [count][head_dim] float32. visible: query i sees the first visible[i] >= 1 keys; null: all of them.
// Thread-safe.
void flashAttend(const std::uint16_t* packed, std::size_t keys, std::size_t head_dim, const float* q,
                 std::size_t count, const std::int32_t* visible, float scale, float* out);

// The same for one head size each; what an instruction set provides.
struct FlashKernels {
    void (*pack_64)(const float* k, const float* v, std::size_t keys, std::size_t tile,
                    std::uint16_t* packed);
    void (*pack_128)(const float* k, const float* v, std::size_t keys, std::size_t tile,
                     std::uint16_t* packed);
    void (*attend_64)(const std::uint16_t* packed, std::size_t keys, const float* q, std::size_t count,
                      const std::int32_t* visible, float scale, float* out);
    void (*attend_128)(const std::uint16_t* packed, std::size_t keys, const float* q, std::size_t count,
                       const std::int32_t* visible, float scale, float* out);
};
#if defined(__x86_64__)
extern const FlashKernels avx512_flash_kernels;  // needs AVX-512 F, BW, VL, DQ, BF16
#endif

}  // namespace sightline::kernels
