// Where and in what precision the networks compute, and how a long computation is stopped and watched.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <stop_token>
#include <string>

#include "inference/error.h"

namespace sightline {

// On a CPU activations are always float32: weights are widened block by block inside a product (linear.h),
// which is faster than bf16 arithmetic on processors that lack it and never less exact. On a GPU activations
// have the dtype of the weights, as in the reference.
struct ComputeContext {
    at::Device device = at::kCPU;
    at::ScalarType weight_dtype = at::kBFloat16;
    at::ScalarType activation_dtype = at::kFloat;
    at::ScalarType cache_dtype = at::kBFloat16;  // KV cache; kChar: int8 as in kernels/cache_page.h
    bool row_int8 = false;  // matrices are RowInt8; what is no matrix has the weight dtype
};

// Receives intermediate results by name, in the names of the reference files; used by golden_check only.
using Tap = std::function<void(const std::string& name, const at::Tensor& value)>;

// One step's leave to work: polled between pieces of at most some ten milliseconds.
struct Work {
    std::stop_token stop;
    const Tap* tap = nullptr;

    void poll() const {
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "stopped");
    }
    void show(const char* name, const at::Tensor& value) const {
        if (tap) (*tap)(name, value);
    }
    void show(const char* prefix, std::size_t index, const at::Tensor& value) const {
        if (tap) (*tap)(prefix + std::to_string(index), value);
    }
};

}  // namespace sightline
