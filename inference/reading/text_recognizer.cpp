#include "inference/reading/text_recognizer.h"

#include <utility>

namespace sightline {
namespace {

constexpr std::int64_t column_width = 120;
constexpr std::int64_t heads = 8;
constexpr std::int64_t hidden_width = 240;

constexpr auto plain = MixerKind::plain;
constexpr auto gated = MixerKind::gated;
constexpr auto down = MixerKind::down;

std::vector<StagePlan> stagePlans() {
    return {
        {.width = 96, .blocks = {gated, plain, plain}},
        {.width = 192,
         .before = 96,
         .stride = {2, 1},
         .blocks = {down, gated, plain, gated, plain, gated, plain}},
        {.width = 384, .before = 192, .stride = {2, 1}, .blocks = {down, gated, plain}},
    };
}

// [batch, channels, 1, columns] -> [batch, columns, channels]
at::Tensor columnsOf(const at::Tensor& x) {
    return x.squeeze(2).transpose(1, 2);
}

}  // namespace

SmallLinear::SmallLinear(const WeightScope& scope, std::int64_t in, std::int64_t out)
    : weight(ownedWeight(scope, "weight", {out, in})), bias(ownedWeight(scope, "bias", {out})) {}

at::Tensor SmallLinear::operator()(const at::Tensor& x) const {
    return at::linear(x, weight, bias);
}

ColumnNorm::ColumnNorm(const WeightScope& scope, std::int64_t size, double eps)
    : weight(ownedWeight(scope, "weight", {size})), bias(ownedWeight(scope, "bias", {size})), epsilon(eps) {}

at::Tensor ColumnNorm::operator()(const at::Tensor& x) const {
    return at::layer_norm(x, weight.sizes(), weight, bias, epsilon);
}

ColumnAttention::ColumnAttention(const WeightScope& scope)
    : norm1_(scope / "norm1", column_width, 1e-5),
      norm2_(scope / "norm2", column_width, 1e-5),
      qkv_(scope / "qkv", column_width, 3 * column_width),
      out_(scope / "out", column_width, column_width),
      fc1_(scope / "fc1", column_width, hidden_width),
      fc2_(scope / "fc2", hidden_width, column_width) {}

at::Tensor ColumnAttention::operator()(const at::Tensor& x) const {
    const std::int64_t batch = x.size(0);
    const std::int64_t columns = x.size(1);
    // q, k, v, each [batch, heads, columns, width of a head]
    const std::vector<at::Tensor> qkv = qkv_(norm1_(x))
                                            .view({batch, columns, 3, heads, column_width / heads})
                                            .permute({2, 0, 3, 1, 4})
                                            .unbind(0);
    const at::Tensor mixed = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);
    const at::Tensor y = x + out_(mixed.transpose(1, 2).reshape({batch, columns, column_width}));
    return y + fc2_(at::silu(fc1_(norm2_(y))));
}

TextRecognizer::TextRecognizer(const WeightScope& scope, std::int64_t classes)
    : stem_(scope / "stem", 48, 96),
      shortcut_(scope / "shortcut", {.in = 384, .out = column_width}, Activation::silu),
      enter_(scope / "enter", {.in = 384, .out = column_width}, Activation::silu),
      local_(scope / "local", depthwise(column_width, {1, 7}), Activation::silu),
      norm_(scope / "norm", column_width, 1e-6),
      head_(scope / "head", column_width, classes) {
    const std::vector<StagePlan> plans = stagePlans();
    for (std::size_t i = 0; i < plans.size(); ++i)
        stages_.emplace_back(scope / "stages" / i, plans[i]);
    for (std::size_t i = 0; i < 2; ++i)
        blocks_.emplace_back(scope / "blocks" / i);
}

at::Tensor TextRecognizer::features(const at::Tensor& strips) const {
    at::Tensor x = stem_(strips);
    for (const Stage& stage : stages_)
        x = stage(std::move(x));
    x = at::avg_pool2d(x, {3, 2});
    const at::Tensor shortcut = columnsOf(shortcut_(x));
    x = enter_(x);
    x = columnsOf(x + local_(x));
    for (const ColumnAttention& block : blocks_)
        x = block(x);
    return norm_(x) + shortcut;  // after the norm
}

at::Tensor TextRecognizer::scores(const at::Tensor& features) const {
    return head_(features).to(at::kFloat);
}

}  // namespace sightline
