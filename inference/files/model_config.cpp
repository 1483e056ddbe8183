#include "inference/files/model_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "inference/files/config_fields.h"
#include "inference/files/processor_config.h"

namespace sightline {
namespace {

constexpr const char* config_name = "config.json";
constexpr const char* architecture_name = "Qwen3VLForConditionalGeneration";
// Far beyond every released model, and small enough that products of a few of these fit into 64 bits.
constexpr int max_width = 65'536;
constexpr int max_layers = 512;
constexpr int max_heads = 1'024;
constexpr int max_vocab = 4'194'304;
constexpr int max_context = 16'777'216;
constexpr std::int64_t max_parameters = 1'000'000'000'000;
constexpr std::size_t max_template_bytes = std::size_t{1} << 20;

void checkArchitecture(const ConfigFields& config) {
    if (!config.has("model_type")) {
        config.refuse("model_type", "is missing");
    }
    config.only("model_type", "qwen3_vl");
    if (config.has("architectures") &&
        config.array("architectures") != nlohmann::json::array({architecture_name})) {
        const nlohmann::json& names = config.array("architectures");
        config.unsupported("architectures", (names.empty() ? "[]" : describeJson(names.front())) +
                                                " is not supported (only \"" + architecture_name + "\")");
    }
    if (config.has("quantization_config")) {
        config.unsupported("quantization_config", "is set, and quantized checkpoints are not supported");
    }
    for (const char* part : {"text_config", "vision_config"}) {
        config.object(part);
        if (config.inside(part).has("quantization_config")) {
            config.inside(part).unsupported("quantization_config",
                                            "is set, and quantized checkpoints are not supported");
        }
    }
}

// transformers 5 has everything in rope_parameters; before it was rope_theta beside rope_scaling.
void readRope(const ConfigFields& text, TextConfig& config) {
    const bool is_new = text.has("rope_parameters");
    const std::string object = is_new ? "rope_parameters" : "rope_scaling";
    if (text.has(object)) {
        text.object(object);
    }
    const ConfigFields rope = text.inside(object);
    rope.only("rope_type", "default");
    if (!rope.has("rope_type")) {
        rope.only("type", "default");
    }
    rope.only("mrope_interleaved", true);
    rope.only("partial_rotary_factor", 1.0);
    text.only("partial_rotary_factor", 1.0);
    const ConfigFields& where = is_new && rope.has("rope_theta") ? rope : text;
    config.rope_theta = where.number("rope_theta", 1, 1e15);

    std::array<int, 3> section{24, 20, 20};
    if (rope.has("mrope_section")) {
        const nlohmann::json& values = rope.array("mrope_section");
        const bool three_counts =
            values.size() == 3 && std::all_of(values.begin(), values.end(), [](const auto& value) {
                return value.is_number_unsigned() && value.template get<std::uint64_t>() <= 65'536;
            });
        if (!three_counts) {
            rope.refuse("mrope_section", "must be three numbers");
        }
        std::transform(values.begin(), values.end(), section.begin(),
                       [](const auto& value) { return value.template get<int>(); });
    }
    const int sum = section[0] + section[1] + section[2];
    if (sum != config.head_dim / 2) {
        rope.refuse("mrope_section", "sums to " + std::to_string(sum) + ", but half of head_dim is " +
                                         std::to_string(config.head_dim / 2));
    }
    // Height and width take every third frequency from the front: those must exist.
    if (section[1] * 3 > sum + 1 || section[2] * 3 > sum) {
        rope.refuse("mrope_section", "gives height or width more than every third frequency");
    }
    config.mrope_section = section;
}

TextConfig readText(const ConfigFields& text) {
    TextConfig config;
    text.only("model_type", "qwen3_vl_text");
    text.only("hidden_act", "silu");
    text.only("attention_bias", false);
    text.only("use_sliding_window", false);
    config.hidden_size = text.integer("hidden_size", 1, max_width);
    config.intermediate_size = text.integer("intermediate_size", 1, 4 * max_width);
    config.num_hidden_layers = text.integer("num_hidden_layers", 1, max_layers);
    config.num_attention_heads = text.integer("num_attention_heads", 1, max_heads);
    config.num_key_value_heads =
        text.integerOr("num_key_value_heads", 1, max_heads, config.num_attention_heads);
    config.head_dim = text.integerOr("head_dim", 2, 4'096, 128);
    config.vocab_size = text.integer("vocab_size", 1, max_vocab);
    config.max_position_embeddings = text.integer("max_position_embeddings", 1, max_context);
    config.rms_norm_eps = text.numberOr("rms_norm_eps", 0, 1, config.rms_norm_eps);
    if (config.num_attention_heads % config.num_key_value_heads != 0) {
        text.refuse("num_key_value_heads", std::to_string(config.num_key_value_heads) +
                                               " does not divide num_attention_heads " +
                                               std::to_string(config.num_attention_heads));
    }
    if (config.head_dim % 2 != 0) {
        text.refuse("head_dim", std::to_string(config.head_dim) + " is odd");
    }
    readRope(text, config);
    return config;
}

std::vector<int> readDeepstack(const ConfigFields& vision, int depth, int text_layers) {
    std::vector<int> indexes;
    for (const nlohmann::json& value : vision.array("deepstack_visual_indexes")) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= static_cast<std::uint64_t>(depth)) {
            vision.refuse(
                "deepstack_visual_indexes",
                "holds " + describeJson(value) + ", which is not a block of " + std::to_string(depth));
        }
        indexes.push_back(value.get<int>());
        if (indexes.size() > 1 && indexes[indexes.size() - 2] >= indexes.back()) {
            vision.refuse("deepstack_visual_indexes", "does not ascend");
        }
    }
    if (indexes.size() > static_cast<std::size_t>(text_layers)) {
        vision.refuse("deepstack_visual_indexes", "has " + std::to_string(indexes.size()) + " entries for " +
                                                      std::to_string(text_layers) + " text layers");
    }
    return indexes;
}

VisionConfig readVision(const ConfigFields& vision, const TextConfig& text) {
    VisionConfig config;
    if (const std::string type = vision.stringOr("model_type", "qwen3_vl_vision"); type != "qwen3_vl") {
        vision.only("model_type", "qwen3_vl_vision");
    }
    vision.only("hidden_act", "gelu_pytorch_tanh");
    vision.only("in_channels", 3);
    vision.only("temporal_patch_size", 2);
    config.depth = vision.integer("depth", 1, max_layers);
    config.hidden_size = vision.integer("hidden_size", 1, max_width);
    config.intermediate_size = vision.integer("intermediate_size", 1, 4 * max_width);
    config.num_heads = vision.integer("num_heads", 1, max_heads);
    config.num_position_embeddings = vision.integer("num_position_embeddings", 1, 1'048'576);
    config.out_hidden_size = vision.integer("out_hidden_size", 1, max_width);
    config.patch_size = vision.integerOr("patch_size", 2, 64, 16);
    config.spatial_merge_size = vision.integerOr("spatial_merge_size", 1, 8, 2);
    config.temporal_patch_size = 2;
    if (config.hidden_size % (4 * config.num_heads) != 0) {
        vision.refuse("num_heads", std::to_string(config.num_heads) + " does not divide hidden_size " +
                                       std::to_string(config.hidden_size) + " into heads of a multiple of 4");
    }
    const int side = static_cast<int>(std::lround(std::sqrt(config.num_position_embeddings)));
    if (side * side != config.num_position_embeddings) {
        vision.refuse("num_position_embeddings",
                      std::to_string(config.num_position_embeddings) + " is not a square");
    }
    if (config.out_hidden_size != text.hidden_size) {
        vision.refuse("out_hidden_size", std::to_string(config.out_hidden_size) +
                                             " is not text_config.hidden_size " +
                                             std::to_string(text.hidden_size));
    }
    if (vision.has("rope_parameters")) {
        vision.object("rope_parameters");
        const ConfigFields rope = vision.inside("rope_parameters");
        if (const std::string type = rope.stringOr("rope_type", "axial"); type != "default") {
            rope.only("rope_type", "axial");
        }
        config.rope_theta = rope.numberOr("rope_theta", 1, 1e15, config.rope_theta);
    }
    config.deepstack_visual_indexes = readDeepstack(vision, config.depth, text.num_hidden_layers);
    return config;
}

// Before anything is computed from the sizes; the exact list of tensors is model_weights.h.
void checkParameters(const ConfigFields& config, const TextConfig& text, const VisionConfig& vision) {
    const auto layers = [](std::int64_t count, std::int64_t width, std::int64_t heads, std::int64_t middle) {
        return count * (width * heads * 2 + width * middle * 3);
    };
    const std::int64_t total =
        std::int64_t{2} * text.vocab_size * text.hidden_size +
        layers(text.num_hidden_layers, text.hidden_size,
               std::int64_t{1} * text.head_dim * (text.num_attention_heads + text.num_key_value_heads),
               text.intermediate_size) +
        layers(vision.depth, vision.hidden_size, 2 * vision.hidden_size, vision.intermediate_size);
    if (total > max_parameters) {
        config.refuse("text_config and vision_config",
                      "describe a model of " + std::to_string(total) + " parameters");
    }
}

TokenId readTokenId(const ConfigFields& config, const std::string& field, int vocab_size) {
    return config.integer(field, 0, vocab_size - 1);
}

std::vector<TokenId> readTokenIds(const ConfigFields& fields, int vocab_size) {
    constexpr std::size_t most = 64;
    const nlohmann::json* const value = fields.find("eos_token_id");
    if (value == nullptr) {
        return {};
    }
    if (!value->is_array()) {
        return {readTokenId(fields, "eos_token_id", vocab_size)};
    }
    std::vector<TokenId> ids;
    for (const nlohmann::json& id : *value) {
        if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= static_cast<std::uint64_t>(vocab_size) ||
            ids.size() == most) {
            fields.refuse("eos_token_id", "must be at most " + std::to_string(most) +
                                              " ids below vocab_size " + std::to_string(vocab_size) +
                                              ", not " + describeJson(id));
        }
        ids.push_back(id.get<TokenId>());
    }
    return ids;
}

