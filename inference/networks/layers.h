// The small parts that the vision encoder and the language model are made of. A layer is constructed from the
// scope of its weights and called on activations [rows, features]; all of them compute inside in float32, as
// the reference does.
#pragma once

#include "inference/networks/linear.h"

namespace sightline {

// x / sqrt(mean(x^2) + eps) * weight over the last dimension (Qwen3VLTextRMSNorm).
class RmsNorm {
  public:
    RmsNorm() = default;
    RmsNorm(const WeightScope& scope, std::int64_t size, double eps);
    at::Tensor operator()(const at::Tensor& x) const;
    // The norm of x, as what `next` and layers packed like it take.
    LinearInput before(const Linear& next, const at::Tensor& x) const;
    const at::Tensor& weight() const { return weight_; }  // in the activation dtype
    float epsilon() const { return static_cast<float>(eps_); }

  private:
    at::Tensor weight_;
    double eps_ = 1e-6;
};

// Layer norm with weight and bias over the last dimension; eps 1e-6 everywhere in the vision encoder.
class LayerNorm {
  public:
    LayerNorm() = default;
    LayerNorm(const WeightScope& scope, std::int64_t size);
    at::Tensor operator()(const at::Tensor& x) const;
    // The norm of x, as what `next` and layers packed like it take.
    LinearInput before(const Linear& next, const at::Tensor& x) const;

  private:
    at::Tensor weight_;
    at::Tensor bias_;
};

// The activations of an MLP, as what `next` takes: silu(gate) * up and gelu(x, tanh approximation), [rows,
// features]. The tensors may be overwritten.
LinearInput siluMultiplied(const Linear& next, at::Tensor gate, const at::Tensor& up);
LinearInput geluOf(const Linear& next, at::Tensor x);

// Rotary embedding of pairs (i, i + d/2): x * cos + rotate_half(x) * sin.
// x: [rows, heads, head_dim]; cos, sin: [rows, head_dim] float32, the two halves equal.
at::Tensor applyRotary(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);

// cos and sin [positions, frequencies] of angle = position * theta^(-2 i / dim), written twice side by side:
// [positions, 2 * frequencies]. `angles`: [positions, frequencies] float32.
struct Rotary {
    at::Tensor cos;
    at::Tensor sin;
};
Rotary rotaryFromAngles(const at::Tensor& angles);

// The same in x itself, after `norm` over every head if it is not null: float32 on a CPU.
void rotateInPlace(const at::Tensor& x, const Rotary& rotary, const RmsNorm* norm);

}  // namespace sightline
