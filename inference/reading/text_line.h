// What lies between reading lines and ordering them: one line of text as it was read, with a place for every
// character. Made by the line reader (text_lines.h), taken by the layout (page_layout.h).
#pragma once

#include <string>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {

struct Character {
    char32_t code = 0;  // U+0020 for a space
    // Where its middle lies between the left (0) and the right edge (width) of the line, in pixels along the
    // line. Rises from character to character; a space stands in the middle of its gap.
    double center = 0;
    double confidence = 0;  // 0..1
};

struct TextLine {
    Quad quad{};  // tight around the ink with a small margin, as the detector gives it
    std::vector<Character> characters;
    std::string raw_text;   // UTF-8, before any repair
    double confidence = 0;  // 0..1, mean over the characters

    // Pixels, in the direction of the text and across it.
    double width() const;
    double height() const;
    // Clockwise degrees between the text and the x axis, -180..180.
    double angle() const;
};

}  // namespace sightline
