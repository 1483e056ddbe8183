// Stop at random moments: how long until the engine gives the thread back.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <optional>
#include <thread>

#include "inference/bench/benchmark_run.h"

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Of all threads of the process.
double processorSeconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Moment {
    Clock::time_point time = Clock::now();
    double processor = processorSeconds();
};

// Requests a stop from a thread of its own, as a user does, `delay` from now; remembers when it did.
class DelayedStop {
  public:
    explicit DelayedStop(Seconds delay)
        : thread_([this, delay](const std::stop_token& given_up) {
              std::mutex mutex;
              std::unique_lock lock(mutex);
              std::condition_variable_any never;
              never.wait_for(lock, given_up, delay, [] { return false; });
              if (given_up.stop_requested()) return;
              requested_.emplace();
              source_.request_stop();
          }) {}

    std::stop_token token() const { return source_.get_token(); }
    // Waits for the thread; empty if the work was over first.
    std::optional<Moment> finish() {
        thread_.request_stop();
        thread_.join();
        return requested_;
    }

  private:
    std::stop_source source_;
    std::optional<Moment> requested_;
    std::jthread thread_;
};

double quantile(const std::vector<double>& sorted, double part) {
    const auto index = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size()))) - 1;
    return sorted[std::min(index, sorted.size() - 1)];
}

// The phases in which a stop is measured.
constexpr std::array phase_names{"encode", "prefill", "decode"};

struct PhaseStops {
    std::vector<double> latencies;
    std::vector<double> processor_seconds;
    double step_seconds = 0;  // of the last step that nobody stopped
};

StopMeasurement summary(const std::string& phase, PhaseStops stops) {
    std::sort(stops.latencies.begin(), stops.latencies.end());
    std::sort(stops.processor_seconds.begin(), stops.processor_seconds.end());
    return {phase,
            static_cast<int>(stops.latencies.size()),
            quantile(stops.latencies, 0.5),
            quantile(stops.latencies, 0.95),
            stops.latencies.back(),
            quantile(stops.processor_seconds, 0.95)};
}

}  // namespace

// Goes through the phases of one prompt after the other. A stopped step leaves the sequence as it was, so
// that several stops fall into one step; they are spread evenly over the steps of a phase, and over the time
// of each step.
std::vector<StopMeasurement> measureStops(Engine& engine, BenchmarkInputs& inputs,
                                          const BenchmarkOptions& options, const std::stop_token& stop) {
    constexpr int reply_tokens = 32;
    std::array<PhaseStops, phase_names.size()> measured;
    std::mt19937_64 random(7);
    const auto wanted = static_cast<std::size_t>(options.stops);
    const auto isIncomplete = [&](const PhaseStops& phase) { return phase.latencies.size() < wanted; };

    while (std::any_of(measured.begin(), measured.end(), isIncomplete)) {
        OpenSequence sequence(engine,
                              inputs.picturePrompt(inputs.picture(options.stop_picture), inputs.text(64)),
                              benchmarkGeneration(reply_tokens));
        std::size_t phase = 0;
        double progress = 0;
        int tokens = 0;
        while (tokens < reply_tokens) {
            if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The benchmark was stopped");
            PhaseStops& here = measured[phase];
            const double quota = options.stops * std::min(1.0, 1.15 * progress + 0.05);
            const bool stops_here = isIncomplete(here) && here.step_seconds > 0 &&
                                    static_cast<double>(here.latencies.size()) < quota;
            StepResult result;
            if (stops_here) {
                std::uniform_real_distribution<double> moment(0, here.step_seconds);
                DelayedStop delayed{Seconds(moment(random))};
                bool interrupted = false;
                try {
                    result = sequence.step(delayed.token());
                } catch (const Error& error) {
                    if (error.kind() != ErrorKind::cancelled) throw;
                    interrupted = true;
                }
                const Moment returned;
                const auto requested = delayed.finish();
                if (requested && requested->time <= returned.time) {
                    here.latencies.push_back(Seconds(returned.time - requested->time).count());
                    here.processor_seconds.push_back(returned.processor - requested->processor);
                }
                if (interrupted) continue;
            } else {
                const auto start = Clock::now();
                result = sequence.step(stop);
                here.step_seconds = Seconds(Clock::now() - start).count();
            }
            if (result.token) ++tokens;
            progress = result.progress;
            if (result.token || result.phase == Phase::decode) {
                phase = 2;
                progress = static_cast<double>(tokens) / reply_tokens;
            } else if (result.phase == Phase::prefill) {
                phase = 1;
            } else if (result.progress >= 1) {
                phase = 1;
                progress = 0;
            }
        }
    }
    std::vector<StopMeasurement> measurements;
    for (std::size_t i = 0; i < phase_names.size(); ++i) {
        measurements.push_back(summary(phase_names[i], std::move(measured[i])));
    }
    return measurements;
}

}  // namespace sightline
