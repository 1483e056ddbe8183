#include "inference/networks/linear.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "inference/kernels/kernels.h"
#include "inference/kernels/packed_kernels.h"

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

std::shared_ptr<kernels::QuantizedVectors> quantized(const at::Tensor& x) {
    const std::int64_t rows = x.size(0);
    const auto columns = static_cast<std::size_t>(x.size(1));
    auto result = std::make_shared<kernels::QuantizedVectors>(columns, static_cast<std::size_t>(rows));
    const auto& kernels = kernels::bestPackedKernels();
    const float* values = x.const_data_ptr<float>();
    at::parallel_for(0, rows, 16, [&](std::int64_t begin, std::int64_t end) {
        for (auto row = static_cast<std::size_t>(begin); row < static_cast<std::size_t>(end); ++row)
            kernels.quantize(values + row * columns, columns, result->span(row), 0);
    });
    return result;
}

}  // namespace

Linear::Linear(const WeightScope& scope, std::int64_t in, std::int64_t out, bool bias)
    : weight_(scope.matrix("weight", {out, in})) {
    if (bias) bias_ = scope.vector("bias", {out});
}

Linear::Linear(WeightMatrix weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}

LinearInput Linear::prepare(const at::Tensor& x) const {
    return {x, weight_.packed() ? quantized(x.contiguous()) : nullptr};
}

at::Tensor Linear::operator()(const LinearInput& x, const Work& work) const {
    work.poll();
    if (weight_.packed()) return onPacked(x, work);
    if (x.x.device().is_cpu()) return onCpu(x.x, work);
    return at::linear(x.x, weight_.tensor(), bias_);
}

// A strip of weights stays in the nearest cache while all rows of x pass over it.
at::Tensor Linear::onPacked(const LinearInput& input, const Work& work) const {
    using kernels::tile_rows;
    const kernels::PackedMatrix& matrix = *weight_.packed();
    const at::Tensor& x = input.x;
    const kernels::QuantizedSpan span = input.quantized->span();
    const auto& kernels = kernels::bestPackedKernels();
    const auto first = static_cast<std::size_t>(weight_.firstRow());
    const std::size_t strips =
        kernels::tilesFor(first + static_cast<std::size_t>(weight_.out())) - first / tile_rows;
    const std::size_t width = strips * tile_rows;
    at::Tensor y = at::empty({x.size(0), static_cast<std::int64_t>(width)}, x.options());
    float* out = y.mutable_data_ptr<float>();
    const std::int64_t multiplications = x.size(0) * static_cast<std::int64_t>(tile_rows * matrix.columns);
    const std::int64_t piece =
        std::max<std::int64_t>(1, multiplications_per_piece / std::max<std::int64_t>(multiplications, 1));
    const auto end = static_cast<std::int64_t>(strips);
    for (std::int64_t begin = 0; begin < end; begin += piece) {
        work.poll();
        at::parallel_for(begin, std::min(begin + piece, end), 4, [&](std::int64_t from, std::int64_t to) {
            for (auto strip = static_cast<std::size_t>(from); strip < static_cast<std::size_t>(to); ++strip)
                kernels::multiplyStrip(kernels, matrix, first / tile_rows + strip, span,
                                       input.quantized->count(), out + strip * tile_rows, width);
        });
    }
    y = y.narrow(1, static_cast<std::int64_t>(first % tile_rows), weight_.out()).contiguous();
    return bias_.defined() ? y.add_(bias_) : y;
}

at::Tensor Linear::onCpu(const at::Tensor& x, const Work& work) const {
    const at::Tensor& weight = weight_.tensor();
    const std::int64_t rows = x.size(0);
    const std::int64_t in = weight.size(1);
    const std::int64_t out = weight.size(0);
    const bool widen = weight.scalar_type() != at::kFloat;
    if (widen && rows <= static_cast<std::int64_t>(kernels::gemv_max_rows)) return fewRows(x, weight, bias_);

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
        at::Tensor part = weight.narrow(0, begin, count);
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
