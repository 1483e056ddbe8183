// The packed files of a model: where they lie in the cache folder. For those who write them, and for those
// who show and remove them. Standard library only; any thread, any process.
#pragma once

#include <filesystem>
#include <vector>

#include "inference/engine.h"

namespace sightline {

inline constexpr const char* packed_ending = ".packed";

// One file a model folder and precision. The name is that of the model's folder with a number that follows
// from its path.
std::filesystem::path packedPath(const std::filesystem::path& cache_folder,
                                 const std::filesystem::path& model_folder, Precision precision);

// Those that are there. They may be of an older version of the model. Whoever has one open keeps it when it
// is removed.
std::vector<PackedFileFacts> packedFilesOf(const std::filesystem::path& model_folder,
                                           const std::filesystem::path& cache_folder);

// The path by which a model folder is known, whatever way leads there.
std::filesystem::path plainPath(const std::filesystem::path& folder);

}  // namespace sightline
