#include "app/shelf/search_results_model.h"

#include <QVariantMap>
#include <algorithm>
#include <numeric>

#include "app/pictures/picture_store.h"

namespace sightline {

namespace {

QString nameOf(SearchHit::Where where) {
    switch (where) {
        case SearchHit::Where::title:
            return QStringLiteral("title");
        case SearchHit::Where::picture:
            return QStringLiteral("picture");
        case SearchHit::Where::message:
            break;
    }
    return QStringLiteral("message");
}

QVariantList toVariant(const std::vector<HitRange>& hits) {
    QVariantList list;
    for (const HitRange& hit : hits)
        list << QVariantMap{{QStringLiteral("start"), hit.start}, {QStringLiteral("length"), hit.length}};
    return list;
}

}  // namespace

int SearchResultsModel::countOf(SearchHit::Where where) const {
    return static_cast<int>(std::count_if(hits_.begin(), hits_.end(),
                                          [where](const SearchHit& hit) { return hit.where == where; }));
}

void SearchResultsModel::show(const SearchResults& results) {
    const bool same = results.question == question_;
    hits_ = results.hits;
    question_ = results.question;
    answered_ = true;
    // Another question is about everything again.
    if (!same) kind_.clear();
    arrange();
}

void SearchResultsModel::clear() {
    if (!answered_ && hits_.empty()) return;
    hits_.clear();
    question_.clear();
    kind_.clear();
    answered_ = false;
    arrange();
}

void SearchResultsModel::arrange() {
    beginResetModel();
    rows_.clear();
    for (std::size_t i = 0; i < hits_.size(); ++i) {
        if (kind_.isEmpty() || nameOf(hits_[i].where) == kind_) rows_.push_back(i);
    }
    std::stable_sort(rows_.begin(), rows_.end(), [this](std::size_t a, std::size_t b) {
        if (best_first_ && hits_[a].score != hits_[b].score) return hits_[a].score > hits_[b].score;
        return hits_[a].when > hits_[b].when;
    });
    endResetModel();
    Q_EMIT changed();
}

void SearchResultsModel::setKind(const QString& kind) {
    if (kind == kind_) return;
    kind_ = kind;
    arrange();
}

void SearchResultsModel::setBestFirst(bool best) {
    if (best == best_first_) return;
    best_first_ = best;
    arrange();
}

int SearchResultsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : count();
}

QVariant SearchResultsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const SearchHit& hit = hits_[rows_[static_cast<std::size_t>(index.row())]];
    switch (role) {
        case IdRole:
            return hit.conversation;
        case Qt::DisplayRole:
        case TitleRole:
            return hit.title.isEmpty() ? tr("New conversation") : hit.title;
        case WhenRole:
            return hit.when.toLocalTime();
        case KindRole:
            return nameOf(hit.where);
        case MessageRole:
            return hit.message;
        case SnippetRole:
            return hit.snippet.text;
        case SnippetHitsRole:
            return toVariant(hit.snippet.hits);
        case PictureRole:
            return PictureStore::keptSource(hit.picture);
        case PictureNameRole:
            return hit.picture_name;
        default:
            return {};
    }
}

QHash<int, QByteArray> SearchResultsModel::roleNames() const {
    return {{IdRole, "conversationId"},
            {TitleRole, "title"},
            {WhenRole, "when"},
            {KindRole, "kind"},
            {MessageRole, "messageId"},
            {SnippetRole, "snippet"},
            {SnippetHitsRole, "snippetHits"},
            {PictureRole, "picture"},
            {PictureNameRole, "pictureName"}};
}

}  // namespace sightline
