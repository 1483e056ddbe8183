// The JSON header of a safetensors file as checked values; safetensors.h is what others use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inference/files/safetensors.h"

namespace sightline {

struct TensorEntry {
    std::string name;
    DType dtype = DType::f32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;  // in bytes, from the start of the data
    std::uint64_t end = 0;
};

// The tensors of a header in the order of their data, every number checked: nothing overlaps, there is no
// hole, the last one ends at `data_bytes`, and shape x dtype is the number of bytes. `file` is what messages
// call the file. Throws Error(invalid_model), or Error(unsupported) for a dtype of the format that this
// program does not use.
std::vector<TensorEntry> parseTensorHeader(std::string_view header, std::uint64_t data_bytes,
                                           const std::string& file);

// A tensor's name as it may stand in a message: quoted, on one line, not too long.
std::string quotedName(std::string_view name);

// "[2, 3]"
std::string shapeText(const std::vector<std::int64_t>& shape);

}  // namespace sightline
