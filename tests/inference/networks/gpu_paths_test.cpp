// What a GPU does otherwise than a processor, done by a processor: weights as integers with a scale a row,
// and a step that can be recorded. A recording itself needs a GPU; here it is played by doing its work again,
// which reads and writes the same memory.
#include <QTemporaryDir>
#include <QTest>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <memory>

#include "inference/files/model_config.h"
#include "inference/networks/language_model.h"
#include "inference/networks/recorded_step.h"
#include "inference/networks/row_int8.h"
#include "inference/networks/torch_runtime.h"
#include "tests/tiny_model/tiny_model.h"

using namespace sightline;

namespace {

double largest(const at::Tensor& x) {
    return x.abs().max().item<double>();
}

// Of the difference, as a part of that of the exact values.
double deviation(const at::Tensor& x, const at::Tensor& exact) {
    return ((x - exact).std() / exact.std()).item<double>();
}

// With channels that stand out as in real models: 50 times the others, in 1 of 300.
at::Tensor activations(std::int64_t rows, std::int64_t columns) {
    at::Tensor x = at::randn({rows, columns});
    for (std::int64_t channel = 7; channel < columns; channel += 300)
        x.select(1, channel).mul_(50);
    return x;
}

at::Tensor dequantized(const RowInt8& matrix) {
    return matrix.values.to(at::kFloat) * matrix.scales.unsqueeze(1);
}

struct Model {
    Model(const std::filesystem::path& folder, const ComputeContext& context)
        : config(readModelConfig(folder)),
          weights(WeightFiles::open(folder), context),
          language_model(WeightScope(weights, "") / "model" / "language_model", WeightScope(weights, ""),
                         config) {}

    ModelConfig config;
    Weights weights;
    LanguageModel language_model;
};

constexpr std::array prompt_ids{5, 81, 300, 12, 644, 7, 7, 230, 19};

Position positionAt(std::int64_t place) {
    const auto p = static_cast<std::int32_t>(place);
    return {p, p, p};
}

void prefill(const LanguageModel& model, KvCache& cache, std::span<const TokenId> ids) {
    std::vector<Position> positions;
    for (std::size_t i = 0; i < ids.size(); ++i)
        positions.push_back(positionAt(static_cast<std::int64_t>(i)));
    PrefillState state = model.beginPrefill(cache, ids, positions, {}, Work{});
    while (!model.stepPrefill(state, Work{})) {
    }
}

at::Tensor decode(const LanguageModel& model, KvCache& cache, TokenId id) {
    KvCache* caches[] = {&cache};
    const Position position = positionAt(cache.length());
    return model.decode({&id, 1}, {&position, 1}, caches, Work{});
}

KvCache inOneRun(const LanguageModel& model) {
    KvLayout layout = model.cacheLayout();
    layout.in_one_run = true;
    return KvCache(layout);
}

}  // namespace

class GpuPathsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void integersAreNearestToTheWeights();
    void devicesAreAskedWhatTheyCan();
    void activationsLoseNothingThatShows();
    void rowsDoNotDependOnTheirBatch();
    void linearTakesAnyRowsAndAnySize();
    void modelOfIntegersIsNearTheExactOne();
    void activationsMayBeBfloat16();
    void recordableStepIsTheDecodedOne();
    void playsWhatWasRecorded();
    void recordsAgainWhereThingsLieElsewhere();
    void distrustsWhatPlaysOtherwise();
    void goesOnWithoutRecordings();

  private:
    std::unique_ptr<Model> model(const ComputeContext& context) {
        if (!folder_.isValid()) return nullptr;
        const std::filesystem::path path = folder_.path().toStdString();
        if (!std::filesystem::exists(path / "config.json")) test::writeTinyModel(path);
        return std::make_unique<Model>(path, context);
    }
    std::unique_ptr<Model> exactModel() { return model({at::kCPU, at::kFloat, at::kFloat, at::kFloat}); }

    QTemporaryDir folder_;
};

