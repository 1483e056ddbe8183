#include "inference/text/tokenizer_words.h"

#include "inference/text/unicode.h"

namespace sightline {

namespace {

struct Character {
    char32_t code = 0;
    CharClass kind = CharClass::other;
};

// One alternative of the pattern a function, in its order; each returns how many characters it takes, 0 for
// none.
class WordCutter {
  public:
    explicit WordCutter(const std::vector<Character>& text) : text_(text) {}

    std::size_t wordLength(std::size_t begin) const {
        if (const std::size_t length = contraction(begin); length > 0) return length;
        if (const std::size_t length = letters(begin); length > 0) return length;
        if (text_[begin].kind == CharClass::number) return 1;
        if (const std::size_t length = punctuation(begin); length > 0) return length;
        return spaces(begin);
    }

  private:
    bool isNewline(std::size_t i) const { return text_[i].code == '\n' || text_[i].code == '\r'; }
    bool is(std::size_t i, CharClass kind) const { return i < text_.size() && text_[i].kind == kind; }

    std::size_t runEnd(std::size_t i, CharClass kind) const {
        while (is(i, kind))
            ++i;
        return i;
    }

    // A letter of (?i:...) in lower case; U+017F folds to s.
    char32_t folded(std::size_t i) const {
        if (i >= text_.size()) return 0;
        const char32_t code = text_[i].code;
        if (code == 0x17F) return 's';
        return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
    }

    std::size_t contraction(std::size_t begin) const {
        if (text_[begin].code != '\'') return 0;
        const char32_t first = folded(begin + 1);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
        const char32_t second = folded(begin + 2);
        const bool two = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
        return two ? 3 : 0;
    }

    std::size_t letters(std::size_t begin) const {
        std::size_t i = begin;
        const CharClass kind = text_[begin].kind;
        if (kind != CharClass::letter) {
            if (kind == CharClass::number || isNewline(begin)) return 0;
            ++i;
        }
        const std::size_t end = runEnd(i, CharClass::letter);
        return end == i ? 0 : end - begin;
    }

    std::size_t punctuation(std::size_t begin) const {
        const std::size_t i = text_[begin].code == ' ' ? begin + 1 : begin;
        std::size_t end = runEnd(i, CharClass::other);
        if (end == i) return 0;
        while (end < text_.size() && isNewline(end))
            ++end;
        return end - begin;
    }

    // \s*[\r\n]+ ends after the last line break of the run; otherwise the run, but for its last character if
    // a word follows.
    std::size_t spaces(std::size_t begin) const {
        const std::size_t end = runEnd(begin, CharClass::space);
        for (std::size_t i = end; i > begin; --i)
            if (isNewline(i - 1)) return i - begin;
        const bool word_follows = end < text_.size();
        return word_follows && end - begin > 1 ? end - begin - 1 : end - begin;
    }

    const std::vector<Character>& text_;
};

}  // namespace

std::vector<std::size_t> wordEnds(std::string_view utf8) {
    std::vector<Character> text;
    std::vector<std::size_t> offsets;  // of the end of each character
    text.reserve(utf8.size());
    offsets.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const Utf8Step step = nextUtf8(utf8.substr(at));
        at += step.length;
        text.push_back({step.character, charClass(step.character)});
        offsets.push_back(at);
    }
    const WordCutter cutter(text);
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; at < text.size();) {
        at += cutter.wordLength(at);
        ends.push_back(offsets[at - 1]);
    }
    return ends;
}

}  // namespace sightline
