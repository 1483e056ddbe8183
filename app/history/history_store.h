// Conversations on the disk: history.sqlite and the files of the attachments, in one folder. The class behind
// history.h, which gives it a thread of its own; programs and tests without a window use it as it is.
//
// One object belongs to one thread. What a function changes is on the disk when it returns, whole or not at
// all. Functions throw StorageError when the disk or the database does not do it (nothing that was stored is
// lost, and the call may be made again), and Error(invalid_input) for what does not exist.
#pragma once

#include <QSet>
#include <memory>
#include <optional>
#include <vector>

#include "app/history/attachment_store.h"
#include "app/history/conversation_file.h"
#include "app/history/preview_files.h"
#include "app/history/sql.h"
#include "app/values/history_values.h"

namespace sightline {

class HistoryStore {
  public:
    // Opens what is in `folder`, or begins there. Replies that were streaming become interrupted, with their
    // text; what a kill left half-done is done. A damaged database is set aside, and what can be read of it
    // is in the new one (see report()). Where nothing can be written what is there is opened for reading.
    explicit HistoryStore(const QString& folder);
    ~HistoryStore();
    HistoryStore(const HistoryStore&) = delete;
    HistoryStore& operator=(const HistoryStore&) = delete;

    static QString defaultFolder();  // <standard data folder>/sightline
    QString databasePath() const;
    const OpeningReport& report() const { return report_; }

    // ---- Conversations
    std::vector<ConversationSummary> conversations();  // not those in the trash; from the newest on
    std::vector<ConversationSummary> trash();          // from the one that was put there last on
    std::optional<ConversationTree> load(const QString& conversation);

    // The row of the conversation and these messages, in one transaction; new or changed. A parent comes
    // before its children, or is there already. The title's, pin's and trash's newest state is that of
    // `head`.
    void save(const ConversationHead& head, const std::vector<ChatMessage>& messages = {});
    // One message alone, as while a reply streams. It does not become the leaf.
    void saveMessage(const QString& conversation, const ChatMessage& message);
    void saveDraft(const QString& conversation, const Draft& draft);
    void saveSettings(const QString& conversation, const QString& settings);
    void showLeaf(const QString& conversation, const QString& leaf);
    void rename(const QString& conversation, const QString& title);  // empty: the first question's again
    void pin(const QString& conversation, bool pinned);

    // Messages with all that follows them. `leaf` is what is shown afterwards. Undo is `save` of the same
    // values.
    void removeMessages(const QString& conversation, const std::vector<QString>& ids, const QString& leaf);

    void moveToTrash(const std::vector<QString>& conversations, const QDateTime& when);
    void restore(const std::vector<QString>& conversations);
    // A copy with new ids, not pinned, without the draft; returns its id.
    QString duplicate(const QString& conversation, const QString& title);

    // ---- To a file and back, see conversation_file.h
    // Without the draft. A picture whose file is lost is named no more. Error(invalid_input) if there is no
    // such conversation.
    ConversationFile exportConversation(const QString& conversation);
    // The same with these messages, of a conversation that is not kept: what their attachments bring along
    // counts before what is on the disk.
    ConversationFile exportTree(ConversationTree tree);
    // As a conversation of its own, with new ids: what is here already is never touched, and readings that
    // are here stay. All of it or nothing; returns its id.
    QString importConversation(const ConversationFile& file);

    // ---- For good: afterwards no byte of it is in any file of the folder. Also removes the copies made
    // before upgrades and databases that were set aside, which may hold the same. If this fails half-way,
    // what was to go is not shown any more, and the erasing goes on with the next call or start.
    int emptyTrash();  // returns how many conversations went
    void wipe();

    // ---- Search, see search_text.h for the rule. At most `limit` titles and `limit` messages.
    SearchResults search(const QString& question, int limit = 100);

    // ---- Attachments
    // Keeps the file and returns its SHA-256. It stays, used or not, until the program ends or it was used
    // and is not any more.
    QString addAttachment(const QByteArray& file, const QString& mime, const QSize& size);
    QByteArray attachment(const QString& sha256);
    const AttachmentStore& attachments() const { return files_; }

    // The text of a picture, which makes the messages that show it be found by it.
    void saveReading(const QString& sha256, const Reading& reading);
    std::optional<Reading> reading(const QString& sha256);

    // ---- Damage
    // Throws StorageError(damaged) if the database is. Reads all of it.
    void check();
    // After StorageError(damaged): sets the database aside and goes on with what can be read of it; report()
    // says what. Throws if even that cannot be done; the damaged file is untouched then.
    void mend();

  private:
    void open();
    void openForWriting();
    void openForReading();
    void goOn();  // with what the last run left undone
    void finishErasing();
    void sweep();
    Sql& forReading();
    Sql& forWriting();  // tries once more to open for writing where it failed before
    qint64 rowOf(const QString& conversation);
    void change(const QString& statement, const QVariantList& values, const QString& conversation);
    void nowUsed(const std::vector<ChatPart>& parts);
    std::vector<ConversationSummary> summaries(const QString& condition);

    QString folder_;
    AttachmentStore files_;
    PreviewFiles previews_;
    std::unique_ptr<Sql> sql_;
    OpeningReport report_;
    StorageProblem hindrance_ = StorageProblem::read_only;  // why it is open for reading only
    QSet<QString> fresh_;                                   // files that nothing uses yet
};

}  // namespace sightline
