// The line recogniser of PP-OCRv6 small: a strip of text -> scores of every character for every 8 columns of
// pixels (CTC). Three stages of mixer blocks that halve the height, two attention blocks over the columns.
#pragma once

#include <vector>

#include "inference/reading/text_backbone.h"

namespace sightline {

// y = x W^T + b of a few hundred rows.
struct SmallLinear {
    SmallLinear() = default;
    SmallLinear(const WeightScope& scope, std::int64_t in, std::int64_t out);
    at::Tensor operator()(const at::Tensor& x) const;

    at::Tensor weight, bias;
};

struct ColumnNorm {
    ColumnNorm() = default;
    ColumnNorm(const WeightScope& scope, std::int64_t size, double epsilon);
    at::Tensor operator()(const at::Tensor& x) const;

    at::Tensor weight, bias;
    double epsilon = 0;
};

// Pre-norm transformer block over the columns of a strip; no position code, no mask.
class ColumnAttention {
  public:
    explicit ColumnAttention(const WeightScope& scope);
    at::Tensor operator()(const at::Tensor& x) const;  // [batch, columns, 120]

  private:
    ColumnNorm norm1_, norm2_;
    SmallLinear qkv_, out_, fc1_, fc2_;
};

class TextRecognizer {
  public:
    // `classes` = characters of the alphabet + blank + space. Weights are copied. Throws
    // Error(invalid_model).
    TextRecognizer(const WeightScope& scope, std::int64_t classes);

    // [batch, 3, 48, width] in -1..1, B G R, channels last, width a multiple of 8, in the dtype of the
    // context -> [batch, width / 8, 120] in the same dtype: what the class head takes. The table of all
    // columns and classes would be large, so it is made strip by strip (scores).
    at::Tensor features(const at::Tensor& strips) const;

    // [columns, 120] -> [columns, classes] float32, unnormalised. 75 kB a column.
    at::Tensor scores(const at::Tensor& features) const;

  private:
    Stem stem_;
    std::vector<Stage> stages_;
    Convolution shortcut_, enter_, local_;
    std::vector<ColumnAttention> blocks_;
    ColumnNorm norm_;
    SmallLinear head_;
};

}  // namespace sightline
