// The JSON files of a model folder as values. Field names are the JSON keys.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "inference/engine.h"
#include "inference/pictures/image_patches.h"
#include "inference/pictures/video_frames.h"

namespace sightline {

struct TextConfig {
    int hidden_size = 0;
    int intermediate_size = 0;
    int num_hidden_layers = 0;
    int num_attention_heads = 0;
    int num_key_value_heads = 0;
    int head_dim = 0;
    int vocab_size = 0;
    int max_position_embeddings = 0;
    double rms_norm_eps = 1e-6;
    double rope_theta = 0;
    std::array<int, 3> mrope_section{};  // of head_dim / 2 frequencies, how many follow T, H, W
};

struct VisionConfig {
    int depth = 0;
    int hidden_size = 0;
    int intermediate_size = 0;
    int num_heads = 0;
    int num_position_embeddings = 0;  // a square
    int out_hidden_size = 0;
    int patch_size = 0;
    int spatial_merge_size = 0;
    int temporal_patch_size = 0;
    int in_channels = 3;
    double rope_theta = 10000.0;
    std::vector<int> deepstack_visual_indexes;
};

struct ModelConfig {
    std::string architecture;
    TextConfig text_config;
    VisionConfig vision_config;
    bool tie_word_embeddings = false;
    TokenId image_token_id = 0;
    TokenId video_token_id = 0;
    TokenId vision_start_token_id = 0;
    TokenId vision_end_token_id = 0;

    // Of the other files of the folder.
    std::vector<TokenId> eos_token_ids;  // generation_config.json, else config.json
    GenerationOptions defaults;
    PatchOptions image_patches;
    VideoOptions video;
    std::string chat_template;       // source; empty if the folder has none
    std::string chat_template_file;  // where it stood, for messages
    std::string name;                // sightline_model.json, else the folder's name
    std::string notice;
};

// Reads config.json, generation_config.json, preprocessor_config.json, video_preprocessor_config.json, the
// chat template (chat_template.jinja, chat_template.json or tokenizer_config.json) and sightline_model.json.
// Only config.json must exist. Throws Error(invalid_model) naming file and field, Error(unsupported) for
// another architecture or an option that is not implemented. Every size is checked against limits before it
// is used.
ModelConfig readModelConfig(const std::filesystem::path& folder);

}  // namespace sightline
