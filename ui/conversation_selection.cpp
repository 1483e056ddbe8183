#include "ui/conversation_selection.h"

#include <QStringList>
#include <algorithm>

#include "app/replies/block_list_model.h"
#include "ui/text_clipboard.h"

namespace sightline {

void ConversationSelection::setMessages(QObject* messages) {
    auto* model = qobject_cast<MessageListModel*>(messages);
    if (model == messages_) return;
    if (messages_) messages_->disconnect(this);
    messages_ = model;
    clear();
    if (model) {
        connect(model, &QAbstractItemModel::modelReset, this, &ConversationSelection::clear);
        connect(model, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex&, int row) {
            if (row <= std::max(anchor_.row, caret_.row)) clear();
        });
    }
    Q_EMIT messagesChanged();
}

void ConversationSelection::set(Place anchor, Place caret) {
    if (anchor == anchor_ && caret == caret_) return;
    anchor_ = anchor;
    caret_ = caret;
    ++revision_;
    Q_EMIT changed();
}

void ConversationSelection::select(int row, int position, int to_row, int to_position) {
    if (row >= 0 && to_row >= 0) set({row, position}, {to_row, to_position});
}

void ConversationSelection::selectAll() {
    const int rows = messages_ ? messages_->rowCount() : 0;
    if (rows > 0) set({0, 0}, {rows - 1, length(rows - 1)});
}

void ConversationSelection::clear() {
    set({}, {});
}

int ConversationSelection::length(int row) const {
    if (!messages_ || row < 0 || row >= messages_->rowCount()) return 0;
    const BlockListModel* blocks = messages_->blocks(row);
    return blocks ? blocks->length()
                  : static_cast<int>(messages_->rows()[static_cast<std::size_t>(row)].text.size());
}

int ConversationSelection::from(int row) const {
    if (anchor_ == caret_ || row < first().row || row > last().row) return -1;
    return row == first().row ? first().position : 0;
}

int ConversationSelection::to(int row) const {
    if (anchor_ == caret_ || row < first().row || row > last().row) return -1;
    return row == last().row ? last().position : length(row);
}

QString ConversationSelection::joined(bool markdown) const {
    QStringList texts;
    for (int row = std::max(0, first().row); messages_ && row <= last().row && row < messages_->rowCount();
         ++row) {
        const int begin = from(row);
        const int end = to(row);
        if (begin < 0 || end <= begin) continue;
        const BlockListModel* blocks = messages_->blocks(row);
        QString text = !blocks ? messages_->rows()[static_cast<std::size_t>(row)].text.mid(begin, end - begin)
                       : markdown ? blocks->markdownBetween(begin, end)
                                  : blocks->plainText(begin, end);
        if (!text.trimmed().isEmpty()) texts << text;
    }
    return texts.join(QStringLiteral("\n\n"));
}

QString ConversationSelection::text() const {
    return joined(false);
}

QString ConversationSelection::markdown() const {
    return joined(true);
}

void ConversationSelection::copy() const {
    toClipboard(text(), markdown());
}

}  // namespace sightline
