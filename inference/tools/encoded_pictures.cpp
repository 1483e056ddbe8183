#include "inference/tools/encoded_pictures.h"

#include <utility>
#include <vector>

namespace sightline {

VisualRows encodePictures(const EncodedPrompt& prompt, const QwenEngine& model) {
    VisualRows rows;
    if (prompt.visuals.empty()) return rows;
    std::vector<Patches> pictures;
    for (const VisualInput& input : prompt.visuals)
        pictures.push_back(input.patches);
    EncodingState state = model.visionEncoder().begin(std::move(pictures));
    while (!model.visionEncoder().step(state, Work{})) {
    }
    std::vector<at::Tensor> merged;
    std::vector<std::vector<at::Tensor>> deepstack(state.features.front().deepstack.size());
    for (std::size_t i = 0; i < prompt.visuals.size(); ++i) {
        const VisualInput& input = prompt.visuals[i];
        const VisualFeatures& features = state.features[i];
        auto token = static_cast<std::size_t>(input.first_token);
        for (std::int64_t found = 0; found < features.merged.size(0); ++token) {
            if (prompt.types.at(token) != input.type) continue;
            rows.rows.push_back(static_cast<std::int64_t>(token));
            ++found;
        }
        merged.push_back(features.merged);
        for (std::size_t layer = 0; layer < deepstack.size(); ++layer)
            deepstack[layer].push_back(features.deepstack[layer]);
    }
    rows.merged = at::cat(merged, 0);
    for (const auto& parts : deepstack)
        rows.deepstack.push_back(at::cat(parts, 0));
    return rows;
}

}  // namespace sightline
