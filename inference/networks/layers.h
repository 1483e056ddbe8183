// The small parts that the vision encoder and the language model are made of. A layer is constructed from the
// scope of its weights and called on activations [rows, features]; all of them compute inside in float32, as
// the reference does.
#pragma once

#include <span>
#include <vector>

#include "inference/networks/linear.h"

namespace sightline {

// x / sqrt(mean(x^2) + eps) * weight over the last dimension (Qwen3VLTextRMSNorm).
class RmsNorm {
  public:
    RmsNorm() = default;
    RmsNorm(const WeightScope& scope, std::int64_t size, double eps);
    at::Tensor operator()(const at::Tensor& x) const;
    const at::Tensor& weight() const { return weight_; }  // in the activation dtype

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

  private:
    at::Tensor weight_;
    at::Tensor bias_;
};

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

// softmax(q k^T / sqrt(head_dim) + mask) v, computed in pieces of queries so that a stop is noticed and no
// score matrix of full size exists. q: [heads, queries, head_dim]; k, v: [heads, keys, head_dim]; mask:
// [queries, keys] additive float32, or undefined. Returns [heads, queries, head_dim].
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask,
                     const Work& work);

// Whether such attention may be computed with operands in bfloat16, by kernels/flash_attention.h: weights are
// not float32, and this processor has the instructions for it.
bool fusesAttention(const ComputeContext& context, std::int64_t head_dim);
// The same by that kernel; float32 in and out. visible: query i sees the first visible[i] keys; empty: all.
at::Tensor fusedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          std::span<const std::int32_t> visible, const Work& work);

}  // namespace sightline
