#include "inference/scheduler.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <optional>

namespace sightline {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr std::size_t priority_count = 3;

struct Failure {
    ErrorKind kind = ErrorKind::internal;
    std::string sentence;
};

// To be called in a catch block.
Failure currentFailure() {
    try {
        throw;
    } catch (const Error& error) {
        return {error.kind(), error.what()};
    } catch (const std::bad_alloc&) {
        return {ErrorKind::out_of_memory, "There is not enough memory for this request"};
    } catch (const std::exception& error) {
        return {ErrorKind::internal, error.what()};
    }
}

}  // namespace

// `priority` and `cancelled` are guarded by State::mutex; the rest belongs to the thread that runs.
struct Scheduler::Job {
    RequestId id = 0;
    Priority priority = Priority::interactive;
    bool cancelled = false;

    Request request;
    Clock::time_point submitted;
    std::optional<double> queued_seconds;
    double first_token_seconds = 0;
    std::optional<SequenceId> sequence;
    bool decodes = false;  // the prompt is in the cache: every step is one token
    std::vector<TokenId> reply;
    std::vector<std::uint8_t> allowed;
    std::optional<std::size_t> allowed_for;  // length of the reply that `allowed` was made for
};

struct Scheduler::State {
    using JobPointer = std::shared_ptr<Job>;

    State(Engine& the_engine, std::size_t the_capacity) : engine(the_engine), capacity(the_capacity) {}

    Engine& engine;
    const std::size_t capacity;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::map<RequestId, JobPointer> jobs;  // in order of arrival
    RequestId last_id = 0;
    bool stopping = false;
    std::vector<RequestId> in_step;
    std::stop_source step_stop;

    // Whose turn it was, by priority.
    std::array<RequestId, priority_count> last_served{};
    std::array<bool, priority_count> decoded_last{};

    std::vector<JobPointer> nextTurn();
    void work(const std::vector<JobPointer>& turn, const std::stop_token& stop);
    void open(Job& job);
    bool restrict(Job& job);
    void step(const std::vector<JobPointer>& turn);
    void deliver(Job& job, const StepResult& result);
    void finish(Job& job, StopReason reason, const Failure& failure = {});
    void finishCancelled(bool all);
};

// Requests that are ready to decode share a turn, which alternates with one unit
// of work for one of the others, so that a long prompt does not stop the replies of its own priority.
std::vector<Scheduler::State::JobPointer> Scheduler::State::nextTurn() {
    const std::lock_guard lock(mutex);
    std::optional<std::size_t> level;
    for (const auto& [id, job] : jobs) {
        const auto priority = static_cast<std::size_t>(job->priority);
        if (!job->cancelled && (!level || priority < *level)) level = priority;
    }
    std::vector<JobPointer> turn;
    if (!level) return turn;

    JobPointer next;   // of those that don't decode: the first one after the last one that had its turn
    JobPointer first;  // or, after the last one, the first one again
    for (const auto& [id, job] : jobs) {
        if (job->cancelled || static_cast<std::size_t>(job->priority) != *level) continue;
        if (job->decodes) {
            turn.push_back(job);
            continue;
        }
        if (!first) first = job;
        if (!next && id > last_served[*level]) next = job;
    }
    if (!next) next = first;
    if (next && (turn.empty() || decoded_last[*level])) turn.assign(1, next);
    decoded_last[*level] = turn.front()->decodes;
    if (!turn.front()->decodes) last_served[*level] = turn.front()->id;

    step_stop = std::stop_source();
    in_step.clear();
    for (const JobPointer& job : turn)
        in_step.push_back(job->id);
    return turn;
}

void Scheduler::State::work(const std::vector<JobPointer>& turn, const std::stop_token& stop) {
    const std::stop_callback stop_the_step(stop, [source = step_stop]() mutable { source.request_stop(); });
    for (const JobPointer& job : turn) {
        if (!job->queued_seconds) job->queued_seconds = secondsSince(job->submitted);
    }
    if (!turn.front()->sequence) {
        open(*turn.front());
    } else {
        step(turn);
    }
    const std::lock_guard lock(mutex);
    in_step.clear();
}

// Opening has a turn of its own: it may resize a huge picture.
void Scheduler::State::open(Job& job) {
    try {
        job.sequence = engine.open(job.request.prompt, job.request.options);
        job.request.prompt = {};  // the engine has what it needs; pictures are large
    } catch (...) {
        finish(job, StopReason::error, currentFailure());
    }
}

// False: the request was ended, because its restriction failed or left no token.
bool Scheduler::State::restrict(Job& job) {
    if (!job.request.restrict_tokens || job.allowed_for == job.reply.size()) return true;
    try {
        job.allowed.assign(static_cast<std::size_t>(engine.facts().vocab_size), 1);
        job.request.restrict_tokens(job.reply, job.allowed);
        if (std::all_of(job.allowed.begin(), job.allowed.end(),
                        [](std::uint8_t byte) { return byte == 0; })) {
            throw Error(ErrorKind::invalid_input, "The restriction of the reply allows no next token");
        }
        job.allowed_for = job.reply.size();
        return true;
    } catch (...) {
        finish(job, StopReason::error, currentFailure());
        return false;
    }
}

