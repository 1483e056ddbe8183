// One token of one sequence in operations that a GPU can record (recorded_step.h): no size and no address in
// them depends on the token, and no number goes between processor and GPU.
#include <limits>
#include <utility>

#include "inference/networks/language_model.h"

namespace sightline {

std::unique_ptr<RecordedStep> LanguageModel::makeRecordedStep() const {
    Recorder recorder = graphRecorder(context_.device);
    if (!recorder) return nullptr;
    return std::make_unique<RecordedStep>(
        context_.device, std::move(recorder),
        [this](const at::Tensor& numbers, const at::Tensor& run, std::int64_t keys) {
            return computeStep(numbers, run, keys);
        });
}

at::Tensor LanguageModel::computeStep(const at::Tensor& numbers, const at::Tensor& run,
                                      std::int64_t keys) const {
    const Work whole;
    const std::int64_t kv_heads = config_.num_key_value_heads;
    const at::Tensor place = numbers.narrow(0, 4, 1);
    const at::Tensor axes = numbers.narrow(0, 1, 3).to(at::kFloat).view({1, 3});
    const Rotary rotation = rotaryFromAngles(axes.index_select(1, frequency_axis_) * inverse_frequencies_);
    at::Tensor x = embed_tokens_.rowsOf(numbers.narrow(0, 0, 1)).to(context_.activation_dtype);
    const at::Tensor behind = at::arange(keys, numbers.options()).gt(place);
    const at::Tensor mask = at::zeros({1, 1, 1, keys}, x.options())
                                .masked_fill_(behind, -std::numeric_limits<double>::infinity());
    for (std::size_t index = 0; index < layers_.size(); ++index) {
        const Layer& layer = layers_[index];
        const Projected p = project(layer, x, rotation, whole, false);
        const at::Tensor both = run.select(0, static_cast<std::int64_t>(index));
        at::Tensor all_keys = both.select(0, 0);
        at::Tensor all_values = both.select(0, 1);
        all_keys.index_copy_(1, place, p.k.transpose(0, 1).to(run.scalar_type()));
        all_values.index_copy_(1, place, p.v.transpose(0, 1).to(run.scalar_type()));
        const auto seen = [&](const at::Tensor& all) {
            return all.narrow(1, 0, keys).to(context_.activation_dtype).unsqueeze(0);
        };
        const at::Tensor q = p.q.reshape({1, kv_heads, -1, config_.head_dim});
        const at::Tensor attended =
            at::scaled_dot_product_attention(q, seen(all_keys), seen(all_values), mask);
        x = finishLayer(layer, x, attended.reshape({1, -1}), whole, false);
    }
    return lm_head_(norm_(x), whole).to(at::kFloat);
}

at::Tensor LanguageModel::decodeRecorded(TokenId id, const Position& position, KvCache& cache,
                                         const Work& work) const {
    work.poll();
    at::Tensor logits =
        (*recorded_step_)({id, position[0], position[1], position[2], cache.length()}, cache.run());
    cache.commit(cache.length() + 1);
    return logits;
}

}  // namespace sightline
