#include "app/replies/markdown_writer.h"

#include <QStringList>
#include <algorithm>
#include <utility>

namespace sightline {

namespace {

using Kind = MarkdownBlock::Kind;
using Marker = MarkdownBlock::Marker;

std::pair<int, int> rangeOf(const BlockPart& part) {
    const int length = part.block->length();
    return {std::clamp(part.from, 0, length), part.to < 0 ? length : std::clamp(part.to, part.from, length)};
}

int itemDepth(const MarkdownBlock& block) {
    return static_cast<int>(std::count(block.nesting.begin(), block.nesting.end(), Nest::item));
}

// Between two blocks: an empty line, or none within a list that has none.
QString gapBefore(const MarkdownBlock& block) {
    return block.joined ? QStringLiteral("\n") : QStringLiteral("\n\n");
}

QString markOf(const MarkdownBlock& block, bool markdown) {
    switch (block.marker) {
        case Marker::bullet:
            return markdown ? QStringLiteral("- ") : QStringLiteral("\u2022 ");
        case Marker::ordinal:
            return QString::number(block.ordinal) + QStringLiteral(". ");
        case Marker::open_task:
            return markdown ? QStringLiteral("- [ ] ") : QStringLiteral("\u2610 ");
        case Marker::done_task:
            return markdown ? QStringLiteral("- [x] ") : QStringLiteral("\u2611 ");
        case Marker::none:
            break;
    }
    return {};
}

// Characters that would begin something inside a line; those at its begin are seen to by escapeBegin.
QString escaped(QStringView text, bool in_table) {
    QString result;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar character = text.at(i);
        const bool special = QStringView(u"\\`*~[]<&").contains(character) ||
                             (in_table && character == QLatin1Char('|')) ||
                             // Within a word it means nothing: snake_case stays as it is.
                             (character == QLatin1Char('_') &&
                              (i == 0 || i + 1 == text.size() || !text.at(i - 1).isLetterOrNumber() ||
                               !text.at(i + 1).isLetterOrNumber()));
        if (special) result += QLatin1Char('\\');
        result += character;
    }
    return result;
}

QString escapeBegin(QString line) {
    if (line.isEmpty()) return line;
    qsizetype digits = 0;
    while (digits < line.size() && line.at(digits).isDigit())
        ++digits;
    if (QStringView(u"#>+-=|").contains(line.front()))
        line.prepend(QLatin1Char('\\'));
    else if (digits > 0 && digits < line.size() &&
             (line.at(digits) == QLatin1Char('.') || line.at(digits) == QLatin1Char(')')))
        line.insert(digits, QLatin1Char('\\'));
    return line;
}

QString fenceFor(QStringView text, QChar mark, int least) {
    int longest = 0;
    int run = 0;
    for (const QChar character : text) {
        run = character == mark ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return QString(std::max(least, longest + 1), mark);
}

QString styledText(QStringView text, int style, const QString& link, bool in_table) {
    if (text.isEmpty()) return {};
    // Marks hold only at words: spaces at the ends stay outside.
    qsizetype begin = 0;
    qsizetype end = text.size();
    while (begin < end && text.at(begin).isSpace())
        ++begin;
    while (end > begin && text.at(end - 1).isSpace())
        --end;
    const QStringView core = text.mid(begin, end - begin);
    QString inner;
    if ((style & code_text) != 0) {
        const QString fence = fenceFor(core, QLatin1Char('`'), 1);
        const bool space = core.startsWith(QLatin1Char('`')) || core.endsWith(QLatin1Char('`'));
        const QString pad = space ? QStringLiteral(" ") : QString();
        inner = fence + pad + core.toString() + pad + fence;
        if (in_table) inner.replace(QLatin1Char('|'), QStringLiteral("\\|"));
    } else {
        inner = escaped(core, in_table);
    }
    if (!core.isEmpty()) {
        if ((style & struck_text) != 0) inner = QStringLiteral("~~") + inner + QStringLiteral("~~");
        if ((style & italic_text) != 0) inner = QStringLiteral("*") + inner + QStringLiteral("*");
        if ((style & bold_text) != 0) inner = QStringLiteral("**") + inner + QStringLiteral("**");
        if (!link.isEmpty() && link == core)
            inner = core.toString();
        else if (!link.isEmpty())
            inner = QStringLiteral("[%1](<%2>)").arg(inner, link);
    }
    return text.left(begin).toString() + inner + text.mid(end).toString();
}

QString inlineMarkdown(const MarkdownBlock& block, int from, int to, bool in_table) {
    const QStringView text(block.text);
    QString result;
    int at = from;
    for (const TextSpan& span : block.spans) {
        const int start = std::max(span.start, at);
        const int end = std::min(span.start + span.length, to);
        if (end <= start) continue;
        result += escaped(text.mid(at, start - at), in_table);
        result += styledText(text.mid(start, end - start), span.style, span.link, in_table);
        at = end;
    }
    return result + escaped(text.mid(at, std::max(0, to - at)), in_table);
}

QString tableMarkdown(const MarkdownBlock& block, int from, int to) {
    const auto columns = block.columns.size();
    const auto rowOf = [&](int position) {
        qsizetype row = 0;
        while (row + 1 < block.rows() && block.cells.at((row + 1) * columns).start <= position)
            ++row;
        return row;
    };
    const auto line = [&](qsizetype row) {
        QStringList cells;
        for (qsizetype column = 0; column < columns; ++column) {
            const TableCell& cell = block.cells.at(row * columns + column);
            cells << inlineMarkdown(block, cell.start, cell.start + cell.length, true);
        }
        return QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |");
    };
    QStringList lines{line(0)};
    QStringList rules;
    for (const Qt::Alignment align : block.columns)
        rules << (align == Qt::AlignRight     ? QStringLiteral("--:")
                  : align == Qt::AlignHCenter ? QStringLiteral(":-:")
                                              : QStringLiteral("---"));
    lines << QStringLiteral("| ") + rules.join(QStringLiteral(" | ")) + QStringLiteral(" |");
    const qsizetype last = rowOf(std::max(from, to - 1));
    for (qsizetype row = std::max<qsizetype>(1, rowOf(from)); row <= last; ++row)
        lines << line(row);
    return lines.join(QLatin1Char('\n'));
}

QString blockMarkdown(const MarkdownBlock& block, int from, int to) {
    switch (block.kind) {
        case Kind::rule:
            return QStringLiteral("---");
        case Kind::table:
            return tableMarkdown(block, from, to);
        case Kind::code: {
            const QString code = block.text.mid(from, to - from);
            const QString fence = fenceFor(code, QLatin1Char('`'), 3);
            return fence + block.language + QLatin1Char('\n') + code + QLatin1Char('\n') + fence;
        }
        case Kind::heading:
            return QString(block.level, QLatin1Char('#')) + QLatin1Char(' ') +
                   inlineMarkdown(block, from, to, false).replace(QLatin1Char('\n'), QLatin1Char(' '));
        default: {
            QStringList lines = inlineMarkdown(block, from, to, false).split(QLatin1Char('\n'));
            for (QString& line : lines)
                line = escapeBegin(line);
            return lines.join(QLatin1Char('\n'));
        }
    }
}

// Before each line of a block: quotes and the indent of its items. `first` for the line with the mark.
QString prefixOf(const MarkdownBlock& block, const QString& mark, bool first) {
    QString prefix;
    int items = itemDepth(block);
    for (const Nest nest : block.nesting) {
        if (nest == Nest::quote) {
            prefix += QStringLiteral("> ");
        } else if (--items > 0 || !first || mark.isEmpty()) {
            // Deep enough for any mark, and never so deep that it would be code.
            prefix += QStringLiteral("   ");
        } else {
            prefix += mark.startsWith(QLatin1Char('-')) ? QStringLiteral("-  ") + mark.mid(2) : mark;
        }
    }
    return prefix;
}

}  // namespace

QString plainText(const QList<BlockPart>& parts) {
    QString text;
    for (const BlockPart& part : parts) {
        const MarkdownBlock& block = *part.block;
        const auto [from, to] = rangeOf(part);
        if (!text.isEmpty()) text += gapBefore(block);
        if (block.kind == Kind::rule) {
            text += QStringLiteral("---");
            continue;
        }
        if (from == 0 && parts.size() > 1) {
            const int depth = itemDepth(block);
            if (depth > 1) text += QString(2 * (depth - 1), QLatin1Char(' '));
            text += markOf(block, false);
        }
        text += QStringView(block.text).mid(from, to - from);
    }
    return text;
}

QString markdownText(const QList<BlockPart>& parts) {
    // A few words out of one block are no block.
    if (parts.size() == 1 && parts.front().block->kind != Kind::table) {
        const auto [from, to] = rangeOf(parts.front());
        const MarkdownBlock& block = *parts.front().block;
        if (from > 0 || to < block.length())
            return block.kind == Kind::code ? block.text.mid(from, to - from)
                                            : inlineMarkdown(block, from, to, false);
    }
    QString text;
    for (const BlockPart& part : parts) {
        const MarkdownBlock& block = *part.block;
        const auto [from, to] = rangeOf(part);
        if (!text.isEmpty()) text += gapBefore(block);
        const QString mark = markOf(block, true);
        bool first = true;
        QStringList lines;
        for (const QString& line : blockMarkdown(block, from, to).split(QLatin1Char('\n'))) {
            lines << prefixOf(block, mark, std::exchange(first, false)) + line;
        }
        text += lines.join(QLatin1Char('\n'));
    }
    return text;
}

}  // namespace sightline
