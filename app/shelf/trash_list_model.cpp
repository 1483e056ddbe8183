#include "app/shelf/trash_list_model.h"

#include <algorithm>
#include <utility>

namespace sightline {

void TrashListModel::setConversations(std::vector<ConversationSummary> all) {
    const auto same = [](const ConversationSummary& a, const ConversationSummary& b) {
        return a.id == b.id && a.title == b.title && a.trashed == b.trashed;
    };
    if (std::equal(all.begin(), all.end(), rows_.begin(), rows_.end(), same)) return;
    const int before = count();
    const auto gone =
        std::mismatch(all.begin(), all.end(), rows_.begin(), rows_.end(), same).second - rows_.begin();
    // Most often one row left: then the view keeps its place.
    if (all.size() + 1 == rows_.size() &&
        std::equal(all.begin() + gone, all.end(), rows_.begin() + gone + 1, rows_.end(), same)) {
        beginRemoveRows({}, static_cast<int>(gone), static_cast<int>(gone));
        rows_ = std::move(all);
        endRemoveRows();
    } else {
        beginResetModel();
        rows_ = std::move(all);
        endResetModel();
    }
    if (count() != before) Q_EMIT countChanged();
}

int TrashListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant TrashListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const ConversationSummary& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case IdRole:
            return row.id;
        case Qt::DisplayRole:
        case TitleRole:
            return row.title.isEmpty() ? tr("New conversation") : row.title;
        case TrashedRole:
            return row.trashed.toLocalTime();
        default:
            return {};
    }
}

QHash<int, QByteArray> TrashListModel::roleNames() const {
    return {{IdRole, "conversationId"}, {TitleRole, "title"}, {TrashedRole, "trashed"}};
}

}  // namespace sightline
