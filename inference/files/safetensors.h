// Reader of the safetensors format (https://huggingface.co/docs/safetensors): 8 bytes header size (little
// endian), a JSON object name -> {dtype, shape, data_offsets}, then the data. The file is mapped, nothing is
// copied.
//
// Every number of the header is checked before it is used: header size (<= 100 MB and inside the file),
// offsets inside the data, ascending without overlap or hole, shape x dtype == bytes with checked
// multiplication, no duplicate names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "inference/files/mapped_file.h"

namespace sightline {

enum class DType { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

std::size_t sizeOf(DType dtype);
const char* nameOf(DType dtype);  // as in the file: "BF16"

struct TensorView {
    DType dtype = DType::f32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;  // of the mapped file; alignment is whatever the file has
    std::int64_t elements() const;
};

class SafetensorsFile {
  public:
    // Throws Error(invalid_model) naming the file and the tensor or field that is wrong, one sentence a
    // cause.
    static SafetensorsFile open(const std::filesystem::path& path);

    const std::map<std::string, TensorView>& tensors() const { return tensors_; }
    const MappedFile& file() const { return *file_; }
    const std::shared_ptr<const MappedFile>& sharedFile() const { return file_; }

  private:
    std::shared_ptr<const MappedFile> file_;
    std::map<std::string, TensorView> tensors_;
};

// All weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json names
// (plain file names in the folder only: no path may lead out of it).
class WeightFiles {
  public:
    static WeightFiles open(const std::filesystem::path& folder);
    // One file of any name.
    static WeightFiles openFile(const std::filesystem::path& path);

    const std::map<std::string, TensorView>& tensors() const { return tensors_; }
    // Throws Error(invalid_model) "<file>: tensor <name> is missing" or "... has shape [..], expected [..]".
    const TensorView& require(const std::string& name, const std::vector<std::int64_t>& shape) const;
    const TensorView* find(const std::string& name) const;
    // The name of the file that holds it; it must be there.
    const std::string& fileOf(const std::string& name) const { return file_of_.at(name); }

    // In the order of their names.
    const std::vector<std::shared_ptr<const MappedFile>>& files() const { return files_; }
    std::uint64_t totalBytes() const;  // of the data
    // The first file that was truncated or changed since it was mapped, or an empty path.
    std::filesystem::path damagedFile() const;
    void release() const;                             // see MappedFile
    void expectReads(MappedFile::Reads reads) const;  // likewise

  private:
    void add(const std::filesystem::path& path);

    std::string listed_in_;  // the file that must name every tensor: the single one, or the index
    std::vector<std::shared_ptr<const MappedFile>> files_;
    std::map<std::string, TensorView> tensors_;
    std::map<std::string, std::string> file_of_;
};

}  // namespace sightline
