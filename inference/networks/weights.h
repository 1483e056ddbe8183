// The tensors of a model folder as torch sees them, and the scopes that name them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inference/files/safetensors.h"
#include "inference/networks/compute.h"

namespace sightline {

// Tensors stay in the mapped files where dtype and device allow it (bf16 on a CPU): from_blob, nothing
// copied. Others are converted once. A Weights must outlive every tensor it gave.
class Weights {
  public:
    // on_tensor is called before each tensor that is asked for, until loadingIsOver; what it throws ends the
    // load.
    Weights(WeightFiles files, const ComputeContext& context, std::function<void()> on_tensor = {});
    void loadingIsOver() { on_tensor_ = nullptr; }

    // Bytes that these files would take beyond their mapping: what has to be converted.
    static std::size_t convertedBytes(const WeightFiles& files, const ComputeContext& context);

    // In the weight dtype on the device. Throws Error(invalid_model) if missing or of another shape.
    at::Tensor matrix(const std::string& name, const std::vector<std::int64_t>& shape);
    // In the activation dtype: norms, biases.
    at::Tensor vector(const std::string& name, const std::vector<std::int64_t>& shape);

    // Throws Error(invalid_model) naming a tensor of the files that has an infinite value or a NaN. Reads all
    // of them: for the case that something is wrong.
    void requireNumbers() const;

    bool has(const std::string& name) const { return files_.find(name) != nullptr; }
    const WeightFiles& files() const { return files_; }
    const ComputeContext& context() const { return context_; }
    std::size_t bytes() const { return bytes_; }  // given out so far, mapped or converted

  private:
    at::Tensor load(const std::string& name, const std::vector<std::int64_t>& shape, at::ScalarType dtype);

    WeightFiles files_;
    ComputeContext context_;
    std::function<void()> on_tensor_;
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

    at::Tensor matrix(const std::string& name, const std::vector<std::int64_t>& shape) const {
        return weights_->matrix(prefix_ + name, shape);
    }
    at::Tensor vector(const std::string& name, const std::vector<std::int64_t>& shape) const {
        return weights_->vector(prefix_ + name, shape);
    }
    const ComputeContext& context() const { return weights_->context(); }

  private:
    Weights* weights_;
    std::string prefix_;
};

}  // namespace sightline
