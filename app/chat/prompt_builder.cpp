#include "app/chat/prompt_builder.h"

#include <utility>
#include <variant>

namespace sightline {

namespace {

bool isLeftOut(const ChatMessage& message) {
    return message.role == Role::assistant &&
           (message.state == ReplyState::streaming || message.text().isEmpty());
}

}  // namespace

Prompt buildPrompt(const Conversation& conversation, const PixelBudget& budget,
                   const QString& system_prompt) {
    Prompt prompt;
    if (!system_prompt.trimmed().isEmpty())
        prompt.messages.push_back({Role::system, {TextPart{system_prompt.toStdString()}}, {}});
    for (const ChatMessage& message : conversation.messages) {
        if (isLeftOut(message)) continue;
        Message built;
        built.role = message.role;
        for (const ChatPart& part : message.parts) {
            if (part.attachment && !part.attachment->picture) {
                // Its file is gone: whoever opens the conversation is told.
                continue;
            } else if (part.attachment) {
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

}  // namespace sightline
