// The scheduler with a real engine on a tiny model: what it promises about order, Stop and batches must hold
// for the work as it is done, not only for counted steps.
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "inference/library.h"
#include "inference/scheduler.h"
#include "tests/tiny_model/tiny_model.h"

using namespace sightline;

namespace {

// Passes everything on to a real engine, and writes down what each step worked on.
class WatchedEngine : public Engine {
  public:
    explicit WatchedEngine(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

    std::vector<std::vector<SequenceId>> steps;
    int cancelled_steps = 0;
    std::function<void()> inside_step;

    const ModelFacts& facts() const override { return engine_->facts(); }
    const EngineOptions& options() const override { return engine_->options(); }
    std::string deviceName() const override { return engine_->deviceName(); }
    MemoryUse memory() const override { return engine_->memory(); }
    PictureCost pictureCost(int width, int height, const PixelBudget& budget) const override {
        return engine_->pictureCost(width, height, budget);
    }
    int countTokens(const std::string& text) const override { return engine_->countTokens(text); }
    SequenceId open(const Prompt& prompt, const GenerationOptions& options) override {
        return engine_->open(prompt, options);
    }
    std::vector<StepResult> step(std::span<const StepRequest> requests, std::stop_token stop) override {
        std::vector<SequenceId> ids;
        for (const StepRequest& request : requests)
            ids.push_back(request.sequence);
        steps.push_back(ids);
        if (inside_step) inside_step();
        try {
            return engine_->step(requests, stop);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) ++cancelled_steps;
            throw;
        }
    }
    SequenceId fork(SequenceId sequence, std::uint64_t seed) override {
        return engine_->fork(sequence, seed);
    }
    void trim(SequenceId sequence, int tokens) override { engine_->trim(sequence, tokens); }
    void close(SequenceId sequence) override { engine_->close(sequence); }
    SequenceStatistics statistics(SequenceId sequence) const override {
        return engine_->statistics(sequence);
    }
    std::vector<TokenId> promptTokens(SequenceId sequence) const override {
        return engine_->promptTokens(sequence);
    }
    std::vector<TokenId> replyTokens(SequenceId sequence) const override {
        return engine_->replyTokens(sequence);
    }
    void dropCaches() override { engine_->dropCaches(); }

  private:
    std::unique_ptr<Engine> engine_;
};

struct Reply {
    std::string text;
    std::vector<TokenId> tokens;
    std::optional<FinishedEvent> finished;
};

std::shared_ptr<const Picture> picture(int look) {
    Picture picture{192, 128, std::vector<std::uint8_t>(3 * 192 * 128)};
    for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
        picture.rgb[i] = static_cast<std::uint8_t>(i * static_cast<std::size_t>(7 + look) + i / 53);
    }
    return std::make_shared<const Picture>(std::move(picture));
}

Request request(Reply& reply, Priority priority, int look, int tokens) {
    Request request;
    request.priority = priority;
    Message question{Role::user, {}, {}};
    question.parts.emplace_back(ImagePart{picture(look), {}});
    question.parts.emplace_back(TextPart{"What is in picture " + std::to_string(look) + "?"});
    request.prompt.messages.push_back(std::move(question));
    request.options.temperature = 0;
    request.options.max_tokens = tokens;
    request.options.ignore_end_of_turn = true;
    request.options.stop_on_repetition = false;
    request.on_event = [&reply](RequestId, const Event& event) {
        if (const auto* delta = std::get_if<DeltaEvent>(&event)) {
            reply.text += delta->text;
            reply.tokens.push_back(delta->token);
        } else if (const auto* finished = std::get_if<FinishedEvent>(&event)) {
            reply.finished = *finished;
        }
    };
    return request;
}

}  // namespace

class SchedulerEngineTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { test::writeTinyModel(folder_.path().toStdString()); }

    void aReplyIsTheSameAloneAndInCompany() {
        std::vector<TokenId> alone;
        {
            const auto engine = openEngine();
            alone = run(*engine, Priority::visible, 1, 12).tokens;
        }
        QCOMPARE(alone.size(), std::size_t{12});
        const auto engine = openEngine();
        Scheduler scheduler(*engine, 8);
        std::array<Reply, 3> replies;
        for (std::size_t i = 0; i < 3; ++i) {
            scheduler.submit(request(replies[i], Priority::visible, static_cast<int>(i), 12));
        }
        scheduler.runUntilIdle();
        QVERIFY(replies[1].tokens == alone);
        const auto isBatch = [](const auto& step) { return step.size() == 3; };
        QVERIFY(std::any_of(engine->steps.begin(), engine->steps.end(), isBatch));
    }

    // Whatever the step in which the interactive request arrives, nothing of the background request comes
    // between its submission and its end but the step in progress.
    void aBackgroundRequestDelaysByOneStepAtMost() {
        const auto measure = openEngine();
        run(*measure, Priority::background, 1, 6);
        const std::size_t count = measure->steps.size();
        QVERIFY(count > 10);
        for (std::size_t arrival = 1; arrival <= count; ++arrival) {
            const auto engine = openEngine();
            Scheduler scheduler(*engine, 2);
            Reply background;
            Reply urgent;
            engine->inside_step = [&] {
                if (engine->steps.size() == arrival)
                    scheduler.submit(request(urgent, Priority::interactive, 2, 3));
            };
            scheduler.submit(request(background, Priority::background, 1, 6));
            scheduler.runUntilIdle();
            QCOMPARE(urgent.tokens.size(), std::size_t{3});
            QCOMPARE(background.tokens.size(), std::size_t{6});
            const SequenceId first = engine->steps.front().front();
            const auto begin = engine->steps.begin() + static_cast<std::ptrdiff_t>(arrival);
            const auto isFirst = [first](const auto& step) { return step.front() == first; };
            const auto back = std::find_if(begin, engine->steps.end(), isFirst);
            QVERIFY(
                std::none_of(back, engine->steps.end(), [&](const auto& step) { return !isFirst(step); }));
            QVERIFY(back - begin > 3);
        }
    }

    // A stop inside of any step ends one request and leaves the other as if nothing had happened.
    void cancelInsideTheWorkSparesTheOther() {
        const auto alone = openEngine();
        const Reply expected = run(*alone, Priority::visible, 1, 8);
        for (std::size_t at = 1; at < 40; at += 3) {
            const auto engine = openEngine();
            Scheduler scheduler(*engine, 2);
            Reply kept;
            Reply dropped;
            std::optional<RequestId> id;
            engine->inside_step = [&] {
                if (engine->steps.size() == at) scheduler.cancel(*id);
            };
            scheduler.submit(request(kept, Priority::visible, 1, 8));
            id = scheduler.submit(request(dropped, Priority::visible, 2, 200));
            scheduler.runUntilIdle();
            QCOMPARE(dropped.finished->reason, StopReason::cancelled);
            QCOMPARE(kept.finished->reason, StopReason::max_tokens);
            QVERIFY(kept.tokens == expected.tokens);
            QCOMPARE(kept.text, expected.text);
        }
    }

    void cancelFromAnotherThreadIsPrompt() {
        const auto engine = openEngine();
        Scheduler scheduler(*engine, 1);
        Reply reply;
        std::mutex mutex;
        std::condition_variable begun;
        bool has_begun = false;
        Request endless = request(reply, Priority::visible, 1, 3000);
        endless.on_event = [&, hear = endless.on_event](RequestId id, const Event& event) {
            hear(id, event);
            const std::lock_guard lock(mutex);
            has_begun = has_begun || std::holds_alternative<DeltaEvent>(event);
            begun.notify_all();
        };
        const auto id = scheduler.submit(std::move(endless));
        std::jthread canceller([&] {
            std::unique_lock lock(mutex);
            begun.wait(lock, [&] { return has_begun; });
            lock.unlock();
            scheduler.cancel(*id);
        });
        scheduler.runUntilIdle();
        QCOMPARE(reply.finished->reason, StopReason::cancelled);
        QVERIFY(reply.tokens.size() < 3000);
        QCOMPARE(engine->memory().kv_cache_bytes, std::size_t{0});
    }

    void anErrorOfOneIsNoErrorOfTheOther() {
        const auto engine = openEngine();
        Scheduler scheduler(*engine, 4);
        Reply too_long;
        Reply bad_option;
        Reply good;
        Request long_request = request(too_long, Priority::visible, 1, 4);
        std::string text;
        for (int i = 0; i < 6000; ++i)
            text += "word ";
        long_request.prompt.messages[0].parts.emplace_back(TextPart{text});
        Request bad_request = request(bad_option, Priority::visible, 1, 4);
        bad_request.options.top_p = 7;
        scheduler.submit(std::move(long_request));
        scheduler.submit(std::move(bad_request));
        scheduler.submit(request(good, Priority::visible, 3, 4));
        scheduler.runUntilIdle();
        QCOMPARE(too_long.finished->reason, StopReason::error);
        QCOMPARE(too_long.finished->error_kind, ErrorKind::context_full);
        QCOMPARE(bad_option.finished->error_kind, ErrorKind::invalid_input);
        QVERIFY(QString::fromStdString(bad_option.finished->error).contains("top_p"));
        QCOMPARE(good.tokens.size(), std::size_t{4});
    }

    void aRestrictionHolds() {
        const auto engine = openEngine();
        Scheduler scheduler(*engine, 1);
        Reply reply;
        Request restricted = request(reply, Priority::visible, 1, 6);
        restricted.restrict_tokens = [](std::span<const TokenId> so_far, std::span<std::uint8_t> allowed) {
            std::fill(allowed.begin(), allowed.end(), 0);
            allowed[40 + so_far.size()] = 1;
        };
        scheduler.submit(std::move(restricted));
        scheduler.runUntilIdle();
        QVERIFY(reply.tokens == (std::vector<TokenId>{40, 41, 42, 43, 44, 45}));
    }

  private:
    std::unique_ptr<WatchedEngine> openEngine() const {
        EngineOptions options;
        options.device = DeviceChoice::cpu;
        options.precision = Precision::float32;
        options.threads = 1;
        options.prefill_chunk = 16;
        return std::make_unique<WatchedEngine>(
            loadInference().openEngine(folder_.path().toStdString(), options, {}, {}));
    }

    static Reply run(Engine& engine, Priority priority, int look, int tokens) {
        Scheduler scheduler(engine, 1);
        Reply reply;
        scheduler.submit(request(reply, priority, look, tokens));
        scheduler.runUntilIdle();
        return reply;
    }

    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(SchedulerEngineTest)
#include "scheduler_engine_test.moc"
