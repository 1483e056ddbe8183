// Cuts a chat template into text, tags and the words of tags, with Jinja's rules for white space (trim_blocks
// and lstrip_blocks on, a trailing newline dropped).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightline::chat_template {

enum class TokenKind {
    text,
    block_begin,
    block_end,
    output_begin,
    output_end,
    name,
    integer,
    number,
    string,
    sign,
    end
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;  // of strings: without quotes and escapes
    int line = 1;
};

inline constexpr std::size_t max_template_bytes = std::size_t{1} << 20;

// The last token is `end`. Throws Error(invalid_model) or Error(unsupported) naming file and line.
std::vector<Token> cutTemplate(std::string_view source, const std::string& file);

}  // namespace sightline::chat_template
