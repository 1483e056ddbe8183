#include "ui/reply_marks.h"

#include <algorithm>

#include "ui/block_text.h"
#include "ui/text_clipboard.h"

namespace sightline {

void ReplyMarks::setBlocks(QObject* blocks) {
    if (blocks == blocks_) return;
    blocks_ = qobject_cast<BlockListModel*>(blocks);
    setSelection(0, 0);
    if (blocks_ != nullptr) {
        // A reply that begins anew has other positions.
        connect(blocks_, &QAbstractItemModel::modelReset, this, [this] { setSelection(0, 0); });
    }
    Q_EMIT blocksChanged();
}

void ReplyMarks::setHits(const QVariantList& hits) {
    QList<Hit> list;
    for (const QVariant& hit : hits) {
        const QVariantMap map = hit.toMap();
        list.append(
            {map.value(QStringLiteral("position")).toInt(), map.value(QStringLiteral("length")).toInt()});
    }
    if (list == hits_) return;
    hit_maps_ = hits;
    hits_ = list;
    for (BlockText* text : texts_)
        text->refreshMarks();
    Q_EMIT hitsChanged();
}

void ReplyMarks::setCurrentHit(int position) {
    if (position == current_hit_) return;
    current_hit_ = position;
    for (BlockText* text : texts_)
        text->refreshMarks();
    Q_EMIT hitsChanged();
}

void ReplyMarks::setBadges(const QVariantList& badges) {
    if (badges == badges_) return;
    badges_ = badges;
    for (BlockText* text : texts_)
        text->makeRoom();
    Q_EMIT badgesChanged();
}

void ReplyMarks::setSelection(int anchor, int caret) {
    if (anchor == anchor_ && caret == caret_) return;
    const int old_from = from();
    const int old_to = to();
    anchor_ = anchor;
    caret_ = caret;
    // Between the old ends and the new ones.
    refresh(qMin(old_from, from()), qMax(old_from, from()));
    refresh(qMin(old_to, to()), qMax(old_to, to()));
    Q_EMIT selectionChanged();
}

void ReplyMarks::refresh(int from, int to) {
    for (BlockText* text : texts_) {
        if (text->offset() <= to && text->offset() + text->length() >= from) text->refreshMarks();
    }
}

BlockText* ReplyMarks::nearest(QQuickItem* root, double x, double y) const {
    BlockText* best = nullptr;
    double best_distance = 0;
    for (BlockText* text : texts_) {
        const QQuickItem* item = text->item();
        if (item == nullptr) continue;
        const QRectF place = item->mapRectToItem(root, QRectF(0, 0, item->width(), item->height()));
        const double above = place.top() - y;
        const double below = y - place.bottom();
        const double beside = std::max({0.0, place.left() - x, x - place.right()});
        const double distance = std::max({0.0, above, below}) * 1000 + beside;
        if (best != nullptr && distance >= best_distance) continue;
        best = text;
        best_distance = distance;
    }
    return best;
}

int ReplyMarks::positionAt(QQuickItem* root, double x, double y) const {
    const BlockText* text = nearest(root, x, y);
    if (text == nullptr) return 0;
    const QPointF place = root->mapToItem(text->item(), QPointF(x, y));
    if (place.y() < 0) return text->offset();
    if (place.y() > text->item()->height()) return text->offset() + text->length();
    return text->offset() + text->positionAt(place);
}

QString ReplyMarks::linkAt(QQuickItem* root, double x, double y) const {
    const BlockText* text = nearest(root, x, y);
    if (text == nullptr) return {};
    const QPointF place = root->mapToItem(text->item(), QPointF(x, y));
    return text->item()->contains(place) ? text->linkAt(place) : QString();
}

QRectF ReplyMarks::rectangleOf(QQuickItem* root, int position) const {
    for (const BlockText* text : texts_) {
        const int local = position - text->offset();
        if (text->item() == nullptr || local < 0 || local > text->length()) continue;
        return text->item()->mapRectToItem(root, text->rectangleOf(local));
    }
    return {};
}

void ReplyMarks::moveTo(int position, bool extend) {
    setSelection(extend ? anchor_ : position, position);
}

void ReplyMarks::select(int from, int to) {
    setSelection(from, to);
}

void ReplyMarks::selectWord(int position) {
    if (blocks_ == nullptr) return;
    const QList<int> word = blocks_->wordAt(position);
    setSelection(word.at(0), word.at(1));
}

void ReplyMarks::selectBlock(int position) {
    if (blocks_ == nullptr) return;
    const QList<int> block = blocks_->blockAt(position);
    setSelection(block.at(0), block.at(1));
}

void ReplyMarks::selectAll() {
    if (blocks_ != nullptr) setSelection(0, blocks_->length());
}

void ReplyMarks::clear() {
    setSelection(caret_, caret_);
}

void ReplyMarks::step(bool forwards, bool word, bool extend) {
    if (blocks_ == nullptr) return;
    if (selected() && !extend && !word)
        moveTo(forwards ? to() : from(), false);
    else
        moveTo(blocks_->step(caret_, forwards, word), extend);
}

void ReplyMarks::toEdge(bool forwards, bool extend) {
    if (blocks_ != nullptr) moveTo(forwards ? blocks_->length() : 0, extend);
}

void ReplyMarks::copy() const {
    if (blocks_ != nullptr && selected())
        toClipboard(blocks_->plainText(from(), to()), blocks_->markdownBetween(from(), to()));
}

void ReplyMarks::copyAll() const {
    if (blocks_ == nullptr) return;
    const QString markdown = blocks_->markdown().trimmed();
    toClipboard(markdown, markdown);
}

}  // namespace sightline
