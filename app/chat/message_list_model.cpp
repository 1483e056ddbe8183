#include "app/chat/message_list_model.h"

#include <QVariantMap>
#include <utility>

#include "app/replies/block_list_model.h"
#include "app/replies/code_highlights.h"

namespace sightline {

namespace {

QVariantList toVariant(const std::vector<ShownPhase>& phases) {
    QVariantList list;
    for (const ShownPhase& phase : phases) {
        list.append(QVariantMap{{QStringLiteral("name"), phase.name},
                                {QStringLiteral("state"), phase.state},
                                {QStringLiteral("seconds"), phase.seconds},
                                {QStringLiteral("progress"), phase.progress}});
    }
    return list;
}

QVariantList toVariant(const std::vector<ShownPicture>& pictures) {
    QVariantList list;
    for (const ShownPicture& picture : pictures) {
        list.append(QVariantMap{{QStringLiteral("source"), picture.source},
                                {QStringLiteral("name"), picture.name},
                                {QStringLiteral("caption"), picture.caption},
                                {QStringLiteral("width"), picture.size.width()},
                                {QStringLiteral("height"), picture.size.height()}});
    }
    return list;
}

}  // namespace

MessageListModel::MessageListModel(QObject* parent)
    : QAbstractListModel(parent), highlights_(std::make_unique<CodeHighlights>()) {}

MessageListModel::~MessageListModel() = default;

int MessageListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant MessageListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const ShownMessage& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Role:
            return row.role;
        case Qt::DisplayRole:
        case Text:
            return row.text;
        case Pictures:
            return toVariant(row.pictures);
        case Streaming:
            return row.streaming;
        case Phases:
            return toVariant(row.phases);
        case Facts:
            return row.facts;
        case StopReason:
            return row.stop_reason;
        case Error:
            return row.error;
        case Notice:
            return row.notice;
        case MessageId:
            return row.id;
        case Branch:
            return row.branch;
        case Branches:
            return row.branches;
        case Demo:
            return row.demo;
        case HasTable:
            return row.has_table;
        case Blocks:
            return QVariant::fromValue<QObject*>(blocks(index.row()));
        default:
            return {};
    }
}

QHash<int, QByteArray> MessageListModel::roleNames() const {
    return {
        {Role, "role"},     {Text, "text"},           {Pictures, "pictures"},     {Streaming, "streaming"},
        {Phases, "phases"}, {Facts, "facts"},         {StopReason, "stopReason"}, {Error, "error"},
        {Notice, "notice"}, {MessageId, "messageId"}, {Branch, "branch"},         {Branches, "branches"},
        {Blocks, "blocks"}, {Demo, "demo"},           {HasTable, "hasTable"}};
}

int MessageListModel::append(ShownMessage message) {
    const int row = static_cast<int>(rows_.size());
    beginInsertRows({}, row, row);
    rows_.push_back(std::move(message));
    blocks_.emplace_back();
    endInsertRows();
    return row;
}

void MessageListModel::appendText(int row, const QString& text) {
    if (!holds(row) || text.isEmpty()) return;
    rows_[static_cast<std::size_t>(row)].text += text;
    if (const auto& blocks = blocks_[static_cast<std::size_t>(row)]) blocks->append(text);
    changed(row, {Text, Qt::DisplayRole});
}

void MessageListModel::setPhases(int row, std::vector<ShownPhase> phases) {
    if (!holds(row) || rows_[static_cast<std::size_t>(row)].phases == phases) return;
    rows_[static_cast<std::size_t>(row)].phases = std::move(phases);
    changed(row, {Phases});
}

void MessageListModel::update(int row, const ShownMessage& message) {
    if (!holds(row)) return;
    ShownMessage& old = rows_[static_cast<std::size_t>(row)];
    QList<int> fields;
    const auto note = [&fields](bool same, std::initializer_list<int> roles) {
        if (!same) fields.append(QList<int>(roles));
    };
    note(old.role == message.role, {Role});
    note(old.text == message.text, {Text, Qt::DisplayRole});
    note(old.pictures == message.pictures, {Pictures});
    note(old.streaming == message.streaming, {Streaming});
    note(old.phases == message.phases, {Phases});
    note(old.facts == message.facts, {Facts});
    note(old.stop_reason == message.stop_reason, {StopReason});
    note(old.error == message.error, {Error});
    note(old.notice == message.notice, {Notice});
    note(old.id == message.id, {MessageId});
    note(old.branch == message.branch, {Branch});
    note(old.branches == message.branches, {Branches});
    note(old.demo == message.demo, {Demo});
    note(old.has_table == message.has_table, {HasTable});
    if (fields.isEmpty() && old.think_seconds == message.think_seconds) return;
    const ShownMessage before = std::exchange(old, message);
    updateBlocks(row, before);
    if (!fields.isEmpty()) changed(row, fields);
}

void MessageListModel::removeFrom(int first_row) {
    if (!holds(first_row)) return;
    beginRemoveRows({}, first_row, static_cast<int>(rows_.size()) - 1);
    rows_.resize(static_cast<std::size_t>(first_row));
    // Views let go of them when they hear of it.
    std::vector<std::unique_ptr<BlockListModel>> removed(std::make_move_iterator(blocks_.begin() + first_row),
                                                         std::make_move_iterator(blocks_.end()));
    blocks_.resize(static_cast<std::size_t>(first_row));
    endRemoveRows();
    for (auto& blocks : removed) {
        if (blocks) blocks.release()->deleteLater();
    }
}

BlockListModel* MessageListModel::blocks(int row) const {
    if (!holds(row) || rows_[static_cast<std::size_t>(row)].role == QLatin1String("user")) return nullptr;
    const ShownMessage& message = rows_[static_cast<std::size_t>(row)];
    auto& blocks = blocks_[static_cast<std::size_t>(row)];
    if (!blocks) {
        // A parent, so that QML never takes it for its own.
        blocks = std::make_unique<BlockListModel>(highlights_.get(), const_cast<MessageListModel*>(this));
        blocks->append(message.text);
        if (!message.streaming) blocks->finish();
        if (message.think_seconds > 0) blocks->setThinkSeconds(message.think_seconds);
    }
    return blocks.get();
}

void MessageListModel::updateBlocks(int row, const ShownMessage& before) {
    const auto& blocks = blocks_[static_cast<std::size_t>(row)];
    const ShownMessage& now = rows_[static_cast<std::size_t>(row)];
    if (!blocks) return;
    if (before.streaming && now.text.startsWith(before.text)) {
        blocks->append(now.text.mid(before.text.size()));
    } else if (now.text != before.text || now.streaming) {
        blocks->setText(now.text);
    }
    if (!now.streaming) blocks->finish();
    // What the window has measured itself counts from when it began to show the reply.
    if (now.think_seconds > 0) blocks->setThinkSeconds(now.think_seconds);
}

void MessageListModel::changed(int row, const QList<int>& fields) {
    Q_EMIT dataChanged(index(row), index(row), fields);
}

}  // namespace sightline
