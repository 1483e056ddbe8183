// The pictures of a question are encoded in one batch, and come out as they would one by one.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "inference/networks/qwen_engine.h"
#include "inference/pictures/video_frames.h"
#include "tests/inference/networks/questions.h"
#include "tests/test_paths.h"

using namespace questions;

namespace {

std::unique_ptr<QwenEngine> open(Precision precision) {
    EngineOptions options;
    options.precision = precision;
    options.device = DeviceChoice::cpu;
    options.context_length = 8192;
    options.threads = 2;
    return std::make_unique<QwenEngine>(test_paths::source("resources/demo-model").toStdString(), options,
                                        nullptr, std::stop_token());
}

std::vector<VisualFeatures> encode(const QwenEngine& engine, std::vector<Patches> pictures) {
    EncodingState state = engine.visionEncoder().begin(std::move(pictures));
    while (!engine.visionEncoder().step(state, Work{})) {
    }
    return std::move(state.features);
}

// The largest difference of two tensors, and the mean magnitude of the first.
struct Difference {
    double largest;
    double magnitude;
};

Difference differenceOf(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor wide = a.to(at::kFloat);
    return {(wide - b.to(at::kFloat)).abs().max().item<double>(), wide.abs().mean().item<double>()};
}

bool holdsNothingElse(const at::Tensor& tensor) {
    return tensor.storage().nbytes() == tensor.nbytes();
}

Prompt askAboutAll(const std::vector<std::shared_ptr<Picture>>& pictures) {
    std::vector<Part> parts;
    for (const auto& each : pictures)
        parts.emplace_back(ImagePart{each, {}});
    parts.emplace_back(TextPart{"Compare them."});
    Prompt prompt;
    prompt.messages = {user(parts)};
    return prompt;
}

int encodingSteps(const Finished& finished) {
    return static_cast<int>(std::ranges::count(finished.steps, Phase::encode, &StepResult::phase));
}

}  // namespace

class PictureBatchTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { engine_ = open(Precision::int8); }
    void init() { engine_->dropCaches(); }

    void eachComesOutAsAlone_data();
    void eachComesOutAsAlone();
    void oneBatchForAll();
    void moreThanABatchHolds();
    void aPictureTwiceIsEncodedOnce();
    void whatIsKnownIsNotEncodedAgain();
    void progressOnlyGrows();
    void stoppedAndForkedOnTheWay();

  private:
    int oneBatch() const { return static_cast<int>(engine_->visionEncoder().steps()); }

    std::unique_ptr<QwenEngine> engine_;
};

void PictureBatchTest::eachComesOutAsAlone_data() {
    QTest::addColumn<int>("precision");
    QTest::addColumn<double>("limit");  // of the mean magnitude
    const auto row = [](Precision precision, double limit) {
        QTest::newRow(nameOf(precision)) << static_cast<int>(precision) << limit;
    };
    row(Precision::float32, 1e-4);
    row(Precision::bfloat16, 0.1);
    row(Precision::int8, 0);
    row(Precision::int4, 0);
}

void PictureBatchTest::eachComesOutAsAlone() {
    QFETCH(int, precision);
    QFETCH(double, limit);
    const c10::InferenceMode guard;
    const auto engine = open(static_cast<Precision>(precision));
    const PatchOptions& options = engine->config().image_patches;
    std::vector<Patches> pictures;
    pictures.push_back(imagePatches(*picture(96, 64, 1), options, {}));
    pictures.push_back(imagePatches(*picture(400, 300, 2), options, {}));
    Video clip{{*picture(64, 96, 3), *picture(64, 96, 4), *picture(64, 96, 5), *picture(64, 96, 6)}, 2.0};
    VideoPart part{std::make_shared<Video>(clip)};
    part.sample_frames = false;
    VideoOptions video;
    video.patches = options;
    pictures.push_back(videoPatches(part, video).patches);
    QVERIFY(pictures.back().grid.t == 2);
    pictures.push_back(imagePatches(*picture(640, 640, 7), options, {}));  // more than is taken at once
    pictures.push_back(imagePatches(*picture(32, 128, 8), options, {}));

    const std::vector<VisualFeatures> together = encode(*engine, pictures);
    QCOMPARE(together.size(), pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const std::vector<VisualFeatures> alone = encode(*engine, {pictures[i]});
        std::vector<std::pair<at::Tensor, at::Tensor>> pairs{{alone[0].merged, together[i].merged}};
        QCOMPARE(together[i].deepstack.size(), alone[0].deepstack.size());
        for (std::size_t layer = 0; layer < alone[0].deepstack.size(); ++layer)
            pairs.emplace_back(alone[0].deepstack[layer], together[i].deepstack[layer]);
        for (const auto& [expected, got] : pairs) {
            QVERIFY(expected.sizes() == got.sizes());
            QVERIFY(holdsNothingElse(got));
            const Difference difference = differenceOf(expected, got);
            QVERIFY2(difference.largest <= limit * difference.magnitude,
                     qPrintable(QString("picture %1: %2 of a mean magnitude of %3")
                                    .arg(i)
                                    .arg(difference.largest)
                                    .arg(difference.magnitude)));
        }
    }
}

