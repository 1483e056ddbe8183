// Damaged model folders through the door: one clear sentence, and a model that is loaded already stays
// usable.
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <functional>
#include <map>
#include <random>

#include "inference/engine.h"
#include "inference/library.h"
#include "tests/inference/failure.h"
#include "tests/inference/file_bytes.h"
#include "tests/tiny_model/tiny_model.h"

using nlohmann::json;
using namespace sightline;
using sightline::test::editJson;
using sightline::test::Failure;
using sightline::test::failureOf;
using sightline::test::readBytes;
using sightline::test::TinyModelOptions;
using sightline::test::writeBytes;
using sightline::test::writeTinyModel;
namespace fs = std::filesystem;

namespace {

void replaceIn(const fs::path& path, const std::string& from, const std::string& to) {
    std::string bytes = readBytes(path);
    const std::size_t at = bytes.find(from);
    if (at == std::string::npos) {
        qFatal("%s does not hold what the test changes: %s", path.c_str(), from.c_str());
    }
    writeBytes(path, bytes.replace(at, from.size(), to));
}

Prompt question(bool with_picture) {
    Message message;
    if (with_picture) {
        auto picture = std::make_shared<Picture>();
        picture->width = 96;
        picture->height = 64;
        picture->rgb.resize(3 * 96 * 64);
        for (std::size_t i = 0; i < picture->rgb.size(); ++i) {
            picture->rgb[i] = static_cast<std::uint8_t>(i * 37 % 251);
        }
        message.parts.emplace_back(ImagePart{std::move(picture), {}});
    }
    message.parts.emplace_back(TextPart{"What is the total of this invoice?"});
    return Prompt{.messages = {message}};
}

GenerationOptions greedy(int tokens) {
    GenerationOptions options;
    options.temperature = 0;
    options.max_tokens = tokens;
    options.ignore_end_of_turn = true;
    options.stop_on_repetition = false;
    return options;
}

EngineOptions smallEngine() {
    EngineOptions options;
    options.device = DeviceChoice::cpu;
    options.precision = Precision::bfloat16;
    options.threads = 1;
    return options;
}

std::unique_ptr<Engine> openEngine(const fs::path& folder, const LoadProgress& progress = {}) {
    return loadInference().openEngine(folder, smallEngine(), progress, {});
}

// One step; true while the sequence goes on.
bool stepOnce(Engine& engine, SequenceId sequence) {
    const StepRequest request{.sequence = sequence, .allowed_tokens = {}};
    return !engine.step({&request, 1}, {}).front().stop.has_value();
}

std::vector<TokenId> answer(Engine& engine, bool with_picture, int tokens = 6) {
    const SequenceId sequence = engine.open(question(with_picture), greedy(tokens));
    while (stepOnce(engine, sequence)) {
    }
    std::vector<TokenId> reply = engine.replyTokens(sequence);
    engine.close(sequence);
    engine.dropCaches();
    return reply;
}

using Damage = std::function<void(const fs::path& folder)>;

struct BadFolder {
    Damage damage;
    ErrorKind kind = ErrorKind::invalid_model;
    std::string file;   // that the sentence names
    std::string words;  // that it says
};

std::map<std::string, BadFolder> badFolders() {
    const auto gone = [](const char* file) {
        return [file](const fs::path& folder) { fs::remove(folder / file); };
    };
    const auto put = [](const char* file, const std::string& bytes) {
        return [file, bytes](const fs::path& folder) { writeBytes(folder / file, bytes); };
    };
    const auto edit = [](const char* file, const char* field, const json& value) {
        return [file, field, value](const fs::path& folder) { editJson(folder / file, field, value); };
    };
    const auto inWeights = [](const std::string& from, const std::string& to) {
        return [from, to](const fs::path& folder) { replaceIn(folder / "model.safetensors", from, to); };
    };
    const char* weights = "model.safetensors";
    const ErrorKind bad = ErrorKind::invalid_model;
    const ErrorKind other = ErrorKind::unsupported;
    return {
        {"no folder", {[](const fs::path& folder) { fs::remove_all(folder); }, bad, "", "no such folder"}},
        {"no config", {gone("config.json"), bad, "config.json", "missing"}},
        {"empty config", {put("config.json", ""), bad, "config.json", "JSON"}},
        {"config is a list", {put("config.json", "[]"), bad, "config.json", "object"}},
        {"another architecture",
         {edit("config.json", "/model_type", "qwen2_5_vl"), other, "config.json", "qwen2_5_vl"}},
        {"another activation",
         {edit("config.json", "/text_config/hidden_act", "gelu"), other, "config.json", "hidden_act"}},
        {"more layers than weights",
         {edit("config.json", "/text_config/num_hidden_layers", 5), bad, weights,
          "layers.2.input_layernorm.weight is missing"}},
        {"wider than the weights",
         {edit("config.json", "/text_config/intermediate_size", 256), bad, weights,
          "mlp.gate_proj.weight has shape [128, 64]"}},
        {"an untied head that is not there",
         {edit("config.json", "/tie_word_embeddings", false), bad, weights, "lm_head.weight"}},
        {"no weights", {gone(weights), bad, weights, "neither"}},
        {"empty weights", {put(weights, ""), bad, weights, "empty"}},
        {"weights are text",
         {put(weights, "version https://git-lfs.github.com/spec/v1\n"), bad, weights, "header"}},
        {"weights are a folder",
         {[weights](const fs::path& folder) {
              fs::remove(folder / weights);
              fs::create_directory(folder / weights);
          },
          bad, weights, "regular file"}},
        {"weights cut in half",
         {[weights](const fs::path& folder) {
              fs::resize_file(folder / weights, fs::file_size(folder / weights) / 2);
          },
          bad, weights, "not complete"}},
        {"weights with a tail",
         {[weights](const fs::path& folder) {
              writeBytes(folder / weights, readBytes(folder / weights) + "tail");
          },
          bad, weights, "4 bytes at the end"}},
        {"a tensor of integers",
         {inWeights(R"("model.language_model.norm.weight":{"dtype":"BF16")",
                    R"("model.language_model.norm.weight":{"dtype":"I16" )"),
          other, weights, "model.language_model.norm.weight has dtype I16"}},
        {"a tensor of another name",
         {inWeights("model.language_model.norm.weight", "model.language_model.norn.weight"), bad, weights,
          "model.language_model.norm.weight is missing"}},
        {"a shape that lies",
         {inWeights("\"shape\":[896,64]", "\"shape\":[896,65]"), bad, weights, "embed_tokens"}},
        {"another patch size",
         {edit("preprocessor_config.json", "/patch_size", 14), bad, "preprocessor_config.json",
          "patch_size"}},
        {"another mean",
         {edit("preprocessor_config.json", "/image_mean", {0.48, 0.46, 0.41}), other,
          "preprocessor_config.json", "image_mean"}},
        {"a temperature below zero",
         {edit("generation_config.json", "/temperature", -1), bad, "generation_config.json", "temperature"}},
        {"an end token out of range",
         {edit("generation_config.json", "/eos_token_id", 99999), bad, "generation_config.json",
          "eos_token_id"}},
    };
}

// What only loading looks at.
std::map<std::string, BadFolder> badForLoading() {
    const auto put = [](const char* file, const std::string& bytes) {
        return [file, bytes](const fs::path& folder) { writeBytes(folder / file, bytes); };
    };
    const ErrorKind bad = ErrorKind::invalid_model;
    return {
        {"no tokenizer",
         {[](const fs::path& folder) {
              for (const char* name :
                   {"tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"}) {
                  fs::remove(folder / name);
              }
          },
          bad, "", "tokenizer"}},
        {"empty tokenizer", {put("tokenizer.json", ""), bad, "tokenizer.json", "JSON"}},
        {"tokenizer without a model",
         {[](const fs::path& folder) { editJson(folder / "tokenizer.json", "/model", nullptr); }, bad,
          "tokenizer.json", "model"}},
        {"a template that does not end",
         {put("chat_template.jinja", "{% for m in messages %}"), bad, "chat_template.jinja", "1"}},
        {"a template beyond the subset",
         {put("chat_template.jinja", "{% import 'os' as os %}"), ErrorKind::unsupported,
          "chat_template.jinja", "import"}},
    };
}

// The first `count` values of a tensor: `value` again and again.
void overwriteTensor(const fs::path& file, const std::string& tensor, const std::string& value, int count) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    std::uint64_t header_size = 0;
    stream.read(reinterpret_cast<char*>(&header_size), sizeof header_size);
    std::string header(header_size, ' ');
    stream.read(header.data(), static_cast<std::streamsize>(header_size));
    const json entry = json::parse(header).at(tensor);
    const auto begin = entry.at("data_offsets").at(0).get<std::uint64_t>();
    stream.seekp(static_cast<std::streamoff>(8 + header_size + begin));
    for (int i = 0; i < count; ++i)
        stream << value;
    if (!stream.good()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

class BadModelTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir temporary_;
    fs::path model_;   // untouched, loaded
    fs::path folder_;  // to be damaged
    std::unique_ptr<Engine> loaded_;
    std::vector<TokenId> text_answer_;
    std::vector<TokenId> picture_answer_;

    void theLoadedModelIsUsable() {
        QCOMPARE(answer(*loaded_, false), text_answer_);
        QCOMPARE(answer(*loaded_, true), picture_answer_);
    }

  private Q_SLOTS:
    void initTestCase() {
        const fs::path base = temporary_.path().toStdString();
        model_ = writeTinyModel(base / "good");
        folder_ = base / "bad";
        loaded_ = openEngine(model_);
        text_answer_ = answer(*loaded_, false);
        picture_answer_ = answer(*loaded_, true);
        QCOMPARE(text_answer_.size(), std::size_t{6});
        QVERIFY(text_answer_ != picture_answer_);
    }

    void init() {
        fs::remove_all(folder_);
        fs::copy(model_, folder_);
    }

    void refusesBadFolders_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, bad] : badFolders()) {
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
        }
    }

    void refusesBadFolders() {
        QFETCH(QString, name);
        const BadFolder bad = badFolders().at(name.toStdString());
        bad.damage(folder_);
        COMPARE_FAILURE(failureOf([&] { loadInference().inspect(folder_); }), bad.kind, bad.file, bad.words);
        COMPARE_FAILURE(failureOf([&] { openEngine(folder_); }), bad.kind, bad.file, bad.words);
        theLoadedModelIsUsable();
    }

    void loadingRefusesMore_data() {
        QTest::addColumn<QString>("name");
        for (const auto& [name, bad] : badForLoading()) {
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
        }
    }

    void loadingRefusesMore() {
        QFETCH(QString, name);
        const BadFolder bad = badForLoading().at(name.toStdString());
        bad.damage(folder_);
        COMPARE_FAILURE(failureOf([&] { openEngine(folder_); }), bad.kind, bad.file, bad.words);
        theLoadedModelIsUsable();
    }

    // Found when it is computed with, not by reading every weight at each start.
    void weightsThatAreNoNumbers_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<bool>("with_picture");
        QTest::newRow("a norm") << "model.language_model.norm.weight" << false;
        QTest::newRow("an embedding") << "model.language_model.embed_tokens.weight" << false;
        QTest::newRow("a projection") << "model.language_model.layers.0.mlp.down_proj.weight" << false;
        QTest::newRow("a vision block") << "model.visual.blocks.1.attn.qkv.weight" << true;
    }

    void weightsThatAreNoNumbers() {
        QFETCH(QString, tensor);
        QFETCH(bool, with_picture);
        overwriteTensor(folder_ / "model.safetensors", tensor.toStdString(), "\xFF\xFF",
                        4);  // NaN in every dtype
        const std::unique_ptr<Engine> engine = openEngine(folder_);
        COMPARE_FAILURE(failureOf([&] { answer(*engine, with_picture); }), ErrorKind::invalid_model,
                        "model.safetensors", tensor.toStdString());
        theLoadedModelIsUsable();
    }

    // Each of them is a number; what comes of them is none.
    void weightsThatAreTooLarge() {
        overwriteTensor(folder_ / "model.safetensors", "model.language_model.norm.weight", "\x7F\x7F", 64);
        const std::unique_ptr<Engine> engine = openEngine(folder_);
        COMPARE_FAILURE(failureOf([&] { answer(*engine, false); }), ErrorKind::invalid_model,
                        folder_.filename().string(), "weights");
        theLoadedModelIsUsable();
    }

    void weightsCutOffWhileInUse_data() {
        QTest::addColumn<bool>("with_picture");
        QTest::addColumn<int>("steps");  // done before the file is cut off
        QTest::newRow("while the picture is encoded") << true << 1;
        QTest::newRow("while a picture's prompt is read") << true << 5;
        QTest::newRow("while a prompt is read") << false << 1;
        QTest::newRow("while the reply is decoded") << false << 8;
    }

    void weightsCutOffWhileInUse() {
        QFETCH(bool, with_picture);
        QFETCH(int, steps);
        const std::unique_ptr<Engine> engine = openEngine(folder_);
        const SequenceId sequence = engine->open(question(with_picture), greedy(200));
        for (int i = 0; i < steps; ++i) {
            QVERIFY(stepOnce(*engine, sequence));
        }
        fs::resize_file(folder_ / "model.safetensors", 5000);
        COMPARE_FAILURE(failureOf([&] {
                            for (int i = 0; i < 50; ++i) {
                                stepOnce(*engine, sequence);
                            }
                        }),
                        ErrorKind::file_changed, "model.safetensors", "changed");
        // Nothing is computed on zeros later either.
        COMPARE_FAILURE(failureOf([&] { answer(*engine, false); }), ErrorKind::file_changed,
                        "model.safetensors");
        theLoadedModelIsUsable();
        // The folder can be mended and loaded again in the same process.
        fs::remove(folder_ / "model.safetensors");
        fs::copy_file(model_ / "model.safetensors", folder_ / "model.safetensors");
        QCOMPARE(answer(*openEngine(folder_), true), picture_answer_);
    }

    void weightsRewrittenWhileInUse() {
        const std::unique_ptr<Engine> engine = openEngine(folder_);
        const SequenceId sequence = engine->open(question(false), greedy(200));
        QVERIFY(stepOnce(*engine, sequence));
        std::fstream stream(folder_ / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(100'000);
        stream << "other weights";
        stream.close();
        COMPARE_FAILURE(failureOf([&] { stepOnce(*engine, sequence); }), ErrorKind::file_changed,
                        "model.safetensors");
    }

    void weightsReplacedByRenamingGoOnWithTheOldOnes() {
        const std::unique_ptr<Engine> engine = openEngine(folder_);
        writeBytes(folder_ / "new", "not weights at all");
        fs::rename(folder_ / "new", folder_ / "model.safetensors");
        QCOMPARE(answer(*engine, true), picture_answer_);
    }

    void weightsCutOffWhileLoading() {
        bool cut = false;
        const auto failure = failureOf([&] {
            openEngine(folder_, [&](const LoadStatus& status) {
                if (!cut && status.fraction > 0.3) {
                    fs::resize_file(folder_ / "model.safetensors", 5000);
                    cut = true;
                }
            });
        });
        QVERIFY(cut);
        COMPARE_FAILURE(failure, ErrorKind::file_changed, "model.safetensors");
    }

    void loadingCanBeStopped() {
        std::stop_source source;
        const auto failure = failureOf([&] {
            loadInference().openEngine(
                folder_, smallEngine(), [&](const LoadStatus&) { source.request_stop(); },
                source.get_token());
        });
        COMPARE_FAILURE(failure, ErrorKind::cancelled);
    }

    // Any file of the folder, changed at random: refused with a sentence, or it answers.
    void randomDamageNeverCrashes() {
        TinyModelOptions options;
        options.shards = 2;
        const fs::path sharded =
            writeTinyModel(fs::path(temporary_.path().toStdString()) / "sharded", options);
        std::vector<fs::path> files;
        for (const fs::directory_entry& entry : fs::directory_iterator(sharded)) {
            files.push_back(entry.path().filename());
        }
        std::sort(files.begin(), files.end());
        std::mt19937 random(20240919);
        const auto pick = [&](std::size_t count) {
            return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
        };
        int answered = 0;
        int refused = 0;
        for (int round = 0; round < 200; ++round) {
            const fs::path file = files[static_cast<std::size_t>(round) % files.size()];
            std::string bytes = readBytes(sharded / file);
            const std::string good = bytes;
            // Of a weight file mostly the header.
            const std::size_t range =
                file.extension() == ".safetensors" ? std::min<std::size_t>(bytes.size(), 9000) : bytes.size();
            for (std::size_t edits = 1 + pick(4); edits > 0; --edits) {
                const std::size_t at = pick(range);
                switch (pick(3)) {
                    case 0:
                        bytes[at] = static_cast<char>(bytes[at] ^ (1 << pick(8)));
                        break;
                    case 1:
                        bytes[at] = static_cast<char>('0' + pick(10));
                        break;
                    default:
                        bytes.resize(std::max<std::size_t>(range, pick(bytes.size()) + 1));
                        break;
                }
            }
            writeBytes(sharded / file, bytes);
            const auto failure = failureOf([&] {
                const std::unique_ptr<Engine> engine = openEngine(sharded);
                answer(*engine, round % 2 == 0, 2);
                ++answered;
            });
            if (failure) {
                ++refused;
                QVERIFY2(sightline::test::isOneSentence(failure->sentence), failure->sentence.c_str());
                QVERIFY2(failure->kind != ErrorKind::internal, failure->sentence.c_str());
            }
            writeBytes(sharded / file, good);
        }
        QVERIFY2(answered > 10 && refused > 50,
                 qPrintable(QString("%1 answered, %2 refused").arg(answered).arg(refused)));
        theLoadedModelIsUsable();
    }
};

QTEST_GUILESS_MAIN(BadModelTest)
#include "bad_model_test.moc"
