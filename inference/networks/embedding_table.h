// The table of token embeddings, of which single rows are read.
//
// A token needs one row, so a smaller table would save no time, while its rounding goes into every layer:
// where the weights are packed, rows come from the model's own files as they are there.
// (docs/performance.md.)
#pragma once

#include <span>

#include "inference/networks/weights.h"

namespace sightline {

class EmbeddingTable {
  public:
    // `scope` has the tensor "weight", [rows, columns].
    EmbeddingTable(const WeightScope& scope, std::int64_t rows, std::int64_t columns);

    // [ids.size(), columns] on the device; float32 if the weights are packed, else in the weight dtype.
    at::Tensor rowsOf(std::span<const TokenId> ids) const;
    // The same for ids that are there already, int64 [count]; unless the weights are packed.
    at::Tensor rowsOf(const at::Tensor& ids) const { return tensor_.index_select(0, ids); }
    // The same table as a matrix to multiply with, for a head that is tied to it.
    WeightMatrix asMatrix(const WeightScope& scope) const;

  private:
    std::int64_t rows_;
    std::int64_t columns_;
    at::Tensor tensor_;                   // unless the weights are packed
    const TensorView* stored_ = nullptr;  // of the mapped files, if they are
};

}  // namespace sightline
