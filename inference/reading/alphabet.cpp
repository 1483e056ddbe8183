#include "inference/reading/alphabet.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>

#include "inference/error.h"

namespace sightline {
namespace {

constexpr std::size_t most_characters = 1 << 20;

// The one character that `line` is, or nothing.
std::optional<char32_t> onlyCharacter(std::string_view line) {
    if (line.empty()) return std::nullopt;
    const auto first = static_cast<unsigned char>(line.front());
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (line.size() != size || (first >= 0x80 && first < 0xC2) || first > 0xF4) return std::nullopt;
    char32_t code = size == 1 ? first : first & (0x7F >> size);
    for (const char byte : line.substr(1)) {
        if ((byte & 0xC0) != 0x80) return std::nullopt;
        code = code << 6 | (byte & 0x3F);
    }
    return code;
}

}  // namespace

Alphabet Alphabet::open(const std::filesystem::path& file) {
    const auto refuse = [&](const std::string& what) {
        throw Error(ErrorKind::invalid_model, file.string() + ": " + what);
    };
    std::ifstream stream(file, std::ios::binary);
    if (!stream) refuse(std::strerror(errno));
    Alphabet alphabet;
    alphabet.characters_.push_back(0);
    for (std::string line; std::getline(stream, line);) {
        const std::optional<char32_t> character = onlyCharacter(line);
        if (!character || *character == 0 || alphabet.characters_.size() > most_characters)
            refuse("line " + std::to_string(alphabet.characters_.size()) + " is not one character of UTF-8");
        alphabet.characters_.push_back(*character);
    }
    if (stream.bad()) refuse("the file cannot be read");
    if (alphabet.characters_.size() == 1) refuse("the file is empty");
    alphabet.characters_.push_back(U' ');
    return alphabet;
}

bool isLatinCharacter(char32_t character) {
    constexpr std::u32string_view others = U"–—‘’“”•…€™→←↑↓√≤≥≠∞";
    constexpr std::u32string_view rare = U"´¸¨¯ªº¹¦¬¤";
    if (character >= 0x20 && character < 0x180 && character != 0x7F)
        return rare.find(character) == std::u32string_view::npos;
    return others.find(character) != std::u32string_view::npos;
}

}  // namespace sightline
