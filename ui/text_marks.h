// Colours over a text that is already laid out: code, found words, and what is selected.
#pragma once

#include <QColor>
#include <QList>
#include <QTextCharFormat>
#include <QTextDocument>

namespace sightline {

struct TextMark {
    int start = 0;  // in the document
    int length = 0;
    QColor ink;    // invalid: the text's own
    QColor paper;  // invalid: none
    bool operator==(const TextMark&) const = default;
};

// Lays the marks over the document, a later one over an earlier one; those of before go. Neither the text nor
// its layout changes, and lines whose marks stay the same are not drawn again. GUI thread.
void setMarks(QTextDocument& document, const QList<TextMark>& marks);

}  // namespace sightline
