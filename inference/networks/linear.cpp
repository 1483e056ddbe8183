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

// With more rows than these float32 products of unpacked weights are faster.
constexpr std::int64_t few_packed_rows = 16;

at::Tensor fewRowsOfPacked(const at::Tensor& x, const WeightMatrix& weight) {
    using namespace kernels;
    const PackedMatrix& matrix = *weight.packed();
    const PackedKernels& kernels = bestPackedKernels();
    const auto rows = static_cast<std::size_t>(x.size(0));
    QuantizedVectors quantized(matrix.columns, rows);
    for (std::size_t row = 0; row < rows; ++row)
        kernels.quantize(x.const_data_ptr<float>() + row * matrix.columns, matrix.columns,
                         quantized.span(row), 0);
    const std::size_t first = static_cast<std::size_t>(weight.firstRow()) / tile_rows;
    const std::size_t end = tilesFor(static_cast<std::size_t>(weight.firstRow() + weight.out()));
    const std::size_t stride = (end - first) * tile_rows;
    at::Tensor y = at::empty({x.size(0), static_cast<std::int64_t>(stride)}, x.options());
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, static_cast<std::int64_t>(end - first), 4,
                     [&](std::int64_t begin, std::int64_t stop) {
                         for (auto strip = static_cast<std::size_t>(begin);
                              strip < static_cast<std::size_t>(stop); ++strip)
                             multiplyStrip(kernels, matrix, first + strip, quantized.span(), rows,
                                           out + strip * tile_rows, stride);
                     });
    const auto offset = weight.firstRow() - static_cast<std::int64_t>(first * tile_rows);
    return y.narrow(1, offset, weight.out()).contiguous();
}

// Strips [first, first + count) as float32 [in, 32 * count].
at::Tensor unpacked(const kernels::PackedMatrix& matrix, std::size_t first, std::size_t count,
                    at::Tensor& buffer) {
    using namespace kernels;
    const PackedKernels& kernels = bestPackedKernels();
    const auto unpack = matrix.format == WeightFormat::int4 ? kernels.unpack_int4 : kernels.unpack_int8;
    const std::size_t stride = count * tile_rows;
    float* out = buffer.mutable_data_ptr<float>();
    at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto strip = static_cast<std::size_t>(begin); strip < static_cast<std::size_t>(end); ++strip)
            unpack(matrix.strip(first + strip), matrix.columnTiles(), out + strip * tile_rows, stride);
    });
    const auto padded_in = static_cast<std::int64_t>(matrix.columnTiles() * tile_columns);
    return buffer.narrow(0, 0, padded_in * static_cast<std::int64_t>(stride))
        .view({padded_in, static_cast<std::int64_t>(stride)})
        .narrow(0, 0, static_cast<std::int64_t>(matrix.columns));
}

}  // namespace

Linear::Linear(const WeightScope& scope, std::int64_t in, std::int64_t out, bool bias)
    : weight_(scope.matrix("weight", {out, in})) {
    if (bias) bias_ = scope.vector("bias", {out});
}

Linear::Linear(WeightMatrix weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}

at::Tensor Linear::operator()(const at::Tensor& x, const Work& work) const {
    work.poll();
    if (weight_.packed()) return onPacked(x, work);
    if (x.device().is_cpu()) return onCpu(x, work);
    return at::linear(x, weight_.tensor(), bias_);
}

at::Tensor Linear::onPacked(const at::Tensor& x, const Work& work) const {
    const std::int64_t rows = x.size(0);
    if (rows <= few_packed_rows) {
        at::Tensor y = fewRowsOfPacked(x.contiguous(), weight_);
        return bias_.defined() ? y.add_(bias_) : y;
    }
    const kernels::PackedMatrix& matrix = *weight_.packed();
    const auto strip_rows = static_cast<std::int64_t>(kernels::tile_rows);
    const auto padded_in = static_cast<std::int64_t>(matrix.columnTiles() * kernels::tile_columns);
    const std::int64_t row_piece = std::min(rows, rows_per_piece);
    const std::int64_t block = std::max<std::int64_t>(
        1, std::min(widened_bytes / (4 * padded_in), multiplications_per_piece / (padded_in * row_piece)) /
               strip_rows);
    at::Tensor buffer = at::empty({block * strip_rows * padded_in}, x.options());
    at::Tensor y = at::empty({rows, weight_.out()}, x.options());
    const std::int64_t last = weight_.firstRow() + weight_.out();
    for (std::int64_t strip = weight_.firstRow() / strip_rows; strip * strip_rows < last; strip += block) {
        const std::int64_t strips = std::min(block, (last + strip_rows - 1) / strip_rows - strip);
        const std::int64_t begin = std::max(strip * strip_rows, weight_.firstRow());
        const std::int64_t count = std::min((strip + strips) * strip_rows, last) - begin;
        const at::Tensor part =
            unpacked(matrix, static_cast<std::size_t>(strip), static_cast<std::size_t>(strips), buffer)
                .narrow(1, begin - strip * strip_rows, count);
        for (std::int64_t row = 0; row < rows; row += row_piece) {
            work.poll();
            const std::int64_t height = std::min(row_piece, rows - row);
            at::Tensor target = y.narrow(0, row, height).narrow(1, begin - weight_.firstRow(), count);
            at::mm_out(target, x.narrow(0, row, height), part);
        }
    }
    if (bias_.defined()) y.add_(bias_);
    return y;
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
