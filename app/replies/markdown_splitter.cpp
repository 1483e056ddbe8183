#include "app/replies/markdown_splitter.h"

#include <algorithm>

namespace sightline {

namespace {

constexpr int code_indent = 4;

// Columns of white space, and the text behind it. A tab reaches to the next multiple of four.
int takeIndent(QStringView& line, int column = 0) {
    const int start = column;
    qsizetype taken = 0;
    for (; taken < line.size(); ++taken) {
        if (line.at(taken) == QLatin1Char(' '))
            ++column;
        else if (line.at(taken) == QLatin1Char('\t'))
            column += 4 - column % 4;
        else
            break;
    }
    line = line.mid(taken);
    return column - start;
}

int runLength(QStringView text, QChar character) {
    int length = 0;
    while (length < text.size() && text.at(length) == character)
        ++length;
    return length;
}

bool isSpace(QChar character) {
    return character == QLatin1Char(' ') || character == QLatin1Char('\t');
}

// "---", "* * *"
bool isRule(QStringView text) {
    const QChar mark = text.front();
    if (mark != QLatin1Char('-') && mark != QLatin1Char('*') && mark != QLatin1Char('_')) return false;
    int marks = 0;
    for (const QChar character : text) {
        if (character == mark)
            ++marks;
        else if (!isSpace(character))
            return false;
    }
    return marks >= 3;
}

// Length of what looks like a fence, or 0.
int fenceRun(QStringView text) {
    const QChar mark = text.front();
    if (mark != QLatin1Char('`') && mark != QLatin1Char('~')) return 0;
    const int length = runLength(text, mark);
    return length < 3 ? 0 : length;
}

// Length of the fence that opens code, or 0.
int fenceLength(QStringView text) {
    const int length = fenceRun(text);
    const QChar mark = text.front();
    return mark == QLatin1Char('`') && text.mid(length).contains(mark) ? 0 : length;
}

// Width of a list mark ("-", "12."), or 0.
int markWidth(QStringView text) {
    int width = 0;
    const QChar first = text.front();
    if (first == QLatin1Char('-') || first == QLatin1Char('*') || first == QLatin1Char('+')) {
        width = 1;
    } else {
        while (width < text.size() && text.at(width) >= QLatin1Char('0') &&
               text.at(width) <= QLatin1Char('9'))
            ++width;
        if (width == 0 || width > 9 || width == text.size() ||
            (text.at(width) != QLatin1Char('.') && text.at(width) != QLatin1Char(')')))
            return 0;
        ++width;
    }
    return width == text.size() || isSpace(text.at(width)) ? width : 0;
}

// Column at which the text of an item begins whose mark stands at `indent`.
int contentColumn(QStringView text, int indent, int width) {
    QStringView rest = text.mid(width);
    const int space = takeIndent(rest, indent + width);
    return indent + width + (rest.isEmpty() || space > code_indent ? 1 : space);
}

// What ends the paragraph before it. (A list mark does too, but not always.)
bool interrupts(QStringView text) {
    const int hashes = runLength(text, QLatin1Char('#'));
    const bool heading = hashes >= 1 && hashes <= 6 && (hashes == text.size() || isSpace(text.at(hashes)));
    return heading || text.front() == QLatin1Char('>') || isRule(text) || fenceLength(text) > 0;
}

}  // namespace

void MarkdownSplitter::startPart() {
    const bool empty = after_empty_;
    *this = {};
    after_empty_ = empty;
}

bool MarkdownSplitter::beginsPart(QStringView line) {
    QStringView text = line;
    const int indent = takeIndent(text);
    if (text.isEmpty()) {
        if (item_empty_ && item_ > 0) item_ = 0;  // an item that begins with an empty line ends there
        after_empty_ = true;
        return false;
    }
    if (fence_ != QChar()) {
        const int run = runLength(text, fence_);
        // md4c lets only spaces follow.
        const bool closes =
            run >= fence_length_ && runLength(text.mid(run), QLatin1Char(' ')) == text.size() - run;
        if (indent < code_indent && closes) fence_ = QChar();
        after_empty_ = false;
        return false;
    }
    const int width = indent < code_indent && !isRule(text) ? markWidth(text) : 0;
    const bool marker = width > 0;
    const int fence = fenceLength(text);
    const bool begins = after_empty_ && indent == 0 && !unsure_ && !first_ && (!list_ || !marker) &&
                        !(item_code_ && fenceRun(text) > 0);
    if (begins) startPart();
    const bool in_item = item_ > 0 && indent >= item_;
    if (in_item) {
        item_empty_ = false;
        if (fence > 0 && item_doubt_) unsure_ = true;
        if (fence > 0) item_code_ = !item_code_;
    } else if ((fence > 0 && indent >= code_indent) || (item_code_ && fenceRun(text) > 0)) {
        // md4c 0.4.8 takes the one for a fence after a line of text, and the other for the end of the item's
        // code; the standard does not.
        unsure_ = true;
    } else if (fence > 0) {
        fence_ = text.front();
        fence_length_ = fence;
        item_ = 0;
        list_ = false;
    } else {
        readListLine(text, indent, marker, marker ? contentColumn(text, indent, width) : 0);
    }
    first_ = false;
    after_empty_ = false;
    return begins;
}

// A line that does not stand in the open item by its indent.
void MarkdownSplitter::readListLine(QStringView text, int indent, bool marker, int content) {
    if (marker) {
        // A list that would interrupt a paragraph may be none ("2. " cannot, "- " can).
        item_doubt_ = !after_empty_ && !first_ && (item_ == 0 || item_doubt_);
        item_ = content;
        list_ = true;
        const QStringView rest = text.mid(markWidth(text)).trimmed();
        item_empty_ = rest.isEmpty();
        item_code_ = !rest.isEmpty() && fenceLength(rest) > 0;
    } else if (after_empty_ || (indent < code_indent && interrupts(text))) {
        item_ = 0;
        list_ = false;
    } else if (item_ > 0) {
        item_doubt_ = true;  // goes on with the item's paragraph, or ends the item if that is none
    }
}

}  // namespace sightline
