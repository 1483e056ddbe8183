// Rows of a region -> blocks: paragraphs, headings, lists, tables, code, labels.
#pragma once

#include <vector>

#include "inference/pages/page.h"
#include "inference/reading/reading_order.h"
#include "inference/reading/text_line.h"

namespace sightline {

struct BlockContext {
    const std::vector<TextLine>& lines;  // of the page; PlacedLine::index leads here
    double body_height = 0;              // usual height of a line on the page, pixels
    double advance = 0;                  // usual width of a character, pixels
};

// Appends the blocks of one region to `page`, continuing its row numbers.
void appendBlocks(const std::vector<LineRow>& rows, const BlockContext& context, Page& page);

}  // namespace sightline
