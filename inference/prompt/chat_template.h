// A small interpreter for the subset of Jinja that chat templates use; docs/model-format.md lists it.
// Anything outside it is refused when the template is parsed, with line and construct. Steps, depth and
// output are bounded.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "inference/text/tokenizer.h"

namespace sightline {

class ChatTemplate {
  public:
    // Whitespace is handled as transformers does: trim_blocks and lstrip_blocks are on, one trailing newline
    // of the template is dropped. Throws Error(invalid_model) for a syntax error, Error(unsupported) for a
    // construct outside the subset; both name `file_name` and the line.
    static std::unique_ptr<const ChatTemplate> parse(std::string_view source, const std::string& file_name);
    virtual ~ChatTemplate() = default;

    // `context` is an object whose members are the template's variables: messages, tools,
    // add_generation_prompt, add_vision_id ... Its objects keep their order (tojson writes it). Text that
    // stands in the template itself is trusted, every string from `context` is not, and stays so through
    // concatenation, slices, filters and methods. Throws Error(invalid_model) if the template fails
    // (raise_exception, a missing attribute used as a value, a bound exceeded), naming the line. Thread-safe.
    virtual MarkedText render(const nlohmann::ordered_json& context) const = 0;
};

}  // namespace sightline
