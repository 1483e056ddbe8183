// y = x W^T + b: the one way in which the networks multiply by a weight matrix.
//
// CPU, bf16 weights: one to four rows go through our own kernel at memory speed; for more rows the matrix is
// widened to float32 block by block and multiplied in float32, cut into pieces of some ten milliseconds so
// that a stop is noticed. CPU, float32 and GPU: the library's product, cut the same way on a CPU; with int8
// weights on a GPU its product of integers for few rows, and for more the widened matrix (row_int8.h). Packed
// weights: the activations become int8, with a scale for each block of 32, and go through the kernels of
// kernels/packed_kernels.h; many rows on int4, in larger blocks where no value stands out, through those of
// kernels/panel_kernels.h.
#pragma once

#include <functional>

#include "inference/kernels/packed_kernels.h"
#include "inference/kernels/panel_kernels.h"
#include "inference/networks/compute.h"
#include "inference/networks/weights.h"

namespace sightline {

// What a linear layer is called with; valid for all layers whose weights are packed alike.
struct LinearInput {
    std::int64_t rows = 0;
    at::Tensor x;                      // undefined if only its integers were made
    kernels::QuantizedSpan quantized;  // of all rows; empty if the weights are not packed
    at::Tensor memory;                 // of quantized
    RowInt8Input integers;             // undefined but for few rows and RowInt8 weights
};

class Linear {
  public:
    Linear() = default;
    // Weight "weight" [out, in] of the scope, and "bias" [out] if it has one.
    Linear(const WeightScope& scope, std::int64_t in, std::int64_t out, bool bias);
    // Tensors that are already loaded (tied head, a convolution seen as a product).
    explicit Linear(WeightMatrix weight, at::Tensor bias = {});

    // x: [rows, in] in the activation dtype, contiguous -> [rows, out]. Throws Error(cancelled).
    at::Tensor operator()(const at::Tensor& x, const Work& work) const { return (*this)(prepare(x), work); }
    // The same for several layers that take the same x: packed weights want it as int8, which is made once.
    at::Tensor operator()(const LinearInput& x, const Work& work) const;
    LinearInput prepare(const at::Tensor& x) const;
    // The same where whatever makes x writes a row at a time, produce(row, out), on any thread: then x itself
    // is never in memory. Packed weights only.
    using RowProducer = std::function<void(std::int64_t row, float* out)>;
    LinearInput prepareRows(std::int64_t rows, const RowProducer& produce) const;
    bool packed() const { return weight_.packed() != nullptr; }

    const WeightMatrix& weight() const { return weight_; }

  private:
    at::Tensor onCpu(const at::Tensor& x, const Work& work) const;
    at::Tensor onPacked(const LinearInput& x, const Work& work) const;
    at::Tensor onRowInt8(const LinearInput& x) const;

    WeightMatrix weight_;
    at::Tensor bias_;
};

}  // namespace sightline
