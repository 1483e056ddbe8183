// The list of conversations as rows: by the time when something was last said.
#pragma once

#include <QAbstractListModel>
#include <QDate>
#include <QSet>
#include <vector>

#include "app/values/history_values.h"

namespace sightline {

// GUI thread only. Rows of one section stand together: pinned ones first, then today, yesterday, the seven
// days before that, then month by month; the words are translated.
class ConversationListModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged)

  public:
    enum Role {
        IdRole = Qt::UserRole + 1,  // of the conversation
        TitleRole,                  // never empty
        SectionRole,
        UpdatedRole,  // QDateTime, local
        PinnedRole,   // bool
        DraftRole,    // bool: something unsent
        ReplyRole,  // "answering": a reply is being made; "answered": one was, and is not seen yet; or empty
    };
    Q_ENUM(Role)

    explicit ConversationListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    // What is there now, from the newest on; rows that stay keep their place in a view. Conversations in
    // which nothing was said and nothing waits to be sent are left out, but for `current`.
    void setConversations(std::vector<ConversationSummary> all, const QString& current = {});
    void setReplies(const QSet<QString>& answering, const QSet<QString>& answered);  // conversations
    // The day that "today" means; a timer of the window calls it after midnight.
    void setToday(const QDate& today);

    int count() const { return static_cast<int>(rows_.size()); }
    Q_INVOKABLE int indexOf(const QString& conversation) const;  // -1 if it is not shown

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

  Q_SIGNALS:
    void countChanged();

  private:
    struct Row {
        ConversationSummary summary;
    };

    std::vector<Row> rowsOfAll() const;
    void replaceAll(std::vector<Row> rows);
    void change(std::vector<Row> rows);  // by inserting, removing, moving
    QString section(const Row& row) const;

    std::vector<ConversationSummary> all_;
    std::vector<Row> rows_;
    QSet<QString> answering_;
    QSet<QString> answered_;
    QDate today_ = QDate::currentDate();
};

}  // namespace sightline