void Scheduler::State::step(const std::vector<JobPointer>& turn) {
    std::vector<JobPointer> stepped;
    std::vector<StepRequest> requests;
    for (const JobPointer& job : turn) {
        if (!restrict(*job)) continue;
        stepped.push_back(job);
        requests.push_back({*job->sequence, job->allowed});
    }
    if (stepped.empty()) return;
    std::vector<StepResult> results;
    try {
        results = engine.step(requests, step_stop.get_token());
        if (results.size() != stepped.size())
            throw Error(ErrorKind::internal, "A step left a request without a result");
    } catch (...) {
        const Failure failure = currentFailure();
        // Nothing was lost: whoever was cancelled is taken out before the next turn, the others repeat the
        // step.
        if (failure.kind == ErrorKind::cancelled && step_stop.stop_requested()) return;
        for (const JobPointer& job : stepped)
            finish(*job, StopReason::error, failure);
        return;
    }
    for (std::size_t i = 0; i < stepped.size(); ++i)
        deliver(*stepped[i], results[i]);
}

void Scheduler::State::deliver(Job& job, const StepResult& result) {
    const auto& on_event = job.request.on_event;
    if (result.token) {
        if (job.reply.empty()) job.first_token_seconds = secondsSince(job.submitted);
        job.reply.push_back(*result.token);
    }
    job.decodes = result.token || result.phase == Phase::decode ||
                  (result.phase == Phase::prefill && result.progress >= 1);
    if (on_event && (result.phase == Phase::encode || result.phase == Phase::prefill)) {
        on_event(job.id, ProgressEvent{result.phase, result.progress, static_cast<int>(job.reply.size())});
    }
    if (on_event && (result.token || !result.text.empty())) {
        on_event(job.id, DeltaEvent{result.text, result.token.value_or(0), result.log_probability});
    }
    if (result.error)
        finish(job, StopReason::error, {result.error->kind(), result.error->what()});
    else if (result.stop)
        finish(job, *result.stop);
}

void Scheduler::State::finish(Job& job, StopReason reason, const Failure& failure) {
    FinishedEvent finished;
    finished.reason = reason;
    finished.queued_seconds = job.queued_seconds.value_or(secondsSince(job.submitted));
    finished.first_token_seconds = job.first_token_seconds;
    finished.error_kind = failure.kind;
    finished.error = failure.sentence;
    if (job.sequence) {
        try {
            finished.statistics = engine.statistics(*job.sequence);
            engine.close(*job.sequence);
        } catch (const std::exception&) {
            // A failed step has closed it already. What the engine can no longer tell stays zero.
        }
    }
    if (finished.statistics.reply_tokens == 0)
        finished.statistics.reply_tokens = static_cast<int>(job.reply.size());
    job.sequence.reset();
    JobPointer kept;  // until its callback has returned
    {
        const std::lock_guard lock(mutex);
        const auto found = jobs.find(job.id);
        if (found == jobs.end()) return;
        kept = found->second;
        jobs.erase(found);
    }
    finished.total_seconds = secondsSince(job.submitted);
    if (job.request.on_event) job.request.on_event(job.id, finished);
}

void Scheduler::State::finishCancelled(bool all) {
    std::vector<JobPointer> ending;
    {
        const std::lock_guard lock(mutex);
        for (const auto& [id, job] : jobs) {
            if (all || job->cancelled) ending.push_back(job);
        }
    }
    for (const JobPointer& job : ending)
        finish(*job, StopReason::cancelled);
}

Scheduler::Scheduler(Engine& engine, std::size_t capacity)
    : engine_(engine), state_(std::make_unique<State>(engine, capacity)) {}

Scheduler::~Scheduler() = default;

std::optional<RequestId> Scheduler::submit(Request request) {
    auto job = std::make_shared<Job>();
    job->priority = request.priority;
    job->request = std::move(request);
    job->submitted = Clock::now();
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping || state_->jobs.size() >= state_->capacity) return std::nullopt;
    job->id = ++state_->last_id;
    state_->jobs.emplace(job->id, job);
    state_->changed.notify_all();
    return job->id;
}

void Scheduler::cancel(RequestId id) {
    std::stop_source step_stop(std::nostopstate);
    {
        const std::lock_guard lock(state_->mutex);
        const auto found = state_->jobs.find(id);
        if (found == state_->jobs.end()) return;
        found->second->cancelled = true;
        const auto& running = state_->in_step;
        if (std::find(running.begin(), running.end(), id) != running.end()) step_stop = state_->step_stop;
        state_->changed.notify_all();
    }
    // Outside of the lock, because callbacks of the work run in here.
    step_stop.request_stop();
}

void Scheduler::setPriority(RequestId id, Priority priority) {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->jobs.find(id);
    if (found != state_->jobs.end()) found->second->priority = priority;
}

std::size_t Scheduler::pending() const {
    const std::lock_guard lock(state_->mutex);
    return state_->jobs.size();
}

void Scheduler::run(std::stop_token stop) {
    const std::stop_callback wake(stop, [this] {
        const std::lock_guard lock(state_->mutex);
        state_->changed.notify_all();
    });
    while (!stop.stop_requested()) {
        state_->finishCancelled(false);
        const auto turn = state_->nextTurn();
        if (!turn.empty()) {
            state_->work(turn, stop);
            continue;
        }
        std::unique_lock lock(state_->mutex);
        state_->changed.wait(lock, [&] { return stop.stop_requested() || !state_->jobs.empty(); });
    }
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->finishCancelled(true);
}

bool Scheduler::runTurn() {
    state_->finishCancelled(false);
    const auto turn = state_->nextTurn();
    if (!turn.empty()) state_->work(turn, {});
    return pending() > 0;
}

void Scheduler::runUntilIdle() {
    while (runTurn()) {
    }
}

}  // namespace sightline
