#include "inference/files/model_identity.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace sightline {
namespace {

constexpr std::size_t samples = 64;  // each may cost the disk a seek
constexpr std::size_t sample_bytes = 256;

void addFile(ContentHash& hash, const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    hash.addText({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
}

}  // namespace

Hash128 modelIdentity(const std::filesystem::path& folder, const WeightFiles& weights) {
    ContentHash hash;
    hash.addText(SIGHTLINE_VERSION);  // another version may compute something else
    for (const char* name : {"config.json", "processor_config.json", "preprocessor_config.json",
                             "video_preprocessor_config.json"})
        addFile(hash, folder / name);
    const std::size_t stride = std::max<std::size_t>(1, weights.tensors().size() / samples);
    std::set<std::string> files;
    std::size_t number = 0;
    for (const auto& [name, view] : weights.tensors()) {
        hash.addText(name);
        hash.addValue(view.dtype);
        hash.addValue(std::uint64_t{view.shape.size()});
        hash.add(std::as_bytes(std::span(view.shape)));
        files.insert(weights.fileOf(name));
        if (number++ % stride != 0) continue;
        const std::size_t length = std::min(sample_bytes, view.bytes.size());
        hash.add(view.bytes.subspan((view.bytes.size() - length) / 2, length));
    }
    for (const std::string& name : files) {
        std::error_code error;
        hash.addText(name);
        hash.addValue(std::uint64_t{std::filesystem::file_size(folder / name, error)});
        hash.addValue(std::filesystem::last_write_time(folder / name, error).time_since_epoch().count());
    }
    return hash.result();
}

}  // namespace sightline
