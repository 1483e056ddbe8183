// Wrong values in the configuration files of a model folder.
#include "inference/files/model_config.h"

#include <QTemporaryDir>
#include <QTest>
#include <random>

#include "inference/files/model_weights.h"
#include "tests/inference/failure.h"
#include "tests/inference/file_bytes.h"
#include "tests/tiny_model/tiny_model.h"

using nlohmann::json;
using namespace sightline;
using sightline::test::copyDescription;
using sightline::test::editJson;
using sightline::test::failureOf;
using sightline::test::readBytes;
using sightline::test::writeBytes;
using sightline::test::writeTinyModel;
namespace fs = std::filesystem;

class BadConfigTest : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir temporary_;
    fs::path model_;   // untouched
    fs::path folder_;  // its files again, to be changed

    auto failureOfFolder() {
        return failureOf([&] { readModelConfig(folder_); });
    }

  private Q_SLOTS:
    void initTestCase() { model_ = writeTinyModel(fs::path(temporary_.path().toStdString()) / "model"); }

    void init() {
        folder_ = copyDescription(model_, fs::path(temporary_.path().toStdString()) / "Changed model");
    }

    void refusesWrongValues_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("field");  // JSON pointer
        QTest::addColumn<QString>("value");  // JSON; empty = removed
        QTest::addColumn<bool>("unsupported");
        const auto rows = [](const char* file, const char* field, bool unsupported,
                             std::initializer_list<const char*> values) {
            for (const char* value : values) {
                const QString name = QString("%1 %2 %3").arg(file, field, QString(value).left(40));
                QTest::newRow(qPrintable(name)) << file << field << value << unsupported;
            }
        };
        const char* config = "config.json";
        for (const char* field :
             {"/text_config/hidden_size", "/text_config/intermediate_size", "/text_config/num_hidden_layers",
              "/text_config/num_attention_heads", "/text_config/vocab_size",
              "/text_config/max_position_embeddings", "/vision_config/depth", "/vision_config/hidden_size",
              "/vision_config/intermediate_size", "/vision_config/num_heads",
              "/vision_config/num_position_embeddings", "/vision_config/out_hidden_size"}) {
            rows(config, field, false,
                 {"", "null", "0", "-1", "\"64\"", "64.5", "64.0", "1e308", "-9223372036854775808",
                  "2147483648", "4294967360", "9223372036854775807", "18446744073709551615", "1e999", "true",
                  "[64]", "{}", "\"NaN\""});
        }
        for (const char* field : {"/text_config/num_key_value_heads", "/text_config/head_dim",
                                  "/vision_config/patch_size", "/vision_config/spatial_merge_size"}) {
            rows(config, field, false, {"0", "-2", "\"2\"", "2.5", "1e308", "2147483650", "[]"});
        }
        rows(config, "/text_config/num_key_value_heads", false, {"3", "8"});
        rows(config, "/text_config/head_dim", false, {"33", "34"});
        rows(config, "/text_config/rms_norm_eps", false, {"-1", "2", "\"1e-6\"", "1e400"});
        rows(config, "/text_config/rope_parameters/rope_theta", false,
             {"", "0", "-5", "\"5e6\"", "1e300", "[]"});
        rows(config, "/text_config/rope_parameters/mrope_section", false,
             {"[6,5]", "[6,5,6]", "[6,5,5,0]", "[16]", "[]", "16", "[-6,11,11]", "[6.0,5,5]",
              "[4294967302,5,5]", "[0,0,16]", "[0,16,0]", "[\"6\",5,5]", "{}"});
        rows(config, "/text_config/rope_parameters", false, {"5", "[]", "\"default\""});
        rows(config, "/text_config/rope_parameters/rope_type", true,
             {"\"yarn\"", "\"linear\"", "\"dynamic\"", "5"});
        rows(config, "/text_config/rope_parameters/mrope_interleaved", true, {"false", "1"});
        rows(config, "/text_config/rope_parameters/partial_rotary_factor", true, {"0.5"});
        rows(config, "/text_config/hidden_act", true, {"\"gelu\"", "\"relu\"", "5"});
        rows(config, "/text_config/attention_bias", true, {"true"});
        rows(config, "/text_config/use_sliding_window", true, {"true"});
        rows(config, "/text_config/model_type", true, {"\"qwen3_vl_moe_text\"", "\"llama\""});
        rows(config, "/text_config/quantization_config", true, {"{\"bits\":4}"});
        rows(config, "/quantization_config", true, {"{\"quant_method\":\"fp8\"}"});
        rows(config, "/vision_config/hidden_act", true, {"\"silu\"", "\"gelu\""});
        rows(config, "/vision_config/in_channels", true, {"1", "4", "\"3\""});
        rows(config, "/vision_config/temporal_patch_size", true, {"1", "4"});
        rows(config, "/vision_config/model_type", true, {"\"qwen2_5_vl\""});
        rows(config, "/vision_config/rope_parameters", true, {"{\"rope_type\":\"yarn\"}"});
        rows(config, "/vision_config/num_heads", false, {"5", "7", "48"});
        rows(config, "/vision_config/num_position_embeddings", false, {"255", "2"});
        rows(config, "/vision_config/out_hidden_size", false, {"63"});
        rows(config, "/vision_config/deepstack_visual_indexes", false,
             {"", "5", "[3]", "[-1]", "[1,0]", "[1,1]", "[0,1,2]", "[0.0]", "[\"0\"]",
              "[18446744073709551615]", "{}"});
        rows(config, "/model_type", true,
             {"\"qwen2_vl\"", "\"qwen2_5_vl\"", "\"qwen3_vl_moe\"", "\"llama\"", "\"\"", "5"});
        rows(config, "/model_type", false, {""});
        rows(config, "/architectures", true,
             {"[\"LlamaForCausalLM\"]", "[]", "[\"Qwen3VLForConditionalGeneration\",\"B\"]"});
        rows(config, "/text_config", false, {"", "5", "[]", "{}", "\"x\""});
        rows(config, "/vision_config", false, {"", "5", "[]", "{}"});
        rows(config, "/tie_word_embeddings", false, {"1", "\"true\""});
        for (const char* field :
             {"/image_token_id", "/video_token_id", "/vision_start_token_id", "/vision_end_token_id"}) {
            rows(config, field, false, {"", "-1", "896", "4294967296", "\"868\"", "868.0"});
        }
        rows(config, "/video_token_id", false, {"868"});
        const char* generation = "generation_config.json";
        rows(generation, "/eos_token_id", false,
             {"-1", "896", "[858,896]", "[-1]", "[[858]]", "\"858\"", "[1.5]"});
        rows(generation, "/temperature", false, {"-0.1", "\"0.7\"", "1e300", "[]"});
        rows(generation, "/top_p", false, {"0", "-1", "1.5", "\"1\""});
        rows(generation, "/top_k", false, {"-1", "2.5", "1e10"});
        rows(generation, "/min_p", false, {"-1", "1.5"});
        rows(generation, "/repetition_penalty", false, {"0", "-1", "1e300"});
        rows(generation, "/max_new_tokens", false, {"0", "-1", "1e10"});
        rows(generation, "/do_sample", false, {"1", "\"no\""});
        for (const char* file : {"preprocessor_config.json", "video_preprocessor_config.json"}) {
            rows(file, "/size", false, {"5", "[]", "{}", "{\"shortest_edge\":1}", "{\"longest_edge\":1}"});
            rows(file, "/size/longest_edge", false,
                 {"", "0", "-1", "\"1\"", "1e308", "1", "9223372036854775807"});
            rows(file, "/size/shortest_edge", false, {"", "0", "-1", "99999999999", "2.5"});
            rows(file, "/min_pixels", false, {"0", "-5", "\"a\""});
            rows(file, "/patch_size", false, {"14", "0", "-16", "\"16\""});
            rows(file, "/merge_size", false, {"1", "4"});
            rows(file, "/temporal_patch_size", false, {"1"});
            rows(file, "/image_mean", true,
                 {"", "[0.48145466,0.4578275,0.40821073]", "0.4", "[]", "\"0.5\""});
            rows(file, "/image_std", true, {"", "[0.26862954,0.26130258,0.27577711]", "[0.5,0.5]"});
            rows(file, "/do_resize", true, {"false"});
            rows(file, "/do_rescale", true, {"false"});
            rows(file, "/do_normalize", true, {"false"});
            rows(file, "/resample", true, {"2", "0"});
            rows(file, "/rescale_factor", true, {"1.0", "0.0078125"});
        }
        const char* video = "video_preprocessor_config.json";
        rows(video, "/fps", false, {"0", "-1", "1e308", "\"2\""});
        rows(video, "/min_frames", false, {"0", "-4", "1000", "2.5"});
        rows(video, "/max_frames", false, {"0", "1e10", "3"});
        rows(video, "/num_frames", true, {"16"});
        rows(video, "/do_sample_frames", true, {"false"});
        rows(video, "/cap_pixels_per_frame", true, {"true"});
    }

    void refusesWrongValues() {
        QFETCH(QString, file);
        QFETCH(QString, field);
        QFETCH(QString, value);
        QFETCH(bool, unsupported);
        const fs::path path = folder_ / file.toStdString();
        // As text, because a value may be one that the JSON library would not write, like 1e999.
        const std::string mark = "the value goes here";
        if (value.isEmpty()) {
            editJson(path, field.toStdString(), nullptr);
        } else {
            editJson(path, field.toStdString(), mark);
            std::string text = readBytes(path);
            const std::size_t at = text.find("\"" + mark + "\"");
            writeBytes(path, text.replace(at, mark.size() + 2, value.toStdString()));
        }
        const auto failure = failureOfFolder();
        COMPARE_FAILURE(failure, unsupported ? ErrorKind::unsupported : ErrorKind::invalid_model,
                        file.toStdString() + ": ");
        // The field's own name, or that of the limit which it breaks; a number that is not JSON has a place
        // in bytes.
        const std::string last = field.toStdString().substr(field.toStdString().rfind('/') + 1);
        const bool names_field = failure->says(last) || failure->says("number that is out of range") ||
                                 failure->says("not valid JSON at byte");
        const bool names_partner =
            (last == "head_dim" && failure->says("mrope_section")) ||
            (last == "rope_theta" && failure->says("rope_theta")) ||
            (last == "hidden_size" && (failure->says("num_heads") || failure->says("out_hidden_size"))) ||
            (last == "depth" && failure->says("deepstack_visual_indexes")) ||
            (last == "num_hidden_layers" && failure->says("deepstack_visual_indexes")) ||
            (last == "num_attention_heads" && failure->says("num_key_value_heads")) ||
            (last == "vocab_size" && failure->says("token_id")) ||
            (last == "max_frames" && failure->says("min_frames")) ||
            (last.ends_with("_edge") && failure->says("size")) ||
            (last == "rope_parameters" && failure->says("rope"));
        QVERIFY2(names_field || names_partner, failure->sentence.c_str());
    }

    void refusesFilesThatAreNotJson_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        for (const char* file : {"config.json", "generation_config.json", "preprocessor_config.json",
                                 "video_preprocessor_config.json", "sightline_model.json"}) {
            const auto row = [file](const char* name, const QByteArray& bytes) {
                QTest::newRow(qPrintable(QString("%1: %2").arg(file, name))) << file << bytes;
            };
            row("empty", "");
            row("white space", " \n\t ");
            row("half", "{\"a\": 1,");
            row("text", "model_type = qwen3_vl");
            row("a list", "[]");
            row("a number", "5");
            row("a string", "\"config\"");
            row("UTF-16", QByteArray("\xff\xfe{\0}\0", 6));
            row("invalid UTF-8", "{\"a\": \"\xc3\x28\"}");
            row("NUL bytes", QByteArray(64, '\0'));
            row("NaN", "{\"a\": NaN}");
            row("Infinity", "{\"a\": Infinity}");
            row("out of range", "{\"a\": 1e999}");
            row("trailing text", "{} {}");
            row("array bomb", QByteArray(200'000, '['));
            row("object bomb", QByteArray("{\"a\":").repeated(100'000));
        }
    }

    void refusesFilesThatAreNotJson() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        writeBytes(folder_ / file.toStdString(), bytes.toStdString());
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, file.toStdString() + ": ");
    }

    void refusesWhatIsNoFile() {
        COMPARE_FAILURE(failureOf([&] { readModelConfig(folder_ / "nowhere"); }), ErrorKind::invalid_model,
                        "nowhere");
        COMPARE_FAILURE(failureOf([&] { readModelConfig(folder_ / "config.json"); }),
                        ErrorKind::invalid_model, "no such folder");
        fs::remove(folder_ / "config.json");
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "config.json", "missing");
        fs::create_directory(folder_ / "config.json");
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "config.json", "not a regular file");
    }

    void refusesAModelWithoutAnEnd() {
        editJson(folder_ / "generation_config.json", "/eos_token_id", nullptr);
        editJson(folder_ / "config.json", "/text_config/eos_token_id", nullptr);
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "eos_token_id is missing",
                        "generation_config.json");
    }

    void refusesAModelBeyondEveryMachine() {
        editJson(folder_ / "config.json", "/text_config/hidden_size", 65'536);
        editJson(folder_ / "config.json", "/vision_config/out_hidden_size", 65'536);
        editJson(folder_ / "config.json", "/text_config/intermediate_size", 262'144);
        editJson(folder_ / "config.json", "/text_config/num_hidden_layers", 512);
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "config.json: text_config",
                        "parameters");
    }

    void refusesWrongTemplatesAndLabels() {
        writeBytes(folder_ / "chat_template.jinja", std::string((1 << 20) + 1, 'x'));
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "chat_template.jinja", "1048576");
        fs::remove(folder_ / "chat_template.jinja");
        writeBytes(folder_ / "chat_template.json",
                   json{{"chat_template", std::string((1 << 20) + 1, 'x')}}.dump());
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "chat_template.json", "1048576");
        for (const char* value :
             {"5", "{}", "[]", "[{\"name\": \"default\"}]", "[5]", "[{\"name\": 5, \"template\": 5}]"}) {
            writeBytes(folder_ / "chat_template.json", std::string("{\"chat_template\": ") + value + "}");
            COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "chat_template.json: chat_template");
        }
        fs::remove(folder_ / "chat_template.json");
        for (const char* value : {"5", "\"a\\nb\"", "\"a\\u001bb\"", "[]"}) {
            writeBytes(folder_ / "sightline_model.json", std::string("{\"notice\": ") + value + "}");
            COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "sightline_model.json: notice");
        }
        writeBytes(folder_ / "sightline_model.json", json{{"name", std::string(201, 'n')}}.dump());
        COMPARE_FAILURE(failureOfFolder(), ErrorKind::invalid_model, "sightline_model.json: name");
    }

    void mutationsAreReadOrRefused() {
        const std::string good = readBytes(folder_ / "config.json");
        std::mt19937 random(20240918);
        const auto pick = [&](std::size_t count) {
            return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
        };
        const std::string words = "0123456789-[]{}\",:.eEtrufalsn ";
        int opened = 0;
        for (int round = 0; round < 5'000; ++round) {
            std::string bytes = good;
            for (std::size_t edits = 1 + pick(3); edits > 0; --edits) {
                const std::size_t at = pick(bytes.size());
                switch (pick(4)) {
                    case 0:
                        bytes[at] = static_cast<char>(pick(256));
                        break;
                    case 1:
                        bytes[at] = words[pick(words.size())];
                        break;
                    case 2:
                        bytes.erase(at, 1 + pick(6));
                        break;
                    default:
                        bytes.insert(at, bytes.substr(pick(bytes.size()), 1 + pick(30)));
                        break;
                }
            }
            writeBytes(folder_ / "config.json", bytes);
            const auto failure = failureOf([&] {
                const ModelConfig config = readModelConfig(folder_);
                QVERIFY(countParameters(config) > 0);
                QVERIFY(config.text_config.head_dim % 2 == 0);
                QVERIFY(config.vision_config.hidden_size % (4 * config.vision_config.num_heads) == 0);
                ++opened;
            });
            if (failure) {
                QVERIFY2(failure->says(": ") && sightline::test::isOneSentence(failure->sentence),
                         failure->sentence.c_str());
                QVERIFY(failure->kind == ErrorKind::invalid_model || failure->kind == ErrorKind::unsupported);
            }
        }
        QVERIFY2(opened > 50 && opened < 4'000, qPrintable(QString::number(opened)));
    }
};

QTEST_GUILESS_MAIN(BadConfigTest)
#include "bad_config_test.moc"
