#include "inference/bench/benchmark.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include "inference/bench/benchmark_run.h"
#include "inference/bench/machine_speed.h"

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// VmHWM of /proc/self/status, which counts mapped pages of the weights too.
std::uint64_t peakResidentBytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        std::uint64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes) return kibibytes << 10;
    }
    return 0;
}

// Forgets the buffer of the measurement of the machine. Without the right to do so the peak may count it.
void resetPeakResidentBytes() {
    std::ofstream("/proc/self/clear_refs") << '5';
}

class Benchmark {
  public:
    Benchmark(Engine& engine, const BenchmarkOptions& options, BenchmarkReport& report,
              const std::function<void(const std::string&)>& on_progress, std::stop_token stop)
        : engine_(engine),
          options_(options),
          report_(report),
          on_progress_(on_progress),
          stop_(std::move(stop)),
          inputs_(engine) {}

    void run() {
        part("warming up", [&] { warmUp(); });
        for (const BenchmarkOptions::Size size : options_.pictures) {
            part("a picture of " + std::to_string(size.width) + " x " + std::to_string(size.height),
                 [&] { encode(size); });
        }
        for (const int tokens : options_.prompt_tokens) {
            part("a prompt of " + std::to_string(tokens) + " tokens", [&] { prefill(tokens); });
        }
        for (const int tokens : options_.contexts) {
            part("decoding after " + std::to_string(tokens) + " tokens", [&] { decode(tokens); });
        }
        part("a second question about a picture", [&] { secondTurn(); });
        if (options_.stops > 0) {
            part("stops at random moments",
                 [&] { report_.stops = measureStops(engine_, inputs_, options_, stop_); });
        }
    }

  private:
    // What does not fit or is not possible with this model is left out; a stop ends everything.
    template <typename Work>
    void part(const std::string& name, const Work& work) {
        if (on_progress_) on_progress_("measuring " + name);
        try {
            work();
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) throw;
            report_.left_out.push_back(name + ": " + error.what());
        }
    }

    void warmUp() {
        OpenSequence sequence(engine_, inputs_.textPrompt(32), benchmarkGeneration(4));
        while (!sequence.step(stop_).stop) {
        }
    }

    void encode(BenchmarkOptions::Size size) {
        const auto picture = inputs_.picture(size);
        const PictureCost cost = engine_.pictureCost(size.width, size.height, {});
        OpenSequence sequence(engine_, inputs_.picturePrompt(picture, "?"), benchmarkGeneration(1));
        while (true) {
            const StepResult result = sequence.step(stop_);
            if (result.phase != Phase::encode || result.progress >= 1) break;
        }
        report_.encode.push_back(
            {size, {cost.model_width, cost.model_height}, cost.tokens, sequence.statistics().encode_seconds});
    }

    void prefill(int tokens) {
        OpenSequence sequence(engine_, inputs_.textPrompt(tokens), benchmarkGeneration(1));
        sequence.stepToFirstToken(stop_);
        const SequenceStatistics statistics = sequence.statistics();
        report_.prefill.push_back({statistics.prompt_tokens,
                                   statistics.prompt_tokens - statistics.reused_tokens,
                                   statistics.prefill_seconds});
    }

    void decode(int tokens) {
        OpenSequence sequence(engine_, inputs_.textPrompt(tokens),
                              benchmarkGeneration(options_.decode_tokens + 1));
        sequence.stepToFirstToken(stop_);
        while (!sequence.step(stop_).stop) {
        }
        const SequenceStatistics statistics = sequence.statistics();
        report_.decode.push_back(
            {statistics.prompt_tokens, statistics.reply_tokens - 1, statistics.decode_seconds});
    }

    void secondTurn() {
        const BenchmarkOptions::Size size =
            options_.pictures.empty() ? options_.stop_picture : options_.pictures.front();
        Prompt prompt = inputs_.picturePrompt(inputs_.picture(size), inputs_.text(32));
        std::string reply;
        {
            OpenSequence first(engine_, prompt, benchmarkGeneration(16));
            for (bool finished = false; !finished;) {
                const StepResult result = first.step(stop_);
                reply += result.text;
                finished = result.stop.has_value();
            }
        }
        prompt.messages.push_back({Role::assistant, {TextPart{reply}}, {}});
        prompt.messages.push_back({Role::user, {TextPart{inputs_.text(32)}}, {}});
        OpenSequence second(engine_, prompt, benchmarkGeneration(1));
        report_.second_turn_seconds = second.stepToFirstToken(stop_);
        report_.second_turn_prompt_tokens = second.statistics().prompt_tokens;
        report_.second_turn_reused_tokens = second.statistics().reused_tokens;
    }

    Engine& engine_;
    const BenchmarkOptions& options_;
    BenchmarkReport& report_;
    const std::function<void(const std::string&)>& on_progress_;
    const std::stop_token stop_;
    BenchmarkInputs inputs_;
};

}  // namespace

BenchmarkReport runBenchmark(const Inference& inference, const std::filesystem::path& folder,
                             const BenchmarkOptions& options,
                             const std::function<void(const std::string&)>& on_progress,
                             std::stop_token stop) {
    BenchmarkReport report;
    report.torch = inference.torchVersion();
    if (on_progress) on_progress("loading the model");
    const auto start = Clock::now();
    bool packing = false;
    const auto tell_once = [&](const LoadStatus& status) {
        if (packing || status.work != LoadStatus::Work::packing) return;
        packing = true;
        if (on_progress) on_progress("packing the weights for this computer, once");
    };
    const std::unique_ptr<Engine> engine = inference.openEngine(folder, options.engine, tell_once, stop);
    report.load_seconds = secondsSince(start);
    report.model = engine->facts();
    report.engine = engine->options();
    report.device = engine->deviceName();

    const int threads = std::max(1, engine->options().threads);
    if (on_progress) on_progress("measuring the machine");
    report.machine_before = measureMachine(threads, stop);
    resetPeakResidentBytes();
    Benchmark(*engine, options, report, on_progress, stop).run();
    report.memory = engine->memory();
    report.peak_resident_bytes = peakResidentBytes();
    if (on_progress) on_progress("measuring the machine again");
    report.machine_after = measureMachine(threads, stop);
    return report;
}

}  // namespace sightline
