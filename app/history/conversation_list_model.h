// The list of conversations as rows: by the time when something was last said, or what a search found.
#pragma once

#include <QAbstractListModel>
#include <QDate>
#include <QSet>
#include <vector>

#include "app/history/history_values.h"

namespace sightline {

// GUI thread only. Rows of one section stand together: pinned ones first, then today, yesterday, the seven
// days before that, then month by month; the words are translated. While a search is shown, titles with a hit
// come first, then messages, each from the newest on.
class ConversationListModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(bool searching READ searching NOTIFY searchingChanged)

  public:
    enum Role {
        IdRole = Qt::UserRole + 1,  // of the conversation
        TitleRole,                  // never empty
        SectionRole,
        UpdatedRole,      // QDateTime, local; of a found message: when it was said
        PinnedRole,       // bool
        DraftRole,        // bool: something unsent
        MessageRole,      // id of the message that was found, or empty
        SnippetRole,      // what was found, one line; empty without a search
        SnippetHitsRole,  // list of {start, length}, UTF-16 units of the snippet
        InPictureRole,    // bool: it was read from a picture
        ReplyRole,  // "answering": a reply is being made; "answered": one was, and is not seen yet; or empty
    };
    Q_ENUM(Role)

    explicit ConversationListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    // What is there now, from the newest on; rows that stay keep their place in a view. Conversations in
    // which nothing was said and nothing waits to be sent are left out, but for `current`.
    void setConversations(std::vector<ConversationSummary> all, const QString& current = {});
    void showResults(const SearchResults& results);
    void showAll();                                                                  // ends the search
    void setReplies(const QSet<QString>& answering, const QSet<QString>& answered);  // conversations
    // The day that "today" means; a timer of the window calls it after midnight.
    void setToday(const QDate& today);

    int count() const { return static_cast<int>(rows_.size()); }
    bool searching() const { return searching_; }
    Q_INVOKABLE int indexOf(const QString& conversation) const;  // -1 if it is not shown

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

  Q_SIGNALS:
    void countChanged();
    void searchingChanged();

  private:
    struct Row {
        ConversationSummary summary;
        QString message;
        Snippet snippet;
        bool found_title = false;
        bool in_picture = false;
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
    bool searching_ = false;
};

}  // namespace sightline
