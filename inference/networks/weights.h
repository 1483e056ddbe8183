// The tensors of a model folder as torch sees them, and the scopes that name them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "inference/engine.h"
#include "inference/files/safetensors.h"
#include "inference/kernels/packed_matrix.h"
#include "inference/networks/compute.h"
#include "inference/networks/row_int8.h"

namespace sightline {

// Undefined for what cannot be a weight.
at::ScalarType scalarTypeOf(DType dtype);

// A matrix [out, in] as the networks multiply with it: a tensor, integers with a scale a row, or some rows of
// a packed matrix. A view.
class WeightMatrix {
  public:
    WeightMatrix() = default;
    explicit WeightMatrix(at::Tensor tensor) : tensor_(std::move(tensor)) {}
    explicit WeightMatrix(RowInt8 matrix)
        : tensor_(std::move(matrix.values)), scales_(std::move(matrix.scales)) {}
    explicit WeightMatrix(const kernels::PackedMatrix& packed)
        : packed_(packed), rows_(static_cast<std::int64_t>(packed.rows)) {}

    std::int64_t out() const { return packed_ ? rows_ : tensor_.size(0); }
    std::int64_t in() const {
        return packed_ ? static_cast<std::int64_t>(packed_->columns) : tensor_.size(1);
    }

    // Undefined if it is packed; int8 if it has scales.
    const at::Tensor& tensor() const { return tensor_; }
    bool isRowInt8() const { return scales_.defined(); }
    RowInt8 rowInt8() const { return {tensor_, scales_}; }
    // Null if it is a tensor. The rows of this matrix are [firstRow(), firstRow() + out()) of it.
    const kernels::PackedMatrix* packed() const { return packed_ ? &*packed_ : nullptr; }
    std::int64_t firstRow() const { return first_row_; }
    bool isPackedWhole() const {
        return packed_ && first_row_ == 0 && rows_ == static_cast<std::int64_t>(packed_->rows);
    }

    WeightMatrix narrow(std::int64_t first, std::int64_t count) const;

  private:
    at::Tensor tensor_;
    at::Tensor scales_;  // of RowInt8
    std::optional<kernels::PackedMatrix> packed_;
    std::int64_t first_row_ = 0;
    std::int64_t rows_ = 0;
};

// Tensors stay in the mapped files where dtype and device allow it (bf16 on a CPU): from_blob, nothing
// copied. Others are converted once. A Weights must outlive every tensor it gave.
class Weights {
  public:
    // The packed form of a tensor (kernels/packed_matrix.h), or null; its bytes outlive the Weights.
    using PackedTensors = std::function<const kernels::PackedMatrix*(const std::string& name)>;

    // on_tensor is called before each tensor that is asked for, until loadingIsOver; what it throws ends the
    // load. Matrices that `packed` has are taken from there.
    Weights(WeightFiles files, const ComputeContext& context, std::function<void()> on_tensor = {},
            PackedTensors packed = {});
    void loadingIsOver() { on_tensor_ = nullptr; }

    // Bytes that these files would take beyond their mapping: what has to be converted.
    static std::size_t convertedBytes(const WeightFiles& files, const ComputeContext& context);

    // Packed, or on the device in the weight dtype or as RowInt8; a shape of more than two dimensions becomes
    // [first, others]. Throws Error(invalid_model) if missing or of another shape.
    WeightMatrix matrix(const std::string& name, const std::vector<std::int64_t>& shape);
    // In the weight dtype on the device, never packed, in its own shape (convolutions).
    at::Tensor tensor(const std::string& name, const std::vector<std::int64_t>& shape);
    // In the activation dtype: norms, biases.
    at::Tensor vector(const std::string& name, const std::vector<std::int64_t>& shape);

    // As the files have it, which stay mapped. Throws as matrix().
    const TensorView& stored(const std::string& name, const std::vector<std::int64_t>& shape);

    // Throws Error(invalid_model) naming a tensor of the files that has an infinite value or a NaN. Reads all
    // of them: for the case that something is wrong.
    void requireNumbers() const;

    bool has(const std::string& name) const { return files_.find(name) != nullptr; }
    const WeightFiles& files() const { return files_; }
    const ComputeContext& context() const { return context_; }
    bool isPacked() const { return static_cast<bool>(packed_); }
    std::size_t bytes() const { return bytes_; }  // given out so far, mapped or converted

  private:
    // As the files have it, on the CPU.
    at::Tensor mapped(const std::string& name, const std::vector<std::int64_t>& shape);
    at::Tensor load(const std::string& name, const std::vector<std::int64_t>& shape, at::ScalarType dtype);

    WeightFiles files_;
    ComputeContext context_;
    std::function<void()> on_tensor_;
    PackedTensors packed_;
    std::size_t bytes_ = 0;
};

// "model.visual." + "blocks.3." + ...: a layer takes a scope, so that the names of weights are the paths of
// the code.
class WeightScope {
  public:
    WeightScope(Weights& weights, std::string prefix) : weights_(&weights), prefix_(std::move(prefix)) {}

    WeightScope operator/(const std::string& name) const { return {*weights_, prefix_ + name + "."}; }
    WeightScope operator/(std::size_t index) const {
        return {*weights_, prefix_ + std::to_string(index) + "."};
    }

    WeightMatrix matrix(const std::string& name, const std::vector<std::int64_t>& shape) const {
        return weights_->matrix(prefix_ + name, shape);
    }
    at::Tensor tensor(const std::string& name, const std::vector<std::int64_t>& shape) const {
        return weights_->tensor(prefix_ + name, shape);
    }
    at::Tensor vector(const std::string& name, const std::vector<std::int64_t>& shape) const {
        return weights_->vector(prefix_ + name, shape);
    }
    const TensorView& stored(const std::string& name, const std::vector<std::int64_t>& shape) const {
        return weights_->stored(prefix_ + name, shape);
    }
    const ComputeContext& context() const { return weights_->context(); }
    bool isPacked() const { return weights_->isPacked(); }

  private:
    Weights* weights_;
    std::string prefix_;
};

}  // namespace sightline
