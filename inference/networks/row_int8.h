// Weights of 8 bits where libtorch multiplies integers and we have no kernels of our own: on a GPU. A matrix
// has one scale a row; so have activations, which are two numbers of 8 bits each: the rounded value and what
// rounding left, in 254ths of a step. Both go through one product, because a product of integers takes no
// fewer than 17 rows on a GPU anyway, so that rounding the activations costs nothing that shows, also beside
// channels that stand out.
//
//   x ~ s (a + b / 254),  w ~ t c,  all of a, b, c in -127 .. 127
//   x w^T = s t (a c^T + b c^T / 254)
//
// The sums are exact, so a row has the same product in every batch. Runs on every device that has _int_mm
// (tested on a CPU).
#pragma once

#include <ATen/ATen.h>

namespace sightline {

// Rows that one product of integers takes; more are multiplied by the widened matrix.
inline constexpr std::int64_t row_int8_most_rows = 16;

struct RowInt8 {
    at::Tensor values;  // int8 [out, in]
    at::Tensor scales;  // float32 [out]

    std::size_t bytes() const { return values.nbytes() + scales.nbytes(); }
    RowInt8 narrow(std::int64_t first, std::int64_t count) const;
};

// weight: [out, in], finite, on any device, from which it goes to `device` some rows at a time.
RowInt8 toRowInt8(const at::Tensor& weight, const at::Device& device);

struct RowInt8Input {
    at::Tensor values;  // int8 [32, in]: a of all rows, then b of all rows, then zeros
    at::Tensor scales;  // float32 [rows, 1]: s
};

// Whether the device multiplies integers as it should: tries it. Old GPUs refuse.
bool hasIntegerProduct(const at::Device& device);

// x: [rows, in], at most row_int8_most_rows.
RowInt8Input toRowInt8Input(const at::Tensor& x);

// Whether a product of integers takes this matrix: sizes that are multiples of 8.
bool multipliesIntegers(const RowInt8& w);
// x w^T, [rows, out] in that type; multipliesIntegers(w).
at::Tensor multiplyIntegers(const RowInt8Input& x, const RowInt8& w, at::ScalarType dtype);
// The same for any x [rows, in] and any w, with the integers of w in the type of x.
at::Tensor multiplyWidened(const at::Tensor& x, const RowInt8& w);

}  // namespace sightline
