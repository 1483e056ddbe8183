// Bicubic resizing of 8-bit RGB, bit for bit as torch's native uint8 kernel does it.
//
// Formula: interpolate(mode = bicubic, antialias = true) of torch for uint8 tensors: Keys' cubic with a =
// -0.5, stretched by the scale when shrinking; weights are doubles, normalised, then 16-bit fixed-point
// numbers whose precision follows from the largest weight of the axis; the horizontal pass is first, and each
// pass rounds and clamps to uint8. An axis that keeps its size is not touched.
#pragma once

#include <cstdint>
#include <vector>

namespace sightline {

// For output i of one axis: inputs [first[i], first[i] + count[i]) have the weights at weights[i * stride].
struct ResampleWeights {
    std::vector<int> first;
    std::vector<int> count;
    std::vector<std::int16_t> weights;
    int stride = 0;
    int precision = 0;  // fraction bits of the weights
};
ResampleWeights bicubicWeights(int src_size, int dst_size);

// src: [src_height][src_width][3]; the result: [src_height][dst_width][3].
std::vector<std::uint8_t> resampleColumns(const std::uint8_t* src, int src_width, int src_height,
                                          int dst_width);

// src: [src_height][width][3]; the result: [dst_height][width][3].
std::vector<std::uint8_t> resampleRows(const std::uint8_t* src, int width, int src_height, int dst_height);

}  // namespace sightline
