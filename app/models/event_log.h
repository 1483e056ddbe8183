// What the program and the model did, newest last: for the log drawer and for reports of problems.
#pragma once

#include <QAbstractListModel>
#include <QDateTime>
#include <QSortFilterProxyModel>
#include <QString>
#include <deque>

namespace sightline {

struct LogEvent {
    enum class Source { app, engine, reader };
    Source source = Source::app;
    QString text;    // one line
    QString detail;  // of an error: the engine's own words; may be empty
    bool error = false;
    QDateTime time;  // set by the log
};

// Rows: time ("14:06:21.044"), source ("app" | "engine" | "reader"), text, detail, error. GUI thread. Holds
// the newest most_rows events; what is shown contains no line feeds, so that one event is one line.
class EventLog : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int errors READ errors NOTIFY errorsChanged)  // since the program began

  public:
    enum Role { time_role = Qt::UserRole + 1, source_role, text_role, detail_role, error_role };
    static constexpr int most_rows = 2000;
    static constexpr int longest_line = 2000;  // characters

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    void append(LogEvent event);
    void clear();
    int errors() const { return errors_; }
    // All of it, a line each, for the clipboard.
    Q_INVOKABLE QString allText() const;

  Q_SIGNALS:
    void errorsChanged();

  private:
    static QString sourceName(LogEvent::Source source);

    std::deque<LogEvent> events_;
    int errors_ = 0;
};

// The events of one kind. Rows as in EventLog.
class EventFilter : public QSortFilterProxyModel {
    Q_OBJECT
    Q_PROPERTY(QString kind READ kind WRITE setKind NOTIFY kindChanged)  // "all" | "engine" | "errors"

  public:
    explicit EventFilter(EventLog& log, QObject* parent = nullptr);

    QString kind() const { return kind_; }
    void setKind(const QString& kind);

  Q_SIGNALS:
    void kindChanged();

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    QString kind_ = QStringLiteral("all");
};

}  // namespace sightline
