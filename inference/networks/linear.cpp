#include "inference/networks/linear.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "inference/kernels/kernels.h"

namespace sightline {
namespace {

// A piece of this many multiplications takes some ten milliseconds on two cores.
constexpr std::int64_t multiplications_per_piece = std::int64_t{1} << 30;
// Rows of the matrix that are widened at a time: what fits into the second-level cache with room for the
// rest.
constexpr std::int64_t widened_bytes = std::int64_t{4} << 20;
constexpr std::int64_t rows_per_piece = 1024;

at::Tensor fewRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    const std::int64_t rows = x.size(0);
    const std::int64_t in = weight.size(1);
    const std::int64_t out = weight.size(0);
    at::Tensor y = at::empty({rows, out}, x.options());
    const auto& kernels = kernels::bestKernels();
    const auto* w = static_cast<const std::uint16_t*>(weight.const_data_ptr());
    const float* input = x.const_data_ptr<float>();
    const float* b = bias.defined() ? bias.const_data_ptr<float>() : nullptr;
    float* output = y.mutable_data_ptr<float>();
    // Threads take whole stretches of the matrix; below this a second thread costs more than it saves.
    const std::int64_t grain = std::max<std::int64_t>(16, 65536 / std::max<std::int64_t>(in, 1));
    at::parallel_for(0, out, grain, [&](std::int64_t begin, std::int64_t end) {
        kernels.gemv_bf16(input, static_cast<std::size_t>(rows), static_cast<std::size_t>(in), w, b, output,
                          static_cast<std::size_t>(out), static_cast<std::size_t>(begin),
                          static_cast<std::size_t>(end));
    });
    return y;
}

}  // namespace

Linear::Linear(const WeightScope& scope, std::int64_t in, std::int64_t out, bool bias)
    : weight_(scope.matrix("weight", {out, in})) {
    if (bias) bias_ = scope.vector("bias", {out});
}

Linear::Linear(at::Tensor weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}

at::Tensor Linear::operator()(const at::Tensor& x, const Work& work) const {
    work.poll();
    if (x.device().is_cpu()) return onCpu(x, work);
    return at::linear(x, weight_, bias_);
}

at::Tensor Linear::onCpu(const at::Tensor& x, const Work& work) const {
    const std::int64_t rows = x.size(0);
    const std::int64_t in = weight_.size(1);
    const std::int64_t out = weight_.size(0);
    const bool widen = weight_.scalar_type() != at::kFloat;
    if (widen && rows <= static_cast<std::int64_t>(kernels::gemv_max_rows)) return fewRows(x, weight_, bias_);

    at::Tensor y = at::empty({rows, out}, x.options());
    const std::int64_t row_piece = std::min(rows, rows_per_piece);
    std::int64_t block =
        std::max<std::int64_t>(16, multiplications_per_piece / std::max<std::int64_t>(in * row_piece, 1));
    if (widen)
        block =
            std::min(block, std::max<std::int64_t>(16, widened_bytes / std::max<std::int64_t>(4 * in, 1)));
    at::Tensor widened = widen ? at::empty({std::min(block, out), in}, x.options()) : at::Tensor();
    for (std::int64_t begin = 0; begin < out; begin += block) {
        const std::int64_t count = std::min(block, out - begin);
        at::Tensor part = weight_.narrow(0, begin, count);
        if (widen) {
            at::Tensor target = widened.narrow(0, 0, count);
            target.copy_(part);
            part = target;
        }
        for (std::int64_t row = 0; row < rows; row += row_piece) {
            work.poll();
            const std::int64_t height = std::min(row_piece, rows - row);
            at::Tensor target = y.narrow(0, row, height).narrow(1, begin, count);
            at::mm_out(target, x.narrow(0, row, height), part.t());
        }
    }
    if (bias_.defined()) y.add_(bias_);
    return y;
}

}  // namespace sightline
