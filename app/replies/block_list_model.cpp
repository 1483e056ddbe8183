#include "app/replies/block_list_model.h"

#include <QPointer>
#include <QTextBoundaryFinder>
#include <algorithm>

#include "app/replies/code_highlights.h"
#include "app/replies/markdown_writer.h"

namespace sightline {

namespace {

using BlockKind = MarkdownBlock::Kind;

QString nameOf(BlockKind kind) {
    switch (kind) {
        case BlockKind::paragraph:
            return QStringLiteral("paragraph");
        case BlockKind::heading:
            return QStringLiteral("heading");
        case BlockKind::code:
            return QStringLiteral("code");
        case BlockKind::table:
            return QStringLiteral("table");
        case BlockKind::rule:
            return QStringLiteral("rule");
        case BlockKind::thought:
            break;
    }
    return QStringLiteral("thought");
}

QString nameOf(MarkdownBlock::Marker marker) {
    switch (marker) {
        case MarkdownBlock::Marker::bullet:
            return QStringLiteral("bullet");
        case MarkdownBlock::Marker::ordinal:
            return QStringLiteral("ordinal");
        case MarkdownBlock::Marker::open_task:
            return QStringLiteral("open");
        case MarkdownBlock::Marker::done_task:
            return QStringLiteral("done");
        case MarkdownBlock::Marker::none:
            break;
    }
    return {};
}

QString nestingOf(const MarkdownBlock& block) {
    QString nesting;
    for (const Nest nest : block.nesting)
        nesting += QLatin1Char(nest == Nest::quote ? 'q' : 'l');
    return nesting;
}

}  // namespace

BlockListModel::BlockListModel(CodeHighlights* highlights, QObject* parent)
    : QAbstractListModel(parent), highlights_(highlights) {}

BlockListModel::~BlockListModel() = default;

int BlockListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(blocks_.size());
}

QVariant BlockListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const MarkdownBlock& block = blocks_.at(index.row());
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Kind:
            return nameOf(block.kind);
        case Level:
            return block.level;
        case Nesting:
            return nestingOf(block);
        case Marker:
            return nameOf(block.marker);
        case Ordinal:
            return block.ordinal;
        case Joined:
            return block.joined;
        case Qt::DisplayRole:
        case Text:
            return block.text;
        case Block:
            return QVariant::fromValue(block);
        case Language:
            return block.language;
        case Highlights:
            return QVariant::fromValue(row.highlights);
        case Offset:
            return row.offset;
        default:
            return {};
    }
}

QHash<int, QByteArray> BlockListModel::roleNames() const {
    return {{Kind, "kind"},         {Level, "level"},           {Nesting, "nesting"}, {Marker, "marker"},
            {Ordinal, "ordinal"},   {Joined, "joined"},         {Text, "text"},       {Block, "block"},
            {Language, "language"}, {Highlights, "highlights"}, {Offset, "offset"}};
}

int BlockListModel::offset(int row) const {
    return rows_[static_cast<std::size_t>(row)].offset;
}

void BlockListModel::append(const QString& piece) {
    if (finished_ || piece.isEmpty()) return;
    const bool thought_before = thinking();
    if (const auto change = reply_.append(piece)) apply(*change);
    if (thinking() && !think_clock_.isValid()) think_clock_.start();
    if (thought_before && !thinking() && think_clock_.isValid())
        think_seconds_ = static_cast<double>(think_clock_.elapsed()) / 1000;
    Q_EMIT changed();
}

void BlockListModel::finish() {
    if (finished_) return;
    finished_ = true;
    apply(reply_.finish());
    Q_EMIT changed();
}

void BlockListModel::setText(const QString& all) {
    beginResetModel();
    reply_ = StreamedMarkdown();
    finished_ = false;
    blocks_.clear();
    rows_.clear();
    think_clock_.invalidate();
    think_seconds_ = 0;
    endResetModel();
    if (const auto change = reply_.append(all)) apply(*change);
    Q_EMIT changed();
}