void GpuPathsTest::integersAreNearestToTheWeights() {
    const c10::InferenceMode guard;
    at::manual_seed(3);
    at::Tensor weight = at::randn({40, 96}) * at::logspace(-6, 3, 40).unsqueeze(1);
    weight.select(0, 11).zero_();
    const RowInt8 matrix = toRowInt8(weight.to(at::kBFloat16), at::kCPU);
    const at::Tensor exact = weight.to(at::kBFloat16).to(at::kFloat);
    QCOMPARE(largest(dequantized(matrix).select(0, 11)), 0.0);
    for (std::int64_t row = 0; row < 40; ++row) {
        const double step = largest(exact.select(0, row)) / 127;
        QVERIFY(largest(dequantized(matrix).select(0, row) - exact.select(0, row)) <= 0.5001 * step);
    }
    QCOMPARE(largest(matrix.values.to(at::kFloat)), 127.0);
}

void GpuPathsTest::devicesAreAskedWhatTheyCan() {
    const c10::InferenceMode guard;
    QVERIFY(hasIntegerProduct(at::kCPU));
    QVERIFY(copySpeed(at::kCPU) > 1e8);
}

void GpuPathsTest::activationsLoseNothingThatShows() {
    const c10::InferenceMode guard;
    at::manual_seed(4);
    const RowInt8 matrix = toRowInt8(at::randn({256, 1536}), at::kCPU);
    at::Tensor x = activations(3, 1536);
    x.select(0, 1).zero_();
    const at::Tensor exact = at::linear(x, dequantized(matrix));
    const at::Tensor y = multiplyIntegers(toRowInt8Input(x), matrix, at::kFloat);
    QCOMPARE(y.sizes(), exact.sizes());
    QCOMPARE(largest(y.select(0, 1)), 0.0);
    // Rounded to 8 bits only, these would differ by more than a hundredth.
    QVERIFY2(deviation(y, exact) < 5e-4, qPrintable(QString::number(deviation(y, exact))));
}

void GpuPathsTest::rowsDoNotDependOnTheirBatch() {
    const c10::InferenceMode guard;
    at::manual_seed(5);
    const RowInt8 matrix = toRowInt8(at::randn({128, 512}), at::kCPU);
    const at::Tensor x = activations(row_int8_most_rows, 512);
    const at::Tensor all = multiplyIntegers(toRowInt8Input(x), matrix, at::kFloat);
    for (std::int64_t row = 0; row < row_int8_most_rows; ++row)
        QVERIFY(
            at::equal(multiplyIntegers(toRowInt8Input(x.narrow(0, row, 1)), matrix, at::kFloat).select(0, 0),
                      all.select(0, row)));
}

void GpuPathsTest::linearTakesAnyRowsAndAnySize() {
    const c10::InferenceMode guard;
    at::manual_seed(6);
    for (const auto& [out, in] : {std::pair{64, 128}, {37, 128}, {64, 51}}) {
        const at::Tensor bias = at::randn({out});
        const RowInt8 matrix = toRowInt8(at::randn({out, in}), at::kCPU);
        const WeightMatrix weight(matrix);
        QCOMPARE(weight.out(), std::int64_t{out});
        QCOMPARE(weight.in(), std::int64_t{in});
        const Linear whole(weight, bias);
        const Linear part(weight.narrow(8, 16), bias.narrow(0, 8, 16));
        for (const std::int64_t rows : {std::int64_t{1}, row_int8_most_rows, row_int8_most_rows + 1}) {
            const at::Tensor x = at::randn({rows, in});
            const at::Tensor exact = at::linear(x, dequantized(matrix), bias);
            QVERIFY(largest(whole(x, Work{}) - exact) < 0.01);
            QVERIFY(largest(part(x, Work{}) - exact.narrow(1, 8, 16)) < 0.01);
        }
    }
}

