// All about conversations but the content of the open one: the list, the search, the trash and its undo, and
// what the history has to report. What QML binds to as `chat.shelf`.
#pragma once

#include <QAbstractItemModel>
#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <vector>

#include "app/history/history.h"
#include "app/shelf/conversation_list_model.h"
#include "app/shelf/search_results_model.h"
#include "app/shelf/trash_list_model.h"
#include "app/transfer/conversation_transfer.h"

namespace sightline {

// GUI thread only. Every call returns at once; what is shown follows when the history has done it, so the
// list never shows what is not on the disk.
class ConversationShelf : public QObject {
    Q_OBJECT
    Q_PROPERTY(QAbstractItemModel* conversations READ conversations CONSTANT)  // a ConversationListModel
    Q_PROPERTY(QAbstractItemModel* trash READ trash CONSTANT)                  // a TrashListModel
    Q_PROPERTY(bool ready READ ready NOTIFY readyChanged)                      // the list is there
    Q_PROPERTY(QString current READ current NOTIFY currentChanged)             // id of the open conversation
    // Searches as it changes; spaces around it count for nothing, and empty ends the search.
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
    Q_PROPERTY(QAbstractItemModel* results READ results CONSTANT)    // a SearchResultsModel
    Q_PROPERTY(bool moreFound READ moreFound NOTIFY searchAnswered)  // than the list shows
    Q_PROPERTY(QObject* transfer READ transferObject CONSTANT)       // a ConversationTransfer
    // What undo() would take back, as a sentence; empty = nothing. Ends after a while and with the next
    // action.
    Q_PROPERTY(QString undoText READ undoText NOTIFY undoChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)        // of saving; empty = none
    Q_PROPERTY(QString report READ report NOTIFY reportChanged)           // of opening; stays until dismissed
    Q_PROPERTY(bool reportOfLoss READ reportOfLoss NOTIFY reportChanged)  // something is lost, or may be

  public:
    struct Timing {
        int gather_milliseconds = 30;  // changes within it are read once
        int undo_milliseconds = 10000;
    };

    // `history` outlives the shelf. Make the shelf right after it: what opening found is told once.
    explicit ConversationShelf(History& history, QObject* parent = nullptr)
        : ConversationShelf(history, Timing(), parent) {}
    ConversationShelf(History& history, Timing timing, QObject* parent = nullptr);

    QAbstractItemModel* conversations() { return &conversations_; }
    QAbstractItemModel* trash() { return &trash_; }
    QAbstractItemModel* results() { return &results_; }
    QObject* transferObject() { return &transfer_; }
    ConversationTransfer& transfer() { return transfer_; }
    bool ready() const { return ready_; }
    QString current() const { return current_; }
    QString search() const { return search_; }
    bool moreFound() const { return more_found_; }
    QString undoText() const { return undo_text_; }
    QString problem() const;
    QString report() const { return report_; }
    bool reportOfLoss() const { return report_of_loss_; }

    // By whoever shows conversations, when another one is open. An empty conversation is listed while it is.
    void setCurrent(const QString& conversation);
    void setSearch(const QString& text);
    // By whoever makes replies: the conversations in which one is being made, and those in which one was made
    // that has not been seen yet.
    void setReplies(const QSet<QString>& answering, const QSet<QString>& answered) {
        conversations_.setReplies(answering, answered);
    }

    Q_INVOKABLE void open(const QString& conversation) { openAt(conversation, {}); }
    Q_INVOKABLE void openAt(const QString& conversation, const QString& message);
    Q_INVOKABLE void rename(const QString& conversation, const QString& title);  // empty: named by itself
    Q_INVOKABLE bool isPinned(const QString& conversation) const;  // also while the list shows what was found
    Q_INVOKABLE void setPinned(const QString& conversation, bool pinned);
    Q_INVOKABLE void remove(const QString& conversation);  // to the trash
    Q_INVOKABLE void undo();                               // of the last remove(); opens it if it was open
    Q_INVOKABLE void duplicate(const QString& conversation);
    Q_INVOKABLE void restore(const QString& conversation);  // from the trash
    Q_INVOKABLE void emptyTrash();                          // for good
    Q_INVOKABLE void dismissReport();

    void refresh();  // reads the list again, soon

  Q_SIGNALS:
    void readyChanged();
    void currentChanged();
    void searchChanged();
    void searchAnswered();
    void undoChanged();
    void problemChanged();
    void reportChanged();
    // Whoever shows conversations opens it, at this message if it is not empty.
    void openWanted(const QString& conversation, const QString& message);
    // Come before they are saved: who holds the conversation and saves it would else take them back.
    void renamed(const QString& conversation, const QString& title);  // empty: named by itself
    void pinned(const QString& conversation, bool pinned);
    // A conversation goes to the trash; the open one too, then currentRemoved() follows.
    void aboutToRemove(const QString& conversation);
    // The open conversation goes to the trash. Comes before it does: what is saved of it in answer stays with
    // it, what is saved later would take it out again.
    void currentRemoved();

  private:
    void read();
    void ask();  // the search
    void showAnswer(const SearchResults& results);
    void beginAction();
    History::Done finished(std::function<void()> then = {});
    void setUndo(const QString& conversation, const QString& text, bool was_open);
    void setProblem(QString& which, const QString& sentence);
    void setRefusal(const QString& sentence) { setProblem(refusal_, sentence); }
    void setReport(const OpeningReport& report);
    const ConversationSummary* find(const QString& conversation) const;
    QString titleOf(const QString& conversation) const;

    History& history_;
    const Timing timing_;
    ConversationListModel conversations_;
    TrashListModel trash_;
    SearchResultsModel results_;
    ConversationTransfer transfer_;
    std::vector<ConversationSummary> all_;
    QTimer gather_;
    QTimer undo_timer_;
    QTimer day_timer_;
    bool reading_ = false;
    bool read_again_ = false;
    bool ready_ = false;
    QString current_;
    QString search_;
    bool more_found_ = false;
    quint64 actions_ = 0;
    QString undo_;  // the conversation
    QString undo_text_;
    bool undo_opens_ = false;
    QString trouble_;  // nothing can be saved
    QString unread_;   // the list could not be read
    QString refusal_;  // the last action was not done
    QString report_;
    bool report_of_loss_ = false;
};

}  // namespace sightline
