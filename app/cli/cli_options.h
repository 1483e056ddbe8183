// What the command line says, parsed and checked, without doing anything about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/capture_options.h"
#include "app/cli/ocr_options.h"
#include "app/values/picture_detail.h"
#include "inference/bench/benchmark.h"
#include "inference/engine.h"

namespace sightline {

// Only what was given; the rest is the model's own.
struct SamplingArguments {
    std::optional<double> temperature;
    std::optional<double> top_p;
    std::optional<int> top_k;
    std::optional<double> min_p;
    std::optional<double> presence_penalty;
    std::optional<double> frequency_penalty;
    std::optional<double> repetition_penalty;
    std::optional<std::uint64_t> seed;
    std::optional<int> max_tokens;
    std::vector<std::string> stop;
};

struct CommandLine {
    // done: there is nothing to do but to print `output` and exit with `exit_code` (help, or a usage error).
    enum class Command { done, version, ask, models, models_info, bench, ocr, capture };
    Command command = Command::done;
    std::string output;
    std::string complaint;
    int exit_code = 0;

    bool json = false;
    std::string model;  // a folder; empty = the demo model
    EngineOptions engine;
    bool keep_on_disk = true;         // what was computed, for the next question about it
    std::vector<std::string> images;  // "-" = standard input
    std::string system_text;
    std::string question;
    SamplingArguments sampling;
    Detail detail = Detail::automatic;
    std::optional<std::int64_t> max_pixels;
    BenchmarkOptions benchmark;
    OcrOptions ocr;
    CaptureOrder capture;
};

// Never throws for what a user can type.
CommandLine parseCommandLine(int argc, const char* const* argv);

GenerationOptions optionsFor(const GenerationOptions& defaults, const SamplingArguments& arguments);

}  // namespace sightline
