// The history for the window: history_store.h on a thread of its own.
//
// Every function is called on the thread that made the object (the GUI thread), copies what it is given, and
// returns at once; calls take effect in their order. Every answer comes on that thread, later, never from
// inside the call, and not at all if its context object is gone. No exception leaves it.
//
// What cannot be saved because the disk is full, read-only or held by another program waits in its order and
// is tried again, until it is saved or the program ends: savingFailed() says so once, savingWorks() ends it.
// A database that turns out to be damaged is set aside and salvaged at once, see mended().
#pragma once

#include <QHash>
#include <QObject>
#include <QTimer>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/common/background_tasks.h"
#include "app/history/history_store.h"

namespace sightline {

// A value, or a sentence that says why there is none.
template <typename Value>
struct Outcome {
    std::optional<Value> value;
    QString problem;
};

class History : public QObject {
    Q_OBJECT

  public:
    struct Timing {
        int stream_milliseconds = 1000;  // a streaming reply is saved no later than this after it grew
        int retry_milliseconds = 3000;   // between tries to save what could not be saved
    };
    template <typename Value>
    using Answer = std::function<void(const Outcome<Value>&)>;
    using Done = std::function<void(const QString& problem)>;  // empty = it is on the disk

    explicit History(const QString& folder = HistoryStore::defaultFolder(), QObject* parent = nullptr)
        : History(folder, Timing(), parent) {}
    History(const QString& folder, Timing timing, QObject* parent = nullptr);
    // Waits until all that was given is saved, or cannot be.
    ~History() override;

    const QString& folder() const { return folder_; }

    // ---- Reading
    void conversations(QObject* context, Answer<std::vector<ConversationSummary>> answer);
    void trash(QObject* context, Answer<std::vector<ConversationSummary>> answer);
    // The value is empty if there is no such conversation.
    void load(QObject* context, const QString& conversation, Answer<std::optional<ConversationTree>> answer);
    // As one types: a question that was followed by another before its turn came is not answered.
    void search(QObject* context, const QString& question, int limit, Answer<SearchResults> answer);
    void attachment(QObject* context, const QString& sha256, Answer<QByteArray> answer);
    void reading(QObject* context, const QString& sha256, Answer<std::optional<Reading>> answer);

    // ---- Writing, see history_store.h. `done` may be empty.
    void save(const ConversationHead& head, const std::vector<ChatMessage>& messages, Done done = {});
    void saveMessage(const QString& conversation, const ChatMessage& message, Done done = {});
    // A reply that grows: call it as often as it does. The last call for a message should be one of the two
    // above.
    void stream(const QString& conversation, const ChatMessage& message);
    void saveDraft(const QString& conversation, const Draft& draft, Done done = {});
    void saveSettings(const QString& conversation, const QString& settings, Done done = {});
    void showLeaf(const QString& conversation, const QString& leaf, Done done = {});
    void rename(const QString& conversation, const QString& title, Done done = {});
    void pin(const QString& conversation, bool pinned, Done done = {});
    void removeMessages(const QString& conversation, const std::vector<QString>& ids, const QString& leaf,
                        Done done = {});
    void moveToTrash(const std::vector<QString>& conversations, Done done = {});
    void restore(const std::vector<QString>& conversations, Done done = {});
    void saveReading(const QString& sha256, const Reading& reading, Done done = {});
    // Before what uses it is saved.
    void keepAttachment(const QByteArray& file, const QString& mime, const QSize& size, Done done = {});

    // ---- These are tried once, and tell what came of it.
    void duplicate(QObject* context, const QString& conversation, const QString& title,
                   Answer<QString> answer);
    void addAttachment(QObject* context, const QByteArray& file, const QString& mime, const QSize& size,
                       Answer<QString> answer);
    void emptyTrash(QObject* context, Answer<int> answer);
    using CarriedConversation = std::shared_ptr<const ConversationFile>;
    void exportConversation(QObject* context, const QString& conversation,
                            Answer<CarriedConversation> answer);
    // Of a conversation that is not kept; its attachments bring their bytes.
    void exportTree(QObject* context, const ConversationTree& tree, Answer<CarriedConversation> answer);
    void importConversation(QObject* context, CarriedConversation file, Answer<QString> answer);
    void wipe(QObject* context, Answer<bool> answer);  // also forgets what waits to be saved

  Q_SIGNALS:
    void opened(const sightline::OpeningReport& report);
    void mended(const sightline::OpeningReport& report);
    void savingFailed(const QString& sentence);
    void savingWorks();
    void changed();  // the list of conversations may look different

  private:
    using Work = std::function<void(HistoryStore&)>;
    struct Write {
        QString key;  // of a later one with the same, only that is done; empty = all are done
        Work work;
        std::vector<Done> done;
        bool changes_list = true;
    };

    template <typename Value>
    void ask(QObject* context, Answer<Value> answer, std::function<Value(HistoryStore&)> work,
             bool changes_list = false);
    void write(Work work, Done done, const QString& key = {}, bool changes_list = true);
    void writeStreamed();
    void forget(const std::vector<ChatMessage>& messages);

    // On the history thread.
    HistoryStore& store();
    void mending(const Work& work);  // and once more if the database was damaged
    BackgroundTasks::Delivery saveWaiting();
    void setTrouble(const QString& sentence);  // on the GUI thread

    const QString folder_;
    const Timing timing_;
    QTimer stream_timer_;
    QTimer retry_timer_;
    QHash<QString, std::pair<QString, ChatMessage>>
        streamed_;  // by message: conversation and the newest state
    QString trouble_;
    std::atomic<quint64> last_search_ = 0;

    // Used on the history thread only.
    std::unique_ptr<HistoryStore> store_;
    std::deque<Write> waiting_;
    std::optional<OpeningReport> mended_;

    BackgroundTasks tasks_{1};
};

}  // namespace sightline
