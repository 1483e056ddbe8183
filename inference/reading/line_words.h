// Characters with places -> words with boxes, and the text of the line.
#pragma once

#include "inference/pages/page.h"
#include "inference/reading/text_line.h"

namespace sightline {

// A page's line with its words: split at spaces, edges halfway between the last letter of one and the first
// of the next word. A line without a letter has no words.
Line wordsOf(const TextLine& line);

// Width of a usual character of the line in pixels.
double advanceOf(const TextLine& line);

// Every letter stands one step from the next, as in a typewriter font: true only for at least eight letters.
bool hasFixedPitch(const TextLine& line);

bool isDigit(char32_t code);          // 0..9
bool isWideCharacter(char32_t code);  // Chinese, Japanese, Korean, full-width forms

}  // namespace sightline
