// Runs a parsed chat template.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "inference/prompt/chat_template_ast.h"

namespace sightline::chat_template {

// Throws Error naming file and line; see chat_template.h.
Text renderTemplate(const Block& root, const nlohmann::ordered_json& context, const std::string& file);

}  // namespace sightline::chat_template
