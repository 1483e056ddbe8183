#include "inference/networks/weights.h"

#include <cstring>
#include <utility>

namespace sightline {
namespace {

at::ScalarType scalarType(DType dtype, const std::string& name) {
    const at::ScalarType type = scalarTypeOf(dtype);
    if (type != at::ScalarType::Undefined) return type;
    throw Error(ErrorKind::unsupported, "tensor " + name + " has the type " + nameOf(dtype) +
                                            ", but weights must be BF16, F16 or F32");
}

// Infinities and NaNs have all bits of the exponent set.
template <typename Word>
bool areNumbers(std::span<const std::byte> bytes, Word exponent) {
    bool valid = true;
    for (std::size_t i = 0; i + sizeof(Word) <= bytes.size(); i += sizeof(Word)) {
        Word word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof word);
        valid &= (word & exponent) != exponent;
    }
    return valid;
}

bool areNumbers(const TensorView& view) {
    switch (view.dtype) {
        case DType::f32:
            return areNumbers<std::uint32_t>(view.bytes, 0x7F800000);
        case DType::f16:
            return areNumbers<std::uint16_t>(view.bytes, 0x7C00);
        case DType::bf16:
            return areNumbers<std::uint16_t>(view.bytes, 0x7F80);
        default:
            return true;
    }
}

}  // namespace

at::ScalarType scalarTypeOf(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return at::kFloat;
        case DType::f16:
            return at::kHalf;
        case DType::bf16:
            return at::kBFloat16;
        default:
            return at::ScalarType::Undefined;
    }
}

WeightMatrix WeightMatrix::narrow(std::int64_t first, std::int64_t count) const {
    if (isRowInt8()) return WeightMatrix(rowInt8().narrow(first, count));
    if (!packed_) return WeightMatrix(tensor_.narrow(0, first, count));
    WeightMatrix part = *this;
    part.first_row_ += first;
    part.rows_ = count;
    return part;
}

Weights::Weights(WeightFiles files, const ComputeContext& context, std::function<void()> on_tensor,
                 PackedTensors packed)
    : files_(std::move(files)),
      context_(context),
      on_tensor_(std::move(on_tensor)),
      packed_(std::move(packed)) {}

std::size_t Weights::convertedBytes(const WeightFiles& files, const ComputeContext& context) {
    std::size_t total = 0;
    for (const auto& [name, view] : files.tensors())
        if (scalarType(view.dtype, name) != context.weight_dtype)
            total += static_cast<std::size_t>(view.elements()) * c10::elementSize(context.weight_dtype);
    return total;
}

at::Tensor Weights::mapped(const std::string& name, const std::vector<std::int64_t>& shape) {
    if (on_tensor_) on_tensor_();
    const TensorView& view = files_.require(name, shape);
    const at::ScalarType stored = scalarType(view.dtype, name);
    // The file is mapped read-only; torch wants a pointer to non-const but no kernel here writes to a weight.
    auto* data = const_cast<std::byte*>(view.bytes.data());
    if (reinterpret_cast<std::uintptr_t>(data) % c10::elementSize(stored) == 0)
        return at::from_blob(data, shape, at::TensorOptions().dtype(stored));
    at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(stored));
    std::memcpy(tensor.data_ptr(), data, view.bytes.size());
    return tensor;
}

at::Tensor Weights::load(const std::string& name, const std::vector<std::int64_t>& shape,
                         at::ScalarType dtype) {
    const at::Tensor tensor = mapped(name, shape).to(context_.device, dtype);
    bytes_ += tensor.nbytes();
    return tensor;
}

const TensorView& Weights::stored(const std::string& name, const std::vector<std::int64_t>& shape) {
    if (on_tensor_) on_tensor_();
    const TensorView& view = files_.require(name, shape);
    scalarType(view.dtype, name);  // throws
    return view;
}

void Weights::requireNumbers() const {
    for (const auto& [name, view] : files_.tensors())
        if (!areNumbers(view))
            throw Error(ErrorKind::invalid_model, files_.fileOf(name) + ": tensor " + name +
                                                      " has a value that is not a finite number");
}

WeightMatrix Weights::matrix(const std::string& name, const std::vector<std::int64_t>& shape) {
    if (const kernels::PackedMatrix* packed = packed_ ? packed_(name) : nullptr) {
        if (on_tensor_) on_tensor_();
        files_.require(name, shape);
        bytes_ += packed->bytes();
        return WeightMatrix(*packed);
    }
    if (context_.row_int8) {
        RowInt8 matrix = toRowInt8(mapped(name, shape).view({shape.front(), -1}), context_.device);
        bytes_ += matrix.bytes();
        return WeightMatrix(std::move(matrix));
    }
    return WeightMatrix(load(name, shape, context_.weight_dtype).view({shape.front(), -1}));
}

at::Tensor Weights::tensor(const std::string& name, const std::vector<std::int64_t>& shape) {
    return load(name, shape, context_.weight_dtype);
}

at::Tensor Weights::vector(const std::string& name, const std::vector<std::int64_t>& shape) {
    return load(name, shape, context_.activation_dtype);
}

}  // namespace sightline
