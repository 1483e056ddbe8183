#include "inference/prompt/prompt_encoder.h"

#include <bit>
#include <nlohmann/json.hpp>
#include <utility>

#include "inference/prompt/marked_text.h"
#include "inference/prompt/prompt_context.h"

namespace sightline {
namespace {

// The texts of the tokens that stand for pictures, as the tokenizer writes them.
struct VisualTokens {
    std::string image;
    std::string video;
    std::string start;
    std::string end;
};

// Empty if the id is no special token of the tokenizer: then nothing can be recognised as it.
std::string specialText(const Tokenizer& tokenizer, TokenId id) {
    if (id < 0 || id >= tokenizer.size() || !tokenizer.isSpecial(id)) return {};
    return tokenizer.tokenBytes(id, false);
}

VisualTokens visualTokens(const ModelConfig& config, const Tokenizer& tokenizer,
                          std::span<const VisualInput> visuals) {
    const VisualTokens tokens{specialText(tokenizer, config.image_token_id),
                              specialText(tokenizer, config.video_token_id),
                              specialText(tokenizer, config.vision_start_token_id),
                              specialText(tokenizer, config.vision_end_token_id)};
    const auto require = [](const std::string& text, const char* field) {
        if (text.empty()) {
            throw Error(ErrorKind::invalid_model,
                        std::string("config.json: ") + field + " is not a special token of the tokenizer");
        }
    };
    for (const VisualInput& visual : visuals) {
        if (visual.type == TokenType::image) {
            require(tokens.image, "image_token_id");
        } else {
            require(tokens.video, "video_token_id");
            require(tokens.start, "vision_start_token_id");
            require(tokens.end, "vision_end_token_id");
        }
    }
    return tokens;
}

[[noreturn]] void refuseTemplate(const std::string& why) {
    throw Error(ErrorKind::invalid_model, "the chat template " + why);
}

// A clip of t temporal patches becomes t pads with their times; a picture's pad stays. The number of merged
// tokens is no matter of text: pads are repeated in the ids.
MarkedText withTimestamps(const MarkedText& rendered, std::span<const VisualInput> visuals,
                          const VisualTokens& tokens, bool replace_outer_pair) {
    MarkedText text;
    std::size_t copied = 0;
    std::size_t visual = 0;
    for (;;) {
        const std::size_t image = findTrusted(rendered, tokens.image, copied);
        const std::size_t video = findTrusted(rendered, tokens.video, copied);
        const std::size_t pad = std::min(image, video);
        if (pad == std::string::npos) break;
        if (visual == visuals.size()) refuseTemplate("shows more pictures than the messages contain");
        const VisualInput& input = visuals[visual++];
        if ((input.type == TokenType::image) != (pad == image)) {
            refuseTemplate("takes a picture for a video or changes their order");
        }
        std::size_t first = pad;
        std::size_t last = pad + (pad == image ? tokens.image : tokens.video).size();
        if (input.type == TokenType::image) {
            appendMarked(text, rendered, copied, last);
            copied = last;
            continue;
        }
        if (replace_outer_pair && pad >= copied + tokens.start.size() &&
            trustedAt(rendered, pad - tokens.start.size(), tokens.start) &&
            trustedAt(rendered, last, tokens.end)) {
            first -= tokens.start.size();
            last += tokens.end.size();
        }
        appendMarked(text, rendered, copied, first);
        for (const double seconds : input.timestamps) {
            appendMarked(text, timestampText(seconds), false);
            appendMarked(text, tokens.start + tokens.video + tokens.end, true);
        }
        copied = last;
    }
    if (visual != visuals.size()) {
        refuseTemplate("shows only " + std::to_string(visual) + " of " + std::to_string(visuals.size()) +
                       " pictures");
    }
    appendMarked(text, rendered, copied, rendered.bytes.size());
    return text;
}

std::uint64_t padKey(const ContentId& content, int number) {
    std::uint64_t key = content.low ^ (static_cast<std::uint64_t>(number) + 1) * 0x9e3779b97f4a7c15;
    key = (key ^ (key >> 32)) * 0xd6e8feb86659fd93;
    key = (std::rotl(key, 23) ^ content.high) * 0x9e3779b97f4a7c15;
    return key ^ (key >> 29);
}

// Repeats the pads: one a merged token.
class Expansion {
  public:
    Expansion(const ModelConfig& config, std::vector<VisualInput> visuals) : config_(config) {
        prompt_.visuals = std::move(visuals);
    }

    void take(TokenId id) {
        const TokenType type = typeOf(id);
        if (type == TokenType::text) {
            push(id, type, textTokenKey(id));
            return;
        }
        if (visual_ == prompt_.visuals.size() || prompt_.visuals[visual_].type != type) fail();
        VisualInput& input = prompt_.visuals[visual_];
        const int merge = config_.vision_config.spatial_merge_size;
        const int pads = input.patches.grid.h / merge * (input.patches.grid.w / merge);
        if (frame_ == 0) input.first_token = static_cast<int>(prompt_.ids.size());
        for (int i = 0; i < pads; ++i)
            push(id, type, padKey(input.content, frame_ * pads + i));
        if (++frame_ == input.patches.grid.t) {
            frame_ = 0;
            ++visual_;
        }
    }

