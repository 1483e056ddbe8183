#include "ui/text_marks.h"

#include <QAbstractTextDocumentLayout>
#include <QTextBlock>
#include <QTextLayout>
#include <algorithm>

namespace sightline {

namespace {

using Ranges = QList<QTextLayout::FormatRange>;

// The marks of one line as ranges that do not overlap.
Ranges rangesOf(const QTextBlock& block, const QList<TextMark>& marks) {
    const int begin = block.position();
    const int end = begin + block.length() - 1;
    QList<TextMark> here;
    QList<int> cuts;
    for (const TextMark& mark : marks) {
        const int from = std::max(mark.start, begin);
        const int to = std::min(mark.start + mark.length, end);
        if (from >= to) continue;
        here.append({from, to - from, mark.ink, mark.paper});
        cuts << from << to;
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    Ranges ranges;
    for (qsizetype i = 0; i + 1 < cuts.size(); ++i) {
        QTextCharFormat format;
        for (const TextMark& mark : here) {
            if (mark.start > cuts[i] || mark.start + mark.length < cuts[i + 1]) continue;
            if (mark.ink.isValid()) format.setForeground(mark.ink);
            if (mark.paper.isValid()) format.setBackground(mark.paper);
        }
        if (format.propertyCount() == 0) continue;
        ranges.append({cuts[i] - begin, cuts[i + 1] - cuts[i], format});
    }
    return ranges;
}

}  // namespace

void setMarks(QTextDocument& document, const QList<TextMark>& marks) {
    // Many marks on many lines (a long program) are sorted, so that each line looks at its own only.
    QList<TextMark> sorted = marks;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const TextMark& a, const TextMark& b) { return a.start < b.start; });
    int longest = 0;
    for (const TextMark& mark : sorted)
        longest = std::max(longest, mark.length);
    const bool local = longest < 2000;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        const int begin = block.position();
        const auto first =
            std::lower_bound(sorted.begin(), sorted.end(), begin - longest,
                             [](const TextMark& mark, int start) { return mark.start < start; });
        const auto last =
            std::lower_bound(first, sorted.end(), begin + block.length(),
                             [](const TextMark& mark, int start) { return mark.start < start; });
        Ranges ranges;
        if (local && sorted.size() > 200) {
            ranges = rangesOf(block, QList<TextMark>(first, last));
        } else if (!marks.isEmpty()) {
            ranges = rangesOf(block, marks);
        }
        if (block.layout()->formats() == ranges) continue;
        block.layout()->setFormats(ranges);
        document.markContentsDirty(begin, block.length());
        // TextEdit draws a line again when its layout says so.
        Q_EMIT document.documentLayout()->updateBlock(block);
    }
}

}  // namespace sightline
