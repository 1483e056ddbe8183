// Markdown blocks as HTML, for pages that are exported.
#pragma once

#include <QString>

#include "app/replies/markdown_block.h"

namespace sightline {

// Thoughts are left out. A link is its text and its address, and leads nowhere. The tags are the plainest, so
// that QTextDocument understands them too.
QString htmlOf(const MarkdownBlocks& blocks);

// As it stands in an element or an attribute; control characters go, line ends become <br>.
QString htmlText(const QString& text);

}  // namespace sightline
