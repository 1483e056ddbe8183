#include "ui/streamed_text.h"

#include <QFontMetricsF>
#include <QTextBlockFormat>
#include <QTextCursor>
#include <QTextDocument>
#include <algorithm>
#include <cmath>

#include "ui/text_marks.h"

namespace sightline {

void StreamedText::setDocument(QQuickTextDocument* document) {
    if (document == document_) return;
    document_ = document;
    if (document_ != nullptr) document_->textDocument()->setUndoRedoEnabled(false);
    replaceAll();
    Q_EMIT documentChanged();
    Q_EMIT naturalWidthChanged();
}

void StreamedText::setText(const QString& text) {
    if (text == text_) return;
    const bool grown = text.startsWith(text_);
    const QString rest = grown ? text.mid(text_.size()) : QString();
    text_ = text;
    if (grown && document_ != nullptr) {
        QTextCursor cursor(document_->textDocument());
        cursor.movePosition(QTextCursor::End);
        cursor.insertText(rest);
        markHits();
    } else {
        replaceAll();
    }
    Q_EMIT textChanged();
    Q_EMIT naturalWidthChanged();
}

void StreamedText::setLineHeight(double height) {
    if (height == line_height_) return;
    line_height_ = height;
    replaceAll();
    Q_EMIT lineHeightChanged();
}

double StreamedText::naturalWidth() const {
    if (document_ == nullptr) return 0;
    const QFontMetricsF metrics(document_->textDocument()->defaultFont());
    double widest = 0;
    for (const auto& line : QStringView(text_).split(u'\n')) {
        // Very long lines wrap whatever their exact width is.
        widest = std::max(widest, metrics.horizontalAdvance(line.left(400).toString()));
    }
    return std::ceil(widest) + 1;
}

void StreamedText::replaceAll() {
    if (document_ == nullptr) return;
    QTextDocument* document = document_->textDocument();
    QTextCursor cursor(document);
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.removeSelectedText();
    QTextBlockFormat format;
    format.setLineHeight(100 * line_height_, QTextBlockFormat::ProportionalHeight);
    cursor.setBlockFormat(format);
    cursor.insertText(text_);  // new blocks take the format of the first
    cursor.endEditBlock();
    markHits();
}

void StreamedText::setHits(const QVariantList& hits) {
    if (hits == hits_) return;
    hits_ = hits;
    markHits();
    Q_EMIT hitsChanged();
}

void StreamedText::setCurrentHit(int position) {
    if (position == current_hit_) return;
    current_hit_ = position;
    markHits();
    Q_EMIT hitsChanged();
}

void StreamedText::setHitColors(const QVariantMap& colors) {
    if (colors == hit_colors_) return;
    hit_colors_ = colors;
    markHits();
    Q_EMIT hitsChanged();
}

void StreamedText::markHits() {
    if (document_ == nullptr) return;
    const auto color = [this](const char* name) {
        return hit_colors_.value(QString::fromLatin1(name)).value<QColor>();
    };
    QList<TextMark> marks;
    for (const QVariant& hit : hits_) {
        const int position = hit.toMap().value(QStringLiteral("position")).toInt();
        const bool current = position == current_hit_;
        marks.append({position, hit.toMap().value(QStringLiteral("length")).toInt(),
                      color(current ? "currentInk" : "ink"), color(current ? "currentPaper" : "paper")});
    }
    setMarks(*document_->textDocument(), marks);
}

}  // namespace sightline
