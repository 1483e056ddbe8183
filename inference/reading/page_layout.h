// From lines to a page: blocks, columns, tables, headings, paragraphs and the order in which they are read.
// Pure geometry and text, one setting for every kind of picture.
#pragma once

#include <vector>

#include "inference/pages/page.h"
#include "inference/reading/text_line.h"

namespace sightline {

// `lines` in any order, in pixels of one picture of this size. Page::notes and Page::rotation are left to the
// caller. Never throws but for memory.
Page layoutPage(int width, int height, std::vector<TextLine> lines);

}  // namespace sightline