void readTokens(const ConfigFields& fields, ModelConfig& config) {
    const int vocab_size = config.text_config.vocab_size;
    config.image_token_id = readTokenId(fields, "image_token_id", vocab_size);
    config.video_token_id = readTokenId(fields, "video_token_id", vocab_size);
    config.vision_start_token_id = readTokenId(fields, "vision_start_token_id", vocab_size);
    config.vision_end_token_id = readTokenId(fields, "vision_end_token_id", vocab_size);
    if (config.image_token_id == config.video_token_id) {
        fields.refuse("video_token_id", "is the same as image_token_id");
    }
    config.eos_token_ids = readTokenIds(fields, vocab_size);
    if (config.eos_token_ids.empty()) {
        config.eos_token_ids = readTokenIds(fields.inside("text_config"), vocab_size);
    }
}

void readGeneration(const std::filesystem::path& folder, ModelConfig& config) {
    constexpr const char* name = "generation_config.json";
    if (isThere(folder / name)) {
        const nlohmann::json root = readJsonFile(folder / name);
        const ConfigFields fields(root, name);
        if (std::vector<TokenId> ids = readTokenIds(fields, config.text_config.vocab_size); !ids.empty()) {
            config.eos_token_ids = std::move(ids);
        }
        GenerationOptions& defaults = config.defaults;
        defaults.temperature = fields.numberOr("temperature", 0, 100, defaults.temperature);
        defaults.top_p = fields.numberOr("top_p", 1e-6, 1, defaults.top_p);
        defaults.top_k = fields.integerOr("top_k", 0, max_vocab, defaults.top_k);
        defaults.min_p = fields.numberOr("min_p", 0, 1, defaults.min_p);
        defaults.repetition_penalty =
            fields.numberOr("repetition_penalty", 1e-3, 1e3, defaults.repetition_penalty);
        defaults.max_tokens = fields.integerOr("max_new_tokens", 1, max_context, defaults.max_tokens);
        if (!fields.booleanOr("do_sample", true)) {
            defaults.temperature = 0;
        }
    }
    if (config.eos_token_ids.empty()) {
        throw Error(ErrorKind::invalid_model,
                    std::string(config_name) + ": eos_token_id is missing here and in " + name);
    }
}

