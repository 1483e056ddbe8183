// A decoded token on a GPU without starting its thousand operations one by one: they are recorded once and
// played back for every token that follows.
//
// What is recorded reads and writes fixed memory, so everything that changes from token to token is in one
// small tensor (StepNumbers), attention reaches to a fixed number of keys with those behind the token masked,
// and keys and values go to a place that is read from there too. A recording is made again when the sequence
// or its memory is another one, or when it has grown past the keys. A new recording is played once and
// compared with what was computed; where that differs, or nothing can be recorded, every token is computed.
#pragma once

#include <ATen/ATen.h>

#include <array>
#include <cstdint>
#include <functional>

namespace sightline {

// Plays what was recorded, on the current stream; empty if it could not be recorded. Neither throws.
using Replay = std::function<void()>;
// Runs `work`, which must do the same every time, and records it. `work` may throw.
using Recorder = std::function<Replay(const std::function<void()>& work)>;

// Of libtorch's graphs for that device; empty where this libtorch or the device has none (libtorch 2.13 has
// them for CUDA).
Recorder graphRecorder(const at::Device& device);

// Token, position (T, H, W), and place in the cache.
using StepNumbers = std::array<std::int64_t, 5>;

// For one thread.
class RecordedStep {
  public:
    // numbers: StepNumbers as int64 [5] on the device; run: [layers, 2, heads, capacity, head_dim], read up
    // to `keys` <= capacity. Returns float32 [1, vocab] on the device. Writes keys and values of the token.
    using Compute =
        std::function<at::Tensor(const at::Tensor& numbers, const at::Tensor& run, std::int64_t keys)>;

    RecordedStep(const at::Device& device, Recorder recorder, Compute compute);

    // The logits of one token, float32 [1, vocab] on the CPU. run has room for it. Throws what compute
    // throws.
    at::Tensor operator()(const StepNumbers& numbers, const at::Tensor& run);

    // How many keys attention reaches to, for a token at `place`.
    static std::int64_t keysFor(std::int64_t place, std::int64_t capacity);

  private:
    // What a recording is good for: this memory, so many keys.
    struct Where {
        const void* run = nullptr;
        std::int64_t capacity = 0;
        std::int64_t keys = 0;
        bool operator==(const Where&) const = default;
    };
    void record(const at::Tensor& run, std::int64_t keys, const at::Tensor& computed);

    Recorder recorder_;  // empty once a recording failed
    Compute compute_;
    at::Tensor numbers_;  // what is recorded reads these and writes these
    at::Tensor logits_;
    Where last_;  // of the token before
    Where recorded_;
    Replay replay_;
};

}  // namespace sightline
