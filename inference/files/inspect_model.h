// What a model folder is, without loading it.
#pragma once

#include <filesystem>

#include "inference/engine.h"

namespace sightline {

struct ModelConfig;
class WeightFiles;

// Reads the configuration files and the headers of the weight files, and checks them as loading would; the
// tokenizer is not looked at. Milliseconds. Throws as readModelConfig, WeightFiles::open and checkWeights do.
ModelFacts inspectModel(const std::filesystem::path& folder);

// The same from what is already open; nothing is checked again.
ModelFacts factsOf(const std::filesystem::path& folder, const ModelConfig& config,
                   const WeightFiles& weights);

}  // namespace sightline
