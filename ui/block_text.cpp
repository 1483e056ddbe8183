#include "ui/block_text.h"

#include <QAbstractTextDocumentLayout>
#include <QColor>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextLayout>
#include <QTextTable>
#include <algorithm>

#include "ui/text_marks.h"

namespace sightline {

namespace {

using Kind = MarkdownBlock::Kind;

constexpr double cell_padding_x = 12;
constexpr double cell_padding_top = 8;
constexpr double cell_padding_bottom = 5;  // and what the height of a line leaves below it

struct Style {
    int style = 0;
    QString link;
    bool operator==(const Style&) const = default;
};

Style styleAt(const MarkdownBlock& block, int position, qsizetype& span) {
    while (span < block.spans.size() && block.spans.at(span).start + block.spans.at(span).length <= position)
        ++span;
    if (span == block.spans.size() || block.spans.at(span).start > position) return {};
    return {block.spans.at(span).style, block.spans.at(span).link};
}

// How far the two read and look the same.
int commonLength(const MarkdownBlock& a, const MarkdownBlock& b) {
    const auto text = std::mismatch(a.text.begin(), a.text.end(), b.text.begin(), b.text.end());
    int same = static_cast<int>(text.first - a.text.begin());
    // The styles of what reads the same.
    qsizetype span_a = 0;
    qsizetype span_b = 0;
    for (int at = 0; at < same;) {
        if (styleAt(a, at, span_a) != styleAt(b, at, span_b)) return at;
        // On to where either changes.
        int next = same;
        for (const auto& [block, span] : {std::pair(&a, span_a), std::pair(&b, span_b)}) {
            if (span == block->spans.size()) continue;
            const TextSpan& here = block->spans.at(span);
            const int edge = here.start > at ? here.start : here.start + here.length;
            next = std::min(next, edge);
        }
        at = std::max(next, at + 1);
    }
    return same;
}

QList<TextSpan> spansWithin(const MarkdownBlock& block, int from, int to) {
    QList<TextSpan> found;
    for (const TextSpan& span : block.spans) {
        const int start = std::max(span.start, from);
        const int end = std::min(span.start + span.length, to);
        if (start < end) found.append({start - from, end - start, span.style, span.link});
    }
    return found;
}

// Han, kana, Hangul, and the signs of full width between them.
bool isEastAsian(QChar character) {
    const char16_t unit = character.unicode();
    return (unit >= 0x1100 && unit <= 0x11ff) || (unit >= 0x2e80 && unit <= 0xa4cf) ||
           (unit >= 0xac00 && unit <= 0xd7af) || (unit >= 0xf900 && unit <= 0xfaff) ||
           (unit >= 0xff00 && unit <= 0xffef);
}

bool sameCell(const MarkdownBlock& a, const MarkdownBlock& b, qsizetype cell) {
    if (cell >= a.cells.size()) return false;
    const TableCell& in_a = a.cells.at(cell);
    const TableCell& in_b = b.cells.at(cell);
    return QStringView(a.text).mid(in_a.start, in_a.length) ==
               QStringView(b.text).mid(in_b.start, in_b.length) &&
           spansWithin(a, in_a.start, in_a.start + in_a.length) ==
               spansWithin(b, in_b.start, in_b.start + in_b.length);
}

// As wide as the badge's number wants, and a little air on both sides.
double roomFor(const QVariantMap& badge) {
    const int number = badge.value(QStringLiteral("number")).toInt();
    return number < 10 ? 26 : number < 100 ? 30 : 36;
}

const char* nameOf(CodeStyle style) {
    switch (style) {
        case CodeStyle::keyword:
            return "keyword";
        case CodeStyle::string:
            return "string";
        case CodeStyle::number:
            return "number";
        case CodeStyle::comment:
            return "comment";
        case CodeStyle::name:
            break;
    }
    return "name";
}

}  // namespace

BlockText::~BlockText() {
    if (marks_ != nullptr) marks_->remove(this);
}

QTextDocument* BlockText::document() const {
    if (item_ == nullptr) return nullptr;
    const auto* holder = item_->property("textDocument").value<QQuickTextDocument*>();
    return holder == nullptr ? nullptr : holder->textDocument();
}

QColor BlockText::color(const char* name) const {
    return look_.value(QString::fromLatin1(name)).value<QColor>();
}

void BlockText::setItem(QQuickItem* item) {
    if (item == item_) return;
    item_ = item;
    if (QTextDocument* text = document()) {
        text->setUndoRedoEnabled(false);
        text->setDocumentMargin(0);
        connect(text->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
                &BlockText::measureRows);
        // Whatever moves the text draws it again.
        connect(text->documentLayout(), &QAbstractTextDocumentLayout::update, this, &BlockText::measureRooms);
    }
    fill({}, true);
    Q_EMIT placed();
}

void BlockText::setBlock(const QVariant& block) {
    const auto next = block.value<MarkdownBlock>();
    if (next == block_) return;
    const MarkdownBlock before = std::exchange(block_, next);
    east_asian_ = std::any_of(block_.text.begin(), block_.text.end(), isEastAsian);
    fill(before, before.kind != next.kind || before.level != next.level);
    Q_EMIT blockChanged();
}

void BlockText::setHighlights(const QVariant& highlights) {
    const auto next = highlights.value<QList<CodeSpan>>();
    if (next == highlights_) return;
    highlights_ = next;
    refreshMarks();
    Q_EMIT blockChanged();
}

void BlockText::setOffset(int offset) {
    if (offset == offset_) return;
    offset_ = offset;
    makeRoom();
    refreshMarks();
    Q_EMIT placed();
}

void BlockText::setMarks(ReplyMarks* marks) {
    if (marks == marks_) return;
    if (marks_ != nullptr) marks_->remove(this);
    marks_ = marks;
    if (marks_ != nullptr) marks_->add(this);
    makeRoom();
    refreshMarks();
    Q_EMIT placed();
}

void BlockText::setLook(const QVariantMap& look) {
    if (look == look_) return;
    look_ = look;
    fill({}, true);
    Q_EMIT lookChanged();
}

void BlockText::setLineHeight(double height) {
    if (height == line_height_) return;
    line_height_ = height;
    fill({}, true);
    Q_EMIT lookChanged();
}

QTextCharFormat BlockText::formatOf(int style, const QString& link, bool head) const {
    QTextCharFormat format;
    if (head) format.setForeground(color("head"));
    if (head || (style & bold_text) != 0) format.setFontWeight(QFont::DemiBold);
    if ((style & italic_text) != 0) format.setFontItalic(true);
    if ((style & struck_text) != 0) format.setFontStrikeOut(true);
    if ((style & code_text) != 0) {
        format.setFontFamilies({look_.value(QStringLiteral("fixedFamily")).toString()});
        format.setBackground(color("code"));
    }
    if (!link.isEmpty()) {
        // Only this program looks at the address, and only after a click.
        format.setAnchor(true);
        format.setAnchorHref(link);
        format.setForeground(color("link"));
        format.setFontUnderline(true);
    }
    return format;
}

void BlockText::insert(QTextCursor& cursor, const MarkdownBlock& block, int from, int to, bool head) {
    int at = from;
    const QTextCharFormat plain = formatOf(0, {}, head);
    for (const TextSpan& span : block.spans) {
        const int start = std::max(span.start, at);
        const int end = std::min(span.start + span.length, to);
        if (end <= start) continue;
        if (start > at) cursor.insertText(block.text.mid(at, start - at), plain);
        cursor.insertText(block.text.mid(start, end - start), formatOf(span.style, span.link, head));
        at = end;
    }
    if (at < to) cursor.insertText(block.text.mid(at, to - at), plain);
}

void BlockText::fill(const MarkdownBlock& before, bool all) {
    QTextDocument* text = document();
    if (text == nullptr || look_.isEmpty()) return;
    if (block_.kind == Kind::table) {
        fillTable(before, all);
    } else {
        document_start_ = 0;
        const int same = all ? 0 : commonLength(before, block_);
        QTextCursor cursor(text);
        cursor.beginEditBlock();
        cursor.setPosition(same);
        cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
        cursor.removeSelectedText();
        if (all) {
            QTextBlockFormat format;
            format.setLineHeight(100 * line_height_, QTextBlockFormat::ProportionalHeight);
            cursor.setBlockFormat(format);  // new lines take the format of the first
        }
        insert(cursor, block_, same, block_.length(), false);
        cursor.endEditBlock();
    }
    roomy_.clear();
    makeRoom();
    refreshMarks();
}

void BlockText::fillCell(QTextCursor& cursor, const MarkdownBlock& block, int cell, bool head) {
    QTextBlockFormat format;
    format.setAlignment(block.columns.at(cell % block.columns.size()));
    format.setLineHeight(120, QTextBlockFormat::ProportionalHeight);
    cursor.setBlockFormat(format);
    const TableCell& place = block.cells.at(cell);
    insert(cursor, block, place.start, place.start + place.length, head);
}

void BlockText::fillTable(const MarkdownBlock& before, bool all) {
    QTextDocument* text = document();
    const int columns = static_cast<int>(block_.columns.size());
    QTextCursor cursor(text);
    cursor.beginEditBlock();
    auto* table = text->rootFrame()->childFrames().isEmpty()
                      ? nullptr
                      : qobject_cast<QTextTable*>(text->rootFrame()->childFrames().constFirst());
    const bool anew = all || table == nullptr || before.columns != block_.columns;
    if (anew) {
        cursor.select(QTextCursor::Document);
        cursor.removeSelectedText();
        QTextTableFormat format;
        format.setBorder(0);
        format.setCellSpacing(0);
        format.setCellPadding(0);
        format.setMargin(0);
        format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
        table = cursor.insertTable(block_.rows(), columns, format);
        // The line that every table has behind it.
        cursor.movePosition(QTextCursor::End);
        QTextBlockFormat behind;
        behind.setLineHeight(1, QTextBlockFormat::FixedHeight);
        cursor.setBlockFormat(behind);
    } else if (table->rows() < block_.rows()) {
        table->appendRows(block_.rows() - table->rows());
    } else if (table->rows() > block_.rows()) {
        table->removeRows(block_.rows(), table->rows() - block_.rows());
    }
    for (int cell = 0; cell < block_.cells.size(); ++cell) {
        if (!anew && sameCell(before, block_, cell)) continue;
        QTextTableCell place = table->cellAt(cell / columns, cell % columns);
        QTextTableCellFormat format;
        format.setLeftPadding(cell_padding_x);
        format.setRightPadding(cell_padding_x);
        format.setTopPadding(cell_padding_top);
        format.setBottomPadding(cell_padding_bottom);
        format.setVerticalAlignment(QTextCharFormat::AlignTop);
        place.setFormat(format);
        QTextCursor in_cell = place.firstCursorPosition();
        in_cell.setPosition(place.lastCursorPosition().position(), QTextCursor::KeepAnchor);
        in_cell.removeSelectedText();
        fillCell(in_cell, block_, cell, cell < columns);
    }
    cursor.endEditBlock();
    document_start_ = table->cellAt(0, 0).firstCursorPosition().position();
    measureRows();
}

void BlockText::measureRows() {
    QList<double> tops;
    QTextDocument* text = document();
    if (text != nullptr && block_.kind == Kind::table && !text->rootFrame()->childFrames().isEmpty()) {
        const auto* table = qobject_cast<QTextTable*>(text->rootFrame()->childFrames().constFirst());
        for (int row = 1; table != nullptr && row < table->rows(); ++row) {
            const QTextBlock first = table->cellAt(row, 0).firstCursorPosition().block();
            tops << text->documentLayout()->blockBoundingRect(first).top() - cell_padding_top;
        }
    }
    if (tops == row_tops_) return;
    row_tops_ = tops;
    Q_EMIT rowTopsChanged();
}

// The room is space behind one character: positions stay what they are, and a copy has nothing of it.
void BlockText::makeRoom() {
    QTextDocument* text = document();
    if (text == nullptr || look_.isEmpty()) return;
    badges_.clear();
    QList<int> wanted;
    const QVariantList all = marks_ != nullptr && offset_ >= 0 ? marks_->badges() : QVariantList();
    for (const QVariant& badge : all) {
        const int local = badge.toMap().value(QStringLiteral("position")).toInt() - offset_;
        if (local < 0 || local >= length()) continue;
        QVariantMap own = badge.toMap();
        own.insert(QStringLiteral("position"), local);
        badges_ << own;
        wanted << local;
    }
    const auto setSpacing = [this, text](int local, double pixels) {
        const int at = document_start_ + local;
        if (at + 1 >= text->characterCount()) return;
        QTextCursor cursor(text);
        cursor.setPosition(at);
        cursor.setPosition(at + 1, QTextCursor::KeepAnchor);
        if (cursor.charFormat().fontLetterSpacing() == pixels) return;
        QTextCharFormat spacing;
        spacing.setFontLetterSpacingType(QFont::AbsoluteSpacing);
        spacing.setFontLetterSpacing(pixels);
        cursor.mergeCharFormat(spacing);
    };
    for (const int local : std::as_const(roomy_)) {
        if (!wanted.contains(local)) setSpacing(local, 0);
    }
    for (const QVariant& badge : std::as_const(badges_)) {
        const QVariantMap map = badge.toMap();
        setSpacing(map.value(QStringLiteral("position")).toInt(), roomFor(map));
    }
    roomy_ = wanted;
    measureRooms();
}

QRectF BlockText::roomBehind(int position) const {
    const QTextDocument* text = document();
    const QTextBlock line_of = text->findBlock(document_start_ + position);
    const QTextLayout* layout = line_of.isValid() ? line_of.layout() : nullptr;
    if (layout == nullptr) return {};
    const int local = document_start_ + position - line_of.position();
    const QTextLine line = layout->lineForTextPosition(local);
    if (!line.isValid()) return {};
    const QRectF character = rectangleOf(position);
    const double width = line.cursorToX(local, QTextLine::Trailing) - line.cursorToX(local);
    return {character.x() + width, character.y(), 0, character.height()};
}

void BlockText::measureRooms() {
    if (badges_.isEmpty() && rooms_.isEmpty()) return;
    QVariantList rooms;
    for (const QVariant& badge : std::as_const(badges_)) {
        const QVariantMap map = badge.toMap();
        const double room = roomFor(map);
        const QRectF end = roomBehind(map.value(QStringLiteral("position")).toInt());
        rooms << QVariantMap{{QStringLiteral("x"), end.x() - room},
                             {QStringLiteral("y"), end.y()},
                             {QStringLiteral("width"), room},
                             {QStringLiteral("height"), end.height()},
                             {QStringLiteral("badge"), badge}};
    }
    if (rooms == rooms_) return;
    rooms_ = rooms;
    Q_EMIT roomsChanged();
}

void BlockText::refreshMarks() {
    QTextDocument* text = document();
    if (text == nullptr || look_.isEmpty()) return;
    QList<TextMark> marks;
    const int start = document_start_;
    for (const CodeSpan& span : highlights_)
        marks.append({start + span.start, span.length, color(nameOf(span.style)), {}});
    if (marks_ != nullptr) {
        for (const ReplyMarks::Hit& hit : marks_->hitList()) {
            const int local = hit.position - offset_;
            if (local < 0 || local + hit.length > length()) continue;
            const bool current = hit.position == marks_->currentHit();
            marks.append({start + local, hit.length, color(current ? "currentHitInk" : "hitInk"),
                          color(current ? "currentHit" : "hit")});
        }
        const int from = std::max(marks_->from() - offset_, 0);
        const int to = std::min(marks_->to() - offset_, length());
        if (from < to) marks.append({start + from, to - from, color("selectionInk"), color("selection")});
    }
    sightline::setMarks(*text, marks);
}

int BlockText::positionAt(const QPointF& place) const {
    int position = 0;
    if (item_ == nullptr || !QMetaObject::invokeMethod(item_, "positionAt", Q_RETURN_ARG(int, position),
                                                       Q_ARG(qreal, place.x()), Q_ARG(qreal, place.y())))
        return 0;
    return std::clamp(position - document_start_, 0, length());
}

QRectF BlockText::rectangleOf(int position) const {
    QRectF place;
    if (item_ != nullptr)
        QMetaObject::invokeMethod(item_, "positionToRectangle", Q_RETURN_ARG(QRectF, place),
                                  Q_ARG(int, document_start_ + position));
    return place;
}

QString BlockText::linkAt(const QPointF& place) const {
    QString link;
    if (item_ != nullptr)
        QMetaObject::invokeMethod(item_, "linkAt", Q_RETURN_ARG(QString, link), Q_ARG(qreal, place.x()),
                                  Q_ARG(qreal, place.y()));
    return link;
}

}  // namespace sightline
