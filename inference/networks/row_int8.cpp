#include "inference/networks/row_int8.h"

#include <algorithm>
#include <limits>

namespace sightline {
namespace {

constexpr double levels = 127;
constexpr double remainder_steps = 2 * levels;  // a remainder is at most half a step
constexpr std::int64_t rows_of_product = 2 * row_int8_most_rows;
constexpr std::int64_t elements_at_once = std::int64_t{1} << 24;

// Largest magnitude of each row over 127; never 0, so that it can be divided by. [rows, 1]
at::Tensor stepsOf(const at::Tensor& rows) {
    return rows.abs().amax(1, true).div_(levels).clamp_min_(std::numeric_limits<float>::min());
}

}  // namespace

RowInt8 RowInt8::narrow(std::int64_t first, std::int64_t count) const {
    return {values.narrow(0, first, count), scales.narrow(0, first, count)};
}

RowInt8 toRowInt8(const at::Tensor& weight, const at::Device& device) {
    const std::int64_t rows = weight.size(0);
    const auto options = at::TensorOptions().device(device);
    RowInt8 matrix{at::empty(weight.sizes(), options.dtype(at::kChar)),
                   at::empty({rows}, options.dtype(at::kFloat))};
    const std::int64_t step = std::max<std::int64_t>(1, elements_at_once / weight.size(1));
    for (std::int64_t first = 0; first < rows; first += step) {
        const std::int64_t count = std::min(step, rows - first);
        const at::Tensor part = weight.narrow(0, first, count).to(device).to(at::kFloat);
        const at::Tensor steps = stepsOf(part);
        matrix.values.narrow(0, first, count).copy_(part.div(steps).round_());
        matrix.scales.narrow(0, first, count).copy_(steps.squeeze(1));
    }
    return matrix;
}

RowInt8Input toRowInt8Input(const at::Tensor& x) {
    const std::int64_t rows = x.size(0);
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor steps = stepsOf(wide);
    const at::Tensor exact = wide.div(steps);
    const at::Tensor rounded = exact.round();
    RowInt8Input input{at::zeros({rows_of_product, x.size(1)}, x.options().dtype(at::kChar)), steps};
    input.values.narrow(0, 0, rows).copy_(rounded);
    input.values.narrow(0, rows, rows).copy_(exact.sub(rounded).mul_(remainder_steps).round_());
    return input;
}

bool hasIntegerProduct(const at::Device& device) {
    constexpr std::int64_t width = 64;
    try {
        const at::Tensor x = at::arange(width, at::kFloat).sin().view({1, width}).to(device);
        const RowInt8 w = toRowInt8(at::arange(width * width, at::kFloat).cos().view({width, width}), device);
        const at::Tensor difference =
            multiplyIntegers(toRowInt8Input(x), w, at::kFloat) - multiplyWidened(x, w);
        return difference.abs().max().item<double>() < 0.01;  // of values that reach some 5; not of a NaN
    } catch (const c10::Error&) {
        return false;
    }
}

bool multipliesIntegers(const RowInt8& w) {
    return w.values.size(0) % 8 == 0 && w.values.size(1) % 8 == 0;
}

at::Tensor multiplyIntegers(const RowInt8Input& x, const RowInt8& w, at::ScalarType dtype) {
    const std::int64_t rows = x.scales.size(0);
    const at::Tensor sums = at::_int_mm(x.values, w.values.t());
    at::Tensor y = sums.narrow(0, 0, rows).to(at::kFloat);
    y.add_(sums.narrow(0, rows, rows), 1 / remainder_steps);
    return y.mul_(x.scales).mul_(w.scales).to(dtype);
}

// The scales come last, in float32: in bfloat16 they would be wrong by up to 0.4 % for a whole row.
at::Tensor multiplyWidened(const at::Tensor& x, const RowInt8& w) {
    return at::linear(x, w.values.to(x.scalar_type())).mul_(w.scales);
}

}  // namespace sightline
