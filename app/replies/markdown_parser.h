// Markdown (CommonMark with GitHub's tables, struck text, task lists and bare addresses) to blocks.
#pragma once

#include <QStringView>

#include "app/replies/markdown_block.h"

namespace sightline {

// Any text is Markdown; never throws. HTML is text like any other, a picture is its description (its address
// if it has none), and a line break in the source is one in the block. What would become far larger than it
// was (a table of thousands of columns) comes back as one plain paragraph. Any thread.
MarkdownBlocks parseMarkdown(QStringView source);

}  // namespace sightline
