// Packs the matrices of a plan, piece by piece, by several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "inference/files/packed_plan.h"

namespace sightline {

// Where a finished piece goes; called from several threads at once.
using PieceSink = std::function<void(const PackedPiece& piece, std::span<const std::uint8_t> bytes)>;

// Gives every piece of the plan to `sink`, in no certain order, and returns the sums that belong behind the
// data (plan.sumsBytes()). Takes about 3 MiB a thread, and as much again of the model's files as
// 16 pieces are made from.
// after(done): pieces done, on the calling thread. Throws Error(cancelled), Error(invalid_model) naming a
// tensor that has a value that is not a finite number, Error(file_changed) if a file of the model changed
// meanwhile, and what `sink` throws.
std::vector<std::uint64_t> packPieces(const PackedPlan& plan, const WeightFiles& files, int threads,
                                      const PieceSink& sink, const std::function<void(std::size_t)>& after,
                                      const std::stop_token& stop);

// One sum of all sums, which stands behind them.
std::uint64_t sumOfSums(std::span<const std::uint64_t> sums);

}  // namespace sightline
