// Messages -> token ids, visual spans and 3-D positions.
//
// Special tokens are written only by the chat template (trusted text) and by the expansion of pictures here;
// nothing that a message says can begin, end or move a span or a turn.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "inference/files/model_config.h"
#include "inference/prompt/chat_template.h"
#include "inference/text/tokenizer.h"

namespace sightline {

enum class TokenType : std::uint8_t { text = 0, image = 1, video = 2 };

// The key of an ordinary token in EncodedPrompt::keys; the engine continues the keys with those of the reply.
constexpr std::uint64_t textTokenKey(TokenId id) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(id)) + 1) * 0x9E3779B97F4A7C15ULL;
}

// One picture or clip of the prompt, ready for the vision encoder.
struct VisualInput {
    TokenType type = TokenType::image;
    Patches patches;
    std::vector<double> timestamps;  // video only: one a temporal patch
    ContentId content;
    int first_token =
        0;  // index of its first pad in ids (a clip's frames may be apart: text stands between them)
};

struct EncodedPrompt {
    std::vector<TokenId> ids;
    std::vector<TokenType> types;                        // one a token
    std::vector<std::array<std::int32_t, 3>> positions;  // T, H, W, one a token
    std::int32_t rope_delta = 0;       // position of token i >= ids.size() is i + rope_delta
    std::vector<VisualInput> visuals;  // in the order of their pads
    // One a token: equal prefixes of keys mean equal hidden states. textTokenKey for text; a pad's key mixes
    // the picture's content and the pad's number, so that the same ids with another picture differ.
    std::vector<std::uint64_t> keys;
};

// 3-D positions (interleaved MRoPE): text counts on in all three; a picture of h x w merged tokens starts at
// the next position p: (p, p + row, p + column), and text goes on at p + max(h, w). A clip is `t` such
// pictures (timestamps are text). Reference: Qwen3VLModel.get_rope_index. Grids are in patches; one grid a
// picture, in order.
struct Positions {
    std::vector<std::array<std::int32_t, 3>> positions;
    std::int32_t rope_delta = 0;
};
Positions mropePositions(std::span<const TokenType> types, std::span<const PatchGrid> image_grids,
                         std::span<const PatchGrid> video_grids, int merge_size);

class PromptEncoder {
  public:
    // All three must outlive the encoder. `chat_template` may be null: then ChatML without tools is used.
    PromptEncoder(const ModelConfig& config, const Tokenizer& tokenizer, const ChatTemplate* chat_template);

    // Throws Error(invalid_input) for messages that cannot be encoded (no messages, an empty picture, a reply
    // before a question ...), Error(invalid_model) if the template does not show every picture exactly once.
    EncodedPrompt encode(const Prompt& prompt) const;

    // For reference checks: messages, tools and options in the JSON form of transformers, and the visuals in
    // the order in which they appear (images and clips together; grid, timestamps and content are used). The
    // media that the messages name are not read. add_generation_prompt is taken from `context`.
    EncodedPrompt encodeJson(const nlohmann::ordered_json& context, std::vector<VisualInput> visuals,
                             const std::string& reply_prefix = {}) const;

    // Layout of transformers before 5.10: the template's vision_start / vision_end around a clip are replaced
    // too. Default false.
    void setOldVideoLayout(bool on) { old_video_layout_ = on; }

    // Text of the prompt after rendering, before expansion (for reference checks and the log).
    MarkedText render(const nlohmann::ordered_json& context) const;

  private:
    EncodedPrompt encodeRendered(MarkedText rendered, std::vector<VisualInput> visuals,
                                 const std::string& reply_prefix) const;

    const ModelConfig& config_;
    const Tokenizer& tokenizer_;
    const ChatTemplate* chat_template_;
    bool old_video_layout_ = false;
};

}  // namespace sightline
