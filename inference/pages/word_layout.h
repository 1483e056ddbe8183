// A page from words that somebody else has placed: the text layer of a PDF. The same layout as for what the
// reader reads, without loading any network.
#pragma once

#include <vector>

#include "inference/pages/page.h"

namespace sightline {

// `lines` of words in reading direction, in any order; quads in pixels of a page of this size. A line with
// wide gaps may be a row of a table or stand in several columns: it is divided there. Words without text are
// left out. Never throws but for memory.
Page layoutWords(int width, int height, const std::vector<std::vector<Word>>& lines);

// Width of a character in em, as fonts usually have it.
double usualWidth(char32_t code);

}  // namespace sightline
