// A part of a reply to take away: as plain text, and as Markdown.
#pragma once

#include <QString>

#include "app/replies/markdown_block.h"

namespace sightline {

// The characters [from, to) of a block's text; all of it by default.
struct BlockPart {
    const MarkdownBlock* block = nullptr;
    int from = 0;
    int to = -1;
};

// Items with their marks, cells of a table apart by tabs; without marks where a part begins within a block.
QString plainText(const QList<BlockPart>& parts);

// Markdown that is read as the same blocks; a part of a table is whole rows, a part of code is code. Nothing
// that was plain text becomes a construct: it is escaped.
QString markdownText(const QList<BlockPart>& parts);

}  // namespace sightline
