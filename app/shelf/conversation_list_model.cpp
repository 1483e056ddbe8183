#include "app/shelf/conversation_list_model.h"

#include <QLocale>
#include <algorithm>
#include <utility>

namespace sightline {

namespace {

constexpr int days_of_a_week = 7;

}  // namespace

std::vector<ConversationListModel::Row> ConversationListModel::rowsOfAll() const {
    std::vector<Row> rows;
    for (const ConversationSummary& summary : all_)
        rows.push_back({summary});
    std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return row.summary.pinned; });
    return rows;
}

void ConversationListModel::setConversations(std::vector<ConversationSummary> all, const QString& current) {
    std::erase_if(
        all, [&](const ConversationSummary& one) { return !one.said && !one.draft && one.id != current; });
    all_ = std::move(all);
    change(rowsOfAll());
}

void ConversationListModel::setToday(const QDate& today) {
    if (today == today_) return;
    today_ = today;
    if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1), {SectionRole});
}

void ConversationListModel::setReplies(const QSet<QString>& answering, const QSet<QString>& answered) {
    const QSet<QString> touched = answering_ + answered_ + answering + answered;
    answering_ = answering;
    answered_ = answered;
    for (int row = 0; row < count(); ++row) {
        if (touched.contains(rows_[static_cast<std::size_t>(row)].summary.id))
            Q_EMIT dataChanged(index(row), index(row), {ReplyRole});
    }
}

void ConversationListModel::replaceAll(std::vector<Row> rows) {
    const int before = count();
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
    if (count() != before) Q_EMIT countChanged();
}

// Most often one conversation came, went, or moved to the top: then a view keeps its place and its selection.
// Where more has changed than that, everything is shown anew.
void ConversationListModel::change(std::vector<Row> rows) {
    const auto same = [](const Row& a, const Row& b) { return a.summary.id == b.summary.id; };
    std::size_t front = 0;
    while (front < rows.size() && front < rows_.size() && same(rows[front], rows_[front]))
        ++front;
    std::size_t back = 0;
    while (back < rows.size() - front && back < rows_.size() - front &&
           same(rows[rows.size() - 1 - back], rows_[rows_.size() - 1 - back]))
        ++back;
    const auto old_middle = static_cast<int>(rows_.size() - front - back);
    const auto new_middle = static_cast<int>(rows.size() - front - back);
    const int first = static_cast<int>(front);
    // The last of those in between is the first now, and the others kept their order.
    const auto cameToFront = [&](std::size_t start, int length) {
        const std::size_t last = start + static_cast<std::size_t>(length) - 1;
        for (std::size_t i = start; i < last; ++i) {
            if (!same(rows[i + 1], rows_[i])) return false;
        }
        return same(rows[start], rows_[last]);
    };
    if (old_middle == 0 && new_middle > 0) {
        beginInsertRows({}, first, first + new_middle - 1);
        rows_ = std::move(rows);
        endInsertRows();
    } else if (new_middle == 0 && old_middle > 0) {
        beginRemoveRows({}, first, first + old_middle - 1);
        rows_ = std::move(rows);
        endRemoveRows();
    } else if (old_middle == new_middle && old_middle > 1 && cameToFront(front, old_middle)) {
        beginMoveRows({}, first + old_middle - 1, first + old_middle - 1, {}, first);
        rows_ = std::move(rows);
        endMoveRows();
    } else if (old_middle > 0) {
        return replaceAll(std::move(rows));
    } else {
        rows_ = std::move(rows);
    }
    if (old_middle != new_middle) Q_EMIT countChanged();
    if (!rows_.empty()) Q_EMIT dataChanged(index(0), index(count() - 1));
}

int ConversationListModel::indexOf(const QString& conversation) const {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const Row& row) { return row.summary.id == conversation; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int ConversationListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : count();
}

QString ConversationListModel::section(const Row& row) const {
    if (row.summary.pinned) return tr("Pinned");
    const QDate day = row.summary.updated.toLocalTime().date();
    const qint64 ago = day.daysTo(today_);
    if (ago <= 0) return tr("Today");
    if (ago == 1) return tr("Yesterday");
    if (ago <= days_of_a_week + 1) return tr("Previous 7 days");
    const QLocale locale;
    const QString month = locale.standaloneMonthName(day.month());
    return day.year() == today_.year() ? month : tr("%1 %2", "month and year").arg(month).arg(day.year());
}

QVariant ConversationListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case IdRole:
            return row.summary.id;
        case Qt::DisplayRole:
        case TitleRole:
            return row.summary.title.isEmpty() ? tr("New conversation") : row.summary.title;
        case SectionRole:
            return section(row);
        case UpdatedRole:
            return row.summary.updated.toLocalTime();
        case PinnedRole:
            return row.summary.pinned;
        case DraftRole:
            return row.summary.draft;
        case ReplyRole:
            return answering_.contains(row.summary.id)  ? QStringLiteral("answering")
                   : answered_.contains(row.summary.id) ? QStringLiteral("answered")
                                                        : QString();
        default:
            return {};
    }
}

QHash<int, QByteArray> ConversationListModel::roleNames() const {
    return {{IdRole, "conversationId"}, {TitleRole, "title"},   {SectionRole, "section"},
            {UpdatedRole, "updated"},   {PinnedRole, "pinned"}, {DraftRole, "hasDraft"},
            {ReplyRole, "reply"}};
}

}  // namespace sightline
