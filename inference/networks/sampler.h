// From logits to the next token: penalties, temperature, top_k, top_p, min_p in the order of transformers 5,
// then a draw with a counter-based generator, so that a reply depends only on (seed, number of the token),
// not on the machine.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "inference/engine.h"

namespace sightline {

class Sampler {
  public:
    // Throws Error(invalid_input), naming the option, for values outside the ranges in engine.h (NaN
    // included).
    Sampler(const GenerationOptions& options, int vocab_size);

    // Probabilities after all filters; 0 = filtered out; sums to 1. logits.size() == vocab_size; -inf is
    // allowed, but not for all; NaN is not (Error invalid_model). `context` is prompt and reply (repetition
    // penalty), `reply` the reply so far (presence and frequency penalty). `allowed`: one byte a token id or
    // empty; forbidden ids get probability 0. With temperature 0 the best token has probability 1 (the lowest
    // id among equals).
    std::vector<float> distribution(std::span<const float> logits, std::span<const TokenId> context,
                                    std::span<const TokenId> reply,
                                    std::span<const std::uint8_t> allowed) const;

    struct Choice {
        TokenId token = 0;
        float log_probability = 0;             // of the unfiltered distribution: log_softmax(logits)[token]
        std::vector<TokenLogProbability> top;  // options.top_log_probabilities best ones, best first
    };
    // Draws token number reply.size(). Throws Error(invalid_input) if `allowed` forbids every token.
    Choice choose(std::span<const float> logits, std::span<const TokenId> context,
                  std::span<const TokenId> reply, std::span<const std::uint8_t> allowed) const;

    void setSeed(std::uint64_t seed) { options_.seed = seed; }

  private:
    GenerationOptions options_;
    int vocab_size_;
};

// Uniform in [0, 1) from 53 bits; a pure function of its arguments, the same on every platform.
double uniformAt(std::uint64_t seed, std::uint64_t counter);

// True if the end of `reply` is one phrase over and over: a period of 1..64 tokens that fills at least the
// last max(4 periods, 96 tokens). Tables, number lists and code must not trigger it.
bool repeatsItself(std::span<const TokenId> reply);

}  // namespace sightline
