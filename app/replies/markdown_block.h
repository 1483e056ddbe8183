// Markdown as plain values: what a reply looks like, without how it is drawn.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>

namespace sightline {

// Styles of a TextSpan, added up.
enum TextStyle { bold_text = 1, italic_text = 2, code_text = 4, struck_text = 8 };

// Counted in UTF-16 units of the text it belongs to.
struct TextSpan {
    int start = 0;
    int length = 0;
    int style = 0;  // TextStyle, added up
    QString link;   // the address as the reply names it; nothing may fetch it
    bool operator==(const TextSpan&) const = default;
};

struct TableCell {
    int start = 0;  // in the block's text
    int length = 0;
    bool operator==(const TableCell&) const = default;
};

// Where a block stands: one for each quote and list item around it, outermost first.
enum class Nest : char { quote, item };

// A block is flat: a paragraph of a list item is a block of its own that knows how deep it stands.
struct MarkdownBlock {
    enum class Kind { paragraph, heading, code, table, rule, thought };
    enum class Marker { none, bullet, ordinal, open_task, done_task };  // of the item that begins here

    Kind kind = Kind::paragraph;
    int level = 0;  // of a heading, 1..6
    QList<Nest> nesting;
    Marker marker = Marker::none;
    int ordinal = 0;      // if marker == ordinal
    bool joined = false;  // follows the block before it in a tight list: without the space of a paragraph

    // What is read: lines end with '\n'; cells of a table with '\t', its rows with '\n'.
    QString text;
    QList<TextSpan> spans;  // in order, apart; what none of them covers is plain
    QString language;       // of code, as the reply names it; may be empty
    QList<Qt::Alignment> columns;
    QList<TableCell> cells;  // row by row, the head first; columns.size() in each row

    int length() const { return static_cast<int>(text.size()); }
    int rows() const { return columns.isEmpty() ? 0 : static_cast<int>(cells.size() / columns.size()); }
    bool operator==(const MarkdownBlock&) const = default;
};

using MarkdownBlocks = QList<MarkdownBlock>;

}  // namespace sightline

Q_DECLARE_METATYPE(sightline::MarkdownBlock)
