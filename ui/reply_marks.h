// What is selected in a reply, and what was found in it: over all its blocks.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QPointer>
#include <QQuickItem>
#include <QVariantList>

#include "app/replies/block_list_model.h"

namespace sightline {

class BlockText;

// Positions are those of block_list_model.h. The texts of the blocks register themselves. GUI thread.
class ReplyMarks : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QObject* blocks READ blocks WRITE setBlocks NOTIFY blocksChanged)  // BlockListModel
    Q_PROPERTY(bool selected READ selected NOTIFY selectionChanged)
    Q_PROPERTY(int from READ from NOTIFY selectionChanged)
    Q_PROPERTY(int to READ to NOTIFY selectionChanged)
    // Maps {position, length}; `currentHit` is the position of the one that stands out, or -1.
    Q_PROPERTY(QVariantList hits READ hits WRITE setHits NOTIFY hitsChanged)
    Q_PROPERTY(int currentHit READ currentHit WRITE setCurrentHit NOTIFY hitsChanged)
    // Of ReplyPlaces::inReply: behind each of these positions the text leaves room for a badge.
    Q_PROPERTY(QVariantList badges READ badges WRITE setBadges NOTIFY badgesChanged)

  public:
    struct Hit {
        int position = 0;
        int length = 0;
        bool operator==(const Hit&) const = default;
    };

    using QObject::QObject;

    QObject* blocks() const { return blocks_; }
    void setBlocks(QObject* blocks);
    bool selected() const { return anchor_ != caret_; }
    int from() const { return qMin(anchor_, caret_); }
    int to() const { return qMax(anchor_, caret_); }
    QVariantList hits() const { return hit_maps_; }
    void setHits(const QVariantList& hits);
    const QList<Hit>& hitList() const { return hits_; }
    int currentHit() const { return current_hit_; }
    void setCurrentHit(int position);
    QVariantList badges() const { return badges_; }
    void setBadges(const QVariantList& badges);

    // For a place in `root`, which all blocks stand in: the nearest position, or the link there.
    Q_INVOKABLE int positionAt(QQuickItem* root, double x, double y) const;
    Q_INVOKABLE QString linkAt(QQuickItem* root, double x, double y) const;
    // Where a position is drawn, in `root`; empty if it is not.
    Q_INVOKABLE QRectF rectangleOf(QQuickItem* root, int position) const;

    Q_INVOKABLE void moveTo(int position, bool extend);
    Q_INVOKABLE void select(int from, int to);
    Q_INVOKABLE void selectWord(int position);
    Q_INVOKABLE void selectBlock(int position);
    Q_INVOKABLE void selectAll();
    Q_INVOKABLE void clear();
    // Moves the end of the selection by a character or a word, or to the begin or end of the reply.
    Q_INVOKABLE void step(bool forwards, bool word, bool extend);
    Q_INVOKABLE void toEdge(bool forwards, bool extend);
    Q_INVOKABLE void copy() const;     // what is selected
    Q_INVOKABLE void copyAll() const;  // the whole reply, as Markdown

    void add(BlockText* text) { texts_.append(text); }
    void remove(BlockText* text) { texts_.removeAll(text); }

  Q_SIGNALS:
    void blocksChanged();
    void selectionChanged();
    void hitsChanged();
    void badgesChanged();

  private:
    void setSelection(int anchor, int caret);
    void refresh(int from, int to);
    BlockText* nearest(QQuickItem* root, double x, double y) const;

    QPointer<BlockListModel> blocks_;
    QList<BlockText*> texts_;
    int anchor_ = 0;
    int caret_ = 0;
    QVariantList hit_maps_;
    QList<Hit> hits_;
    int current_hit_ = -1;
    QVariantList badges_;
};

}  // namespace sightline