void GpuPathsTest::modelOfIntegersIsNearTheExactOne() {
    const c10::InferenceMode guard;
    const auto exact = exactModel();
    ComputeContext context{at::kCPU, at::kBFloat16, at::kFloat, at::kFloat};
    const auto plain = model(context);
    context.row_int8 = true;
    const auto integers = model(context);
    KvCache exact_cache(exact->language_model.cacheLayout());
    KvCache cache(integers->language_model.cacheLayout());
    prefill(exact->language_model, exact_cache, prompt_ids);
    prefill(integers->language_model, cache, prompt_ids);
    for (const TokenId id : {1, 500, 32}) {
        const at::Tensor y = decode(integers->language_model, cache, id);
        const double lost = deviation(y, decode(exact->language_model, exact_cache, id));
        QVERIFY2(lost > 0 && lost < 0.06, qPrintable(QString::number(lost)));
    }
    QVERIFY(integers->weights.bytes() < plain->weights.bytes());
}

// A GPU has activations in bfloat16 too.
void GpuPathsTest::activationsMayBeBfloat16() {
    const c10::InferenceMode guard;
    const auto logitsIn = [&](at::ScalarType activations) {
        ComputeContext context{at::kCPU, at::kBFloat16, activations, activations};
        context.row_int8 = true;
        const auto integers = model(context);
        KvCache cache = inOneRun(integers->language_model);
        at::Tensor logits;
        for (const std::int64_t id : prompt_ids) {
            cache.reserve(cache.length() + 1);
            const std::int64_t place = cache.length();
            const at::Tensor numbers = at::tensor(StepNumbers{id, place, place, place, place}, at::kLong);
            logits = integers->language_model.computeStep(numbers, cache.run(), 512);
            cache.commit(place + 1);
        }
        return logits;
    };
    const double lost = deviation(logitsIn(at::kBFloat16), logitsIn(at::kFloat));
    QVERIFY2(lost > 0 && lost < 0.1, qPrintable(QString::number(lost)));

    const RowInt8 matrix = toRowInt8(at::randn({64, 128}), at::kCPU);
    const Linear linear(WeightMatrix(matrix), at::randn({64}).to(at::kBFloat16));
    const at::Tensor x = at::randn({row_int8_most_rows + 1, 128}).to(at::kBFloat16);
    const at::Tensor many = linear(x, Work{});
    const at::Tensor few = linear(x.narrow(0, 0, row_int8_most_rows), Work{});
    QVERIFY(many.scalar_type() == at::kBFloat16 && few.scalar_type() == at::kBFloat16);
    QVERIFY(largest(many.narrow(0, 0, row_int8_most_rows) - few) < 0.5);
}

void GpuPathsTest::recordableStepIsTheDecodedOne() {
    const c10::InferenceMode guard;
    const auto exact = exactModel();
    const LanguageModel& language_model = exact->language_model;
    KvCache pages(language_model.cacheLayout());
    KvCache run = inOneRun(language_model);
    prefill(language_model, pages, prompt_ids);
    prefill(language_model, run, prompt_ids);
    for (const TokenId id : {1, 500, 32, 32, 895}) {
        run.reserve(run.length() + 1);
        const Position p = positionAt(run.length());
        const at::Tensor numbers = at::tensor(StepNumbers{id, p[0], p[1], p[2], run.length()}, at::kLong);
        const at::Tensor step = language_model.computeStep(numbers, run.run(), 512);
        run.commit(run.length() + 1);
        QVERIFY(largest(step - decode(language_model, pages, id)) < 1e-4);
    }
    // What it wrote is what was decoded.
    for (std::int64_t layer = 0; layer < 2; ++layer) {
        const auto [k, v] = run.gather(layer, run.length());
        const auto [page_k, page_v] = pages.gather(layer, pages.length());
        QVERIFY(largest(k - page_k) < 1e-4 && largest(v - page_v) < 1e-4);
    }
}

namespace {

// A step that is quickly computed: from its numbers and what lies in the run.
struct Steps {
    int computed = 0;
    int recorded = 0;
    int played = 0;
    bool spoilt = false;   // what is played does nothing
    bool refused = false;  // nothing can be recorded
    bool torn = false;     // recording fails in its middle

