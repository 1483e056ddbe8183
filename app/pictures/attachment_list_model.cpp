#include "app/pictures/attachment_list_model.h"

#include <utility>

namespace sightline {

int AttachmentListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant AttachmentListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const AttachmentRow& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
        case Name:
            return row.name;
        case Thumbnail:
            return row.thumbnail;
        case SizeText:
            return row.size_text;
        case TokensText:
            return row.tokens_text;
        case SecondsText:
            return row.seconds_text;
        case Error:
            return row.error;
        case Loading:
            return row.loading;
        case Note:
            return row.note;
        case DetailId:
            return row.detail;
        case DetailText:
            return row.detail_text;
        case Choices:
            return row.choices;
        case Pages:
            return row.pages;
        case PageCount:
            return row.page_count;
        case Locked:
            return row.locked;
        case PasswordWrong:
            return row.password_wrong;
        default:
            return {};
    }
}

QHash<int, QByteArray> AttachmentListModel::roleNames() const {
    return {{Name, "name"},
            {Thumbnail, "thumbnail"},
            {SizeText, "sizeText"},
            {TokensText, "tokensText"},
            {SecondsText, "secondsText"},
            {Error, "error"},
            {Loading, "loading"},
            {Note, "note"},
            {DetailId, "detail"},
            {DetailText, "detailText"},
            {Choices, "choices"},
            {Pages, "pages"},
            {PageCount, "pageCount"},
            {Locked, "locked"},
            {PasswordWrong, "passwordWrong"}};
}

int AttachmentListModel::find(quint64 key) const {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        if (rows_[row].key == key) return static_cast<int>(row);
    }
    return -1;
}

void AttachmentListModel::append(AttachmentRow row) {
    const int position = static_cast<int>(rows_.size());
    beginInsertRows({}, position, position);
    rows_.push_back(std::move(row));
    endInsertRows();
}

void AttachmentListModel::update(const AttachmentRow& row) {
    const int position = find(row.key);
    if (position < 0) return;
    AttachmentRow& old = rows_[static_cast<std::size_t>(position)];
    QList<int> fields;
    if (old.name != row.name) fields << Name << Qt::DisplayRole;
    if (old.thumbnail != row.thumbnail) fields << Thumbnail;
    if (old.size_text != row.size_text) fields << SizeText;
    if (old.tokens_text != row.tokens_text) fields << TokensText;
    if (old.seconds_text != row.seconds_text) fields << SecondsText;
    if (old.error != row.error) fields << Error;
    if (old.loading != row.loading) fields << Loading;
    if (old.note != row.note) fields << Note;
    if (old.detail != row.detail) fields << DetailId;
    if (old.detail_text != row.detail_text) fields << DetailText;
    if (old.choices != row.choices) fields << Choices;
    if (old.pages != row.pages) fields << Pages;
    if (old.page_count != row.page_count) fields << PageCount;
    if (old.locked != row.locked) fields << Locked;
    if (old.password_wrong != row.password_wrong) fields << PasswordWrong;
    old = row;
    if (!fields.isEmpty()) Q_EMIT dataChanged(index(position), index(position), fields);
}

void AttachmentListModel::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    beginRemoveRows({}, row, row);
    rows_.erase(rows_.begin() + row);
    endRemoveRows();
}

void AttachmentListModel::clear() {
    if (rows_.empty()) return;
    beginRemoveRows({}, 0, rowCount() - 1);
    rows_.clear();
    endRemoveRows();
}

}  // namespace sightline
