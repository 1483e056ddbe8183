// Opening, and what concerns conversations and messages. The rest of the class is in history_erasing.cpp
// (trash, wipe, attachments) and history_search.cpp.
#include "app/history/history_store.h"

#include <QFileInfo>
#include <QStandardPaths>

#include "app/common/private_folder.h"
#include "app/history/history_rescue.h"
#include "app/history/history_rows.h"
#include "app/history/history_schema.h"

namespace sightline {

namespace {

ConversationSummary readSummary(const QSqlQuery& query) {
    ConversationSummary summary;
    summary.id = textOf(query, 0);
    summary.title = textOf(query, 1);
    summary.created = toTime(query.value(2));
    summary.updated = toTime(query.value(3));
    summary.trashed = toTime(query.value(4));
    summary.pinned = query.value(5).toBool();
    summary.said = query.value(6).toBool();
    summary.draft = query.value(7).toBool();
    return summary;
}

}  // namespace

HistoryStore::HistoryStore(const QString& folder) : folder_(folder), files_(folder), previews_(folder) {
    open();
}

HistoryStore::~HistoryStore() = default;

QString HistoryStore::defaultFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
}

QString HistoryStore::databasePath() const {
    return folder_ + QStringLiteral("/history.sqlite");
}

void HistoryStore::open() {
    try {
        openForWriting();
    } catch (const StorageError& error) {
        sql_.reset();
        if (error.problem() == StorageProblem::damaged) return mend();
        if (error.problem() != StorageProblem::read_only && error.problem() != StorageProblem::disk_full)
            throw;
        if (!QFileInfo::exists(databasePath())) throw;
        hindrance_ = error.problem();
        openForReading();
    }
}

void HistoryStore::openForWriting() {
    makePrivateFolder(folder_);
    if (wipeWasInterrupted(folder_)) removeEverything(folder_);
    finishRescue(folder_);
    sql_ = std::make_unique<Sql>(databasePath(), Sql::Access::read_write);
    prepareConnection(*sql_);
    report_.backup = upgrade(*sql_, historyMigrations());
    report_.read_only = false;
    goOn();
}

void HistoryStore::openForReading() {
    // What the last run wrote may still stand in the file beside the database, which only a writer can use.
    const QFileInfo log(databasePath() + QStringLiteral("-wal"));
    const bool alone = !log.exists() || log.size() == 0;
    sql_ = std::make_unique<Sql>(databasePath(), alone ? Sql::Access::unchanging : Sql::Access::read_only);
    const int version = schemaVersion(*sql_);
    if (version != historyMigrations().back().version) {
        sql_.reset();
        throw StorageError(StorageProblem::read_only, "the history would have to be upgraded");
    }
    report_.read_only = true;
}

void HistoryStore::mend() {
    sql_.reset();
    const Rescue rescue = rescueDatabase(folder_, files_);
    openForWriting();
    report_.set_aside = rescue.set_aside;
    report_.saved_conversations = rescue.conversations;
    report_.saved_messages = rescue.messages;
    report_.lost_messages = rescue.lost_messages;
}

void HistoryStore::goOn() {
    if (!sql_->value(QStringLiteral("SELECT 1 FROM pending WHERE work = 'erase'")).isNull()) {
        try {
            finishErasing();
        } catch (const StorageError& error) {
            if (!mayPass(error.problem())) throw;  // otherwise at the next start
        }
    }
    std::vector<qint64> cut;
    QSqlQuery query = sql_->run(QStringLiteral("SELECT id FROM messages WHERE state = 'streaming'"));
    while (sql_->next(query))
        cut.push_back(query.value(0).toLongLong());
    query.finish();
    if (!cut.empty()) {
        Transaction transaction(*sql_);
        for (const qint64 row : cut) {
            sql_->run(QStringLiteral("UPDATE messages SET state = 'interrupted' WHERE id = ?"), {row});
            indexMessage(*sql_, row);
        }
        transaction.commit();
    }
    report_.interrupted = static_cast<int>(cut.size());
    // A damaged database that lies here may know of files that this one does not.
    if (!hasSetAside(folder_)) sweep();
}

Sql& HistoryStore::forReading() {
    if (!sql_) open();
    return *sql_;
}

Sql& HistoryStore::forWriting() {
    if (sql_ && !report_.read_only) return *sql_;
    sql_.reset();
    open();
    if (report_.read_only) throw StorageError(hindrance_, "the history is open for reading only");
    return *sql_;
}

qint64 HistoryStore::rowOf(const QString& conversation) {
    const std::optional<qint64> row = conversationRow(*sql_, conversation);
    if (!row) throw Error(ErrorKind::invalid_input, "there is no such conversation");
    return *row;
}

std::vector<ConversationSummary> HistoryStore::summaries(const QString& condition) {
    Sql& sql = forReading();
    QSqlQuery query = sql.run(QStringLiteral("SELECT uuid, title, created, updated, trashed, pinned,"
                                             " leaf <> '', draft_text <> '' OR draft_parts <> '[]'"
                                             " FROM conversations WHERE ") +
                              condition);
    std::vector<ConversationSummary> all;
    while (sql.next(query))
        all.push_back(readSummary(query));
    return all;
}

std::vector<ConversationSummary> HistoryStore::conversations() {
    return summaries(QStringLiteral("trashed IS NULL ORDER BY updated DESC, id DESC"));
}

std::vector<ConversationSummary> HistoryStore::trash() {
    return summaries(QStringLiteral("trashed IS NOT NULL ORDER BY trashed DESC, id DESC"));
}

