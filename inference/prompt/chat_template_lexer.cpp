#include "inference/prompt/chat_template_lexer.h"

#include <algorithm>
#include <array>

#include "inference/error.h"
#include "inference/prompt/chat_template_value.h"
#include "inference/text/unicode.h"

namespace sightline::chat_template {

namespace {

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// "\r\n" and "\r" become "\n", and the last newline goes, before anything else is looked at.
std::string withPlainNewlines(std::string_view source) {
    std::string text;
    text.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            text.push_back('\n');
            if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
        } else {
            text.push_back(source[i]);
        }
    }
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

class Lexer {
  public:
    Lexer(std::string source, const std::string& file) : source_(std::move(source)), file_(file) {}

    std::vector<Token> run() {
        while (at_ < source_.size())
            textAndTag();
        add(TokenKind::end, "");
        return std::move(tokens_);
    }

  private:
    [[noreturn]] void fail(const std::string& what, ErrorKind kind = ErrorKind::invalid_model) {
        throw Error(kind, file_ + ": line " + std::to_string(line()) + ": " + what);
    }

    // Counted on from the last place that was asked for.
    int line() {
        const std::size_t end = std::min(at_, source_.size());
        for (; counted_ < end; ++counted_)
            if (source_[counted_] == '\n') ++line_;
        return line_;
    }
    void add(TokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), line()}); }
    bool startsWith(std::string_view wanted) const {
        return source_.compare(at_, wanted.size(), wanted) == 0;
    }

    void skipSpace() {
        while (at_ < source_.size()) {
            const Utf8Step step = nextUtf8(std::string_view(source_).substr(at_));
            if (!isPythonSpace(step.character)) return;
            at_ += step.length;
        }
    }

    static void stripEnd(std::string& text) {
        const auto offsets = characterOffsets(text);
        std::size_t kept = offsets.size() - 1;
        while (kept > 0 &&
               isPythonSpace(nextUtf8(std::string_view(text).substr(offsets[kept - 1])).character))
            --kept;
        text.resize(offsets[kept]);
    }

    // lstrip_blocks: white space between the beginning of the line and the tag.
    static void stripIndent(std::string& text, bool begins_line) {
        const std::size_t newline = text.rfind('\n');
        if (newline == std::string::npos && !begins_line) return;
        const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
        std::string indent = text.substr(begin);
        stripEnd(indent);
        if (indent.empty()) text.resize(begin);
    }

    void textAndTag() {
        const std::size_t begin = at_;
        std::size_t tag = source_.find('{', begin);
        while (tag != std::string::npos && (tag + 1 >= source_.size() || !isOpening(source_[tag + 1])))
            tag = source_.find('{', tag + 1);
        if (tag == std::string::npos) {
            std::string rest = source_.substr(begin);
            add(TokenKind::text, std::move(rest));
            at_ = source_.size();
            return;
        }
        const char kind = source_[tag + 1];
        const char sign = tag + 2 < source_.size() ? source_[tag + 2] : '\0';
        std::string text = source_.substr(begin, tag - begin);
        if (sign == '-')
            stripEnd(text);
        else if (sign != '+' && kind != '{')
            stripIndent(text, begin == 0 || source_[begin - 1] == '\n');
        if (!text.empty()) add(TokenKind::text, std::move(text));
        at_ = tag + (sign == '-' || sign == '+' ? 3 : 2);
        if (kind == '#')
            skipComment();
        else
            cutTag(kind == '%');
    }
    static bool isOpening(char c) { return c == '{' || c == '%' || c == '#'; }

    // After a block or a comment: `-` takes all white space, `+` nothing, otherwise one newline goes.
    void afterTag(char sign) {
        if (sign == '-')
            skipSpace();
        else if (sign != '+' && at_ < source_.size() && source_[at_] == '\n')
            ++at_;
    }

    void skipComment() {
        const std::size_t end = source_.find("#}", at_);
        if (end == std::string::npos) fail("a comment has no end");
        const char sign = end > at_ ? source_[end - 1] : '\0';
        at_ = end + 2;
        afterTag(sign);
    }

    // The end of the tag only counts outside of brackets.
    bool takeEnd(bool is_block) {
        if (!brackets_.empty()) return false;
        const std::string_view closing = is_block ? "%}" : "}}";
        const char sign = source_[at_];
        const bool has_sign = sign == '-' || (sign == '+' && is_block);
        if (source_.compare(at_ + (has_sign ? 1 : 0), 2, closing) != 0) return false;
        add(is_block ? TokenKind::block_end : TokenKind::output_end, "");
        at_ += has_sign ? 3 : 2;
        if (is_block)
            afterTag(has_sign ? sign : '\0');
        else if (has_sign)
            skipSpace();
        return true;
    }

    void cutTag(bool is_block) {
        add(is_block ? TokenKind::block_begin : TokenKind::output_begin, "");
        for (;;) {
            skipSpace();
            if (at_ >= source_.size()) fail(is_block ? "a {% tag has no end" : "a {{ tag has no end");
            if (takeEnd(is_block)) return;
            const char c = source_[at_];
            if (isLetter(c))
                cutName();
            else if (isDigit(c))
                cutNumber();
            else if (c == '"' || c == '\'')
                cutString();
            else
                cutSign();
        }
    }

    void cutName() {
        const std::size_t begin = at_;
        while (at_ < source_.size() && (isLetter(source_[at_]) || isDigit(source_[at_])))
            ++at_;
        add(TokenKind::name, source_.substr(begin, at_ - begin));
    }

    void cutNumber() {
        const std::size_t begin = at_;
        const auto digits = [this] {
            while (at_ < source_.size() && isDigit(source_[at_]))
                ++at_;
        };
        digits();
        bool is_float = false;
        if (at_ + 1 < source_.size() && source_[at_] == '.' && isDigit(source_[at_ + 1])) {
            is_float = true;
            ++at_;
            digits();
        }
        if (at_ < source_.size() && (source_[at_] == '_' || isLetter(source_[at_])))
            fail("a number with letters or '_' is not implemented", ErrorKind::unsupported);
        const std::string text = source_.substr(begin, at_ - begin);
        if (!is_float && text.size() > 1 && text[0] == '0') fail("a number begins with 0");
        if (text.size() > 18) fail("a number is too long", ErrorKind::unsupported);
        add(is_float ? TokenKind::number : TokenKind::integer, text);
    }

    char32_t hexDigits(std::size_t count) {
        char32_t value = 0;
        for (std::size_t i = 0; i < count; ++i, ++at_) {
            static constexpr std::string_view digits = "0123456789abcdef";
            const char c = at_ < source_.size() ? source_[at_] : '\0';
            const auto digit = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
            if (digit == std::string_view::npos) fail("a string has a damaged escape");
            value = value * 16 + static_cast<char32_t>(digit);
        }
        if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) fail("a string has a damaged escape");
        return value;
    }

    // at_ stands behind the backslash.
    void takeEscape(std::string& text) {
        const char c = source_[at_++];
        static constexpr std::string_view names = "\\'\"abfnrtv";
        static constexpr std::string_view values = "\\'\"\a\b\f\n\r\t\v";
        if (const std::size_t known = names.find(c); known != std::string_view::npos) {
            text.push_back(values[known]);
        } else if (c == 'x' || c == 'u' || c == 'U') {
            appendUtf8(text, hexDigits(c == 'x' ? 2 : c == 'u' ? 4 : 8));
        } else if (c == 'N' || isDigit(c)) {
            fail(std::string("the escape \\") + c + " is not implemented", ErrorKind::unsupported);
        } else if (c != '\n') {  // a line that goes on; every other backslash stays
            text.push_back('\\');
            text.push_back(c);
        }
    }

    void cutString() {
        const char quote = source_[at_++];
        std::string text;
        for (;;) {
            if (at_ + (startsWith("\\") ? 1 : 0) >= source_.size()) fail("a string has no end");
            const char c = source_[at_++];
            if (c == quote) break;
            if (c == '\\')
                takeEscape(text);
            else
                text.push_back(c);
        }
        add(TokenKind::string, std::move(text));
    }

    void cutSign() {
        static constexpr std::array<std::string_view, 6> pairs = {"==", "!=", "<=", ">=", "//", "**"};
        static constexpr std::string_view singles = "+-*/%~<>()[]{},.:|=";
        for (const std::string_view pair : pairs) {
            if (!startsWith(pair)) continue;
            add(TokenKind::sign, std::string(pair));
            at_ += 2;
            return;
        }
        const char c = source_[at_];
        if (singles.find(c) == std::string_view::npos) {
            const auto byte = static_cast<unsigned char>(c);
            fail(byte > 0x20 && byte < 0x7F ? std::string("unexpected character '") + c + "'"
                                            : "unexpected character of code " + std::to_string(byte));
        }
        trackBracket(c);
        add(TokenKind::sign, std::string(1, c));
        ++at_;
    }

    void trackBracket(char c) {
        static constexpr std::string_view opening = "([{";
        static constexpr std::string_view closing = ")]}";
        if (opening.find(c) != std::string_view::npos) brackets_.push_back(closing[opening.find(c)]);
        if (closing.find(c) == std::string_view::npos) return;
        if (brackets_.empty() || brackets_.back() != c) fail(std::string("unexpected '") + c + "'");
        brackets_.pop_back();
    }

    const std::string source_;
    const std::string& file_;
    std::size_t at_ = 0;
    std::size_t counted_ = 0;
    int line_ = 1;
    std::string brackets_;  // the closing brackets that are waited for
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> cutTemplate(std::string_view source, const std::string& file) {
    if (source.size() > max_template_bytes)
        throw Error(ErrorKind::invalid_model, file + ": the template has " + std::to_string(source.size()) +
                                                  " bytes, more than the " +
                                                  std::to_string(max_template_bytes) + " allowed");
    if (!isUtf8(source)) throw Error(ErrorKind::invalid_model, file + ": the template is not UTF-8");
    return Lexer(withPlainNewlines(source), file).run();
}

}  // namespace sightline::chat_template
