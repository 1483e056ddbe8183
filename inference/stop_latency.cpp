// Stop at random moments: how long until the engine gives the thread back.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "inference/benchmark_run.h"

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

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
              requested_ = Clock::now();
              source_.request_stop();
          }) {}

    std::stop_token token() const { return source_.get_token(); }
    // Waits for the thread; empty if the work was over first.
    std::optional<Clock::time_point> finish() {
        thread_.request_stop();
        thread_.join();
        return requested_;
    }

  private:
    std::stop_source source_;
    std::optional<Clock::time_point> requested_;
    std::jthread thread_;
};

StopMeasurement summary(const std::string& phase, std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    const auto at = [&](double part) {
        const auto index =
            static_cast<std::size_t>(std::ceil(part * static_cast<double>(seconds.size()))) - 1;
        return seconds[std::min(index, seconds.size() - 1)];
    };
    return {phase, static_cast<int>(seconds.size()), at(0.5), at(0.95), seconds.back()};
}

// The phases in which a stop is measured.
constexpr std::array phase_names{"encode", "prefill", "decode"};

struct PhaseStops {
    std::vector<double> latencies;
    double step_seconds = 0;  // of the last step that nobody stopped
};

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
                const auto returned = Clock::now();
                const auto requested = delayed.finish();
                if (requested && *requested <= returned) {
                    here.latencies.push_back(Seconds(returned - *requested).count());
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
        measurements.push_back(summary(phase_names[i], std::move(measured[i].latencies)));
    }
    return measurements;
}

}  // namespace sightline
