// The little of Unicode that a tokenizer needs: UTF-8 in and out, three classes of characters, NFC.
// Tables: unicode_tables.inc, made by make_unicode_tables.py, in the versions that the reference has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightline {

// \p{L}, \p{N} and \s of the reference's regular expressions; the three have no character in common.
enum class CharClass : std::uint8_t { other = 0, letter = 1, number = 2, space = 3 };
CharClass charClass(char32_t character);

// One step through UTF-8. `invalid`: the bytes can never become a character; length counts those that are
// replaced by one U+FFFD (the longest beginning of a character, at least 1). `cut`: all the bytes are the
// beginning of a character.
struct Utf8Step {
    enum class Kind : std::uint8_t { character, invalid, cut } kind = Kind::invalid;
    char32_t character = 0xFFFD;
    std::size_t length = 1;
};
Utf8Step nextUtf8(std::string_view bytes);  // bytes is not empty

bool isUtf8(std::string_view bytes);
std::string toValidUtf8(std::string_view bytes);  // U+FFFD for what is cut or invalid
void appendUtf8(std::string& bytes, char32_t character);
std::vector<char32_t> codePoints(std::string_view utf8);  // of valid UTF-8

// Canonical composition of valid UTF-8. Time is O(n log n) whatever the marks.
std::string normalizeNfc(std::string_view utf8);

}  // namespace sightline
