// The font of text that is found and copied but never seen: every character is a blank of a plausible width.
// Parts of a PDF's Type0 font as bytes; whoever writes the PDF puts them together.
#pragma once

#include <QByteArray>
#include <vector>

namespace sightline {

// Codes are two bytes (Identity-H): UTF-16 units for what has one unit; the codes of surrogates are given to
// characters beyond, in the order in which they are asked for.
class GlyphlessFont {
  public:
    static constexpr char name[] = "SightlineGlyphless";
    // Shares of the font size. The box of a character is exactly as high as the font size.
    static constexpr double ascent = 0.8;
    static constexpr double descent = -0.2;

    // 0 for what cannot be written: control characters, lone surrogates, the noncharacters at the end, and
    // characters beyond U+FFFF after the first 2,048 different ones.
    char16_t codeOf(char32_t character);

    // Thousandths of the font size; what a character usually takes, so that a selection inside a word ends
    // near the character.
    static int advanceOf(char16_t code);

    static QByteArray trueTypeFile();  // FontFile2: a glyph without area for each advance
    static QByteArray glyphMap();      // CIDToGIDMap: the glyph of each code's advance, 128 KiB
    static QByteArray widths();        // W, an array in PDF syntax
    static constexpr int default_width = 1000;

    QByteArray toUnicode() const;  // CMap, with the characters beyond U+FFFF that have got codes so far

  private:
    std::vector<char32_t> beyond_;  // code - first_surrogate -> character
};

}  // namespace sightline