    RecordedStep make() {
        const auto compute = [this](const at::Tensor& numbers, const at::Tensor& run, std::int64_t keys) {
            ++computed;
            run.select(3, 0).add_(0);
            return (numbers.to(at::kFloat).sum() + run.narrow(3, 0, keys).sum()).view({1, 1}).repeat({1, 3});
        };
        const auto record = [this](const std::function<void()>& work) -> Replay {
            ++recorded;
            if (refused) return {};
            work();
            if (torn) return {};
            if (spoilt) return [] {};
            return [this, work] {
                ++played;
                work();
            };
        };
        return {at::kCPU, record, compute};
    }
};

at::Tensor newRun(std::int64_t capacity = 1024) {
    return at::ones({1, 2, 1, capacity, 1});
}

bool isRight(RecordedStep& step, std::int64_t place, const at::Tensor& run) {
    const auto keys = static_cast<float>(RecordedStep::keysFor(place, run.size(3)));
    const at::Tensor logits = step({3, 1, 1, 1, place}, run);
    const float wanted = static_cast<float>(6 + place) + 2 * keys;
    return logits.size(1) == 3 && largest(logits - wanted) == 0;
}

}  // namespace

void GpuPathsTest::playsWhatWasRecorded() {
    const c10::InferenceMode guard;
    Steps steps;
    RecordedStep step = steps.make();
    const at::Tensor run = newRun();
    QVERIFY(isRight(step, 40, run));
    QCOMPARE(steps.recorded, 0);  // the first may be the only one
    for (std::int64_t place = 41; place < 60; ++place)
        QVERIFY(isRight(step, place, run));
    QCOMPARE(steps.recorded, 1);
    QCOMPARE(steps.played, 19);
    QCOMPARE(steps.computed, 2 + 1 + 19);  // two, then the recording, and this recording computes to play
}

void GpuPathsTest::recordsAgainWhereThingsLieElsewhere() {
    const c10::InferenceMode guard;
    Steps steps;
    RecordedStep step = steps.make();
    const at::Tensor run = newRun();
    for (std::int64_t place = 505; place < 520; ++place)
        QVERIFY2(isRight(step, place, run), qPrintable(QString::number(place)));
    QCOMPARE(steps.recorded, 2);
    const at::Tensor another = newRun();
    for (std::int64_t place = 515; place < 520; ++place)
        QVERIFY(isRight(step, place, another));
    QCOMPARE(steps.recorded, 3);
    QVERIFY(isRight(step, 515, run));  // the first again
    QVERIFY(isRight(step, 516, run));
    QCOMPARE(steps.recorded, 4);
    const at::Tensor longer = newRun(1536);
    QCOMPARE(RecordedStep::keysFor(1500, 1536), std::int64_t{1536});
    QCOMPARE(RecordedStep::keysFor(1023, 1024), std::int64_t{1024});
    QCOMPARE(RecordedStep::keysFor(511, 1024), std::int64_t{512});
    QCOMPARE(RecordedStep::keysFor(512, 1024), std::int64_t{1024});
    QCOMPARE(RecordedStep::keysFor(3, 100), std::int64_t{100});
    QVERIFY(isRight(step, 1200, longer));
}

void GpuPathsTest::distrustsWhatPlaysOtherwise() {
    const c10::InferenceMode guard;
    Steps steps;
    steps.spoilt = true;
    RecordedStep step = steps.make();
    const at::Tensor run = newRun();
    for (std::int64_t place = 40; place < 50; ++place)
        QVERIFY(isRight(step, place, run));
    QCOMPARE(steps.recorded, 1);  // and never again
}

void GpuPathsTest::goesOnWithoutRecordings() {
    const c10::InferenceMode guard;
    QVERIFY(!graphRecorder(at::kCPU));
    for (bool Steps::*kind : {&Steps::refused, &Steps::torn}) {
        Steps steps;
        steps.*kind = true;
        RecordedStep step = steps.make();
        const at::Tensor run = newRun();
        for (std::int64_t place = 40; place < 50; ++place)
            QVERIFY(isRight(step, place, run));
        QCOMPARE(steps.recorded, 1);
        QCOMPARE(steps.played, 0);
    }
}

QTEST_GUILESS_MAIN(GpuPathsTest)
#include "gpu_paths_test.moc"
