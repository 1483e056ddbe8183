#include "app/chat/conversation_find.h"

#include <QVariantMap>
#include <algorithm>
#include <utility>

#include "app/chat/message_list_model.h"
#include "app/replies/block_list_model.h"

namespace sightline {

namespace {

constexpr int search_again_after_ms = 100;  // while a reply grows

}  // namespace

ConversationFind::ConversationFind(MessageListModel& messages, QObject* parent)
    : QObject(parent), messages_(messages) {
    again_.setSingleShot(true);
    again_.setInterval(search_again_after_ms);
    connect(&again_, &QTimer::timeout, this, [this] { search(false); });
    const auto follow = [this] {
        if (active_ && !text_.isEmpty() && !again_.isActive()) again_.start();
    };
    connect(&messages, &QAbstractItemModel::rowsInserted, this, follow);
    connect(&messages, &QAbstractItemModel::rowsRemoved, this, [this] {
        if (active_) search(false);  // at once: hits name rows
    });
    connect(&messages, &QAbstractItemModel::modelReset, this, [this] {
        if (active_) search(false);
    });
    connect(&messages, &QAbstractItemModel::dataChanged, this,
            [follow](const QModelIndex&, const QModelIndex&, const QList<int>& roles) {
                if (roles.isEmpty() || roles.contains(MessageListModel::Text) ||
                    roles.contains(MessageListModel::Streaming))
                    follow();
            });
}

void ConversationFind::setActive(bool active) {
    if (active == active_) return;
    active_ = active;
    search(true);
}

void ConversationFind::setText(const QString& text) {
    if (text == text_) return;
    text_ = text;
    search(true);
}

void ConversationFind::searchIn(const QString& text, int row, int offset) {
    qsizetype at = 0;
    while ((at = text.indexOf(text_, at, Qt::CaseInsensitive)) >= 0) {
        hits_.push_back({row, offset + static_cast<int>(at)});
        at += text_.size();
    }
}

void ConversationFind::search(bool anew) {
    again_.stop();
    const Hit before = hits_.empty() ? Hit{-1, -1} : hits_[current_];
    hits_.clear();
    if (active_ && !text_.isEmpty()) {
        for (int row = 0; row < messages_.rowCount(); ++row) {
            const BlockListModel* blocks = messages_.blocks(row);
            if (blocks == nullptr) {
                searchIn(messages_.rows()[static_cast<std::size_t>(row)].text, row, 0);
                continue;
            }
            for (int block = 0; block < blocks->rowCount(); ++block) {
                if (blocks->offset(block) >= 0)
                    searchIn(blocks->blocks().at(block).text, row, blocks->offset(block));
            }
        }
    }
    const auto same = std::find(hits_.begin(), hits_.end(), before);
    current_ = same == hits_.end() ? 0 : static_cast<std::size_t>(same - hits_.begin());
    Q_EMIT changed();
    if (!hits_.empty() && (anew || same == hits_.end())) Q_EMIT moved();
}

void ConversationFind::next() {
    if (hits_.empty()) return;
    current_ = (current_ + 1) % hits_.size();
    Q_EMIT changed();
    Q_EMIT moved();
}

void ConversationFind::previous() {
    if (hits_.empty()) return;
    current_ = (current_ + hits_.size() - 1) % hits_.size();
    Q_EMIT changed();
    Q_EMIT moved();
}

QVariantList ConversationFind::hitsIn(int row) const {
    QVariantList list;
    auto hit = std::lower_bound(hits_.begin(), hits_.end(), row,
                                [](const Hit& each, int wanted) { return each.row < wanted; });
    for (; hit != hits_.end() && hit->row == row; ++hit)
        list.append(QVariantMap{{QStringLiteral("position"), hit->position},
                                {QStringLiteral("length"), static_cast<int>(text_.size())}});
    return list;
}

}  // namespace sightline
