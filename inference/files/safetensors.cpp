#include "inference/files/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "inference/error.h"
#include "inference/files/json_file.h"
#include "inference/files/safetensors_header.h"

namespace sightline {
namespace {

constexpr const char* single_name = "model.safetensors";
constexpr const char* index_name = "model.safetensors.index.json";
constexpr std::size_t size_bytes = 8;
constexpr std::uint64_t max_header_bytes = 100'000'000;
constexpr std::size_t max_shards = 256;

[[noreturn]] void refuse(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::invalid_model, file + ": " + what);
}

std::uint64_t littleEndian(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = size_bytes; i-- > 0;) {
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    }
    return value;
}

// A plain name: nothing that the file system would take for a way to another folder.
bool isPlainFileName(const std::string& name) {
    return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
           std::none_of(name.begin(), name.end(), [](unsigned char c) {
               return c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == ':';
           });
}

// tensor -> shard
std::map<std::string, std::string> readIndex(const std::filesystem::path& folder) {
    const nlohmann::json index = readJsonFile(folder / index_name);
    const nlohmann::json& weight_map = requireObject(index, "weight_map", index_name);
    if (weight_map.empty()) {
        refuse(index_name, "weight_map is empty");
    }
    std::map<std::string, std::string> shard_of;
    for (const auto& [tensor, shard] : weight_map.items()) {
        if (!shard.is_string() || !isPlainFileName(shard.get_ref<const std::string&>())) {
            refuse(index_name, "weight_map names " + describeJson(shard) + " for tensor " +
                                   quotedName(tensor) +
                                   ", which is not the name of a file in the model's folder");
        }
        shard_of.emplace(tensor, shard.get<std::string>());
    }
    return shard_of;
}

}  // namespace

std::int64_t TensorView::elements() const {
    // Cannot overflow: the same product was checked when the header was read.
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) {
        count *= dimension;
    }
    return count;
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
    SafetensorsFile result;
    result.file_ = MappedFile::open(path);
    const std::span<const std::byte> bytes = result.file_->bytes();
    const std::string name = path.filename().string();
    if (bytes.size() < size_bytes) {
        refuse(name, "has only " + std::to_string(bytes.size()) + " bytes: it is not a safetensors file");
    }
    const std::uint64_t header_bytes = littleEndian(bytes);
    if (header_bytes > max_header_bytes) {
        refuse(name, "the header size " + std::to_string(header_bytes) + " is beyond the limit of " +
                         std::to_string(max_header_bytes) + ": it is not a safetensors file");
    }
    if (header_bytes > bytes.size() - size_bytes) {
        refuse(name, "the header size " + std::to_string(header_bytes) + " is beyond the end of the file (" +
                         std::to_string(bytes.size()) + " bytes): the file is damaged or not complete");
    }
    const std::span<const std::byte> header =
        bytes.subspan(size_bytes, static_cast<std::size_t>(header_bytes));
    const std::span<const std::byte> data =
        bytes.subspan(size_bytes + static_cast<std::size_t>(header_bytes));
    const std::string_view text(reinterpret_cast<const char*>(header.data()), header.size());
    for (TensorEntry& entry : parseTensorHeader(text, data.size(), name)) {
        TensorView view;
        view.dtype = entry.dtype;
        view.shape = std::move(entry.shape);
        view.bytes = data.subspan(static_cast<std::size_t>(entry.begin),
                                  static_cast<std::size_t>(entry.end - entry.begin));
        result.tensors_.emplace(std::move(entry.name), std::move(view));
    }
    return result;
}

WeightFiles WeightFiles::open(const std::filesystem::path& folder) {
    WeightFiles result;
    result.listed_in_ = single_name;
    std::map<std::string, std::string> shard_of;
    std::set<std::string> shards;
    std::error_code ignored;
    // As transformers: the single file is taken if both are there.
    if (std::filesystem::exists(folder / single_name, ignored)) {
        shards.insert(single_name);
    } else if (std::filesystem::exists(folder / index_name, ignored)) {
        shard_of = readIndex(folder);
        result.listed_in_ = index_name;
        for (const auto& [tensor, shard] : shard_of) {
            shards.insert(shard);
        }
        if (shards.size() > max_shards) {
            refuse(index_name, "weight_map names " + std::to_string(shards.size()) +
                                   " files, more than the " + std::to_string(max_shards) + " allowed");
        }
    } else {
        refuse(folder.string(), std::string("the folder has neither ") + single_name + " nor " + index_name);
    }
    for (const std::string& shard : shards) {
        result.add(folder / shard);
    }
    for (const auto& [tensor, shard] : shard_of) {
        const auto place = result.file_of_.find(tensor);
        if (place == result.file_of_.end() || place->second != shard) {
            refuse(shard, "tensor " + quotedName(tensor) + " is missing, although " + index_name +
                              " says that it is in this file");
        }
    }
    return result;
}

WeightFiles WeightFiles::openFile(const std::filesystem::path& path) {
    WeightFiles result;
    result.listed_in_ = path.filename().string();
    result.add(path);
    return result;
}

void WeightFiles::add(const std::filesystem::path& path) {
    SafetensorsFile file = SafetensorsFile::open(path);
    const std::string name_of_file = path.filename().string();
    for (const auto& [name, view] : file.tensors()) {
        const auto [place, is_new] = file_of_.emplace(name, name_of_file);
        if (!is_new) {
            refuse(name_of_file, "tensor " + quotedName(name) + " is also in " + place->second);
        }
        tensors_.emplace(name, view);
    }
    files_.push_back(file.sharedFile());
}

const TensorView* WeightFiles::find(const std::string& name) const {
    const auto place = tensors_.find(name);
    return place == tensors_.end() ? nullptr : &place->second;
}

const TensorView& WeightFiles::require(const std::string& name,
                                       const std::vector<std::int64_t>& shape) const {
    const TensorView* const view = find(name);
    if (view == nullptr) {
        refuse(listed_in_, "tensor " + name + " is missing");
    }
    if (view->shape != shape) {
        refuse(file_of_.at(name),
               "tensor " + name + " has shape " + shapeText(view->shape) + ", expected " + shapeText(shape));
    }
    return *view;
}

std::uint64_t WeightFiles::totalBytes() const {
    std::uint64_t total = 0;
    for (const auto& [name, view] : tensors_) {
        total += view.bytes.size();
    }
    return total;
}

std::filesystem::path WeightFiles::damagedFile() const {
    for (const auto& file : files_) {
        if (file->damaged()) {
            return file->path();
        }
    }
    return {};
}

void WeightFiles::release() const {
    for (const auto& file : files_) {
        file->release();
    }
}

void WeightFiles::expectReads(MappedFile::Reads reads) const {
    for (const auto& file : files_)
        file->expectReads(reads);
}

}  // namespace sightline
