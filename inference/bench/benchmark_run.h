// One prompt at a time through an engine, with a clock. Shared by the parts of the benchmark.
#pragma once

#include <memory>
#include <random>
#include <stop_token>
#include <string>

#include "inference/bench/benchmark.h"

namespace sightline {

// Closes the sequence when it goes out of scope.
class OpenSequence {
  public:
    OpenSequence(Engine& engine, const Prompt& prompt, const GenerationOptions& options)
        : engine_(engine), id_(engine.open(prompt, options)) {}
    ~OpenSequence();
    OpenSequence(const OpenSequence&) = delete;
    OpenSequence& operator=(const OpenSequence&) = delete;

    SequenceId id() const { return id_; }
    StepResult step(const std::stop_token& stop);
    // Steps until a token comes; the seconds it took.
    double stepToFirstToken(const std::stop_token& stop);
    SequenceStatistics statistics() const { return engine_.statistics(id_); }

  private:
    Engine& engine_;
    SequenceId id_;
};

// Makes prompts and pictures that no cache has seen, the same ones in every run with the same seed.
class BenchmarkInputs {
  public:
    explicit BenchmarkInputs(const Engine& engine, std::uint64_t seed = 20)
        : engine_(engine), random_(seed) {}

    std::shared_ptr<const Picture> picture(BenchmarkOptions::Size size);
    // Words whose tokens, with the chat template's, are about `tokens`, and not more.
    std::string text(int tokens);
    Prompt textPrompt(int tokens);
    Prompt picturePrompt(const std::shared_ptr<const Picture>& picture, const std::string& question);

  private:
    const Engine& engine_;
    std::mt19937_64 random_;
};

// Greedy, and never at an end before `tokens`.
GenerationOptions benchmarkGeneration(int tokens);

// Requests `count` stops in each of encode, prefill and decode, at random moments of the work.
std::vector<StopMeasurement> measureStops(Engine& engine, BenchmarkInputs& inputs,
                                          const BenchmarkOptions& options, const std::stop_token& stop);

}  // namespace sightline
