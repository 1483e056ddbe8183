#include "inference/networks/layers.h"

#include "inference/kernels/kernels.h"

namespace sightline {
namespace {

constexpr double epsilon = 1e-6;  // of layer norms

}  // namespace

RmsNorm::RmsNorm(const WeightScope& scope, std::int64_t size, double eps)
    : weight_(scope.vector("weight", {size})), eps_(eps) {}

at::Tensor RmsNorm::operator()(const at::Tensor& x) const {
    if (!x.device().is_cpu()) return at::rms_norm(x, weight_.sizes(), weight_, eps_);
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor scale = wide.square().mean(-1, true).add_(eps_).rsqrt_();
    return (wide * scale).to(x.scalar_type()) * weight_;
}

LinearInput RmsNorm::before(const Linear& next, const at::Tensor& x) const {
    if (!next.packed()) return next.prepare((*this)(x));
    const auto size = x.size(1);
    const auto& kernels = kernels::bestKernels();
    const float* from = x.const_data_ptr<float>();
    const float* weight = weight_.const_data_ptr<float>();
    return next.prepareRows(x.size(0), [&](std::int64_t row, float* out) {
        kernels.rms_norm(from + row * size, weight, static_cast<std::size_t>(size), epsilon(), out);
    });
}

LayerNorm::LayerNorm(const WeightScope& scope, std::int64_t size)
    : weight_(scope.vector("weight", {size})), bias_(scope.vector("bias", {size})) {}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
    return at::layer_norm(x, weight_.sizes(), weight_, bias_, epsilon);
}

LinearInput LayerNorm::before(const Linear& next, const at::Tensor& x) const {
    if (!next.packed()) return next.prepare((*this)(x));
    const auto size = x.size(1);
    const auto& kernels = kernels::bestKernels();
    const float* from = x.const_data_ptr<float>();
    const float* weight = weight_.const_data_ptr<float>();
    const float* bias = bias_.const_data_ptr<float>();
    return next.prepareRows(x.size(0), [&](std::int64_t row, float* out) {
        kernels.layer_norm(from + row * size, weight, bias, static_cast<std::size_t>(size),
                           static_cast<float>(epsilon), out);
    });
}

LinearInput siluMultiplied(const Linear& next, at::Tensor gate, const at::Tensor& up) {
    if (!next.packed()) return next.prepare(at::silu_(gate).mul_(up));
    const auto size = gate.size(1);
    const auto& kernels = kernels::bestKernels();
    const float* gates = gate.const_data_ptr<float>();
    const float* ups = up.const_data_ptr<float>();
    return next.prepareRows(gate.size(0), [&](std::int64_t row, float* out) {
        kernels.silu_multiply(gates + row * size, ups + row * size, static_cast<std::size_t>(size), out);
    });
}

LinearInput geluOf(const Linear& next, at::Tensor x) {
    if (!next.packed()) return next.prepare(at::gelu_(x, "tanh"));
    const auto size = x.size(1);
    const auto& kernels = kernels::bestKernels();
    const float* from = x.const_data_ptr<float>();
    return next.prepareRows(x.size(0), [&](std::int64_t row, float* out) {
        kernels.gelu_tanh(from + row * size, static_cast<std::size_t>(size), out);
    });
}

at::Tensor applyRotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor first = wide.narrow(-1, 0, half);
    const at::Tensor second = wide.narrow(-1, half, half);
    const at::Tensor sines = sin.unsqueeze(1);
    const at::Tensor y = wide * cos.unsqueeze(1);
    y.narrow(-1, 0, half).addcmul_(second, sines.narrow(-1, 0, half), -1);
    y.narrow(-1, half, half).addcmul_(first, sines.narrow(-1, half, half));
    return y.to(x.scalar_type());
}

Rotary rotaryFromAngles(const at::Tensor& angles) {
    const at::Tensor both = at::cat({angles, angles}, -1);
    return {both.cos(), both.sin()};
}

void rotateInPlace(const at::Tensor& x, const Rotary& rotary, const RmsNorm* norm) {
    const std::int64_t heads = x.size(1);
    const std::int64_t head_dim = x.size(2);
    const auto& kernels = kernels::bestKernels();
    float* values = x.mutable_data_ptr<float>();
    const float* cos = rotary.cos.const_data_ptr<float>();
    const float* sin = rotary.sin.const_data_ptr<float>();
    const float* weight = norm ? norm->weight().const_data_ptr<float>() : nullptr;
    at::parallel_for(0, x.size(0), 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            for (std::int64_t head = 0; head < heads; ++head) {
                float* one = values + (row * heads + head) * head_dim;
                const auto size = static_cast<std::size_t>(head_dim);
                if (norm) kernels.rms_norm(one, weight, size, norm->epsilon(), one);
                kernels.rotate(one, cos + row * head_dim, sin + row * head_dim, size);
            }
    });
}

}  // namespace sightline
