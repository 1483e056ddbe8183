#include "inference/networks/linear.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

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
// From so many rows on, widening a strip of packed weights is paid for. Of int4 only: beside weights of 8
// bits the coarser scales of the activations would show.
constexpr std::int64_t least_panel_rows = 96;
// Rows that pass over a strip before the next is widened: fewer, and widening counts; more, and the rows come
// from memory each time.
constexpr std::int64_t rows_per_panel = 512;

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

// rowOf(row, scratch): where a row lies; `columns` values of scratch are its own meanwhile. The memory of the
// integers is a tensor, so that it is kept like those (kept_memory.h).
template <typename RowOf>
LinearInput quantized(const kernels::PackedMatrix& matrix, std::int64_t rows, const RowOf& rowOf) {
    const std::size_t width = matrix.columns;
    const auto* const panels = rows >= least_panel_rows && matrix.format == kernels::WeightFormat::int4
                                   ? kernels::usablePanelKernels()
                                   : nullptr;
    const std::size_t block_columns = panels ? kernels::panel_columns : kernels::tile_columns;
    const std::size_t blocks = (width + block_columns - 1) / block_columns;
    const std::size_t all_blocks = blocks * static_cast<std::size_t>(rows);
    const std::size_t block_bytes = block_columns + sizeof(float) + sizeof(std::int32_t);
    LinearInput input;
    input.rows = rows;
    input.memory = at::empty({static_cast<std::int64_t>(all_blocks * block_bytes)}, at::kByte);
    auto* values = static_cast<std::int8_t*>(input.memory.data_ptr());
    auto* scales = reinterpret_cast<float*>(values + all_blocks * block_columns);
    auto* sums = reinterpret_cast<std::int32_t*>(scales + all_blocks);
    input.quantized = {values, scales, sums, blocks, block_columns};
    const auto& kernels = kernels::bestPackedKernels();
    at::parallel_for(0, rows, 16, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> scratch(width);
        for (std::int64_t row = begin; row < end; ++row) {
            const float* x = rowOf(row, scratch.data());
            const auto out = kernels::fromVector(input.quantized, static_cast<std::size_t>(row));
            if (panels)
                panels->quantize(x, width, out);
            else
                kernels.quantize(x, width, out, 0);
        }
    });
    return input;
}

}  // namespace

Linear::Linear(const WeightScope& scope, std::int64_t in, std::int64_t out, bool bias)
    : weight_(scope.matrix("weight", {out, in})) {
    if (bias) bias_ = scope.vector("bias", {out});
}

Linear::Linear(WeightMatrix weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}

LinearInput Linear::prepare(const at::Tensor& x) const {
    const std::int64_t rows = x.size(0);
    if (weight_.isRowInt8() && rows <= row_int8_most_rows) return {rows, x, {}, {}, toRowInt8Input(x)};
    if (!packed()) return {rows, x, {}, {}, {}};
    const at::Tensor contiguous = x.contiguous();
    const float* from = contiguous.const_data_ptr<float>();
    const std::int64_t columns = x.size(1);
    return quantized(*weight_.packed(), rows, [=](std::int64_t row, float*) { return from + row * columns; });
}

LinearInput Linear::prepareRows(std::int64_t rows, const RowProducer& produce) const {
    return quantized(*weight_.packed(), rows, [&](std::int64_t row, float* out) {
        produce(row, out);
        return static_cast<const float*>(out);
    });
}

at::Tensor Linear::operator()(const LinearInput& x, const Work& work) const {
    work.poll();
    if (weight_.packed()) return onPacked(x, work);
    if (weight_.isRowInt8()) return onRowInt8(x);
    if (x.x.device().is_cpu()) return onCpu(x.x, work);
    return at::linear(x.x, weight_.tensor(), bias_);
}

// In blocks of rows of x that stay in a cache while the strips of weights pass over them.
at::Tensor Linear::onPacked(const LinearInput& input, const Work& work) const {
    using kernels::tile_rows;
    constexpr std::int64_t cached_bytes = std::int64_t{512} << 10;
    const kernels::PackedMatrix& matrix = *weight_.packed();
    const auto& kernels = kernels::bestPackedKernels();
    const auto* const panels =
        input.quantized.block_columns == kernels::panel_columns ? kernels::usablePanelKernels() : nullptr;
    const std::size_t panel_bytes = panels ? kernels::panelBytes(input.quantized.blocks) : 0;
    const std::int64_t rows = input.rows;
    const auto columns = static_cast<std::int64_t>(matrix.columns);
    const auto first = static_cast<std::size_t>(weight_.firstRow());
    const auto strips = static_cast<std::int64_t>(
        kernels::tilesFor(first + static_cast<std::size_t>(weight_.out())) - first / tile_rows);
    const std::size_t width = static_cast<std::size_t>(strips) * tile_rows;
    at::Tensor y = at::empty({rows, static_cast<std::int64_t>(width)}, at::kFloat);
    const std::int64_t block = panels ? rows_per_panel
                                      : std::clamp<std::int64_t>(cached_bytes / columns / 8 * 8, 64,
                                                                 std::max<std::int64_t>(rows, 64));
    const std::int64_t strip_multiplications =
        static_cast<std::int64_t>(tile_rows) * columns * std::min(block, rows);
    // As many for each thread.
    const std::int64_t threads = at::get_num_threads();
    const std::int64_t piece =
        (std::max<std::int64_t>(1, multiplications_per_piece / strip_multiplications) + threads - 1) /
        threads * threads;
    for (std::int64_t row = 0; row < rows; row += block) {
        const auto count = static_cast<std::size_t>(std::min(block, rows - row));
        const auto vector = static_cast<std::size_t>(row);
        const kernels::QuantizedSpan x = kernels::fromVector(input.quantized, vector);
        float* const out_rows = y.mutable_data_ptr<float>() + vector * width;
        const auto multiplyOne = [&](std::size_t strip, std::uint8_t* panel) {
            const std::size_t tile = first / tile_rows + strip;
            float* const out = out_rows + strip * tile_rows;
            if (!panels) return kernels::multiplyStrip(kernels, matrix, tile, x, count, out, width);
            panels->widen(matrix.format, matrix.strip(tile), matrix.columnTiles(), panel);
            panels->multiply(panel, x, count, out, width);
        };
        for (std::int64_t begin = 0; begin < strips; begin += piece) {
            work.poll();
            at::parallel_for(begin, std::min(begin + piece, strips), panels ? 1 : 4,
                             [&](std::int64_t from, std::int64_t to) {
                                 const auto panel =
                                     at::empty({static_cast<std::int64_t>(panel_bytes)}, at::kByte);
                                 auto* const bytes = static_cast<std::uint8_t*>(panel.data_ptr());
                                 for (std::int64_t number = from; number < to; ++number)
                                     multiplyOne(static_cast<std::size_t>(number), bytes);
                             });
        }
    }
    y = y.narrow(1, static_cast<std::int64_t>(first % tile_rows), weight_.out()).contiguous();
    return bias_.defined() ? y.add_(bias_) : y;
}

at::Tensor Linear::onRowInt8(const LinearInput& input) const {
    const RowInt8 weight = weight_.rowInt8();
    const at::Tensor y = input.integers.values.defined() && multipliesIntegers(weight)
                             ? multiplyIntegers(input.integers, weight, input.x.scalar_type())
                             : multiplyWidened(input.x, weight);
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