// Several named templates are the older spelling of tokenizer_config.json; "default" is the one for chats.
std::string templateIn(const ConfigFields& fields) {
    const nlohmann::json* const value = fields.find("chat_template");
    if (value == nullptr || value->is_string()) {
        return fields.stringOr("chat_template", {});
    }
    if (value->is_array()) {
        for (const nlohmann::json& entry : *value) {
            if (entry.is_object() && entry.value("name", nlohmann::json()) == "default" &&
                entry.contains("template") && entry.at("template").is_string()) {
                return entry.at("template").get<std::string>();
            }
        }
    }
    fields.refuse("chat_template", "must be a string or a list with a template named \"default\"");
}

void readTemplate(const std::filesystem::path& folder, ModelConfig& config) {
    constexpr const char* own_file = "chat_template.jinja";
    if (isThere(folder / own_file)) {
        config.chat_template = readWholeFile(folder / own_file, max_template_bytes);
        config.chat_template_file = own_file;
    } else {
        for (const char* name : {"chat_template.json", "tokenizer_config.json"}) {
            if (!isThere(folder / name)) {
                continue;
            }
            const nlohmann::json root = readJsonFile(folder / name);
            config.chat_template = templateIn(ConfigFields(root, name));
            if (!config.chat_template.empty()) {
                config.chat_template_file = name;
                break;
            }
        }
    }
    if (config.chat_template.size() > max_template_bytes) {
        throw Error(ErrorKind::invalid_model, config.chat_template_file + ": chat_template has more than " +
                                                  std::to_string(max_template_bytes) + " bytes");
    }
}