void BlockListModel::setThinkSeconds(double seconds) {
    think_seconds_ = seconds;
    Q_EMIT changed();
}

void BlockListModel::apply(const StreamedMarkdown::Change& change) {
    const qsizetype before = blocks_.size();
    const qsizetype after = change.first + change.blocks.size();
    const qsizetype common = std::min(before, after);
    QList<qsizetype> altered;
    for (qsizetype row = change.first; row < common; ++row) {
        const MarkdownBlock& block = change.blocks.at(row - change.first);
        if (block == blocks_.at(row)) continue;
        if (block.kind != BlockKind::code || !block.text.startsWith(blocks_.at(row).text))
            rows_[static_cast<std::size_t>(row)] = {};
        blocks_[row] = block;
        altered.append(row);
    }
    place(change.first);
    for (const qsizetype row : altered)
        Q_EMIT dataChanged(index(static_cast<int>(row)), index(static_cast<int>(row)));
    if (!altered.isEmpty() && altered.front() + 1 < common) {
        // What stands behind a block that grew has moved.
        Q_EMIT dataChanged(index(static_cast<int>(altered.front())), index(static_cast<int>(common - 1)),
                           {Offset});
    }
    if (after > before) {
        beginInsertRows({}, static_cast<int>(before), static_cast<int>(after - 1));
        for (qsizetype row = before; row < after; ++row)
            blocks_.append(change.blocks.at(row - change.first));
        rows_.resize(static_cast<std::size_t>(after));
        place(before);
        endInsertRows();
    } else if (after < before) {
        beginRemoveRows({}, static_cast<int>(after), static_cast<int>(before - 1));
        blocks_.resize(after);
        rows_.resize(static_cast<std::size_t>(after));
        endRemoveRows();
    }
    for (qsizetype row = change.first; row < after; ++row)
        highlight(row);
}

void BlockListModel::place(qsizetype first) {
    int next = 0;
    for (qsizetype row = first - 1; row >= 0 && next == 0; --row) {
        if (rows_[static_cast<std::size_t>(row)].offset >= 0)
            next = rows_[static_cast<std::size_t>(row)].offset + blocks_.at(row).length() + 1;
    }
    for (qsizetype row = first; row < blocks_.size(); ++row) {
        const bool thought = blocks_.at(row).kind == BlockKind::thought;
        rows_[static_cast<std::size_t>(row)].offset = thought ? -1 : next;
        if (!thought) next += blocks_.at(row).length() + 1;
    }
}

// One request at a time for a block; when it comes back and the block has grown, the next.
void BlockListModel::highlight(qsizetype at) {
    if (highlights_ == nullptr || at >= blocks_.size()) return;
    const MarkdownBlock& block = blocks_.at(at);
    Row& row = rows_[static_cast<std::size_t>(at)];
    if (block.kind != BlockKind::code || row.asked != 0 || row.asked_length == block.length() ||
        !knowsLanguage(block.language))
        return;
    row.asked = ++requests_;
    row.asked_length = block.length();
    highlights_->request(block.language, block.text,
                         [model = QPointer(this), at, request = row.asked](const QList<CodeSpan>& spans) {
                             if (!model || at >= model->blocks_.size()) return;
                             Row& asked = model->rows_[static_cast<std::size_t>(at)];
                             if (asked.asked != request) return;
                             asked.asked = 0;
                             if (asked.highlights != spans) {
                                 asked.highlights = spans;
                                 const QModelIndex place = model->index(static_cast<int>(at));
                                 Q_EMIT model->dataChanged(place, place, {Highlights});
                             }
                             model->highlight(at);
                         });
}

int BlockListModel::length() const {
    if (rows_.empty() || rows_.back().offset < 0) return 0;
    return rows_.back().offset + blocks_.back().length();
}

