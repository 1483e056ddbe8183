#include "app/prompt_builder.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace sightline {

namespace {

bool isLeftOut(const ChatMessage& message) {
    return message.role == Role::assistant &&
           (message.state == ReplyState::streaming || message.text().isEmpty());
}

}  // namespace

Prompt buildPrompt(const Conversation& conversation, const PixelBudget& budget) {
    Prompt prompt;
    for (const ChatMessage& message : conversation.messages) {
        if (isLeftOut(message)) continue;
        Message built;
        built.role = message.role;
        for (const ChatPart& part : message.parts) {
            if (part.attachment) {
                const PixelBudget& own = part.sight.budget;
                const bool has_own = own.min_pixels > 0 || own.max_pixels > 0;
                built.parts.emplace_back(std::in_place_type<ImagePart>, part.attachment->picture,
                                         has_own ? own : budget);
                if (!part.sight.read_text.isEmpty()) {
                    built.parts.emplace_back(std::in_place_type<TextPart>,
                                             part.sight.read_text.toStdString() + '\n');
                }
            } else if (!part.text.isEmpty()) {
                built.parts.emplace_back(std::in_place_type<TextPart>, part.text.toStdString());
            }
        }
        prompt.messages.push_back(std::move(built));
    }
    return prompt;
}

GenerationOptions buildOptions(const GenerationOptions& defaults, const SamplingOverrides& overrides,
                               int context_length, std::uint64_t seed) {
    GenerationOptions options = defaults;
    options.temperature = overrides.temperature.value_or(defaults.temperature);
    options.top_p = overrides.top_p.value_or(defaults.top_p);
    options.max_tokens = overrides.max_tokens.value_or(defaults.max_tokens);
    if (context_length > 0) options.max_tokens = std::min(options.max_tokens, context_length);
    options.seed = seed;
    return options;
}

}  // namespace sightline
