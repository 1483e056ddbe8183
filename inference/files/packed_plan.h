// What a packed file of a model holds, and where: everything about it that is known before anything is
// packed.
//
// The file is a safetensors file (any reader of the format opens it):
//   head     8 bytes header size, the header, spaces up to a multiple of 4096 bytes
//   data     every matrix as strips of packed tiles (kernels/packed_matrix.h), one after the other without
//            gaps, in the order of the computation; each is a multiple of 64 bytes. dtype U8, shape
//            [strips, bytes of a strip].
//   sums     the last tensor, "sightline.sums": a checksum of every piece, then one of these sums
//
// The head follows from the model and this program alone: version, precision, identity and folder of the
// model are in its metadata. So a packed file fits exactly if its first bytes are those that would be written
// today; nothing in a file of unknown origin is interpreted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "inference/engine.h"
#include "inference/files/model_config.h"
#include "inference/files/safetensors.h"
#include "inference/kernels/packed_matrix.h"

namespace sightline {

struct PackedTensor {
    std::string name;
    kernels::WeightFormat format = kernels::WeightFormat::int8;
    std::size_t rows = 0;
    std::size_t columns = 0;   // of a convolution: all that follow the first dimension
    std::uint64_t offset = 0;  // in the data
    TensorView source;         // of the mapped files

    kernels::PackedMatrix matrix(const std::uint8_t* data) const {
        return {format, rows, columns, data + offset};
    }
};

// What is packed, written, read and summed at a time: some strips of one matrix, about 1 MiB.
struct PackedPiece {
    std::size_t tensor = 0;
    std::size_t first_strip = 0;
    std::size_t strips = 0;
    std::uint64_t offset = 0;  // in the data
    std::size_t bytes = 0;
};

struct PackedPlan {
    std::string model;  // its name, for messages
    std::string head;
    std::vector<PackedTensor> tensors;
    std::vector<PackedPiece> pieces;
    std::size_t data_bytes = 0;

    std::size_t sumsBytes() const { return (pieces.size() + 1) * sizeof(std::uint64_t); }
    std::size_t sumsOffset() const { return head.size() + data_bytes; }
    std::size_t fileBytes() const { return sumsOffset() + sumsBytes(); }
};

constexpr bool isPacked(Precision precision) {
    return precision == Precision::int8 || precision == Precision::int4;
}

// How a tensor of the model is packed, or nothing: norms, biases, learned positions, and embeddings that are
// not the head too stay as they are in the model's files. `precision` must be packed.
std::optional<kernels::WeightFormat> formatFor(const ModelConfig& config, const std::string& name,
                                               const std::vector<std::int64_t>& shape, Precision precision);

// The model must have passed checkWeights. `folder` is where it lies.
PackedPlan planPacking(const ModelConfig& config, const WeightFiles& files,
                       const std::filesystem::path& folder, Precision precision);

// The folder of the model that a packed file was made from, read from its head; nothing if that cannot be
// made out. For files of other models: `head` may be anything.
std::optional<std::filesystem::path> folderInHead(std::string_view head);

}  // namespace sightline
