#include "inference/reading/text_backbone.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <utility>

#include "inference/error.h"

namespace sightline {
namespace {

// oneDNN's kernels are reached by name: not every build of libtorch has them.
std::optional<c10::OperatorHandle> mkldnnOperator(const char* name, const char* overload = "") {
    if (!at::globalContext().hasMKLDNN()) return std::nullopt;
    return c10::Dispatcher::singleton().findSchema({name, overload});
}

struct FusedOperators {
    std::optional<c10::OperatorHandle> convolution = mkldnnOperator("mkldnn::_convolution_pointwise");
    std::optional<c10::OperatorHandle> add = mkldnnOperator("mkldnn::_convolution_pointwise_", "binary");
    std::optional<c10::OperatorHandle> pack = mkldnnOperator("mkldnn::_reorder_convolution_weight");
    std::optional<c10::OperatorHandle> layout = mkldnnOperator("mkldnn::_get_mkldnn_serialized_md");

    bool complete() const { return convolution && add && pack && layout; }
};

const FusedOperators& fusedOperators() {
    static const FusedOperators operators;
    return operators;
}

at::Tensor call(const c10::OperatorHandle& operation, c10::Stack arguments) {
    operation.callBoxed(&arguments);
    return arguments.at(0).toTensor();
}

const std::vector<std::int64_t> no_dilation{1, 1};

c10::List<std::int64_t> listOf(const std::array<std::int64_t, 2>& values) {
    return {values[0], values[1]};
}

const char* fusedName(Activation activation) {
    switch (activation) {
        case Activation::relu:
            return "relu";
        case Activation::gelu:
            return "gelu";
        case Activation::silu:
            return "swish";
        case Activation::none:
            break;
    }
    return "none";
}

PackedWeight packedWeight(const at::Tensor& weight, const ConvolutionShape& shape) {
    const auto pack = [weight, shape](const PackedWeight::Size& input) {
        return call(*fusedOperators().pack,
                    {weight, listOf(shape.padding), listOf(shape.stride), c10::List<std::int64_t>{1, 1},
                     shape.groups, c10::List<std::int64_t>{input[0], input[1], input[2], input[3]}});
    };
    const auto layout_of = [](const at::Tensor& packed) {
        const at::Tensor bytes = call(*fusedOperators().layout, {packed});
        const auto* const begin = bytes.const_data_ptr<std::uint8_t>();
        return std::vector<std::uint8_t>(begin, begin + bytes.numel());
    };
    return {pack, layout_of};
}

PackedWeight::Size sizeOf(const at::Tensor& x) {
    return {x.size(0), x.size(1), x.size(2), x.size(3)};
}

c10::List<std::optional<at::Scalar>> noScalars() {
    return c10::List<std::optional<at::Scalar>>();
}

}  // namespace

ComputeContext textNetworkContext(ReaderPrecision precision) {
    bool bfloat16 = precision == ReaderPrecision::bfloat16;
#if defined(__x86_64__)
    if (precision == ReaderPrecision::automatic) bfloat16 = __builtin_cpu_supports("avx512bf16");
    // What oneDNN needs to convolve in bfloat16, even where the processor has no arithmetic for it.
    if (bfloat16 && !(__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq")))
        throw Error(ErrorKind::unsupported,
                    "this processor cannot run the text reader in bfloat16, which needs AVX-512");
#endif
    ComputeContext context;
    context.weight_dtype = bfloat16 ? at::kBFloat16 : at::kFloat;
    context.activation_dtype = context.weight_dtype;
    return context;
}

at::Tensor ownedWeight(const WeightScope& scope, const std::string& name,
                       const std::vector<std::int64_t>& shape) {
    return scope.tensor(name, shape).clone();
}

ConvolutionShape depthwise(std::int64_t channels, std::array<std::int64_t, 2> kernel,
                           std::array<std::int64_t, 2> stride) {
    return {.in = channels,
            .out = channels,
            .kernel = kernel,
            .stride = stride,
            .padding = {kernel[0] / 2, kernel[1] / 2},
            .groups = channels};
}

// ---- Convolution
// ------------------------------------------------------------------------------------------------

Convolution::Convolution(const WeightScope& scope, const ConvolutionShape& shape, Activation activation)
    : shape_(shape), activation_(activation) {
    weight_ =
        ownedWeight(scope, "weight", {shape.out, shape.in / shape.groups, shape.kernel[0], shape.kernel[1]});
    if (shape.bias) bias_ = ownedWeight(scope, "bias", {shape.out});
    if (!fusedOperators().complete()) {
        weight_ = weight_.contiguous(at::MemoryFormat::ChannelsLast);
        return;
    }
    packed_weight_ = packedWeight(std::exchange(weight_, {}), shape);
}

at::Tensor Convolution::plain(const at::Tensor& x) const {
    return at::conv2d(x, weight_, bias_, shape_.stride, shape_.padding, no_dilation, shape_.groups);
}

at::Tensor Convolution::operator()(const at::Tensor& x) const {
    if (packed_weight_.defined()) {
        const c10::IValue algorithm = activation_ == Activation::gelu ? c10::IValue("none") : c10::IValue();
        return call(
            *fusedOperators().convolution,
            {x, packed_weight_.forInput(sizeOf(x)), bias_, listOf(shape_.padding), listOf(shape_.stride),
             c10::List<std::int64_t>{1, 1}, shape_.groups, fusedName(activation_), noScalars(), algorithm});
    }
    at::Tensor y = plain(x);
    switch (activation_) {
        case Activation::relu:
            return y.relu_();
        case Activation::gelu:
            return at::gelu(y);
        case Activation::silu:
            return at::silu_(y);
        case Activation::none:
            break;
    }
    return y;
}

at::Tensor Convolution::addTo(at::Tensor sum, const at::Tensor& x) const {
    if (packed_weight_.defined()) {
        return call(*fusedOperators().add,
                    {std::move(sum), x, packed_weight_.forInput(sizeOf(x)), bias_, listOf(shape_.padding),
                     listOf(shape_.stride), c10::List<std::int64_t>{1, 1}, shape_.groups, "add",
                     c10::IValue(), c10::IValue(), noScalars(), c10::IValue()});
    }
    return plain(x).add_(sum);
}

// ---- Gate, stem, blocks
// -----------------------------------------------------------------------------------------

Gate::Gate(const WeightScope& scope, std::int64_t channels, double slope) : slope_(slope) {
    const std::int64_t inner = channels / 4;
    down_weight_ = ownedWeight(scope / "down", "weight", {inner, channels, 1, 1}).flatten(1);
    down_bias_ = ownedWeight(scope / "down", "bias", {inner});
    up_weight_ = ownedWeight(scope / "up", "weight", {channels, inner, 1, 1}).flatten(1);
    up_bias_ = ownedWeight(scope / "up", "bias", {channels});
}

at::Tensor Gate::operator()(const at::Tensor& x) const {
    const at::Tensor mean = x.mean({2, 3});
    const at::Tensor inner = at::linear(mean, down_weight_, down_bias_).relu_();
    at::Tensor gate = at::linear(inner, up_weight_, up_bias_);
    return gate.mul_(slope_).add_(0.5).clamp_(0.0, 1.0).unsqueeze(-1).unsqueeze(-1);
}

Stem::Stem(const WeightScope& scope, std::int64_t middle, std::int64_t out) : middle_(middle) {
    const std::int64_t half = middle / 2;
    first_ = Convolution(scope / "first",
                         {.in = 3, .out = middle, .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}},
                         Activation::relu);
    branch_a_ =
        Convolution(scope / "branch_a", {.in = middle, .out = half, .kernel = {2, 2}, .padding = {1, 1}},
                    Activation::relu);
    branch_b_ =
        Convolution(scope / "branch_b", {.in = half, .out = middle, .kernel = {2, 2}, .padding = {1, 1}},
                    Activation::relu);
    merge_ =
        Convolution(scope / "merge",
                    {.in = 2 * middle, .out = middle, .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}},
                    Activation::relu);
    last_ = Convolution(scope / "last", {.in = middle, .out = out}, Activation::relu);
}

at::Tensor Stem::operator()(const at::Tensor& picture) const {
    at::Tensor both;
    {
        const at::Tensor x = first_(picture);
        const std::int64_t rows = x.size(2);
        const std::int64_t columns = x.size(3);
        both =
            at::empty({x.size(0), 2 * middle_, rows, columns}, x.options(), at::MemoryFormat::ChannelsLast);
        const at::Tensor pool = both.narrow(1, 0, middle_);
        {
            // Zeros beside the picture change no maximum, because everything is positive after the first
            // activation. max_pool2d is many times slower here.
            const at::Tensor wide = at::empty_like(x);
            at::Tensor part = wide.narrow(3, 0, columns - 1);
            at::maximum_out(part, x.narrow(3, 0, columns - 1), x.narrow(3, 1, columns - 1));
            wide.narrow(3, columns - 1, 1).copy_(x.narrow(3, columns - 1, 1));
            part = pool.narrow(2, 0, rows - 1);
            at::maximum_out(part, wide.narrow(2, 0, rows - 1), wide.narrow(2, 1, rows - 1));
            pool.narrow(2, rows - 1, 1).copy_(wide.narrow(2, rows - 1, 1));
        }
        // Padded on all sides, as the kernel can, instead of on the right and below only: each convolution
        // then has a row above and a column on the left too many, which are left behind in the end.
        const at::Tensor branch = branch_b_(branch_a_(x));
        both.narrow(1, middle_, middle_).copy_(branch.narrow(2, 2, rows).narrow(3, 2, columns));
    }
    return last_(merge_(both));
}

Mixer::Mixer(const WeightScope& scope, MixerKind kind, std::int64_t channels, std::int64_t out,
             std::array<std::int64_t, 2> stride)
    : kind_(kind),
      spatial_(scope / "spatial", depthwise(channels, {3, 3}, stride)),
      expand_(scope / "expand", {.in = channels, .out = 2 * channels}, Activation::gelu),
      project_(scope / "project", {.in = 2 * channels, .out = out}) {
    if (kind == MixerKind::gated) gate_ = Gate(scope / "gate", channels, 1.0 / 6);
}

at::Tensor Mixer::operator()(const at::Tensor& x) const {
    at::Tensor mixed = spatial_(x);
    if (kind_ == MixerKind::gated) mixed.mul_(gate_(mixed));
    const at::Tensor expanded = expand_(mixed);
    return kind_ == MixerKind::down ? project_(expanded) : project_.addTo(std::move(mixed), expanded);
}

Stage::Stage(const WeightScope& scope, const StagePlan& plan) {
    for (const MixerKind kind : plan.blocks) {
        const WeightScope place = scope / blocks_.size();
        if (kind == MixerKind::down)
            blocks_.emplace_back(place, kind, plan.before, plan.width, plan.stride);
        else
            blocks_.emplace_back(place, kind, plan.width, plan.width);
    }
}

at::Tensor Stage::operator()(at::Tensor x) const {
    for (const Mixer& block : blocks_)
        x = block(x);
    return x;
}

}  // namespace sightline
