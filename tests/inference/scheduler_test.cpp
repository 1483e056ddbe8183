// The order in which requests are worked on, and what each of them hears about it.
#include "inference/scheduler.h"

#include <QtTest>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/inference/networks/step_counting_engine.h"

using namespace sightline;

namespace {

// What one request heard, as one line: "e50 e100 p100 0 1 2 | end_of_turn".
class Listener {
  public:
    std::function<void(RequestId, const Event&)> callback() {
        return [this](RequestId, const Event& event) { hear(event); };
    }
    std::string line() const {
        const std::lock_guard lock(mutex_);
        return line_;
    }
    FinishedEvent finished() const {
        const std::lock_guard lock(mutex_);
        return finished_;
    }
    bool isFinished() const {
        const std::lock_guard lock(mutex_);
        return finished_count_ > 0;
    }
    int finishedCount() const {
        const std::lock_guard lock(mutex_);
        return finished_count_;
    }
    // False after ten seconds.
    bool wait() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return finished_count_ > 0; });
    }

  private:
    void hear(const Event& event) {
        static const char* const reasons[] = {"end_of_turn",  "max_tokens", "stop_text", "cancelled",
                                              "context_full", "repetition", "error"};
        const std::lock_guard lock(mutex_);
        if (const auto* progress = std::get_if<ProgressEvent>(&event)) {
            line_ += progress->phase == Phase::encode ? 'e' : 'p';
            line_ += std::to_string(std::lround(progress->progress * 100)) + ' ';
        } else if (const auto* delta = std::get_if<DeltaEvent>(&event)) {
            line_ += delta->text + ' ';
        } else {
            finished_ = std::get<FinishedEvent>(event);
            line_ += std::string("| ") + reasons[static_cast<int>(finished_.reason)];
            ++finished_count_;
        }
        changed_.notify_all();
    }
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string line_;
    FinishedEvent finished_;
    int finished_count_ = 0;
};

Request request(Listener& listener, Priority priority, int encode, int prefill, int tokens) {
    Request request;
    request.priority = priority;
    request.prompt = StepCountingEngine::prompt(encode, prefill, tokens);
    request.on_event = listener.callback();
    return request;
}

using Lines = std::vector<std::string>;

QString joined(const Lines& lines) {
    QStringList list;
    for (const std::string& line : lines)
        list << QString::fromStdString(line);
    return list.join(", ");
}

}  // namespace

class SchedulerTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void aRequestHearsItsStory() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener listener;
        const auto id = scheduler.submit(request(listener, Priority::interactive, 2, 4, 3));
        QVERIFY(id.has_value());
        QCOMPARE(scheduler.pending(), std::size_t{1});
        scheduler.runUntilIdle();
        QCOMPARE(listener.line(), std::string("e50 e100 p25 p50 p75 p100 0 1 2 | end_of_turn"));
        const FinishedEvent finished = listener.finished();
        QCOMPARE(finished.statistics.reply_tokens, 3);
        QVERIFY(finished.queued_seconds >= 0 && finished.queued_seconds <= finished.first_token_seconds);
        QVERIFY(finished.first_token_seconds <= finished.total_seconds);
        QCOMPARE(scheduler.pending(), std::size_t{0});
        QCOMPARE(engine.openSequences(), 0);
    }

    void aLowerPriorityDelaysByOneStepAtMost_data() {
        QTest::addColumn<int>("arrives_in_step");
        for (int step = 1; step <= 9; ++step)
            QTest::addRow("in step %d", step) << step;
    }
    void aLowerPriorityDelaysByOneStepAtMost() {
        QFETCH(int, arrives_in_step);
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener slow;
        Listener urgent;
        int steps = 0;
        engine.inside_step = [&](auto, const std::stop_token& stop) {
            if (++steps != arrives_in_step) return;
            QVERIFY(scheduler.submit(request(urgent, Priority::interactive, 1, 1, 2)).has_value());
            QVERIFY(!stop.stop_requested());  // the step in progress is not thrown away
        };
        scheduler.submit(request(slow, Priority::background, 3, 3, 5));
        scheduler.runUntilIdle();
        Lines expected{"open 1"};
        for (int i = 0; i < 10; ++i) {
            expected.push_back("step 1");
            if (i + 1 == arrives_in_step)
                expected.insert(expected.end(), {"open 2", "step 2", "step 2", "step 2"});
        }
        QCOMPARE(joined(engine.log), joined(expected));
        QCOMPARE(urgent.line(), std::string("e100 p100 0 1 | end_of_turn"));
        QCOMPARE(slow.line(), std::string("e33 e67 e100 p33 p67 p100 0 1 2 3 4 | end_of_turn"));
    }

    void everyPriorityGoesBeforeTheNext() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        std::array<Listener, 3> listeners;
        for (const Priority priority : {Priority::background, Priority::visible, Priority::interactive}) {
            scheduler.submit(request(listeners[static_cast<std::size_t>(priority)], priority, 0, 1, 1));
        }
        std::vector<Priority> order;
        engine.inside_step = [&](auto, auto) {
            for (std::size_t i = 0; i < 3; ++i) {
                if (!listeners[i].isFinished()) return order.push_back(static_cast<Priority>(i));
            }
        };
        scheduler.runUntilIdle();
        QVERIFY(order == (std::vector{Priority::interactive, Priority::visible, Priority::background}));
    }

    void repliesOfOnePriorityShareABatch() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        std::array<Listener, 3> listeners;
        for (Listener& listener : listeners)
            scheduler.submit(request(listener, Priority::visible, 0, 0, 6));
        Listener background;
        scheduler.submit(request(background, Priority::background, 0, 0, 3));
        scheduler.runUntilIdle();
        // Each needs one step of its own to become ready; from then on they are together.
        QVERIFY2(std::find(engine.log.begin(), engine.log.end(), "step 1 2 3") != engine.log.end(),
                 qPrintable(joined(engine.log)));
        for (Listener& listener : listeners)
            QCOMPARE(listener.line(), std::string("0 1 2 3 4 5 | end_of_turn"));
        QCOMPARE(joined(Lines(engine.log.end() - 4, engine.log.end())), "open 4, step 4, step 4, step 4");
    }

    void equalsTakeTurns() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        std::array<Listener, 3> listeners;
        for (Listener& listener : listeners)
            scheduler.submit(request(listener, Priority::visible, 0, 3, 1));
        scheduler.runUntilIdle();
        QCOMPARE(
            joined(engine.log),
            "open 1, open 2, open 3, step 1, step 2, step 3, step 1, step 2, step 3, step 1, step 2, step 3");
    }

    void aLongPromptDoesNotStopAReply() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener talking;
        Listener reading;
        scheduler.submit(request(talking, Priority::visible, 0, 1, 5));
        engine.inside_step = [&, submitted = false](auto, auto) mutable {
            if (!std::exchange(submitted, true))
                scheduler.submit(request(reading, Priority::visible, 0, 4, 1));
        };
        scheduler.runUntilIdle();
        QCOMPARE(joined(engine.log),
                 "open 1, step 1, step 1, open 2, step 1, step 2, step 1, step 2, step 1, step 2, step 2");
    }

    void aQueuedRequestIsCancelledUnopened() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener first;
        Listener second;
        scheduler.submit(request(first, Priority::visible, 0, 1, 2));
        const auto id = scheduler.submit(request(second, Priority::visible, 0, 1, 2));
        scheduler.cancel(*id);
        scheduler.cancel(999);
        scheduler.runUntilIdle();
        QCOMPARE(second.line(), std::string("| cancelled"));
        QCOMPARE(first.line(), std::string("p100 0 1 | end_of_turn"));
        QCOMPARE(joined(engine.log), "open 1, step 1, step 1");
        scheduler.cancel(*id);  // long gone
    }

    void cancelReachesIntoTheStepAndSparesTheOthers() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        std::array<Listener, 3> listeners;
        std::array<RequestId, 3> ids{};
        for (std::size_t i = 0; i < 3; ++i) {
            ids[i] = *scheduler.submit(request(listeners[i], Priority::visible, 0, 1, 4));
        }
        bool done = false;
        engine.inside_step = [&](std::span<const StepRequest> requests, const std::stop_token& stop) {
            if (done || requests.size() != 3) return;
            done = true;
            QVERIFY(!stop.stop_requested());
            scheduler.cancel(ids[1]);
            QVERIFY(stop.stop_requested());
        };
        scheduler.runUntilIdle();
        QVERIFY(done);
        const auto cut = std::find(engine.log.begin(), engine.log.end(), "step 1 2 3 cancelled");
        QVERIFY2(cut != engine.log.end(), qPrintable(joined(engine.log)));
        QCOMPARE(*std::next(cut), std::string("step 1 3"));
        QVERIFY(QString::fromStdString(listeners[1].line()).endsWith("| cancelled"));
        QCOMPARE(listeners[0].line(), std::string("p100 0 1 2 3 | end_of_turn"));
        QCOMPARE(listeners[2].line(), std::string("p100 0 1 2 3 | end_of_turn"));
        QCOMPARE(engine.openSequences(), 0);
    }

    void cancellingAnotherDoesNotDisturbTheStep() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener running;
        Listener waiting;
        scheduler.submit(request(running, Priority::interactive, 0, 3, 2));
        const auto id = scheduler.submit(request(waiting, Priority::background, 0, 3, 2));
        engine.inside_step = [&](auto, const std::stop_token& stop) {
            scheduler.cancel(*id);
            QVERIFY(!stop.stop_requested());
        };
        scheduler.runUntilIdle();
        QCOMPARE(running.line(), std::string("p33 p67 p100 0 1 | end_of_turn"));
        QCOMPARE(waiting.line(), std::string("| cancelled"));
    }

    void anErrorEndsOnlyWhomItConcerns() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener unlucky;
        Listener lucky;
        scheduler.submit(request(unlucky, Priority::visible, 0, 3, 2));
        scheduler.submit(request(lucky, Priority::visible, 0, 3, 2));
        engine.inside_step = [&, steps = 0](std::span<const StepRequest> requests, auto) mutable {
            if (requests[0].sequence == 1 && ++steps == 2) {
                throw Error(ErrorKind::out_of_memory, "There is no room for the picture");
            }
        };
        scheduler.runUntilIdle();
        QCOMPARE(unlucky.line(), std::string("p33 | error"));
        QCOMPARE(unlucky.finished().error, std::string("There is no room for the picture"));
        QCOMPARE(unlucky.finished().error_kind, ErrorKind::out_of_memory);
        QCOMPARE(lucky.line(), std::string("p33 p67 p100 0 1 | end_of_turn"));
        QCOMPARE(engine.openSequences(), 0);
    }

    void anErrorInABatchEndsOnlyWhomItConcerns() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        std::array<Listener, 3> listeners;
        for (Listener& listener : listeners)
            scheduler.submit(request(listener, Priority::visible, 0, 0, 6));
        engine.inside_step = [&](std::span<const StepRequest> requests, auto) {
            if (requests.size() == 3) engine.fails_next = 2;
        };
        scheduler.runUntilIdle();
        QVERIFY2(std::find(engine.log.begin(), engine.log.end(), "step 1 2 3") != engine.log.end(),
                 qPrintable(joined(engine.log)));
        QVERIFY(listeners[1].line().ends_with("| error"));
        QCOMPARE(listeners[1].finished().error, std::string("This sequence is broken"));
        QCOMPARE(listeners[1].finished().error_kind, ErrorKind::invalid_model);
        for (Listener* listener : {&listeners[0], &listeners[2]})
            QCOMPARE(listener->line(), std::string("0 1 2 3 4 5 | end_of_turn"));
        QCOMPARE(engine.openSequences(), 0);
    }

    void anErrorOfOpenIsTold() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener listener;
        Request bad = request(listener, Priority::visible, 0, 1, 1);
        std::get<TextPart>(bad.prompt.messages[0].parts[0]).text = "nothing";
        scheduler.submit(std::move(bad));
        Listener next;
        scheduler.submit(request(next, Priority::visible, 0, 1, 1));
        scheduler.runUntilIdle();
        QCOMPARE(listener.line(), std::string("| error"));
        QCOMPARE(listener.finished().error, std::string("The prompt has no numbers"));
        QCOMPARE(listener.finished().error_kind, ErrorKind::context_full);
        QCOMPARE(next.line(), std::string("p100 0 | end_of_turn"));
    }

    void aStepThatStopsUnaskedIsAnError() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener listener;
        scheduler.submit(request(listener, Priority::visible, 0, 1, 1));
        engine.inside_step = [](auto, auto) { throw Error(ErrorKind::cancelled, "Stopped for no reason"); };
        scheduler.runUntilIdle();
        QCOMPARE(listener.line(), std::string("| error"));
    }

    void aFullQueueRefuses() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 2);
        std::array<Listener, 3> listeners;
        QVERIFY(scheduler.submit(request(listeners[0], Priority::visible, 0, 1, 1)).has_value());
        QVERIFY(scheduler.submit(request(listeners[1], Priority::visible, 0, 1, 1)).has_value());
        QVERIFY(!scheduler.submit(request(listeners[2], Priority::interactive, 0, 1, 1)).has_value());
        scheduler.runUntilIdle();
        QCOMPARE(listeners[2].line(), std::string());
        QVERIFY(scheduler.submit(request(listeners[2], Priority::interactive, 0, 1, 1)).has_value());
        scheduler.runUntilIdle();
        QCOMPARE(listeners[2].line(), std::string("p100 0 | end_of_turn"));
    }

    void aRaisedPriorityCountsFromTheNextStep() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener first;
        Listener second;
        scheduler.submit(request(first, Priority::visible, 0, 3, 1));
        const auto id = scheduler.submit(request(second, Priority::background, 0, 1, 1));
        engine.inside_step = [&, steps = 0](auto, auto) mutable {
            if (++steps == 1) scheduler.setPriority(*id, Priority::interactive);
        };
        scheduler.runUntilIdle();
        QCOMPARE(joined(engine.log), "open 1, step 1, open 2, step 2, step 1, step 1");
    }

    void aRestrictionIsAskedOnceAToken() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener restricted;
        Listener stuck;
        Listener free;
        std::vector<std::size_t> asked;
        Request careful = request(restricted, Priority::visible, 0, 3, 3);
        careful.restrict_tokens = [&](std::span<const TokenId> reply, std::span<std::uint8_t> allowed) {
            QCOMPARE(allowed.size(), std::size_t{8});
            QVERIFY(std::all_of(allowed.begin(), allowed.end(), [](auto byte) { return byte == 1; }));
            asked.push_back(reply.size());
            std::fill(allowed.begin(), allowed.begin() + 7 - static_cast<int>(reply.size()), 0);
        };
        Request impossible = request(stuck, Priority::visible, 0, 1, 3);
        impossible.restrict_tokens = [&](std::span<const TokenId> reply, std::span<std::uint8_t> allowed) {
            if (reply.size() == 2) std::fill(allowed.begin(), allowed.end(), 0);
        };
        scheduler.submit(std::move(careful));
        scheduler.submit(std::move(impossible));
        scheduler.submit(request(free, Priority::visible, 0, 1, 3));
        scheduler.runUntilIdle();
        QCOMPARE(restricted.line(), std::string("p33 p67 p100 7 6 5 | end_of_turn"));
        QVERIFY(asked == (std::vector<std::size_t>{0, 1, 2}));
        QCOMPARE(stuck.line(), std::string("p100 0 0 | error"));
        QVERIFY(!stuck.finished().error.empty());
        QCOMPARE(free.line(), std::string("p100 0 1 2 | end_of_turn"));
        QCOMPARE(engine.openSequences(), 0);
    }

    // From here on with two threads, as in the program.

    void cancelFromAnotherThreadEndsALongStep() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        Listener listener;
        std::mutex mutex;
        std::condition_variable_any changed;
        bool inside = false;
        bool stopped = false;
        engine.inside_step = [&](auto, const std::stop_token& stop) {
            std::unique_lock lock(mutex);
            inside = true;
            changed.notify_all();
            changed.wait_for(lock, stop, std::chrono::seconds(10), [] { return false; });
            stopped = stop.stop_requested();
        };
        std::jthread thread([&](const std::stop_token& stop) { scheduler.run(stop); });
        const auto id = scheduler.submit(request(listener, Priority::visible, 0, 1, 1));
        {
            std::unique_lock lock(mutex);
            QVERIFY(changed.wait_for(lock, std::chrono::seconds(10), [&] { return inside; }));
        }
        scheduler.cancel(*id);
        QVERIFY(listener.wait());
        QCOMPARE(listener.line(), std::string("| cancelled"));
        thread.request_stop();
        thread.join();
        QVERIFY(stopped);
        QCOMPARE(engine.openSequences(), 0);
    }

    void stoppingCancelsWhatIsLeft() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 4);
        std::array<Listener, 3> listeners;
        std::stop_source stop_running;
        engine.inside_step = [&, steps = 0](auto, auto) mutable {
            if (++steps == 3) stop_running.request_stop();
        };
        for (Listener& listener : listeners)
            scheduler.submit(request(listener, Priority::visible, 0, 2, 100));
        std::thread thread([&] { scheduler.run(stop_running.get_token()); });
        thread.join();
        for (Listener& listener : listeners) {
            QCOMPARE(listener.finishedCount(), 1);
            QVERIFY(QString::fromStdString(listener.line()).endsWith("| cancelled"));
        }
        QCOMPARE(engine.openSequences(), 0);
        QVERIFY(!scheduler.submit(request(listeners[0], Priority::visible, 0, 1, 1)).has_value());
    }

    void manyThreadsSubmitAndCancel() {
        StepCountingEngine engine;
        Scheduler scheduler(engine, 64);
        std::jthread runner([&](const std::stop_token& stop) { scheduler.run(stop); });
        std::atomic<int> finished = 0;
        std::atomic<int> complete = 0;
        constexpr int per_thread = 200;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < per_thread; ++i) {
                    Request work;
                    work.priority = static_cast<Priority>((i + t) % 3);
                    work.prompt = StepCountingEngine::prompt(i % 2, 1 + i % 3, 1 + i % 5);
                    work.on_event = [&](RequestId, const Event& event) {
                        const auto* end = std::get_if<FinishedEvent>(&event);
                        if (!end) return;
                        if (end->reason == StopReason::end_of_turn) ++complete;
                        ++finished;
                    };
                    std::optional<RequestId> id;
                    while (!(id = scheduler.submit(work)))
                        std::this_thread::yield();
                    if (i % 4 == 0) scheduler.cancel(*id);
                    if (i % 5 == 0) scheduler.setPriority(*id, Priority::interactive);
                }
            });
        }
        threads.clear();
        QTRY_COMPARE_WITH_TIMEOUT(finished.load(), 4 * per_thread, 30000);
        QVERIFY(complete >= 4 * per_thread * 3 / 4);
        runner.request_stop();
        runner.join();
        QCOMPARE(engine.openSequences(), 0);
    }
};

QTEST_APPLESS_MAIN(SchedulerTest)
#include "scheduler_test.moc"
