// Measures what a model costs on this machine, with the machine's own limits beside it. Random pictures and
// prompts that no cache has seen; greedy decoding that never stops early.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/engine.h"

namespace sightline {

struct BenchmarkOptions {
    EngineOptions engine;
    struct Size {
        int width = 0;
        int height = 0;
    };
    std::vector<Size> pictures{{640, 480}, {1024, 1024}, {1920, 1080}};
    std::vector<int> prompt_tokens{128, 512, 2048};  // prefill is measured at these lengths
    std::vector<int> contexts{128, 2048};            // decode is measured behind prompts of these lengths
    int decode_tokens = 32;
    int stops = 50;  // random moments at which a stop is requested; 0 = leave out
    Size stop_picture{1920, 1080};
};

// What this machine can do at best, measured by plain loops on `threads` threads: an estimate, not a record.
struct MachineSpeed {
    int threads = 0;
    // One stream a thread over a buffer far larger than the caches: the best of several times, and the
    // median, which is what work that takes longer can hope for on a machine that others share.
    double read_gigabytes_per_second = 0;
    double median_read_gigabytes_per_second = 0;
    double float32_gigaflops = 0;  // fused multiply-adds without memory, two operations each; the best
    // The same of bytes, by the instructions that kernels of this program use; 0 = not known of this
    // processor.
    double int8_gigaops = 0;
};

struct EncodeMeasurement {
    BenchmarkOptions::Size picture;
    BenchmarkOptions::Size resized;
    int tokens = 0;
    double seconds = 0;
};

struct SpeedMeasurement {
    int context_tokens = 0;  // the prompt's
    int tokens = 0;          // that were measured
    double seconds = 0;
    double tokensPerSecond() const { return seconds > 0 ? tokens / seconds : 0; }
};

// From request_stop to the return of the step it interrupted, in seconds. On a machine that does other work
// too, the seconds of processor time in between, of all threads, tell what was the engine's own.
struct StopMeasurement {
    std::string phase;  // "encode", "prefill", "decode"
    int count = 0;
    double median = 0;
    double p95 = 0;
    double worst = 0;
    double cpu_p95 = 0;
};

struct BenchmarkReport {
    ModelFacts model;
    EngineOptions engine;  // as they came out
    std::string device;
    std::string torch;
    double load_seconds = 0;
    MachineSpeed machine_before;
    MachineSpeed machine_after;
    std::vector<EncodeMeasurement> encode;
    std::vector<SpeedMeasurement> prefill;
    std::vector<SpeedMeasurement> decode;
    // A second question about the same picture.
    int second_turn_prompt_tokens = 0;
    int second_turn_reused_tokens = 0;
    double second_turn_seconds = 0;  // until the first token
    std::vector<StopMeasurement> stops;
    std::vector<std::string> left_out;      // what could not be measured, and why
    std::uint64_t peak_resident_bytes = 0;  // of the whole process
    MemoryUse memory;

    std::string toJson() const;
    std::string toText() const;
};

// `on_progress` hears what is being measured. Throws as Inference::openEngine does, and Error(cancelled)
// after a stop. Requests that do not fit into the context are left out, with the reason in the report.
BenchmarkReport runBenchmark(const Inference& inference, const std::filesystem::path& folder,
                             const BenchmarkOptions& options,
                             const std::function<void(const std::string&)>& on_progress,
                             std::stop_token stop);

}  // namespace sightline
