#include "app/replies/reply_places.h"

#include <QVariantMap>
#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "app/replies/block_list_model.h"

namespace sightline {

namespace {

QVariant cell(const QAbstractItemModel& model, int row, const char* role) {
    return model.data(model.index(row, 0), model.roleNames().key(role, -1));
}

}  // namespace

ReplyPlaces::ReplyPlaces(const QAbstractItemModel& messages, QObject* parent)
    : QObject(parent), messages_(messages) {
    connect(&messages_, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) {
                rows_.insert(rows_.begin() + first, static_cast<std::size_t>(last - first + 1), Row());
                read(first, last);
            });
    connect(&messages_, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex&, int first, int last) {
                const bool matters = std::any_of(rows_.begin() + first, rows_.begin() + last + 1,
                                                 [](const Row& row) { return !row.places.places().empty(); });
                rows_.erase(rows_.begin() + first, rows_.begin() + last + 1);
                notice(matters);
            });
    connect(&messages_, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first, const QModelIndex& last) { read(first.row(), last.row()); });
    connect(&messages_, &QAbstractItemModel::modelReset, this, [this] {
        rows_.assign(static_cast<std::size_t>(messages_.rowCount()), Row());
        read(0, messages_.rowCount() - 1);
        notice(true);
    });
    rows_.resize(static_cast<std::size_t>(messages_.rowCount()));
    read(0, messages_.rowCount() - 1);
}

void ReplyPlaces::read(int first, int last) {
    bool matters = false;
    for (int i = first; i <= last; ++i) {
        Row& row = rows_[static_cast<std::size_t>(i)];
        row.is_reply = cell(messages_, i, "role").toString() == QLatin1String("assistant");
        const int pictures = static_cast<int>(cell(messages_, i, "pictures").toList().size());
        matters |= pictures != row.pictures;
        row.pictures = pictures;
        if (!row.is_reply) continue;
        const QString text = cell(messages_, i, "text").toString();
        if (text == row.text) continue;
        const std::size_t before = row.places.places().size();
        if (text.startsWith(row.text)) {
            row.places.append(QStringView(text).mid(row.text.size()));
            matters |= row.places.places().size() != before;
        } else {
            row.places = {};
            row.places.append(text);
            matters |= before > 0 || !row.places.places().empty();
        }
        row.text = text;
    }
    notice(matters);
}

void ReplyPlaces::notice(bool matters) {
    if (!matters) return;
    ++revision_;
    Q_EMIT changed();
}

std::vector<NamedPlace> ReplyPlaces::on(int message, int picture) const {
    std::vector<NamedPlace> found;
    if (message < 0 || message >= static_cast<int>(rows_.size())) return found;
    for (std::size_t i = static_cast<std::size_t>(message) + 1; i < rows_.size(); ++i) {
        const Row& row = rows_[i];
        if (row.pictures > 0) break;  // from here on it is about others
        for (const NamedPlace& place : row.places.places()) {
            const int named = place.picture > 0 ? place.picture - 1 : 0;
            if (named == picture) found.push_back(place);
        }
    }
    if (found.size() > NamedPlaces::most_places) found.resize(NamedPlaces::most_places);
    return found;
}

QVariantList ReplyPlaces::onPicture(int message, int picture) const {
    QVariantList places;
    for (const NamedPlace& place : on(message, picture)) {
        places << QVariantMap{{QStringLiteral("x"), place.area.x() / 1000},
                              {QStringLiteral("y"), place.area.y() / 1000},
                              {QStringLiteral("width"), place.area.width() / 1000},
                              {QStringLiteral("height"), place.area.height() / 1000},
                              {QStringLiteral("point"), place.is_point},
                              {QStringLiteral("label"), place.label},
                              {QStringLiteral("number"), static_cast<int>(places.size()) + 1}};
    }
    return places;
}

int ReplyPlaces::questionOf(int reply) const {
    for (int i = reply - 1; i >= 0; --i) {
        if (rows_[static_cast<std::size_t>(i)].pictures > 0) return i;
    }
    return -1;
}

QVariantList ReplyPlaces::inReply(int reply) const {
    QVariantList badges;
    if (reply < 0 || reply >= static_cast<int>(rows_.size())) return badges;
    const Row& row = rows_[static_cast<std::size_t>(reply)];
    const int question = row.places.places().empty() ? -1 : questionOf(reply);
    const auto* blocks = qobject_cast<BlockListModel*>(cell(messages_, reply, "blocks").value<QObject*>());
    if (question < 0 || !blocks) return badges;

    // The same places once more, in what is shown of the reply.
    NamedPlaces shown;
    std::vector<std::pair<qsizetype, int>>
        begins;  // of blocks: in the text that `shown` takes, and as position
    qsizetype length = 0;
    for (int block = 0; block < blocks->rowCount(); ++block) {
        if (blocks->offset(block) < 0) continue;
        const QString& text = blocks->blocks().at(block).text;
        begins.emplace_back(length, blocks->offset(block));
        shown.append(text);
        shown.append(QStringLiteral("\n"));
        length += text.size() + 1;
    }

    // How many places were named before on each picture of the question: those replies come first.
    std::map<int, int> count;
    const auto pictureOf = [](const NamedPlace& place) { return place.picture > 0 ? place.picture - 1 : 0; };
    for (int i = question + 1; i < reply; ++i) {
        for (const NamedPlace& place : rows_[static_cast<std::size_t>(i)].places.places())
            ++count[pictureOf(place)];
    }
    std::size_t next = 0;
    const auto same = [](const NamedPlace& a, const NamedPlace& b) {
        return a.area == b.area && a.is_point == b.is_point && a.label == b.label;
    };
    for (const NamedPlace& place : row.places.places()) {
        const int picture = pictureOf(place);
        const int number = ++count[picture];
        // Some may stand in thoughts, which are folded.
        std::size_t found = next;
        while (found < shown.places().size() && !same(place, shown.places()[found]))
            ++found;
        const bool drawn = picture < rows_[static_cast<std::size_t>(question)].pictures &&
                           number <= static_cast<int>(NamedPlaces::most_places);
        if (found == shown.places().size()) continue;
        next = found + 1;
        if (!drawn) continue;
        const qsizetype end = shown.ends()[found];
        const auto block =
            std::prev(std::upper_bound(begins.begin(), begins.end(), end,
                                       [](qsizetype at, const auto& begin) { return at < begin.first; }));
        badges << QVariantMap{
            {QStringLiteral("position"), block->second + static_cast<int>(end - block->first)},
            {QStringLiteral("message"), question},
            {QStringLiteral("picture"), picture},
            {QStringLiteral("place"), number - 1},
            {QStringLiteral("number"), number},
            {QStringLiteral("label"), place.label},
            {QStringLiteral("point"), place.is_point}};
    }
    return badges;
}

QString ReplyPlaces::placeKey(int message, int picture, int place) {
    return QStringLiteral("%1/%2/%3").arg(message).arg(picture).arg(place);
}

void ReplyPlaces::setPointed(const QString& key) {
    if (key == pointed_) return;
    pointed_ = key;
    Q_EMIT pointedChanged();
}

}  // namespace sightline
