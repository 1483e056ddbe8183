#include "inference/files/model_config.h"

#include <QTemporaryDir>
#include <QTest>

#include "inference/files/model_weights.h"
#include "tests/inference/file_bytes.h"
#include "tests/tiny_model/tiny_model.h"

using nlohmann::json;
using namespace sightline;
using sightline::test::copyDescription;
using sightline::test::editJson;
using sightline::test::readBytes;
using sightline::test::tinyModelConfig;
using sightline::test::TinyModelOptions;
using sightline::test::writeBytes;
using sightline::test::writeTinyModel;
namespace fs = std::filesystem;

namespace {

// config.json as the 2B checkpoint is released, and what differs in the others.
json releasedConfig(int hidden, int intermediate, int layers, int heads, bool tied) {
    return {{"architectures", {"Qwen3VLForConditionalGeneration"}},
            {"image_token_id", 151655},
            {"model_type", "qwen3_vl"},
            {"text_config",
             {{"attention_bias", false},
              {"attention_dropout", 0.0},
              {"bos_token_id", 151643},
              {"dtype", "bfloat16"},
              {"eos_token_id", 151645},
              {"head_dim", 128},
              {"hidden_act", "silu"},
              {"hidden_size", hidden},
              {"initializer_range", 0.02},
              {"intermediate_size", intermediate},
              {"max_position_embeddings", 262144},
              {"model_type", "qwen3_vl_text"},
              {"num_attention_heads", heads},
              {"num_hidden_layers", layers},
              {"num_key_value_heads", 8},
              {"rms_norm_eps", 1e-06},
              {"rope_scaling",
               {{"mrope_interleaved", true}, {"mrope_section", {24, 20, 20}}, {"rope_type", "default"}}},
              {"rope_theta", 5000000},
              {"tie_word_embeddings", tied},
              {"use_cache", true},
              {"vocab_size", 151936}}},
            {"tie_word_embeddings", tied},
            {"transformers_version", "4.57.0.dev0"},
            {"video_token_id", 151656},
            {"vision_config",
             {{"deepstack_visual_indexes", {5, 11, 17}},
              {"depth", 24},
              {"hidden_act", "gelu_pytorch_tanh"},
              {"hidden_size", 1024},
              {"in_channels", 3},
              {"initializer_range", 0.02},
              {"intermediate_size", 4096},
              {"model_type", "qwen3_vl"},
              {"num_heads", 16},
              {"num_position_embeddings", 2304},
              {"out_hidden_size", hidden},
              {"patch_size", 16},
              {"spatial_merge_size", 2},
              {"temporal_patch_size", 2}}},
            {"vision_end_token_id", 151653},
            {"vision_start_token_id", 151652}};
}

}  // namespace

class ModelConfigTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir temporary_;
    fs::path model_;   // untouched
    fs::path folder_;  // its files again, to be changed

    void writeConfig(const json& config) { writeBytes(folder_ / "config.json", config.dump()); }

  private Q_SLOTS:
    void initTestCase() { model_ = writeTinyModel(fs::path(temporary_.path().toStdString()) / "model"); }

    void init() {
        folder_ = copyDescription(model_, fs::path(temporary_.path().toStdString()) / "Changed model");
    }

    void readsTheNewLayout() {
        const ModelConfig config = readModelConfig(folder_);
        QCOMPARE(config.architecture, std::string("Qwen3VLForConditionalGeneration"));
        QCOMPARE(config.name, std::string("Changed model"));
        QVERIFY(config.notice.empty());
        QCOMPARE(config.text_config.hidden_size, 64);
        QCOMPARE(config.text_config.num_key_value_heads, 2);
        QCOMPARE(config.text_config.rope_theta, 5e6);
        QCOMPARE(config.text_config.mrope_section, (std::array<int, 3>{6, 5, 5}));
        QCOMPARE(config.vision_config.deepstack_visual_indexes, (std::vector<int>{0, 1}));
        QCOMPARE(config.vision_config.rope_theta, 10000.0);
        QVERIFY(config.tie_word_embeddings);
        QCOMPARE(config.image_token_id, 868);
        QCOMPARE(config.eos_token_ids, (std::vector<TokenId>{858, 856}));
        QCOMPARE(config.image_patches.budget.max_pixels, std::int64_t{24576});
        QCOMPARE(config.video.patches.budget.max_pixels, std::int64_t{65536});
        QCOMPARE(config.video.fps, 2.0);
        QCOMPARE(config.chat_template_file, std::string("chat_template.jinja"));
        QVERIFY(!config.chat_template.empty());
    }

    void readsTheReleasedLayout_data() {
        QTest::addColumn<int>("hidden");
        QTest::addColumn<int>("intermediate");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("heads");
        QTest::addColumn<bool>("tied");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("2B") << 2048 << 6144 << 28 << 16 << true << qint64{2'127'532'032};
        QTest::newRow("4B") << 2560 << 9728 << 36 << 32 << true << qint64{4'437'815'808};
        QTest::newRow("8B") << 4096 << 12288 << 36 << 32 << false << qint64{8'767'123'696};
    }

    void readsTheReleasedLayout() {
        QFETCH(int, hidden);
        QFETCH(int, intermediate);
        QFETCH(int, layers);
        QFETCH(int, heads);
        QFETCH(bool, tied);
        QFETCH(qint64, parameters);
        json released = releasedConfig(hidden, intermediate, layers, heads, tied);
        if (!tied) {
            json& vision = released["vision_config"];
            vision["depth"] = 27;
            vision["hidden_size"] = 1152;
            vision["intermediate_size"] = 4304;
            vision["deepstack_visual_indexes"] = {8, 16, 24};
        }
        writeConfig(released);
        fs::remove(folder_ / "generation_config.json");
        fs::remove(folder_ / "preprocessor_config.json");
        fs::remove(folder_ / "video_preprocessor_config.json");
        const ModelConfig config = readModelConfig(folder_);
        QCOMPARE(config.text_config.rope_theta, 5e6);
        QCOMPARE(config.text_config.mrope_section, (std::array<int, 3>{24, 20, 20}));
        QCOMPARE(config.text_config.max_position_embeddings, 262144);
        QCOMPARE(config.tie_word_embeddings, tied);
        QCOMPARE(config.eos_token_ids, (std::vector<TokenId>{151645}));
        QCOMPARE(config.image_patches.budget.min_pixels, std::int64_t{65536});
        QCOMPARE(config.image_patches.budget.max_pixels, std::int64_t{16777216});
        QCOMPARE(config.video.patches.budget.max_pixels, std::int64_t{25165824});
        QCOMPARE(config.defaults.temperature, 0.7);
        QCOMPARE(qint64{countParameters(config)}, parameters);
    }

    void theSectionOfTheOldLayoutCounts() {
        json released = releasedConfig(2048, 6144, 28, 16, true);
        released["text_config"]["rope_scaling"]["mrope_section"] = {22, 21, 21};
        released["text_config"]["rope_theta"] = 1234567;
        writeConfig(released);
        editJson(folder_ / "config.json", "/text_config/eos_token_id", 7);
        const TextConfig text = readModelConfig(folder_).text_config;
        QCOMPARE(text.mrope_section, (std::array<int, 3>{22, 21, 21}));
        QCOMPARE(text.rope_theta, 1234567.0);
    }

    void tyingIsReadOutsideThenInside() {
        editJson(folder_ / "config.json", "/text_config/tie_word_embeddings", true);
        editJson(folder_ / "config.json", "/tie_word_embeddings", false);
        QVERIFY(!readModelConfig(folder_).tie_word_embeddings);
        editJson(folder_ / "config.json", "/tie_word_embeddings", nullptr);
        QVERIFY(readModelConfig(folder_).tie_word_embeddings);
        editJson(folder_ / "config.json", "/text_config/tie_word_embeddings", nullptr);
        QVERIFY(!readModelConfig(folder_).tie_word_embeddings);
    }

    void readsGenerationDefaults() {
        writeBytes(
            folder_ / "generation_config.json",
            R"({"eos_token_id": 5, "do_sample": true, "temperature": 0.3, "top_p": 0.95, "top_k": 7, "min_p": 0.05,
                  "repetition_penalty": 1.1, "max_new_tokens": 333})");
        ModelConfig config = readModelConfig(folder_);
        QCOMPARE(config.eos_token_ids, (std::vector<TokenId>{5}));
        QCOMPARE(config.defaults.temperature, 0.3);
        QCOMPARE(config.defaults.top_p, 0.95);
        QCOMPARE(config.defaults.top_k, 7);
        QCOMPARE(config.defaults.min_p, 0.05);
        QCOMPARE(config.defaults.repetition_penalty, 1.1);
        QCOMPARE(config.defaults.max_tokens, 333);
        writeBytes(folder_ / "generation_config.json", R"({"do_sample": false, "temperature": 0.3})");
        config = readModelConfig(folder_);
        QCOMPARE(config.defaults.temperature, 0.0);
        QCOMPARE(config.defaults.top_k, 20);
        QCOMPARE(config.eos_token_ids, (std::vector<TokenId>{858}));
    }

    void readsProcessorFiles() {
        writeBytes(
            folder_ / "video_preprocessor_config.json",
            R"({"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "fps": 1.5, "min_frames": 2,
                  "max_frames": 32, "size": {"shortest_edge": 1024, "longest_edge": 2048}})");
        editJson(folder_ / "preprocessor_config.json", "/max_pixels", 9999);
        ModelConfig config = readModelConfig(folder_);
        QCOMPARE(config.video.fps, 1.5);
        QCOMPARE(config.video.min_frames, 2);
        QCOMPARE(config.video.max_frames, 32);
        QCOMPARE(config.video.patches.budget.max_pixels, std::int64_t{2048});
        QCOMPARE(config.image_patches.budget.min_pixels, std::int64_t{4096});
        QCOMPARE(config.image_patches.budget.max_pixels, std::int64_t{9999});
        // As transformers: without a file of its own a clip is prepared as the pictures' file says.
        fs::remove(folder_ / "video_preprocessor_config.json");
        QCOMPARE(readModelConfig(folder_).video.patches.budget.max_pixels, std::int64_t{9999});
        // The combined file of transformers 5 goes before both.
        writeBytes(
            folder_ / "processor_config.json",
            json{{"image_processor", json::parse(readBytes(folder_ / "preprocessor_config.json"))}}.dump());
        editJson(folder_ / "processor_config.json", "/image_processor/max_pixels", 8888);
        config = readModelConfig(folder_);
        QCOMPARE(config.image_patches.budget.max_pixels, std::int64_t{8888});
        QCOMPARE(config.video.patches.budget.max_pixels, std::int64_t{9999});
    }

    void findsTheChatTemplate() {
        writeBytes(folder_ / "tokenizer_config.json", R"({"chat_template": "third"})");
        writeBytes(folder_ / "chat_template.json", R"({"chat_template": "second"})");
        writeBytes(folder_ / "chat_template.jinja", "first");
        QCOMPARE(readModelConfig(folder_).chat_template, std::string("first"));
        fs::remove(folder_ / "chat_template.jinja");
        QCOMPARE(readModelConfig(folder_).chat_template, std::string("second"));
        QCOMPARE(readModelConfig(folder_).chat_template_file, std::string("chat_template.json"));
        fs::remove(folder_ / "chat_template.json");
        QCOMPARE(readModelConfig(folder_).chat_template, std::string("third"));
        writeBytes(
            folder_ / "tokenizer_config.json",
            R"({"chat_template": [{"name": "rag", "template": "no"}, {"name": "default", "template": "yes"}]})");
        QCOMPARE(readModelConfig(folder_).chat_template, std::string("yes"));
        fs::remove(folder_ / "tokenizer_config.json");
        QVERIFY(readModelConfig(folder_).chat_template.empty());
    }

    void readsLabels() {
        writeBytes(folder_ / "sightline_model.json", R"({"name": "Demo", "notice": "Only a demo."})");
        const ModelConfig config = readModelConfig(folder_);
        QCOMPARE(config.name, std::string("Demo"));
        QCOMPARE(config.notice, std::string("Only a demo."));
        fs::remove(folder_ / "sightline_model.json");
        QCOMPARE(readModelConfig(folder_ / "").name, std::string("Changed model"));
        QCOMPARE(readModelConfig(folder_ / "." / "").name, std::string("Changed model"));
    }

    void aByteOrderMarkIsHarmless() {
        writeBytes(folder_ / "config.json", "\xef\xbb\xbf" + readBytes(folder_ / "config.json"));
        QCOMPARE(readModelConfig(folder_).text_config.hidden_size, 64);
    }
};

QTEST_GUILESS_MAIN(ModelConfigTest)
#include "model_config_test.moc"
