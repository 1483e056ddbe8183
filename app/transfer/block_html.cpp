#include "app/transfer/block_html.h"

#include <algorithm>
#include <vector>

namespace sightline {

namespace {

using Kind = MarkdownBlock::Kind;
using Marker = MarkdownBlock::Marker;

struct OpenTag {
    Nest nest = Nest::quote;
    bool ordered = false;
};

QString closing(const OpenTag& tag) {
    if (tag.nest == Nest::quote) return QStringLiteral("</blockquote>\n");
    return tag.ordered ? QStringLiteral("</li></ol>\n") : QStringLiteral("</li></ul>\n");
}

QString opening(const OpenTag& tag, int ordinal) {
    if (tag.nest == Nest::quote) return QStringLiteral("<blockquote>");
    return tag.ordered ? QStringLiteral("<ol start=\"%1\"><li>").arg(ordinal) : QStringLiteral("<ul><li>");
}

QString escaped(QStringView text) {
    QString clean;
    clean.reserve(text.size());
    for (const QChar character : text) {
        if (character == QLatin1Char('\n') || character == QLatin1Char('\t') ||
            (character.category() != QChar::Other_Control && !character.isNull()))
            clean += character;
    }
    return clean.toHtmlEscaped();
}

QString inlineHtml(const MarkdownBlock& block, int from, int to) {
    const QStringView text(block.text);
    const auto plain = [&text](int start, int end) {
        return escaped(text.mid(start, end - start)).replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    };
    QString html;
    int at = from;
    for (const TextSpan& span : block.spans) {
        const int start = std::max(span.start, at);
        const int end = std::min(span.start + span.length, to);
        if (end <= start) continue;
        html += plain(at, start);
        QString inner = plain(start, end);
        if ((span.style & code_text) != 0) inner = QStringLiteral("<code>%1</code>").arg(inner);
        if ((span.style & struck_text) != 0) inner = QStringLiteral("<s>%1</s>").arg(inner);
        if ((span.style & italic_text) != 0) inner = QStringLiteral("<i>%1</i>").arg(inner);
        if ((span.style & bold_text) != 0) inner = QStringLiteral("<b>%1</b>").arg(inner);
        html += inner;
        if (!span.link.isEmpty() && span.link != text.mid(start, end - start))
            html += QStringLiteral(" <span class=\"address\">(%1)</span>").arg(escaped(span.link));
        at = end;
    }
    return html + plain(at, to);
}

QString tableHtml(const MarkdownBlock& block) {
    const auto columns = block.columns.size();
    QString html = QStringLiteral("<table class=\"data\" cellspacing=\"0\" cellpadding=\"5\">");
    for (qsizetype row = 0; row < block.rows(); ++row) {
        html += QStringLiteral("<tr>");
        for (qsizetype column = 0; column < columns; ++column) {
            const TableCell& cell = block.cells.at(row * columns + column);
            const Qt::Alignment align = block.columns.at(column);
            const QString side = align == Qt::AlignRight     ? QStringLiteral("right")
                                 : align == Qt::AlignHCenter ? QStringLiteral("center")
                                                             : QStringLiteral("left");
            html += QStringLiteral("<%1 align=\"%2\">")
                        .arg(row == 0 ? QStringLiteral("th") : QStringLiteral("td"), side);
            html += inlineHtml(block, cell.start, cell.start + cell.length);
            html += row == 0 ? QStringLiteral("</th>") : QStringLiteral("</td>");
        }
        html += QStringLiteral("</tr>\n");
    }
    return html + QStringLiteral("</table>\n");
}

QString blockHtml(const MarkdownBlock& block) {
    switch (block.kind) {
        case Kind::rule:
            return QStringLiteral("<hr>\n");
        case Kind::table:
            return tableHtml(block);
        case Kind::code:
            return QStringLiteral("<pre>%1</pre>\n").arg(escaped(block.text));
        case Kind::heading:
            // The page's own heading stands above.
            return QStringLiteral("<h%1>%2</h%1>\n")
                .arg(std::min(block.level + 1, 6))
                .arg(inlineHtml(block, 0, block.length()));
        case Kind::thought:
        case Kind::paragraph:
            break;
    }
    const QString mark = block.marker == Marker::open_task   ? QStringLiteral("\u2610 ")
                         : block.marker == Marker::done_task ? QStringLiteral("\u2611 ")
                                                             : QString();
    const QString words = mark + inlineHtml(block, 0, block.length());
    const bool tight = block.joined || (block.marker != Marker::none && block.nesting.endsWith(Nest::item));
    return tight ? words + QLatin1Char('\n') : QStringLiteral("<p>%1</p>\n").arg(words);
}

}  // namespace

QString htmlText(const QString& text) {
    return escaped(text).replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

QString htmlOf(const MarkdownBlocks& blocks) {
    QString html;
    std::vector<OpenTag> open;
    const auto closeTo = [&html, &open](std::size_t depth) {
        while (open.size() > depth) {
            html += closing(open.back());
            open.pop_back();
        }
    };
    for (const MarkdownBlock& block : blocks) {
        if (block.kind == Kind::thought) continue;
        // The item that this block begins, and everything in it, is new.
        const auto depth = static_cast<std::size_t>(block.nesting.size());
        const std::size_t begun = block.marker == Marker::none
                                      ? depth
                                      : static_cast<std::size_t>(block.nesting.lastIndexOf(Nest::item));
        const bool ordered = block.marker == Marker::ordinal;
        std::size_t same = 0;
        while (same < open.size() && same < depth && same != begun &&
               open[same].nest == block.nesting.at(static_cast<qsizetype>(same)))
            ++same;
        const bool sibling = block.marker != Marker::none && same == begun && open.size() > same &&
                             open[same].nest == Nest::item && open[same].ordered == ordered;
        closeTo(sibling ? same + 1 : same);
        if (sibling) {
            html += QStringLiteral("</li><li>");
            ++same;
        }
        for (; same < depth; ++same) {
            const OpenTag tag{block.nesting.at(static_cast<qsizetype>(same)), same == begun && ordered};
            html += opening(tag, block.ordinal);
            open.push_back(tag);
        }
        html += blockHtml(block);
    }
    closeTo(0);
    return html;
}

}  // namespace sightline
