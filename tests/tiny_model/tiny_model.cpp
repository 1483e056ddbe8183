#include "tests/tiny_model/tiny_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "inference/files/model_config.h"
#include "inference/files/model_weights.h"

namespace sightline::test {
namespace {

namespace fs = std::filesystem;

// Of the tokenizer in tests/data/tokenizer/tiny.
constexpr int vocab_size = 896;
constexpr int end_of_text = 856;
constexpr int im_end = 858;
constexpr int vision_start = 865;
constexpr int vision_end = 866;
constexpr int image_pad = 868;
constexpr int video_pad = 869;

void writeFile(const fs::path& path, const std::string& bytes) {
    fs::remove(path);  // writing over a file makes some file systems wait for the disk
    std::ofstream stream(path, std::ios::binary);
    stream << bytes;
    if (!stream.flush()) {
        throw std::runtime_error("cannot write " + path.string());
    }
}

class RandomBits {
  public:
    explicit RandomBits(std::uint64_t state) : state_(state) {}
    std::uint64_t next() {  // splitmix64
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    // Mean 0, standard deviation 1, nearly normal: four uniform numbers of 16 bits have the variance 1/3.
    float normal() {
        const std::uint64_t bits = next();
        const std::uint64_t sum =
            (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        return (static_cast<float>(sum) / 65536.0f - 2.0f) * 1.7320508f;
    }

  private:
    std::uint64_t state_;
};

std::uint64_t seedOf(const std::string& name, std::uint64_t seed) {
    std::uint64_t hash = 0xcbf29ce484222325 ^ seed;  // FNV-1a
    for (const unsigned char c : name) {
        hash = (hash ^ c) * 0x100000001b3;
    }
    return hash;
}

std::uint16_t toBfloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// Mean and standard deviation of a tensor, such that activations stay lively through the layers.
struct Spread {
    float mean = 0;
    float deviation = 0;
};

Spread spreadOf(const std::string& name, const std::vector<std::int64_t>& shape) {
    const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
    if (has("embed_tokens")) {
        return {0, 2.8f / std::sqrt(static_cast<float>(shape.back()))};
    }
    if (has("lm_head")) {
        return {0, 2.0f / std::sqrt(static_cast<float>(shape.back()))};
    }
    if (has("pos_embed")) {
        return {0, 0.6f};
    }
    if (has("patch_embed.proj.weight")) {
        return {0, 0.07f};
    }
    if (has("q_norm") || has("k_norm")) {
        return {1.6f, 0.4f};
    }
    if (has("norm") && name.ends_with("weight")) {
        return {1, 0.25f};
    }
    if (name.ends_with("bias")) {
        return {0, 0.15f};
    }
    const bool writes_to_stream =
        has("v_proj") || has("o_proj") || has("down_proj") || has("linear_fc2") || has("attn.proj");
    return {0, (writes_to_stream ? 2.2f : 1.3f) / std::sqrt(static_cast<float>(shape.back()))};
}

std::string tensorBytes(const NamedShape& tensor, std::uint64_t seed) {
    const auto& [name, shape] = tensor;
    const auto count = static_cast<std::size_t>(
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
    const Spread spread = spreadOf(name, shape);
    RandomBits random(seedOf(name, seed));
    std::string bytes(2 * count, '\0');
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint16_t value = toBfloat16(spread.mean + spread.deviation * random.normal());
        bytes[2 * i] = static_cast<char>(value & 0xff);
        bytes[2 * i + 1] = static_cast<char>(value >> 8);
    }
    return bytes;
}

void writeSafetensors(const fs::path& path, const std::vector<NamedShape>& tensors, std::uint64_t seed) {
    nlohmann::ordered_json header;
    header["__metadata__"] = {{"format", "pt"}};
    std::string data;
    for (const NamedShape& tensor : tensors) {
        const std::size_t begin = data.size();
        data += tensorBytes(tensor, seed);
        header[tensor.first] = {
            {"dtype", "BF16"}, {"shape", tensor.second}, {"data_offsets", {begin, data.size()}}};
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string file(8, '\0');
    for (std::size_t i = 0; i < file.size(); ++i) {
        file[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
    }
    writeFile(path, file + text + data);
}

void writeWeights(const fs::path& folder, const TinyModelOptions& options) {
    // Its files are there already; the list of tensors follows from them.
    const std::vector<NamedShape> tensors = expectedTensors(readModelConfig(folder));
    const auto shards = static_cast<std::size_t>(options.shards);
    if (shards <= 1) {
        writeSafetensors(folder / "model.safetensors", tensors, options.seed);
        return;
    }
    nlohmann::json weight_map;
    for (std::size_t shard = 0; shard < shards; ++shard) {
        const std::vector<NamedShape> part(
            tensors.begin() + static_cast<std::ptrdiff_t>(tensors.size() * shard / shards),
            tensors.begin() + static_cast<std::ptrdiff_t>(tensors.size() * (shard + 1) / shards));
        const std::string name =
            "model-" + std::to_string(shard + 1) + "-of-" + std::to_string(shards) + ".safetensors";
        for (const auto& [tensor, shape] : part) {
            weight_map[tensor] = name;
        }
        writeSafetensors(folder / name, part, options.seed);
    }
    writeFile(folder / "model.safetensors.index.json",
              nlohmann::json{{"metadata", nlohmann::json::object()}, {"weight_map", weight_map}}.dump(1));
}

nlohmann::json processor(std::int64_t min_pixels, std::int64_t max_pixels) {
    return {{"size", {{"shortest_edge", min_pixels}, {"longest_edge", max_pixels}}},
            {"patch_size", 16},
            {"temporal_patch_size", 2},
            {"merge_size", 2},
            {"image_mean", {0.5, 0.5, 0.5}},
            {"image_std", {0.5, 0.5, 0.5}}};
}

}  // namespace

nlohmann::json tinyModelConfig(const TinyModelOptions& options) {
    // Thirds of the frequencies, the rest is for time.
    const int half = options.head_dim / 2;
    const int third = half / 3;
    return {{"architectures", {"Qwen3VLForConditionalGeneration"}},
            {"model_type", "qwen3_vl"},
            {"dtype", "bfloat16"},
            {"image_token_id", image_pad},
            {"video_token_id", video_pad},
            {"vision_start_token_id", vision_start},
            {"vision_end_token_id", vision_end},
            {"tie_word_embeddings", options.tie_word_embeddings},
            {"text_config",
             {{"model_type", "qwen3_vl_text"},
              {"attention_bias", false},
              {"eos_token_id", im_end},
              {"head_dim", options.head_dim},
              {"hidden_act", "silu"},
              {"hidden_size", options.hidden_size},
              {"intermediate_size", options.intermediate_size},
              {"max_position_embeddings", options.max_position_embeddings},
              {"num_attention_heads", options.num_attention_heads},
              {"num_hidden_layers", options.text_layers},
              {"num_key_value_heads", options.num_key_value_heads},
              {"rms_norm_eps", 1e-6},
              {"rope_parameters",
               {{"rope_type", "default"},
                {"rope_theta", 5e6},
                {"mrope_interleaved", true},
                {"mrope_section", {half - 2 * third, third, third}}}},
              {"vocab_size", vocab_size}}},
            {"vision_config",
             {{"model_type", "qwen3_vl_vision"},
              {"deepstack_visual_indexes", options.deepstack_visual_indexes},
              {"depth", options.vision_depth},
              {"hidden_act", "gelu_pytorch_tanh"},
              {"hidden_size", options.vision_hidden_size},
              {"in_channels", 3},
              {"intermediate_size", options.vision_intermediate_size},
              {"num_heads", options.vision_num_heads},
              {"num_position_embeddings", options.position_side * options.position_side},
              {"out_hidden_size", options.hidden_size},
              {"patch_size", 16},
              {"spatial_merge_size", 2},
              {"temporal_patch_size", 2}}}};
}

std::filesystem::path writeTinyModel(const std::filesystem::path& folder, const TinyModelOptions& options) {
    fs::create_directories(folder);
    for (const char* name : {"tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt"}) {
        fs::copy_file(fs::path(SIGHTLINE_TINY_TOKENIZER) / name, folder / name,
                      fs::copy_options::overwrite_existing);
    }
    fs::copy_file(SIGHTLINE_TINY_TEMPLATE, folder / "chat_template.jinja",
                  fs::copy_options::overwrite_existing);
    writeFile(folder / "config.json", tinyModelConfig(options).dump(2));
    writeFile(folder / "generation_config.json", nlohmann::json{{"eos_token_id", {im_end, end_of_text}},
                                                                {"do_sample", true},
                                                                {"temperature", 0.7},
                                                                {"top_k", 20},
                                                                {"top_p", 0.8}}
                                                     .dump(2));
    writeFile(folder / "preprocessor_config.json", processor(options.min_pixels, options.max_pixels).dump(2));
    writeFile(folder / "video_preprocessor_config.json", processor(4096, 65536).dump(2));
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".safetensors" ||
            entry.path().filename() == "model.safetensors.index.json") {
            fs::remove(entry.path());
        }
    }
    writeWeights(folder, options);
    return folder;
}

std::filesystem::path copyDescription(const std::filesystem::path& model, const std::filesystem::path& copy) {
    std::filesystem::remove_all(copy);
    std::filesystem::create_directories(copy);
    for (const char* name : {"config.json", "generation_config.json", "preprocessor_config.json",
                             "video_preprocessor_config.json", "chat_template.jinja"})
        std::filesystem::copy_file(model / name, copy / name);
    return copy;
}

void editJson(const std::filesystem::path& file, const std::string& pointer, const nlohmann::json& value) {
    std::ifstream stream(file);
    nlohmann::json root = nlohmann::json::parse(stream);
    const nlohmann::json::json_pointer place(pointer);
    if (value.is_null()) {
        root.at(place.parent_pointer()).erase(place.back());
    } else {
        root[place] = value;
    }
    writeFile(file, root.dump(2));
}

}  // namespace sightline::test
