#include "inference/files/inspect_model.h"

#include <algorithm>
#include <map>

#include "inference/files/model_config.h"
#include "inference/files/model_weights.h"
#include "inference/files/safetensors.h"

namespace sightline {
namespace {

// The one that most bytes have comes first.
std::string dtypeNames(const WeightFiles& weights) {
    std::map<DType, std::uint64_t> bytes_of;
    for (const auto& [name, view] : weights.tensors()) {
        bytes_of[view.dtype] += view.bytes.size();
    }
    std::vector<std::pair<DType, std::uint64_t>> dtypes(bytes_of.begin(), bytes_of.end());
    std::stable_sort(dtypes.begin(), dtypes.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string names;
    for (const auto& [dtype, bytes] : dtypes) {
        names += (names.empty() ? "" : ", ") + std::string(nameOf(dtype));
    }
    return names;
}

}  // namespace

ModelFacts factsOf(const std::filesystem::path& folder, const ModelConfig& config,
                   const WeightFiles& weights) {
    ModelFacts facts;
    facts.folder = folder;
    facts.name = config.name;
    facts.architecture = config.architecture;
    facts.notice = config.notice;
    facts.parameters = countParameters(config);
    facts.weight_bytes = weights.totalBytes();
    facts.weight_dtype = dtypeNames(weights);
    facts.context_length = config.text_config.max_position_embeddings;
    facts.vocab_size = config.text_config.vocab_size;
    facts.text_layers = config.text_config.num_hidden_layers;
    facts.vision_layers = config.vision_config.depth;
    facts.patch_size = config.vision_config.patch_size;
    facts.merge_size = config.vision_config.spatial_merge_size;
    facts.pixel_budget = config.image_patches.budget;
    facts.has_chat_template = !config.chat_template.empty();
    facts.defaults = config.defaults;
    return facts;
}

ModelFacts inspectModel(const std::filesystem::path& folder) {
    const ModelConfig config = readModelConfig(folder);
    const WeightFiles weights = WeightFiles::open(folder);
    checkWeights(config, weights);
    return factsOf(folder, config, weights);
}

}  // namespace sightline
