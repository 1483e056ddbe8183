#include "inference/tools/encoded_pictures.h"

#include <utility>
#include <vector>

namespace sightline {

VisualRows encodePictures(const EncodedPrompt& prompt, const QwenEngine& model) {
    VisualRows rows;
    std::vector<at::Tensor> merged;
    std::vector<std::vector<at::Tensor>> deepstack;
    for (const VisualInput& input : prompt.visuals) {
        EncodingState state = model.visionEncoder().begin(input.patches);
        while (!model.visionEncoder().step(state, Work{})) {
        }
        const auto count = state.features.merged.size(0);
        auto token = static_cast<std::size_t>(input.first_token);
        for (std::int64_t found = 0; found < count; ++token) {
            if (prompt.types.at(token) != input.type) continue;
            rows.rows.push_back(static_cast<std::int64_t>(token));
            ++found;
        }
        merged.push_back(state.features.merged);
        deepstack.resize(state.features.deepstack.size());
        for (std::size_t i = 0; i < deepstack.size(); ++i)
            deepstack[i].push_back(state.features.deepstack[i]);
    }
    if (merged.empty()) return rows;
    rows.merged = at::cat(merged, 0);
    for (const auto& parts : deepstack)
        rows.deepstack.push_back(at::cat(parts, 0));
    return rows;
}

}  // namespace sightline
