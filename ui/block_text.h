// Puts a Markdown block into the document of a TextEdit: its text, styles, code colours, selection and found
// words. No HTML is involved anywhere, and nothing that a document could load.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QFont>
#include <QObject>
#include <QPointer>
#include <QQuickItem>
#include <QQuickTextDocument>
#include <QVariantMap>

#include "app/replies/block_list_model.h"
#include "app/replies/markdown_block.h"
#include "ui/reply_marks.h"

class QTextCharFormat;
class QTextCursor;

namespace sightline {

// Only what differs from the block before is replaced: a block that grows costs what is new. GUI thread.
class BlockText : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickItem* item READ item WRITE setItem NOTIFY placed)        // the TextEdit
    Q_PROPERTY(QVariant block READ block WRITE setBlock NOTIFY blockChanged)  // MarkdownBlock
    Q_PROPERTY(
        QVariant highlights READ highlights WRITE setHighlights NOTIFY blockChanged)  // QList<CodeSpan>
    Q_PROPERTY(int offset READ offset WRITE setOffset NOTIFY placed)                  // position in the reply
    Q_PROPERTY(sightline::ReplyMarks* marks READ marks WRITE setMarks NOTIFY placed)
    // link, code (paper), keyword, string, number, comment, name, selection, selectionInk, hit, currentHit,
    // currentHitInk, head: colours; fixedFamily: a font
    Q_PROPERTY(QVariantMap look READ look WRITE setLook NOTIFY lookChanged)
    Q_PROPERTY(
        double lineHeight READ lineHeight WRITE setLineHeight NOTIFY lookChanged)  // 1 = the font's own
    // It has Chinese, Japanese or Korean in it, whose fonts bring more leading of their own.
    Q_PROPERTY(bool eastAsian READ eastAsian NOTIFY blockChanged)
    Q_PROPERTY(int columns READ columns NOTIFY blockChanged)  // of a table
    // Of a table: where its rows begin below the first, as laid out.
    Q_PROPERTY(QList<double> rowTops READ rowTops NOTIFY rowTopsChanged)
    // Where badges of ReplyMarks stand in this text: {x, y, width, height: in the item; badge: as it is
    // there}.
    Q_PROPERTY(QVariantList rooms READ rooms NOTIFY roomsChanged)

  public:
    using QObject::QObject;
    ~BlockText() override;

    QQuickItem* item() const { return item_; }
    void setItem(QQuickItem* item);
    QVariant block() const { return QVariant::fromValue(block_); }
    void setBlock(const QVariant& block);
    QVariant highlights() const { return QVariant::fromValue(highlights_); }
    void setHighlights(const QVariant& highlights);
    int offset() const { return offset_; }
    void setOffset(int offset);
    ReplyMarks* marks() const { return marks_; }
    void setMarks(ReplyMarks* marks);
    QVariantMap look() const { return look_; }
    void setLook(const QVariantMap& look);
    double lineHeight() const { return line_height_; }
    void setLineHeight(double height);
    bool eastAsian() const { return east_asian_; }
    int columns() const { return static_cast<int>(block_.columns.size()); }
    QList<double> rowTops() const { return row_tops_; }
    QVariantList rooms() const { return rooms_; }

    int length() const { return block_.length(); }
    // Position in the block for a place in the item, and the other way round.
    int positionAt(const QPointF& place) const;
    QRectF rectangleOf(int position) const;
    QString linkAt(const QPointF& place) const;
    void refreshMarks();  // what is selected or found has changed
    void makeRoom();      // other badges, or other text

  Q_SIGNALS:
    void placed();
    void blockChanged();
    void lookChanged();
    void rowTopsChanged();
    void roomsChanged();

  private:
    QTextDocument* document() const;
    int documentStart() const { return document_start_; }
    QTextCharFormat formatOf(int style, const QString& link, bool head) const;
    void fill(const MarkdownBlock& before, bool all);
    void fillTable(const MarkdownBlock& before, bool all);
    void fillCell(QTextCursor& cursor, const MarkdownBlock& block, int cell, bool head);
    void insert(QTextCursor& cursor, const MarkdownBlock& block, int from, int to, bool head);
    void measureRows();
    void measureRooms();
    QRectF roomBehind(int position) const;
    QColor color(const char* name) const;

    QPointer<QQuickItem> item_;
    QPointer<ReplyMarks> marks_;
    MarkdownBlock block_;
    QList<CodeSpan> highlights_;
    QVariantMap look_;
    double line_height_ = 1;
    bool east_asian_ = false;
    int offset_ = 0;
    int document_start_ = 0;  // where the block's text begins in the document
    QList<double> row_tops_;
    QVariantList badges_;  // of this block, positions in it
    QList<int> roomy_;     // positions with room behind them
    QVariantList rooms_;
};

}  // namespace sightline
