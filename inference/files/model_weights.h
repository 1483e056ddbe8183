// Which tensors a Qwen3-VL checkpoint must have. The names are those of the files, so they equal the code
// paths of the networks: model.language_model.*, model.visual.*, lm_head.weight if it is not tied.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "inference/files/model_config.h"
#include "inference/files/safetensors.h"

namespace sightline {

using NamedShape = std::pair<std::string, std::vector<std::int64_t>>;

// All of them, in the order in which a picture and a text pass through. A tied head has no tensor of its own.
std::vector<NamedShape> expectedTensors(const ModelConfig& config);

// The elements of expectedTensors.
std::int64_t countParameters(const ModelConfig& config);

// Throws Error(invalid_model) naming the first tensor that is missing or has another shape,
// Error(unsupported) for one that is not BF16, F16 or F32. Tensors beyond the expected ones are allowed, as
// transformers allows them.
void checkWeights(const ModelConfig& config, const WeightFiles& weights);

}  // namespace sightline
