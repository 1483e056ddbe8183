// The text detector of PP-OCRv6 small: how probable it is that a pixel belongs to text. Four stages of mixer
// blocks at 1/4, 1/8, 1/16 and 1/32 of the size, a pyramid that adds the coarse to the fine ones, and a head
// that goes back to full size (differentiable binarisation; only its probability map is needed).
#pragma once

#include <vector>

#include "inference/reading/text_backbone.h"

namespace sightline {

// y + y * gate(y) of a 1x1 convolution without bias.
class GatedConvolution {
  public:
    GatedConvolution(const WeightScope& scope, std::int64_t in, std::int64_t out);
    at::Tensor operator()(const at::Tensor& x) const;

  private:
    Convolution conv_;
    Gate gate_;
};

class TextDetector {
  public:
    // Weights are copied. Throws Error(invalid_model).
    explicit TextDetector(const WeightScope& scope);

    // [1, 3, height, width] in -1..1, B G R, channels last, both sides multiples of 32, in the dtype of the
    // context -> [height, width] float32, 0..1.
    at::Tensor operator()(const at::Tensor& picture) const;

  private:
    at::Tensor head(const at::Tensor& x) const;

    Stem stem_;
    std::vector<Stage> stages_;
    // Index 0 is the finest level.
    std::vector<GatedConvolution> lateral_;
    std::vector<Convolution> smooth_;
    std::vector<GatedConvolution> reduce_;
    Convolution head_conv_;
    at::Tensor up1_weight_, up1_bias_, up2_weight_, up2_bias_;
};

}  // namespace sightline
