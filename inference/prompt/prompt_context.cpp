#include "inference/prompt/prompt_context.h"

#include <nlohmann/json.hpp>
#include <string>

#include "inference/prompt/marked_text.h"

namespace sightline {
namespace {

using Json = nlohmann::ordered_json;

constexpr int max_tool_depth = 32;

const char* roleName(Role role) {
    switch (role) {
        case Role::system:
            return "system";
        case Role::user:
            return "user";
        case Role::assistant:
            return "assistant";
        case Role::tool:
            return "tool";
    }
    return "user";
}

[[noreturn]] void refuse(const std::string& sentence) {
    throw Error(ErrorKind::invalid_input, sentence);
}

// `what` names the text in the sentence of the error.
Json parseObject(const std::string& text, const std::string& what) {
    const auto bounded = [&](int depth, Json::parse_event_t, Json&) {
        if (depth > max_tool_depth) refuse(what + " is nested too deeply");
        return true;
    };
    Json value;
    try {
        value = Json::parse(text, bounded);
    } catch (const Json::exception&) {
        refuse(what + " is not valid JSON");
    }
    if (!value.is_object()) refuse(what + " is not a JSON object");
    return value;
}

Json contentOf(const Message& message) {
    std::string text;
    Json list = Json::array();
    bool has_media = false;
    for (const Part& part : message.parts) {
        if (const auto* written = std::get_if<TextPart>(&part)) {
            text += written->text;
            list.push_back({{"type", "text"}, {"text", written->text}});
            continue;
        }
        has_media = true;
        const char* kind = std::holds_alternative<ImagePart>(part) ? "image" : "video";
        list.push_back({{"type", kind}, {kind, ""}});
    }
    if (has_media && (message.role == Role::system || message.role == Role::assistant)) {
        refuse("only questions and tool results can contain pictures");
    }
    return has_media ? list : Json(text);
}

Json toolCallsOf(const Message& message) {
    Json calls = Json::array();
    for (const ToolCall& call : message.tool_calls) {
        const Json arguments =
            parseObject(call.arguments_json, "the arguments of the call of tool " + call.name);
        calls.push_back(
            {{"type", "function"}, {"function", {{"name", call.name}, {"arguments", arguments}}}});
    }
    return calls;
}

void checkOrder(const std::vector<Message>& messages) {
    if (messages.empty()) refuse("the conversation has no messages");
    bool asked = false;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Role role = messages[i].role;
        if (role == Role::system && i > 0) refuse("a system message can only be the first message");
        if (role == Role::user) asked = true;
        if ((role == Role::assistant || role == Role::tool) && !asked) {
            refuse("the conversation begins with a reply instead of a question");
        }
        if (!messages[i].tool_calls.empty() && role != Role::assistant) refuse("only a reply can call tools");
    }
    if (!asked) refuse("the conversation has no question");
    if (messages.back().role == Role::assistant)
        refuse("the last message is a reply, so there is nothing to answer");
}

const Json& memberOf(const Json& object, const char* name) {
    static const Json nothing;
    if (!object.is_object()) return nothing;
    const auto found = object.find(name);
    return found == object.end() ? nothing : *found;
}

bool isMedia(const Json& part, const char* kind) {
    return memberOf(part, "type") == kind || (part.is_object() && part.contains(kind));
}

bool isTrue(const Json& value) {
    return value.is_boolean() && value.get<bool>();
}

class ChatMl {
  public:
    explicit ChatMl(bool add_vision_id) : add_vision_id_(add_vision_id) {}

    void message(const Json& message) {
        const Json& role = memberOf(message, "role");
        const bool known = role == "system" || role == "user" || role == "assistant";
        if (!known || !memberOf(message, "tool_calls").is_null()) {
            throw Error(ErrorKind::unsupported,
                        "the model has no chat template, so tools cannot be used with it");
        }
        turn(role.get<std::string>());
        const Json& content = memberOf(message, "content");
        if (content.is_string()) {
            appendMarked(text_, content.get<std::string>(), false);
        } else if (content.is_array()) {
            for (const Json& part : content)
                this->part(part);
        } else if (!content.is_null()) {
            refuse("the content of a message is neither text nor a list of parts");
        }
        appendMarked(text_, "<|im_end|>\n", true);
    }

    void turn(const std::string& role) { appendMarked(text_, "<|im_start|>" + role + "\n", true); }

    MarkedText take() { return std::move(text_); }

  private:
    void part(const Json& part) {
        if (isMedia(part, "image")) {
            medium("Picture ", ++pictures_, "<|vision_start|><|image_pad|><|vision_end|>");
        } else if (isMedia(part, "video")) {
            medium("Video ", ++videos_, "<|vision_start|><|video_pad|><|vision_end|>");
        } else if (const Json& text = memberOf(part, "text"); text.is_string()) {
            appendMarked(text_, text.get<std::string>(), false);
        } else {
            refuse("a part of a message is neither text nor a picture nor a video");
        }
    }

    void medium(const char* name, int number, const char* pads) {
        if (add_vision_id_) appendMarked(text_, name + std::to_string(number) + ": ", true);
        appendMarked(text_, pads, true);
    }

    MarkedText text_;
    bool add_vision_id_;
    int pictures_ = 0;
    int videos_ = 0;
};

}  // namespace

Json promptContext(const Prompt& prompt) {
    checkOrder(prompt.messages);
    Json messages = Json::array();
    for (const Message& message : prompt.messages) {
        Json entry = {{"role", roleName(message.role)}, {"content", contentOf(message)}};
        if (!message.tool_calls.empty()) entry["tool_calls"] = toolCallsOf(message);
        messages.push_back(std::move(entry));
    }
    Json context = {{"messages", std::move(messages)}};
    if (!prompt.tools_json.empty()) {
        Json tools = Json::array();
        for (const std::string& tool : prompt.tools_json) {
            tools.push_back(parseObject(tool, "the description of tool " + std::to_string(tools.size() + 1)));
        }
        context["tools"] = std::move(tools);
    }
    context["add_vision_id"] = prompt.add_vision_id;
    context["add_generation_prompt"] = true;
    return context;
}

std::vector<bool> mediaOf(const Json& context) {
    std::vector<bool> media;
    for (const Json& message : memberOf(context, "messages")) {
        const Json& content = memberOf(message, "content");
        if (!content.is_array()) continue;
        for (const Json& part : content) {
            if (isMedia(part, "image") || isMedia(part, "image_url")) {
                media.push_back(false);
            } else if (isMedia(part, "video")) {
                media.push_back(true);
            }
        }
    }
    return media;
}

MarkedText renderChatMl(const Json& context) {
    const Json& messages = memberOf(context, "messages");
    if (!messages.is_array()) refuse("the conversation has no messages");
    const Json& tools = memberOf(context, "tools");
    if (tools.is_array() && !tools.empty()) {
        throw Error(ErrorKind::unsupported,
                    "the model has no chat template, so tools cannot be used with it");
    }
    ChatMl text(isTrue(memberOf(context, "add_vision_id")));
    for (const Json& message : messages)
        text.message(message);
    if (isTrue(memberOf(context, "add_generation_prompt"))) text.turn("assistant");
    return text.take();
}

}  // namespace sightline