int BlockListModel::caret() const {
    int position = length();
    if (blocks_.isEmpty() || blocks_.back().kind != BlockKind::table) return position;
    // The cells of a row that have not come yet are there, and empty.
    for (qsizetype at = blocks_.back().text.size();
         at > 0 && blocks_.back().text.at(at - 1) == QLatin1Char('\t'); --at)
        --position;
    return position;
}

int BlockListModel::rowAt(int position) const {
    int found = -1;
    const auto after = std::upper_bound(rows_.begin(), rows_.end(), position,
                                        [](int wanted, const Row& row) { return wanted < row.offset; });
    if (after != rows_.begin()) found = static_cast<int>(after - rows_.begin()) - 1;
    return found >= 0 && rows_[static_cast<std::size_t>(found)].offset >= 0 ? found : -1;
}

QList<BlockPart> BlockListModel::parts(int from, int to) const {
    QList<BlockPart> found;
    for (qsizetype row = 0; row < blocks_.size(); ++row) {
        const MarkdownBlock& block = blocks_.at(row);
        const int begin = rows_[static_cast<std::size_t>(row)].offset;
        if (begin < 0 || begin > to || begin + block.length() < from) continue;
        // A block of which only its end or its begin is touched is none, unless it has no text.
        const int first = std::max(0, from - begin);
        const int last = std::min(block.length(), to - begin);
        if (first < last || (block.length() == 0 && from <= begin && begin <= to && from < to))
            found.append({&block, first, last});
    }
    return found;
}

QString BlockListModel::plainText() const {
    return plainText(0, length());
}

QString BlockListModel::plainText(int from, int to) const {
    return sightline::plainText(parts(from, to));
}

QString BlockListModel::markdownBetween(int from, int to) const {
    if (from <= 0 && to >= length()) return markdown().trimmed();
    return markdownText(parts(from, to));
}

QList<int> BlockListModel::blockAt(int position) const {
    const int row = rowAt(position);
    if (row < 0) return {0, 0};
    return {offset(row), offset(row) + blocks_.at(row).length()};
}

QList<int> BlockListModel::wordAt(int position) const {
    const int row = rowAt(position);
    if (row < 0) return {0, 0};
    const QString& text = blocks_.at(row).text;
    const int local = std::clamp(position - offset(row), 0, static_cast<int>(text.size()));
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
    finder.setPosition(local);
    const auto start = local < text.size() && finder.isAtBoundary() ? local : finder.toPreviousBoundary();
    finder.setPosition(std::max<qsizetype>(start, 0));
    const auto end = finder.toNextBoundary();
    return {offset(row) + static_cast<int>(std::max<qsizetype>(start, 0)),
            offset(row) + static_cast<int>(end < 0 ? text.size() : end)};
}

int BlockListModel::step(int position, bool forwards, bool word) const {
    const int row = rowAt(position);
    if (row < 0) return 0;
    const QString& text = blocks_.at(row).text;
    const auto type = word ? QTextBoundaryFinder::Word : QTextBoundaryFinder::Grapheme;
    QTextBoundaryFinder finder(type, text);
    finder.setPosition(std::clamp(position - offset(row), 0, static_cast<int>(text.size())));
    qsizetype next = -1;
    do {
        next = forwards ? finder.toNextBoundary() : finder.toPreviousBoundary();
    } while (word && next >= 0 &&
             !(finder.boundaryReasons() &
               (forwards ? QTextBoundaryFinder::EndOfItem : QTextBoundaryFinder::StartOfItem)));
    if (next >= 0) return offset(row) + static_cast<int>(next);
    const int edge = forwards ? offset(row) + static_cast<int>(text.size()) : offset(row);
    if (position != edge) return edge;
    const int other_block = std::clamp(position + (forwards ? 1 : -1), 0, length());
    return word && other_block != position ? step(other_block, forwards, true) : other_block;
}

}  // namespace sightline
