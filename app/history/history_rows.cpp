#include "app/history/history_rows.h"

#include <QFileInfo>

#include "app/values/message_record.h"

namespace sightline {

namespace {

// Stands between texts of one message in the index, so that no question matches across. A character for
// private use: searchTokens gives none of these.
const QChar boundary(0xE000);

QVariant orNull(const QString& text) {
    return text.isEmpty() ? QVariant() : QVariant(text);
}

// A row for every file that is used. Those without one are on the disk at least: then the row is made again.
void useFiles(Sql& sql, const AttachmentStore& files, const std::vector<ChatPart>& parts,
              const QString& insert, qint64 owner) {
    for (const ChatPart& part : parts) {
        if (!part.attachment || part.attachment->file.isEmpty()) continue;
        const Attachment& used = *part.attachment;
        if (sql.value(QStringLiteral("SELECT 1 FROM attachments WHERE sha256 = ?"), {used.file}).isNull()) {
            if (!files.contains(used.file)) {
                throw Error(ErrorKind::invalid_input, "the picture's file was not kept before its message");
            }
            sql.run(QStringLiteral("INSERT INTO attachments VALUES (?, ?, ?, ?, ?)"),
                    {used.file, given(used.mime), QFileInfo(files.path(used.file)).size(), used.size.width(),
                     used.size.height()});
        }
        sql.run(insert, {owner, used.file});
    }
}

QString bodyOf(Sql& sql, const std::vector<ChatPart>& parts) {
    QString body = searchBody(searchedText(parts));
    for (const QString& file : filesOf(parts)) {
        const QString read =
            sql.value(QStringLiteral("SELECT text FROM readings WHERE sha256 = ?"), {file}).toString();
        if (!read.isEmpty()) body += QLatin1Char(' ') + boundary + QLatin1Char(' ') + searchBody(read);
    }
    return body;
}

void putIntoIndex(Sql& sql, qint64 row, const QString& body) {
    sql.run(QStringLiteral("DELETE FROM message_search WHERE rowid = ?"), {row});
    if (!body.isEmpty())
        sql.run(QStringLiteral("INSERT INTO message_search(rowid, body) VALUES (?, ?)"), {row, body});
}

}  // namespace

QVariant fromTime(const QDateTime& time) {
    return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant();
}

QDateTime toTime(const QVariant& value) {
    return value.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

QString given(const QString& text) {
    return text.isNull() ? QStringLiteral("") : text;
}

ConversationHead readHead(const QSqlQuery& query, int first) {
    ConversationHead head;
    head.id = textOf(query, first);
    head.title = textOf(query, first + 1);
    head.title_given = query.value(first + 2).toBool();
    head.created = toTime(query.value(first + 3));
    head.updated = toTime(query.value(first + 4));
    head.pinned = query.value(first + 5).toBool();
    head.trashed = toTime(query.value(first + 6));
    head.leaf = textOf(query, first + 7);
    head.settings = textOf(query, first + 8);
    head.draft = {textOf(query, first + 9), partsFromJson(textOf(query, first + 10))};
    return head;
}

ChatMessage readMessage(const QSqlQuery& query, int first) {
    ChatMessage message;
    message.id = textOf(query, first);
    message.parent = textOf(query, first + 1);
    message.role = roleFrom(textOf(query, first + 2));
    message.kind = kindFrom(textOf(query, first + 3));
    message.state = stateFrom(textOf(query, first + 4));
    message.created = toTime(query.value(first + 5));
    message.parts = partsFromJson(textOf(query, first + 6));
    message.thinking = textOf(query, first + 7);
    message.facts = factsFromJson(textOf(query, first + 8));
    return message;
}

std::optional<qint64> conversationRow(Sql& sql, const QString& id) {
    const QVariant row = sql.value(QStringLiteral("SELECT id FROM conversations WHERE uuid = ?"), {id});
    return row.isNull() ? std::nullopt : std::optional(row.toLongLong());
}

qint64 putHead(Sql& sql, const AttachmentStore& files, const ConversationHead& head) {
    if (head.id.isEmpty()) throw Error(ErrorKind::invalid_input, "the conversation has no id");
    sql.run(
        QStringLiteral(
            "INSERT INTO conversations (%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (uuid) DO UPDATE SET title = excluded.title, title_given = excluded.title_given,"
            " updated = excluded.updated, pinned = excluded.pinned, trashed = excluded.trashed,"
            " leaf = excluded.leaf, settings = excluded.settings, draft_text = excluded.draft_text,"
            " draft_parts = excluded.draft_parts")
            .arg(QLatin1String(head_columns)),
        {head.id, given(head.title), head.title_given, fromTime(head.created), fromTime(head.updated),
         head.pinned, fromTime(head.trashed), given(head.leaf), given(head.settings), given(head.draft.text),
         partsToJson(head.draft.parts)});
    const qint64 row = conversationRow(sql, head.id).value();
    sql.run(QStringLiteral("DELETE FROM title_search WHERE rowid = ?"), {row});
    const QString body = searchBody(head.title);
    if (!body.isEmpty())
        sql.run(QStringLiteral("INSERT INTO title_search(rowid, body) VALUES (?, ?)"), {row, body});
    sql.run(QStringLiteral("DELETE FROM draft_attachments WHERE conversation = ?"), {row});
    useFiles(sql, files, head.draft.parts,
             QStringLiteral("INSERT OR IGNORE INTO draft_attachments VALUES (?, ?)"), row);
    return row;
}

void putMessage(Sql& sql, const AttachmentStore& files, qint64 conversation, const ChatMessage& message) {
    if (message.id.isEmpty()) throw Error(ErrorKind::invalid_input, "the message has no id");
    sql.run(QStringLiteral("INSERT INTO messages (conversation, %1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                           " ON CONFLICT (uuid) DO UPDATE SET kind = excluded.kind, state = excluded.state,"
                           " parts = excluded.parts, thinking = excluded.thinking, facts = excluded.facts")
                .arg(QLatin1String(message_columns)),
            {conversation, message.id, orNull(message.parent), nameOf(message.role), nameOf(message.kind),
             nameOf(message.state), fromTime(message.created), partsToJson(message.parts),
             given(message.thinking), given(factsToJson(message.facts))});
    const qint64 row =
        sql.value(QStringLiteral("SELECT id FROM messages WHERE uuid = ?"), {message.id}).toLongLong();
    sql.run(QStringLiteral("DELETE FROM message_attachments WHERE message = ?"), {row});
    useFiles(sql, files, message.parts,
             QStringLiteral("INSERT OR IGNORE INTO message_attachments VALUES (?, ?)"), row);
    // While it streams it is saved every second: the index waits for the end.
    if (message.state != ReplyState::streaming) putIntoIndex(sql, row, bodyOf(sql, message.parts));
}

void indexMessage(Sql& sql, qint64 row) {
    const QVariant parts = sql.value(QStringLiteral("SELECT parts FROM messages WHERE id = ?"), {row});
    putIntoIndex(sql, row, bodyOf(sql, partsFromJson(parts.toString())));
}

void indexMessagesWith(Sql& sql, const QString& sha256) {
    std::vector<qint64> rows;
    QSqlQuery query = sql.run(
        QStringLiteral("SELECT message FROM message_attachments JOIN messages ON messages.id = message"
                       " WHERE sha256 = ? AND state <> 'streaming'"),
        {sha256});
    while (sql.next(query))
        rows.push_back(query.value(0).toLongLong());
    for (const qint64 row : rows)
        indexMessage(sql, row);
}

void putReading(Sql& sql, const QString& sha256, const Reading& reading) {
    sql.run(QStringLiteral("INSERT INTO readings VALUES (?, ?, ?)"
                           " ON CONFLICT (sha256) DO UPDATE SET text = excluded.text, page = excluded.page"),
            {sha256, given(reading.text), given(reading.page)});
    indexMessagesWith(sql, sha256);
}

}  // namespace sightline
