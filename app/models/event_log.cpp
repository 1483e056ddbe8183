#include "app/models/event_log.h"

#include <QStringList>
#include <utility>

namespace sightline {

namespace {

constexpr int dropped_at_once = 200;  // rows, so that a full log does not move with every event

QString oneLine(const QString& text) {
    return text.simplified().left(EventLog::longest_line);
}

}  // namespace

QString EventLog::sourceName(LogEvent::Source source) {
    switch (source) {
        case LogEvent::Source::app:
            return QStringLiteral("app");
        case LogEvent::Source::engine:
            return QStringLiteral("engine");
        case LogEvent::Source::reader:
            return QStringLiteral("reader");
    }
    return {};
}

int EventLog::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(events_.size());
}

QVariant EventLog::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const LogEvent& event = events_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case time_role:
            return event.time.toString(QStringLiteral("HH:mm:ss.zzz"));
        case source_role:
            return sourceName(event.source);
        case Qt::DisplayRole:
        case text_role:
            return event.text;
        case detail_role:
            return event.detail;
        case error_role:
            return event.error;
        default:
            return {};
    }
}

QHash<int, QByteArray> EventLog::roleNames() const {
    return {{time_role, "time"},
            {source_role, "source"},
            {text_role, "text"},
            {detail_role, "detail"},
            {error_role, "error"}};
}

void EventLog::append(LogEvent event) {
    event.time = QDateTime::currentDateTime();
    event.text = oneLine(event.text);
    event.detail = oneLine(event.detail);
    if (event.text.contains(event.detail)) event.detail.clear();
    if (events_.size() >= most_rows) {
        beginRemoveRows({}, 0, dropped_at_once - 1);
        events_.erase(events_.begin(), events_.begin() + dropped_at_once);
        endRemoveRows();
    }
    const int row = rowCount();
    const bool error = event.error;
    beginInsertRows({}, row, row);
    events_.push_back(std::move(event));
    endInsertRows();
    if (!error) return;
    ++errors_;
    Q_EMIT errorsChanged();
}

void EventLog::clear() {
    beginResetModel();
    events_.clear();
    endResetModel();
}

QString EventLog::allText() const {
    QStringList lines;
    for (const LogEvent& event : events_) {
        QString line = event.time.toString(Qt::ISODateWithMs) + QLatin1Char('\t') + sourceName(event.source) +
                       QLatin1Char('\t') + event.text;
        if (!event.detail.isEmpty()) line += QStringLiteral(" [%1]").arg(event.detail);
        lines << line;
    }
    return lines.join(QLatin1Char('\n'));
}

EventFilter::EventFilter(EventLog& log, QObject* parent) : QSortFilterProxyModel(parent) {
    setSourceModel(&log);
}

void EventFilter::setKind(const QString& kind) {
    if (kind == kind_) return;
    kind_ = kind;
    invalidateFilter();
    Q_EMIT kindChanged();
}

bool EventFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (kind_ == QLatin1String("errors")) return index.data(EventLog::error_role).toBool();
    if (kind_ == QLatin1String("engine")) return index.data(EventLog::source_role) != QLatin1String("app");
    return true;
}

}  // namespace sightline
