// A Prompt in the form in which chat templates want it: the message lists of transformers.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "inference/engine.h"
#include "inference/text/tokenizer.h"

namespace sightline {

// {messages: [{role, content: text or [{type: text | image | video, ...}], tool_calls}], tools,
// add_vision_id, add_generation_prompt: true}. Content without pictures is one string. Throws
// Error(invalid_input) for prompts that no template can show: no messages, a reply first, pictures in a
// reply, tools that are no JSON objects.
nlohmann::ordered_json promptContext(const Prompt& prompt);

// How many pictures and clips the messages of a context name, in order; true = a clip.
std::vector<bool> mediaOf(const nlohmann::ordered_json& context);

// The template of models that bring none: ChatML, "<|im_start|>role\n...<|im_end|>\n", without tools. Throws
// Error(unsupported) for tools, Error(invalid_input) for messages that are not of the form above.
MarkedText renderChatMl(const nlohmann::ordered_json& context);

}  // namespace sightline