std::optional<ConversationTree> HistoryStore::load(const QString& conversation) {
    Sql& sql = forReading();
    QSqlQuery head = sql.run(
        QStringLiteral("SELECT %1, id FROM conversations WHERE uuid = ?").arg(QLatin1String(head_columns)),
        {conversation});
    if (!sql.next(head)) return std::nullopt;
    ConversationTree tree{readHead(head), {}};
    const QVariant row = head.value(11);
    head.finish();
    QSqlQuery messages = sql.run(QStringLiteral("SELECT %1 FROM messages WHERE conversation = ? ORDER BY id")
                                     .arg(QLatin1String(message_columns)),
                                 {row});
    while (sql.next(messages))
        tree.messages.push_back(readMessage(messages));
    return tree;
}

void HistoryStore::nowUsed(const std::vector<ChatPart>& parts) {
    for (const ChatPart& part : parts) {
        if (part.attachment) fresh_.remove(part.attachment->file);
    }
}

void HistoryStore::save(const ConversationHead& head, const std::vector<ChatMessage>& messages) {
    Sql& sql = forWriting();
    Transaction transaction(sql);
    const qint64 row = putHead(sql, files_, head);
    for (const ChatMessage& message : messages)
        putMessage(sql, files_, row, message);
    transaction.commit();
    nowUsed(head.draft.parts);
    for (const ChatMessage& message : messages)
        nowUsed(message.parts);
}

void HistoryStore::saveMessage(const QString& conversation, const ChatMessage& message) {
    Sql& sql = forWriting();
    Transaction transaction(sql);
    putMessage(sql, files_, rowOf(conversation), message);
    sql.run(QStringLiteral("UPDATE conversations SET updated = max(updated, ?) WHERE uuid = ?"),
            {fromTime(message.created), conversation});
    transaction.commit();
    nowUsed(message.parts);
}

// One row of `conversations`; the id is the statement's last value.
void HistoryStore::change(const QString& statement, const QVariantList& values, const QString& conversation) {
    Sql& sql = forWriting();
    rowOf(conversation);
    sql.run(statement, values + QVariantList{conversation});
}

void HistoryStore::saveDraft(const QString& conversation, const Draft& draft) {
    Sql& sql = forWriting();
    Transaction transaction(sql);
    rowOf(conversation);
    QSqlQuery query = sql.run(
        QStringLiteral("SELECT %1 FROM conversations WHERE uuid = ?").arg(QLatin1String(head_columns)),
        {conversation});
    if (!sql.next(query)) return;
    ConversationHead head = readHead(query);
    query.finish();
    head.draft = draft;
    putHead(sql, files_, head);
    transaction.commit();
    nowUsed(draft.parts);
}

void HistoryStore::saveSettings(const QString& conversation, const QString& settings) {
    change(QStringLiteral("UPDATE conversations SET settings = ? WHERE uuid = ?"), {given(settings)},
           conversation);
}

void HistoryStore::showLeaf(const QString& conversation, const QString& leaf) {
    change(QStringLiteral("UPDATE conversations SET leaf = ? WHERE uuid = ?"), {given(leaf)}, conversation);
}

void HistoryStore::pin(const QString& conversation, bool pinned) {
    change(QStringLiteral("UPDATE conversations SET pinned = ? WHERE uuid = ?"), {pinned}, conversation);
}

void HistoryStore::rename(const QString& conversation, const QString& title) {
    Sql& sql = forWriting();
    const std::optional<ConversationTree> tree = load(conversation);
    if (!tree) throw Error(ErrorKind::invalid_input, "there is no such conversation");
    ConversationHead head = tree->head;
    head.title = title.simplified();
    head.title_given = !head.title.isEmpty();
    if (head.title.isEmpty()) {
        std::vector<const ChatMessage*> messages;
        for (const ChatMessage& message : tree->messages)
            messages.push_back(&message);
        head.title = titleFrom(messages);
    }
    Transaction transaction(sql);
    putHead(sql, files_, head);
    transaction.commit();
}

void HistoryStore::removeMessages(const QString& conversation, const std::vector<QString>& ids,
                                  const QString& leaf) {
    Sql& sql = forWriting();
    Transaction transaction(sql);
    const qint64 row = rowOf(conversation);
    for (const QString& id : ids)
        sql.run(QStringLiteral("DELETE FROM messages WHERE uuid = ? AND conversation = ?"), {id, row});
    sql.run(QStringLiteral("UPDATE conversations SET leaf = ? WHERE id = ?"), {given(leaf), row});
    transaction.commit();
}

void HistoryStore::moveToTrash(const std::vector<QString>& conversations, const QDateTime& when) {
    Sql& sql = forWriting();
    Transaction transaction(sql);
    for (const QString& id : conversations)
        change(QStringLiteral("UPDATE conversations SET trashed = ? WHERE uuid = ?"), {fromTime(when)}, id);
    transaction.commit();
}

void HistoryStore::restore(const std::vector<QString>& conversations) {
    moveToTrash(conversations, {});
}

QString HistoryStore::duplicate(const QString& conversation, const QString& title) {
    std::optional<ConversationTree> tree = load(conversation);
    if (!tree) throw Error(ErrorKind::invalid_input, "there is no such conversation");
    ConversationHead head = tree->head;
    head.title = title;
    head.created = QDateTime::currentDateTimeUtc();
    head.updated = head.created;
    head.pinned = false;
    head.trashed = {};
    head.draft = {};
    renewIds(head, tree->messages);
    save(head, tree->messages);
    return head.id;
}

void HistoryStore::check() {
    const QString found = forReading().value(QStringLiteral("PRAGMA quick_check(1)")).toString();
    if (found != QLatin1String("ok")) {
        throw StorageError(StorageProblem::damaged, found.simplified().toStdString());
    }
}

}  // namespace sightline
