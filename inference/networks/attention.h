// Attention of many queries, over what a picture or a prompt has: one way for every device and precision, two
// fused ones for processors that have the instructions.
#pragma once

#include <cstdint>
#include <span>

#include "inference/networks/compute.h"

namespace sightline {

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

// Whether attention in which every query sees every key may have operands in int8, by kernels/flash_int8.h:
// the weights of the network are packed, and this processor has the instructions for it.
bool attendsInInt8(bool packed, std::int64_t head_dim);
// The same by that kernel; float32 in and out.
at::Tensor int8Attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const Work& work);

}  // namespace sightline
