#include "inference/files/model_identity.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace sightline {
namespace {

constexpr std::size_t sampled_blocks = 32;  // each may cost the disk a seek
constexpr std::size_t block_bytes = 4096;

void addConfiguration(ContentHash& hash, const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    hash.addText({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

void addWeights(ContentHash& hash, const MappedFile& file) {
    const std::span<const std::byte> bytes = file.bytes();
    hash.addText(file.path().filename().string());
    hash.addValue(std::uint64_t{bytes.size()});
    hash.addValue(file.changeTime());
    // The size of the header was checked when the file was opened.
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
    hash.add(bytes.first(sizeof header_bytes + static_cast<std::size_t>(header_bytes)));
    const std::size_t block = std::min(block_bytes, bytes.size());
    const std::size_t last = bytes.size() - block;
    for (std::size_t i = 0; i < sampled_blocks; ++i)
        hash.add(bytes.subspan(last / (sampled_blocks - 1) * i, block));
    hash.add(bytes.subspan(last));
}

}  // namespace

Hash128 modelIdentity(const std::filesystem::path& folder, const WeightFiles& weights) {
    ContentHash hash;
    for (const char* name : {"config.json", "processor_config.json", "preprocessor_config.json",
                             "video_preprocessor_config.json"})
        addConfiguration(hash, folder / name);
    for (const auto& file : weights.files())
        addWeights(hash, *file);
    return hash.result();
}

}  // namespace sightline