// A text for the user: one paragraph, without control characters.
std::string readLabel(const ConfigFields& fields, const std::string& field, std::size_t most) {
    const std::string text = fields.stringOr(field, {});
    if (text.size() > most ||
        std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; })) {
        fields.refuse(field, "must be one line of at most " + std::to_string(most) + " bytes");
    }
    return text;
}

void readLabels(const std::filesystem::path& folder, ModelConfig& config) {
    constexpr const char* name = "sightline_model.json";
    if (isThere(folder / name)) {
        const nlohmann::json root = readJsonFile(folder / name);
        const ConfigFields fields(root, name);
        config.name = readLabel(fields, "name", 200);
        config.notice = readLabel(fields, "notice", 2000);
    }
    if (config.name.empty()) {
        const std::filesystem::path full = std::filesystem::absolute(folder).lexically_normal();
        config.name = (full.has_filename() ? full : full.parent_path()).filename().string();
    }
}

}  // namespace

ModelConfig readModelConfig(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) {
        throw Error(ErrorKind::invalid_model, folder.string() + ": there is no such folder");
    }
    const nlohmann::json root = readJsonFile(folder / config_name);
    const ConfigFields fields(root, config_name);
    checkArchitecture(fields);
    ModelConfig config;
    config.architecture = architecture_name;
    config.text_config = readText(fields.inside("text_config"));
    config.vision_config = readVision(fields.inside("vision_config"), config.text_config);
    checkParameters(fields, config.text_config, config.vision_config);
    // As transformers 5: the outer value counts; released files have it in text_config too.
    config.tie_word_embeddings = fields.booleanOr(
        "tie_word_embeddings", fields.inside("text_config").booleanOr("tie_word_embeddings", false));
    readTokens(fields, config);
    readGeneration(folder, config);
    const ProcessorConfig processor = readProcessorConfig(folder, config.vision_config);
    config.image_patches = processor.image_patches;
    config.video = processor.video;
    readTemplate(folder, config);
    readLabels(folder, config);
    return config;
}

}  // namespace sightline
