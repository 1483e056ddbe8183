// The engine on packed weights: what it says beside float32, where the packed file comes from, and what a
// load tells meanwhile.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>

#include "inference/files/default_precision.h"
#include "inference/files/packed_place.h"
#include "inference/networks/qwen_engine.h"
#include "tests/inference/failure.h"
#include "tests/tiny_model/tiny_model.h"

using namespace sightline;
using sightline::test::failureOf;
namespace fs = std::filesystem;

namespace {

Prompt askAboutAPicture() {
    auto picture = std::make_shared<Picture>();
    picture->width = 96;
    picture->height = 64;
    picture->rgb.resize(3 * 96 * 64);
    for (std::size_t i = 0; i < picture->rgb.size(); ++i)
        picture->rgb[i] = static_cast<std::uint8_t>((i * 7 + i / 31) & 0xFF);
    Prompt prompt;
    prompt.messages = {{Role::user, {ImagePart{picture, {}}, TextPart{"What is this?"}}, {}}};
    return prompt;
}

struct Answer {
    std::vector<TokenId> tokens;
    std::vector<float> log_probabilities;
};

// The same tokens whatever the engine thinks of them: `forced`, if there are any.
Answer answer(Engine& engine, const std::vector<TokenId>& forced = {}) {
    GenerationOptions options;
    options.temperature = 0;
    options.max_tokens = 12;
    options.ignore_end_of_turn = true;
    options.stop_on_repetition = false;
    const SequenceId id = engine.open(askAboutAPicture(), options);
    Answer result;
    for (bool finished = false; !finished;) {
        std::vector<std::uint8_t> allowed;
        if (!forced.empty()) {
            allowed.resize(static_cast<std::size_t>(engine.facts().vocab_size));
            allowed[static_cast<std::size_t>(forced[result.tokens.size()])] = 1;
        }
        const StepRequest request{id, allowed};
        const StepResult step = engine.step({&request, 1}, {}).front();
        if (step.error) throw Error(*step.error);
        if (step.token) {
            result.tokens.push_back(*step.token);
            result.log_probabilities.push_back(step.log_probability);
        }
        finished = step.stop.has_value();
    }
    engine.close(id);
    return result;
}

}  // namespace

class PackedEngineTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
    fs::path model() const { return path("model"); }
    EngineOptions options(Precision precision) const {
        EngineOptions options;
        options.device = DeviceChoice::cpu;
        options.precision = precision;
        options.threads = 2;
        options.packed_folder = path("packed");
        return options;
    }
    std::unique_ptr<QwenEngine> open(const EngineOptions& wanted, const LoadProgress& progress = {},
                                     std::stop_token stop = {}) const {
        return std::make_unique<QwenEngine>(model(), wanted, progress, std::move(stop));
    }
    std::unique_ptr<QwenEngine> open(Precision precision) const { return open(options(precision)); }

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        test::writeTinyModel(model());
    }

    void answersNearlyAsFloat32_data() {
        QTest::addColumn<int>("precision");
        QTest::addColumn<double>("most");
        // The weights of the tiny model are random, which is the hardest case: every rounding is noise.
        QTest::newRow("int8") << static_cast<int>(Precision::int8) << 0.15;
        QTest::newRow("int4") << static_cast<int>(Precision::int4) << 2.0;
    }

    void answersNearlyAsFloat32() {
        QFETCH(int, precision);
        QFETCH(double, most);
        const Answer exact = answer(*open(Precision::float32));
        const auto packed = open(static_cast<Precision>(precision));
        const Answer near = answer(*packed, exact.tokens);
        double sum = 0;
        for (std::size_t i = 0; i < exact.tokens.size(); ++i)
            sum += std::abs(exact.log_probabilities[i] - near.log_probabilities[i]);
        const double mean = sum / static_cast<double>(exact.tokens.size());
        QVERIFY2(mean < most && mean > 0, qPrintable(QString::number(mean)));
        packed->dropCaches();  // what is reused was computed in other batches, with other roundings
        QVERIFY(answer(*packed, exact.tokens).log_probabilities == near.log_probabilities);
        QVERIFY(packed->memory().weights_bytes < open(Precision::bfloat16)->memory().weights_bytes);
    }

    // Where the weights have lost more than that already: less to read for every token.
    void onlyInt4HasACacheOfEightBits() {
        for (const auto& [precision, dtype] : {std::pair{Precision::int4, at::kChar},
                                               {Precision::int8, at::kBFloat16},
                                               {Precision::bfloat16, at::kBFloat16}})
            QVERIFY2(open(precision)->languageModel().cacheLayout().context.cache_dtype == dtype,
                     nameOf(precision));
    }

    // Rounding them would go into every layer.
    void embeddingsAreThoseOfTheModel() {
        const std::vector<TokenId> ids{1, 50, 7, 600, 7};
        const std::vector<Position> positions(ids.size());
        const auto embeddings = [&](Precision precision) {
            const c10::InferenceMode guard;
            const auto engine = open(precision);
            KvCache cache(engine->languageModel().cacheLayout());
            return engine->languageModel().beginPrefill(cache, ids, positions, {}, Work{}).x;
        };
        for (const bool tied : {true, false}) {
            test::TinyModelOptions model_options;
            model_options.tie_word_embeddings = tied;
            fs::remove_all(model());
            test::writeTinyModel(model(), model_options);
            const at::Tensor wanted = embeddings(Precision::float32);
            for (const Precision precision : {Precision::int8, Precision::int4}) {
                const at::Tensor got = embeddings(precision);
                QVERIFY2(got.scalar_type() == at::kFloat && got.equal(wanted), nameOf(precision));
            }
        }
    }

    void packsOnce() {
        double last = 0;
        bool packing = false;
        bool ascending = true;
        const auto watch = [&](const LoadStatus& status) {
            ascending &= status.fraction >= last && status.fraction <= 1;
            last = status.fraction;
            packing |= status.work == LoadStatus::Work::packing;
        };
        const Answer first = answer(*open(options(Precision::int4), watch));
        QVERIFY(packing && ascending);
        QCOMPARE(last, 1.0);
        last = 0;
        packing = false;
        QVERIFY(answer(*open(options(Precision::int4), watch)).tokens == first.tokens);
        QVERIFY(!packing && ascending);
        QCOMPARE(last, 1.0);
        QCOMPARE(packedFilesOf(model(), path("packed")).size(), std::size_t{1});
    }

    void damagedFileIsPackedAgain() {
        const Answer first = answer(*open(Precision::int4));
        const fs::path file = packedFilesOf(model(), path("packed")).at(0).path;
        {
            std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
            stream.seekp(100'000);
            stream.write("damage", 6);
        }
        const Answer again = answer(*open(Precision::int4));
        QVERIFY(again.log_probabilities == first.log_probabilities);
    }

    void keepsNothingWithoutAFolder() {
        EngineOptions wanted = options(Precision::int8);
        wanted.packed_folder.clear();
        const auto engine = open(wanted);
        QCOMPARE(engine->loadNotice(), std::string());
        QVERIFY(!fs::exists(path("packed")));
        QVERIFY(answer(*engine).log_probabilities == answer(*open(Precision::int8)).log_probabilities);
    }

    void aFolderThatCannotBeIsSaid() {
        EngineOptions wanted = options(Precision::int8);
        wanted.packed_folder = "/proc/sightline";
        const auto engine = open(wanted);
        QVERIFY(engine->loadNotice().find("/proc/sightline") != std::string::npos);
        QCOMPARE(answer(*engine).tokens.size(), std::size_t{12});
    }

    void stopsWhilePacking() {
        std::stop_source stop;
        const auto watch = [&](const LoadStatus& status) {
            if (status.work == LoadStatus::Work::packing) stop.request_stop();
        };
        COMPARE_FAILURE(failureOf([&] { open(options(Precision::int4), watch, stop.get_token()); }),
                        ErrorKind::cancelled);
    }

    void choosesByModelAndMemory_data() {
        QTest::addColumn<double>("billions");
        QTest::addColumn<int>("gibibytes");
        QTest::addColumn<bool>("on_cpu");
        QTest::addColumn<QString>("chosen");
        QTest::newRow("demo") << 0.0067 << 16 << true << "bfloat16";
        QTest::newRow("2b") << 2.1 << 8 << true << "int8";
        QTest::newRow("2b, small computer") << 2.1 << 4 << true << "int4";
        QTest::newRow("4b, small computer") << 4.4 << 6 << true << "int4";
        QTest::newRow("8b") << 8.8 << 16 << true << "int8";
        QTest::newRow("8b, small computer") << 8.8 << 8 << true << "int4";
        QTest::newRow("8b, GPU") << 8.8 << 8 << false << "bfloat16";
    }

    void choosesByModelAndMemory() {
        QFETCH(double, billions);
        QFETCH(int, gibibytes);
        QFETCH(bool, on_cpu);
        QFETCH(QString, chosen);
        ModelFacts facts;
        facts.parameters = static_cast<std::int64_t>(billions * 1e9);
        facts.weight_bytes = 2 * static_cast<std::uint64_t>(facts.parameters);
        const Precision precision =
            defaultPrecision(facts, on_cpu, static_cast<std::size_t>(gibibytes) << 30);
        QCOMPARE(QString(nameOf(precision)), chosen);
    }

    void saysWhatAutomaticCameTo() {
        QVERIFY(open(Precision::automatic)->options().precision == Precision::bfloat16);
    }
};

QTEST_GUILESS_MAIN(PackedEngineTest)
#include "packed_engine_test.moc"