void PictureBatchTest::oneBatchForAll() {
    const Prompt prompt = askAboutAll({picture(96, 64, 1), picture(400, 300, 2), picture(64, 128, 3)});
    const SequenceId id = engine_->open(prompt, sampling(2));
    const Finished finished = finish(*engine_, id);
    QCOMPARE(encodingSteps(finished), oneBatch());
    QCOMPARE(engine_->statistics(id).pictures_from_cache, 0);
    engine_->close(id);
}

// 1,600 patches each: two are a batch, the third would be more than 4,096.
void PictureBatchTest::moreThanABatchHolds() {
    const Prompt prompt = askAboutAll({picture(640, 640, 1), picture(640, 640, 2), picture(640, 640, 3)});
    const SequenceId id = engine_->open(prompt, sampling(2));
    QCOMPARE(encodingSteps(finish(*engine_, id)), 2 * oneBatch());
    engine_->close(id);
}

void PictureBatchTest::aPictureTwiceIsEncodedOnce() {
    const auto twice = picture(96, 64, 1);
    const SequenceId id = engine_->open(askAboutAll({twice, picture(64, 64, 2), twice}), sampling(2));
    // One more step finds the second of the two in the cache.
    QCOMPARE(encodingSteps(finish(*engine_, id)), oneBatch() + 1);
    QCOMPARE(engine_->statistics(id).pictures_from_cache, 1);
    engine_->close(id);
}

// Each picture of a batch has its own place in the cache.
void PictureBatchTest::whatIsKnownIsNotEncodedAgain() {
    const auto first = picture(96, 64, 1);
    const auto second = picture(64, 64, 2);
    SequenceId id = engine_->open(askAboutAll({first, second}), sampling(2));
    finish(*engine_, id);
    engine_->close(id);
    id = engine_->open(askAboutAll({picture(128, 64, 3), second, picture(64, 96, 4), first}), sampling(2));
    QCOMPARE(encodingSteps(finish(*engine_, id)), oneBatch());
    QCOMPARE(engine_->statistics(id).pictures_from_cache, 2);
    engine_->close(id);
}

void PictureBatchTest::progressOnlyGrows() {
    const SequenceId id = engine_->open(
        askAboutAll({picture(640, 640, 1), picture(640, 640, 2), picture(640, 640, 3)}), sampling(2));
    const Finished finished = finish(*engine_, id);
    double last = 0;
    for (const StepResult& step : finished.steps) {
        if (step.phase != Phase::encode) break;
        QVERIFY(step.progress > last && step.progress <= 1);
        last = step.progress;
    }
    QCOMPARE(last, 1.0);
    engine_->close(id);
}

void PictureBatchTest::stoppedAndForkedOnTheWay() {
    const Prompt prompt = askAboutAll({picture(96, 64, 1), picture(400, 300, 2)});
    GenerationOptions options = sampling(4);
    options.temperature = 0;
    SequenceId id = engine_->open(prompt, options);
    const std::vector<TokenId> expected = finish(*engine_, id).tokens;
    engine_->close(id);
    engine_->dropCaches();

    id = engine_->open(prompt, options);
    const StepRequest request{id, {}};
    std::vector<SequenceId> forks{engine_->fork(id, 1)};
    for (bool encodes = true; encodes;) {
        std::stop_source source;
        source.request_stop();
        QCOMPARE(kindOf([&] { engine_->step({&request, 1}, source.get_token()); }), ErrorKind::cancelled);
        encodes = engine_->step({&request, 1}, {}).front().phase == Phase::encode;
        forks.push_back(engine_->fork(id, 1));
    }
    forks.push_back(id);
    for (const SequenceId each : forks) {
        QCOMPARE(finish(*engine_, each).tokens, expected);
        engine_->close(each);
    }
}

QTEST_GUILESS_MAIN(PictureBatchTest)
#include "picture_batch_test.moc"
