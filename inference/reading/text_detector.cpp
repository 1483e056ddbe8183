#include "inference/reading/text_detector.h"

#include <utility>

namespace sightline {
namespace {

constexpr std::int64_t pyramid_width = 96;
constexpr std::int64_t head_width = 24;

constexpr auto plain = MixerKind::plain;
constexpr auto gated = MixerKind::gated;
constexpr auto down = MixerKind::down;

std::vector<StagePlan> stagePlans() {
    return {
        {.width = 48, .blocks = {gated, plain}},
        {.width = 96, .before = 48, .stride = {2, 2}, .blocks = {down, gated, plain}},
        {.width = 192, .before = 96, .stride = {2, 2}, .blocks = {down, gated, plain, gated, plain}},
        {.width = 384, .before = 192, .stride = {2, 2}, .blocks = {down, gated, plain}},
    };
}

at::Tensor enlarged(const at::Tensor& x, std::int64_t factor) {
    return at::upsample_nearest2d(x, {x.size(2) * factor, x.size(3) * factor});
}

}  // namespace

GatedConvolution::GatedConvolution(const WeightScope& scope, std::int64_t in, std::int64_t out)
    : conv_(scope / "conv", {.in = in, .out = out, .bias = false}), gate_(scope / "gate", out, 0.2) {}

at::Tensor GatedConvolution::operator()(const at::Tensor& x) const {
    at::Tensor y = conv_(x);
    return y.mul_(gate_(y).add_(1.0));
}

TextDetector::TextDetector(const WeightScope& scope) : stem_(scope / "stem", 24, 48) {
    const std::vector<StagePlan> plans = stagePlans();
    for (std::size_t i = 0; i < plans.size(); ++i) {
        stages_.emplace_back(scope / "stages" / i, plans[i]);
        lateral_.emplace_back(scope / "lateral" / i, plans[i].width, pyramid_width);
        smooth_.emplace_back(scope / "smooth" / i, depthwise(pyramid_width, {7, 7}));
        reduce_.emplace_back(scope / "reduce" / i, pyramid_width, head_width);
    }
    const WeightScope head = scope / "head";
    head_conv_ = Convolution(head / "conv",
                             {.in = static_cast<std::int64_t>(plans.size()) * head_width,
                              .out = head_width,
                              .kernel = {3, 3},
                              .padding = {1, 1}},
                             Activation::relu);
    up1_weight_ = ownedWeight(head / "up1", "weight", {head_width, head_width, 2, 2});
    up1_bias_ = ownedWeight(head / "up1", "bias", {head_width});
    up2_weight_ = ownedWeight(head / "up2", "weight", {head_width, 1, 2, 2});
    up2_bias_ = ownedWeight(head / "up2", "bias", {1});
}

at::Tensor TextDetector::operator()(const at::Tensor& picture) const {
    std::vector<at::Tensor> levels;
    at::Tensor x = stem_(picture);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        x = stages_[i](std::move(x));
        levels.push_back(lateral_[i](x));
    }
    x = at::Tensor();
    for (std::size_t i = levels.size() - 1; i-- > 0;)
        levels[i].add_(enlarged(levels[i + 1], 2));
    // The head takes the coarsest level first.
    std::vector<at::Tensor> maps;
    for (std::size_t i = levels.size(); i-- > 0;) {
        at::Tensor map = reduce_[i](smooth_[i](levels[i]));
        levels.pop_back();
        maps.push_back(i == 0 ? std::move(map) : enlarged(map, std::int64_t{1} << i));
    }
    const at::Tensor all = at::cat(maps, 1);
    maps.clear();
    return head(all);
}

at::Tensor TextDetector::head(const at::Tensor& x) const {
    at::Tensor y = head_conv_(x);
    y = at::conv_transpose2d(y, up1_weight_, up1_bias_, 2).relu_();
    y = at::conv_transpose2d(y, up2_weight_, up2_bias_, 2);
    return y.to(at::kFloat).sigmoid_().squeeze(1).squeeze(0);
}

}  // namespace sightline
