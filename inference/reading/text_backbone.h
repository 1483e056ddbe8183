// The parts that both networks of the text reader (PP-OCRv6 small) are made of: convolutions with their
// activation, a stem that divides the picture by four, and mixer blocks (depthwise convolution, then 1x1 ->
// GELU -> 1x1). Activations are [batch, channels, height, width], channels last in memory, in the dtype of
// the context. BatchNorms are folded into the weights by resources/text-reader/convert.py.
#pragma once

#include <ATen/core/ivalue.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "inference/networks/weights.h"
#include "inference/reader.h"
#include "inference/reading/packed_weight.h"

namespace sightline {

enum class Activation { none, relu, gelu, silu };  // gelu by erf

struct ConvolutionShape {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::array<std::int64_t, 2> kernel{1, 1};
    std::array<std::int64_t, 2> stride{1, 1};
    std::array<std::int64_t, 2> padding{0, 0};  // zeros on both sides
    std::int64_t groups = 1;
    bool bias = true;
};

// 3x3 and depthwise shapes with padding that keeps the size at stride 1.
ConvolutionShape depthwise(std::int64_t channels, std::array<std::int64_t, 2> kernel,
                           std::array<std::int64_t, 2> stride = {1, 1});

// Weights "weight" [out, in / groups, kernel] and "bias" [out]. Computed by oneDNN's kernel with the
// activation inside where this libtorch has it, which saves a pass over memory; otherwise by plain operations
// with the same result up to rounding.
class Convolution {
  public:
    Convolution() = default;
    Convolution(const WeightScope& scope, const ConvolutionShape& shape,
                Activation activation = Activation::none);

    at::Tensor operator()(const at::Tensor& x) const;
    // `sum` + convolution of x without activation. `sum` is used up: the result may lie in it.
    at::Tensor addTo(at::Tensor sum, const at::Tensor& x) const;

  private:
    at::Tensor plain(const at::Tensor& x) const;

    ConvolutionShape shape_;
    Activation activation_ = Activation::none;
    at::Tensor weight_;
    mutable PackedWeight packed_weight_;  // if oneDNN's kernel is used; grows with the sizes that it sees
    std::optional<at::Tensor> bias_;
};

// Squeeze and excitation: a factor 0..1 for every channel from its mean over the picture,
// clamp(slope * up(relu(down(mean))) + 1/2, 0, 1). slope is 1/6 in the backbones, 0.2 in the detector's neck.
class Gate {
  public:
    Gate() = default;
    Gate(const WeightScope& scope, std::int64_t channels, double slope);
    at::Tensor operator()(const at::Tensor& x) const;  // [batch, channels, 1, 1]

  private:
    at::Tensor down_weight_, down_bias_, up_weight_, up_bias_;
    double slope_ = 0;
};

// 3x3 of stride 2; a 2x2 max pool beside two 2x2 convolutions, all padded on the right and below only; 3x3 of
// stride 2; 1x1. A quarter of the size comes out.
class Stem {
  public:
    Stem() = default;
    Stem(const WeightScope& scope, std::int64_t middle, std::int64_t out);
    at::Tensor operator()(const at::Tensor& x) const;

  private:
    Convolution first_, branch_a_, branch_b_, merge_, last_;
    std::int64_t middle_ = 0;
};

enum class MixerKind {
    plain,
    gated,
    down,  // to the next width and a smaller size: no gate, no residual
};

// x = depthwise 3x3 (and gate); then x + project(gelu(expand(x))). The residual begins after the depthwise
// convolution and the gate.
class Mixer {
  public:
    Mixer(const WeightScope& scope, MixerKind kind, std::int64_t channels, std::int64_t out,
          std::array<std::int64_t, 2> stride = {1, 1});
    at::Tensor operator()(const at::Tensor& x) const;

  private:
    MixerKind kind_;
    Convolution spatial_, expand_, project_;
    Gate gate_;
};

// A stage of mixer blocks; `before` is the width of the stage before it, whose step down comes first, or 0.
struct StagePlan {
    std::int64_t width = 0;
    std::int64_t before = 0;
    std::array<std::int64_t, 2> stride{1, 1};
    std::vector<MixerKind> blocks;
};

class Stage {
  public:
    Stage(const WeightScope& scope, const StagePlan& plan);
    at::Tensor operator()(at::Tensor x) const;

  private:
    std::vector<Mixer> blocks_;
};

// A weight as the networks keep it: a copy, so that the file need not stay mapped.
at::Tensor ownedWeight(const WeightScope& scope, const std::string& name,
                       const std::vector<std::int64_t>& shape);

// The context of both networks. `automatic` takes bfloat16 where the processor multiplies it in hardware.
// Throws Error(unsupported) if bfloat16 is asked of an x86 processor without AVX-512.
ComputeContext textNetworkContext(ReaderPrecision precision);

}  // namespace sightline
