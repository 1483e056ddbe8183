// Which model it is that something was computed with, so that what is kept of one is never taken for
// another's.
#pragma once

#include <filesystem>

#include "inference/files/content_hash.h"
#include "inference/files/safetensors.h"

namespace sightline {

// Differs between two models whatever their names are: from the configuration, the names, types and shapes of
// all tensors, samples of their numbers, size and time of the files, and the program's version. A copy with
// other times counts as another model, which costs time and nothing else. Reads a few pages of the files.
Hash128 modelIdentity(const std::filesystem::path& folder, const WeightFiles& weights);

}  // namespace sightline
