#include "app/chat/prompt_builder.h"

#include <QSet>
#include <iterator>
#include <utility>
#include <variant>

#include "app/values/assist_text.h"

namespace sightline {

namespace {

bool isLeftOut(const ChatMessage& message) {
    return message.kind == MessageKind::reading ||
           (message.role == Role::assistant &&
            (message.state == ReplyState::streaming || message.text().isEmpty()));
}

void add(Message& message, const QString& text) {
    message.parts.emplace_back(std::in_place_type<TextPart>, text.toStdString());
}

// What the reader found in the pictures of `question`, if the next message says so.
const ChatMessage* readingOf(const std::vector<ChatMessage>& messages, std::size_t question) {
    if (question + 1 >= messages.size()) return nullptr;
    const ChatMessage& next = messages[question + 1];
    return next.kind == MessageKind::reading ? &next : nullptr;
}

}  // namespace

Prompt buildPrompt(const Conversation& conversation, const PixelBudget& budget,
                   const QString& system_prompt) {
    Prompt prompt;
    if (!system_prompt.trimmed().isEmpty())
        prompt.messages.push_back({Role::system, {TextPart{system_prompt.toStdString()}}, {}});
    QSet<QString> shown;  // pictures
    const std::vector<ChatMessage>& messages = conversation.messages;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const ChatMessage& message = messages[i];
        if (isLeftOut(message)) continue;
        Message built;
        built.role = message.role;
        const ChatMessage* reading = readingOf(messages, i);
        std::size_t picture = 0;
        for (const ChatPart& part : message.parts) {
            if (!part.attachment) {
                if (!part.text.isEmpty()) add(built, part.text);
                continue;
            }
            const Attachment& attachment = *part.attachment;
            // One without pixels has lost its file: whoever opens the conversation is told.
            const bool again = reading && shown.contains(attachment.id);
            if (attachment.picture && !again) {
                const PixelBudget& own = part.sight.budget;
                const bool has_own = own.min_pixels > 0 || own.max_pixels > 0;
                built.parts.emplace_back(std::in_place_type<ImagePart>, attachment.picture,
                                         has_own ? own : budget);
                if (!part.sight.read_text.isEmpty()) add(built, part.sight.read_text + QLatin1Char('\n'));
            }
            shown.insert(attachment.id);
            const std::size_t place = picture++;
            // Reading assist has said it already, with places.
            const bool said = !part.sight.read_text.isEmpty() && attachment.picture && !again;
            if (!reading || said || place >= reading->parts.size()) continue;
            if (const QString text = readerText(reading->parts[place].plain_text, attachment.name, again);
                !text.isEmpty())
                add(built, text);
        }
        if (built.parts.empty()) continue;
        // Nobody answers a reading: what is asked next belongs to the same turn.
        const bool goes_on = i > 0 && messages[i - 1].kind == MessageKind::reading &&
                             built.role == Role::user && !prompt.messages.empty() &&
                             prompt.messages.back().role == Role::user;
        if (goes_on) {
            std::move(built.parts.begin(), built.parts.end(),
                      std::back_inserter(prompt.messages.back().parts));
        } else {
            prompt.messages.push_back(std::move(built));
        }
    }
    return prompt;
}

}  // namespace sightline
