// A small random Qwen3-VL checkpoint in a folder, for tests: written in milliseconds, the same bytes for the
// same options on every machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace sightline::test {

struct TinyModelOptions {
    int text_layers = 2;
    int hidden_size = 64;
    int intermediate_size = 128;
    int num_attention_heads = 4;
    int num_key_value_heads = 2;
    int head_dim = 32;  // a multiple of 2; T, H and W share its half
    int max_position_embeddings = 4096;
    int vision_depth = 3;
    int vision_hidden_size = 48;
    int vision_intermediate_size = 112;
    int vision_num_heads = 4;
    int position_side = 16;  // of the learned position grid
    std::vector<int> deepstack_visual_indexes{0, 1};
    bool tie_word_embeddings = true;
    std::int64_t min_pixels = 4096;
    std::int64_t max_pixels = 24576;
    std::uint64_t seed = 1;  // tensors of one seed, name and shape are equal whatever the other options are
    int shards = 1;
};

// The folder is made if it is not there; files in it are replaced. The tokenizer is that of
// tests/data/tokenizer/tiny (882 tokens, vocab_size 896). Logits spread as those of the reference checkpoints
// (standard deviation about 3). Returns `folder`. Throws std::runtime_error if something cannot be written.
std::filesystem::path writeTinyModel(const std::filesystem::path& folder,
                                     const TinyModelOptions& options = {});

// The config.json of such a model.
nlohmann::json tinyModelConfig(const TinyModelOptions& options = {});

// Everything of a model folder but weights and tokenizer, in a `copy` that holds nothing else. Returns
// `copy`.
std::filesystem::path copyDescription(const std::filesystem::path& model, const std::filesystem::path& copy);

// Replaces one value of a JSON file: editJson(folder / "config.json", "/text_config/head_dim", 31). A null
// `value` removes it.
void editJson(const std::filesystem::path& file, const std::string& pointer, const nlohmann::json& value);

}  // namespace sightline::test
