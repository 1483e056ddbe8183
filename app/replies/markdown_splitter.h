// Finds where a Markdown text that grows is settled: nothing that comes later changes what stands before.
#pragma once

#include <QStringView>

namespace sightline {

// Is told line after line. A part is a run of lines that means the same alone as within the whole text (but
// for definitions of links, see StreamedMarkdown): it begins with text at the margin after an empty line,
// outside code and lists. Where it cannot be sure it says no, and the part goes on.
class MarkdownSplitter {
  public:
    // A complete line, without its end. True: a new part begins with it.
    bool beginsPart(QStringView line);

    bool inCode() const { return fence_ != QChar(); }  // the last line stands in fenced code at the margin

  private:
    void readListLine(QStringView text, int indent, bool marker, int content);
    void startPart();

    bool first_ = true;         // no line with text has come in this part
    bool after_empty_ = false;  // the line before was empty
    QChar fence_;               // the code's fence character, or null
    int fence_length_ = 0;
    bool list_ = false;        // an item that comes next goes on with a list
    int item_ = 0;             // column at which the text of the open list item begins; 0 = in none
    bool item_empty_ = false;  // nothing has come in the item yet
    bool item_doubt_ = false;  // may be no item after all
    bool item_code_ = false;   // fenced code has begun in the item and not ended
    bool unsure_ = false;      // whether code is open: no more parts
};

}  // namespace sightline
