#include "inference/files/inspect_model.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <functional>

#include "inference/files/model_config.h"
#include "inference/files/model_weights.h"
#include "inference/files/safetensors.h"
#include "tests/inference/failure.h"
#include "tests/inference/file_bytes.h"
#include "tests/test_paths.h"
#include "tests/tiny_model/tiny_model.h"

using namespace sightline;
using sightline::test::failureOf;
using sightline::test::readBytes;
using sightline::test::TinyModelOptions;
using sightline::test::writeBytes;
using sightline::test::writeTinyModel;
namespace fs = std::filesystem;

class InspectModelTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir temporary_;
    fs::path model_;   // untouched
    fs::path folder_;  // its files again, to be changed

  private Q_SLOTS:
    void initTestCase() { model_ = writeTinyModel(fs::path(temporary_.path().toStdString()) / "model"); }

    void init() {
        folder_ = fs::path(temporary_.path().toStdString()) / "changed";
        fs::remove_all(folder_);
    }

    void weightsAreCheckedByNameShapeAndType() {
        const ModelConfig config = readModelConfig(model_);
        checkWeights(config, WeightFiles::open(model_));
        const auto failure = [&](const std::function<void(ModelConfig&)>& edit) {
            ModelConfig changed = config;
            edit(changed);
            return failureOf([&] { checkWeights(changed, WeightFiles::open(model_)); });
        };
        COMPARE_FAILURE(
            failure([](auto& c) { c.text_config.num_hidden_layers = 3; }), ErrorKind::invalid_model,
            "model.safetensors: tensor model.language_model.layers.2.input_layernorm.weight is missing");
        COMPARE_FAILURE(
            failure([](auto& c) { c.text_config.intermediate_size = 100; }), ErrorKind::invalid_model,
            "model.language_model.layers.0.mlp.gate_proj.weight has shape [128, 64], expected [100, 64]");
        COMPARE_FAILURE(failure([](auto& c) { c.vision_config.depth = 4; }), ErrorKind::invalid_model,
                        "model.visual.blocks.3.norm1.weight is missing");
        COMPARE_FAILURE(failure([](auto& c) { c.vision_config.deepstack_visual_indexes.push_back(2); }),
                        ErrorKind::invalid_model,
                        "model.visual.deepstack_merger_list.2.norm.weight is missing");
        COMPARE_FAILURE(failure([](auto& c) { c.tie_word_embeddings = false; }), ErrorKind::invalid_model,
                        "lm_head.weight is missing");

        const fs::path folder = writeTinyModel(folder_);
        std::string bytes = readBytes(folder / "model.safetensors");
        const std::size_t name = bytes.find("\"model.visual.merger.norm.bias\"");
        bytes.replace(bytes.find("\"BF16\"", name), 6, "\"I16\" ");
        writeBytes(folder / "model.safetensors", bytes);
        COMPARE_FAILURE(failureOf([&] { inspectModel(folder); }), ErrorKind::unsupported,
                        "model.safetensors: tensor model.visual.merger.norm.bias has dtype I16");
    }

    void inspectsAModel() {
        const ModelFacts facts = inspectModel(model_);
        QCOMPARE(facts.name, std::string("model"));
        QCOMPARE(facts.weight_dtype, std::string("BF16"));
        QCOMPARE(facts.weight_bytes, static_cast<std::uint64_t>(2 * facts.parameters));
        QCOMPARE(facts.context_length, 4096);
        QCOMPARE(facts.vocab_size, 896);
        QCOMPARE(facts.text_layers, 2);
        QCOMPARE(facts.vision_layers, 3);
        QCOMPARE(facts.patch_size, 16);
        QCOMPARE(facts.merge_size, 2);
        QCOMPARE(facts.pixel_budget.max_pixels, std::int64_t{24576});
        QVERIFY(facts.has_chat_template);
        TinyModelOptions sharded;
        sharded.tie_word_embeddings = false;
        sharded.shards = 3;
        const ModelFacts untied = inspectModel(writeTinyModel(folder_, sharded));
        QCOMPARE(untied.parameters, facts.parameters + 896 * 64);
        QVERIFY(!fs::exists(folder_ / "model.safetensors"));
    }

    void inspectsWhatTheCheckpointScriptWrites() {
        const QString python = QStandardPaths::findExecutable("python3");
        if (python.isEmpty()) {
            QSKIP("there is no python3");
        }
        QProcess script;
        script.start(
            python, {test_paths::source("tests/make_checkpoint.py"), QString::fromStdString(folder_.string()),
                     "--preset", "tiny", "--shard-bytes", "300000", "--set", "tie_word_embeddings=false",
                     "--set", "text_config.num_hidden_layers=3"});
        QVERIFY(script.waitForFinished(60'000));
        QVERIFY2(script.exitCode() == 0, script.readAllStandardError().constData());
        const ModelFacts facts = inspectModel(folder_);
        QCOMPARE(facts.text_layers, 3);
        QCOMPARE(facts.weight_bytes, static_cast<std::uint64_t>(2 * facts.parameters));
        QVERIFY(WeightFiles::open(folder_).find("lm_head.weight") != nullptr);
        QVERIFY(fs::exists(folder_ / "model.safetensors.index.json"));
    }

    void tinyModelsAreTheSameBytesForTheSameSeed() {
        TinyModelOptions options;
        writeTinyModel(folder_, options);
        QVERIFY(readBytes(folder_ / "model.safetensors") == readBytes(model_ / "model.safetensors"));
        options.seed = 2;
        writeTinyModel(folder_, options);
        QVERIFY(readBytes(folder_ / "model.safetensors") != readBytes(model_ / "model.safetensors"));
    }

    void readsTheReferenceFolders() {
        const fs::path golden = qEnvironmentVariable("SIGHTLINE_GOLDEN").toStdString();
        if (golden.empty()) {
            QSKIP("SIGHTLINE_GOLDEN is not set");
        }
        const ModelFacts tied = inspectModel(golden / "tiny-qwen3vl");
        QCOMPARE(tied.text_layers, 4);
        QCOMPARE(inspectModel(golden / "tiny-qwen3vl-untied").text_layers, 2);
        QCOMPARE(readModelConfig(golden / "tiny-qwen3vl-untied").tie_word_embeddings, false);
        QCOMPARE(inspectModel(golden / "tiny-qwen3vl-sharded").weight_dtype, std::string("BF16"));
        // Nothing in those files is left over: the list of expected tensors is complete.
        for (const char* name : {"tiny-qwen3vl", "tiny-qwen3vl-untied", "tiny-qwen3vl-sharded"}) {
            QCOMPARE(expectedTensors(readModelConfig(golden / name)).size(),
                     WeightFiles::open(golden / name).tensors().size());
        }
    }
};

QTEST_GUILESS_MAIN(InspectModelTest)
#include "inspect_model_test.moc"
