// Chat template text to trees; refuses what the interpreter does not know.
#pragma once

#include <string>
#include <string_view>

#include "inference/prompt/chat_template_ast.h"

namespace sightline::chat_template {

// Throws Error(invalid_model) for a syntax error, Error(unsupported) for a construct outside the subset,
// naming file and line.
Block parseTemplate(std::string_view source, const std::string& file);

}  // namespace sightline::chat_template