    EncodedPrompt finish() {
        if (visual_ != prompt_.visuals.size()) fail();
        std::vector<PatchGrid> images, videos;
        for (const VisualInput& visual : prompt_.visuals) {
            (visual.type == TokenType::image ? images : videos).push_back(visual.patches.grid);
        }
        Positions positions =
            mropePositions(prompt_.types, images, videos, config_.vision_config.spatial_merge_size);
        prompt_.positions = std::move(positions.positions);
        prompt_.rope_delta = positions.rope_delta;
        return std::move(prompt_);
    }

  private:
    [[noreturn]] static void fail() {
        throw Error(ErrorKind::invalid_model,
                    "the tokenizer does not read the pads of pictures as config.json says");
    }

    // A conversation without pictures has no pads, whatever config.json says about their ids.
    TokenType typeOf(TokenId id) const {
        if (prompt_.visuals.empty()) return TokenType::text;
        if (id == config_.image_token_id) return TokenType::image;
        return id == config_.video_token_id ? TokenType::video : TokenType::text;
    }

    void push(TokenId id, TokenType type, std::uint64_t key) {
        prompt_.ids.push_back(id);
        prompt_.types.push_back(type);
        prompt_.keys.push_back(key);
    }

    const ModelConfig& config_;
    EncodedPrompt prompt_;
    std::size_t visual_ = 0;
    int frame_ = 0;
};

std::vector<VisualInput> visualsOf(const Prompt& prompt, const ModelConfig& config) {
    std::vector<VisualInput> visuals;
    for (const Message& message : prompt.messages) {
        for (const Part& part : message.parts) {
            VisualInput visual;
            if (const auto* image = std::get_if<ImagePart>(&part)) {
                if (!image->picture) throw Error(ErrorKind::invalid_input, "the picture is empty");
                visual.patches = imagePatches(*image->picture, config.image_patches, image->budget);
            } else if (const auto* video = std::get_if<VideoPart>(&part)) {
                VideoPatches clip = videoPatches(*video, config.video);
                visual.type = TokenType::video;
                visual.patches = std::move(clip.patches);
                visual.timestamps = std::move(clip.timestamps);
            } else {
                continue;
            }
            visual.content = contentId(visual.patches);
            visuals.push_back(std::move(visual));
        }
    }
    return visuals;
}

}  // namespace

PromptEncoder::PromptEncoder(const ModelConfig& config, const Tokenizer& tokenizer,
                             const ChatTemplate* chat_template)
    : config_(config), tokenizer_(tokenizer), chat_template_(chat_template) {}

MarkedText PromptEncoder::render(const nlohmann::ordered_json& context) const {
    return chat_template_ ? chat_template_->render(context) : renderChatMl(context);
}

EncodedPrompt PromptEncoder::encode(const Prompt& prompt) const {
    const nlohmann::ordered_json context = promptContext(prompt);  // first: cheaper than the pictures
    return encodeRendered(render(context), visualsOf(prompt, config_), prompt.reply_prefix);
}

EncodedPrompt PromptEncoder::encodeJson(const nlohmann::ordered_json& context,
                                        std::vector<VisualInput> visuals,
                                        const std::string& reply_prefix) const {
    const std::vector<bool> media = mediaOf(context);
    bool matches = media.size() == visuals.size();
    for (std::size_t i = 0; matches && i < media.size(); ++i) {
        matches = media[i] == (visuals[i].type == TokenType::video);
    }
    if (!matches) {
        throw Error(ErrorKind::invalid_input, "the messages name " + std::to_string(media.size()) +
                                                  " pictures and videos, but others were given");
    }
    return encodeRendered(render(context), std::move(visuals), reply_prefix);
}

EncodedPrompt PromptEncoder::encodeRendered(MarkedText rendered, std::vector<VisualInput> visuals,
                                            const std::string& reply_prefix) const {
    for (const VisualInput& visual : visuals) {
        const std::size_t stamps =
            visual.type == TokenType::video ? static_cast<std::size_t>(visual.patches.grid.t) : 0;
        if (visual.patches.grid.patches() <= 0 || visual.timestamps.size() != stamps) {
            throw Error(ErrorKind::invalid_input,
                        "a picture or clip is empty, or a clip has not one time a patch");
        }
    }
    const VisualTokens tokens = visualTokens(config_, tokenizer_, visuals);
    MarkedText text = withTimestamps(rendered, visuals, tokens, old_video_layout_);
    appendMarked(text, reply_prefix, false);
    Expansion expansion(config_, std::move(visuals));
    for (const TokenId id : tokenizer_.encode(text))
        expansion.take(id);
    return expansion.finish();
}

}  // namespace sightline
