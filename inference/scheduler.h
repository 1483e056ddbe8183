// Runs requests on an Engine step by step, by priority.
//
// One thread (the inference thread) calls `run`; any thread calls `submit`, `cancel`, `setPriority`.
// Interactive requests go before visible ones, those before background ones; within a priority all requests
// that are ready to decode share one batch, and the others take turns in order of arrival. A request is
// preempted at any step: work of a lower priority delays one of a higher priority by at most one step. No
// lock is held while a step runs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "inference/engine.h"

namespace sightline {

enum class Priority { interactive = 0, visible = 1, background = 2 };

using RequestId = std::uint64_t;

// Events of one request, in order: any number of Progress and Delta, then exactly one Finished.
struct ProgressEvent {
    Phase phase = Phase::encode;
    double progress = 0;  // 0..1 within the phase
    int reply_tokens = 0;
};

struct DeltaEvent {
    std::string text;  // complete UTF-8 characters
    TokenId token = 0;
    float log_probability = 0;
};

struct FinishedEvent {
    StopReason reason = StopReason::end_of_turn;
    SequenceStatistics statistics;
    double queued_seconds = 0;                   // from submit to the first step
    double first_token_seconds = 0;              // from submit to the first token; 0 if there was none
    double total_seconds = 0;                    // from submit
    ErrorKind error_kind = ErrorKind::internal;  // if reason == error
    std::string error;
};

using Event = std::variant<ProgressEvent, DeltaEvent, FinishedEvent>;

struct Request {
    Priority priority = Priority::interactive;
    Prompt prompt;
    GenerationOptions options;
    // Called on the inference thread; must be quick, must not throw, and must not call the scheduler's `run`.
    std::function<void(RequestId, const Event&)> on_event;
    // Optional: fills `allowed` (vocab_size bytes, all 1 on entry) from the reply so far, before every token.
    std::function<void(std::span<const TokenId> reply, std::span<std::uint8_t> allowed)> restrict_tokens;
};

class Scheduler {
  public:
    // The engine must outlive the scheduler's `run`. At most `capacity` requests wait or run at a time.
    Scheduler(Engine& engine, std::size_t capacity);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // Returns no id if the queue is full or the scheduler is stopping: nothing was taken.
    std::optional<RequestId> submit(Request request);
    // The request ends with StopReason::cancelled within the step in progress. Unknown ids are ignored.
    void cancel(RequestId id);
    void setPriority(RequestId id, Priority priority);
    std::size_t pending() const;  // waiting and running

    // Works until `stop`; then every request that is left ends as cancelled. Call once, from the inference
    // thread.
    void run(std::stop_token stop);
    // One turn: a step of whoever is next, and the end of what was cancelled. False: nothing is left to do.
    bool runTurn();
    // Works until nothing is left to do (command line, tests).
    void runUntilIdle();

  private:
    struct Job;
    Engine& engine_;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sightline
