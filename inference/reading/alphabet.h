// The classes of the line recogniser as characters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace sightline {

class Alphabet {
  public:
    // alphabet.txt: UTF-8, one character a line, class 1 first. Class 0 is the blank of CTC, the class after
    // the last line is the space. Throws Error(invalid_model) naming file and line.
    static Alphabet open(const std::filesystem::path& file);

    // Class -> character; 0 for the blank.
    const std::u32string& characters() const { return characters_; }
    std::int32_t classes() const { return static_cast<std::int32_t>(characters_.size()); }

  private:
    std::u32string characters_;
};

// What text in a Latin script is written with: ASCII, Latin-1 and Latin Extended-A without their rare signs,
// dashes, quotes, bullet, ellipsis, euro, trade mark, arrows and the commonest signs of mathematics. Other
// scripts have characters that look just like these.
bool isLatinCharacter(char32_t character);

}  // namespace sightline
