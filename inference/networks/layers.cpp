#include "inference/networks/layers.h"

#include <algorithm>

namespace sightline {
namespace {

// Multiplications in one piece of attention: some tens of milliseconds on two cores.
constexpr std::int64_t multiplications_per_piece = std::int64_t{1} << 30;

}  // namespace

RmsNorm::RmsNorm(const WeightScope& scope, std::int64_t size, double eps)
    : weight_(scope.vector("weight", {size})), eps_(eps) {}

at::Tensor RmsNorm::operator()(const at::Tensor& x) const {
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor scale = wide.square().mean(-1, true).add_(eps_).rsqrt_();
    return (wide * scale).to(x.scalar_type()) * weight_;
}

LayerNorm::LayerNorm(const WeightScope& scope, std::int64_t size)
    : weight_(scope.vector("weight", {size})), bias_(scope.vector("bias", {size})) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
    return at::layer_norm(x, weight_.sizes(), weight_, bias_, 1e-6);
}

at::Tensor applyRotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor rotated = at::cat({wide.narrow(-1, half, half).neg(), wide.narrow(-1, 0, half)}, -1);
    return (wide * cos.unsqueeze(1)).add_(rotated.mul_(sin.unsqueeze(1))).to(x.scalar_type());
}

Rotary rotaryFromAngles(const at::Tensor& angles) {
    const at::Tensor both = at::cat({angles, angles}, -1);
    return {both.cos(), both.sin()};
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask,
                     const Work& work) {
    const std::int64_t heads = q.size(0);
    const std::int64_t queries = q.size(1);
    const std::int64_t keys = k.size(1);
    const std::int64_t head_dim = q.size(2);
    const std::int64_t piece =
        q.device().is_cpu()
            ? std::clamp<std::int64_t>(
                  multiplications_per_piece / std::max<std::int64_t>(2 * heads * keys * head_dim, 1), 32,
                  std::max<std::int64_t>(queries, 32))
            : queries;
    at::Tensor out = at::empty_like(q);
    for (std::int64_t begin = 0; begin < queries; begin += piece) {
        work.poll();
        const std::int64_t count = std::min(piece, queries - begin);
        std::optional<at::Tensor> part_mask;
        if (mask.defined()) part_mask = mask.narrow(0, begin, count);
        const at::Tensor part = at::scaled_dot_product_attention(q.narrow(1, begin, count).unsqueeze(0),
                                                                 k.unsqueeze(0), v.unsqueeze(0), part_mask);
        out.narrow(1, begin, count).copy_(part.squeeze(0));
    }
    return out;
}

}  // namespace sightline
