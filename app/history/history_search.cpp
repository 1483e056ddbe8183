// Search: what the index of SQLite finds, with what is shown of it.
#include <QSet>
#include <utility>

#include "app/chat/message_record.h"
#include "app/history/history_rows.h"
#include "app/history/history_store.h"

namespace sightline {

namespace {

struct FoundMessage {
    QString conversation;
    QString title;
    QString message;
    QDateTime when;
    std::vector<ChatPart> parts;
    MessageKind kind = MessageKind::chat;
    QString parent;
};

// The first text with a hit, beginning with the message's own.
Snippet snippetOf(Sql& sql, const SearchQuestion& question, const FoundMessage& found,
                  SearchHit::Where* where) {
    Snippet own = makeSnippet(question, searchedText(found.parts));
    *where = found.kind == MessageKind::reading ? SearchHit::Where::picture : SearchHit::Where::message;
    if (!own.hits.empty()) return own;
    for (const QString& file : filesOf(found.parts)) {
        const QVariant read = sql.value(QStringLiteral("SELECT text FROM readings WHERE sha256 = ?"), {file});
        if (read.isNull()) continue;
        Snippet snippet = makeSnippet(question, read.toString());
        if (snippet.hits.empty()) continue;
        *where = SearchHit::Where::picture;
        return snippet;
    }
    return own;
}

}  // namespace

SearchResults HistoryStore::search(const QString& text, int limit) {
    SearchResults results;
    results.question = text;
    const SearchQuestion question = parseQuestion(text);
    const QString expression = matchExpression(question);
    if (expression.isEmpty() || limit < 1) return results;
    Sql& sql = forReading();

    QSqlQuery titles = sql.run(
        QStringLiteral("SELECT c.uuid, c.title, c.updated FROM title_search s CROSS JOIN conversations c ON "
                       "c.id = s.rowid"
                       " WHERE s.title_search MATCH ? AND c.trashed IS NULL ORDER BY c.updated DESC LIMIT ?"),
        {expression, limit + 1});
    while (sql.next(titles)) {
        if (static_cast<int>(results.hits.size()) == limit) {
            results.more = true;
            break;
        }
        const QString title = textOf(titles, 1);
        results.hits.push_back({textOf(titles, 0),
                                title,
                                {},
                                SearchHit::Where::title,
                                toTime(titles.value(2)),
                                makeSnippet(question, title, title.size())});
    }
    titles.finish();

    // The order of rows is that in which messages came to be, and FTS5 gives it without sorting: one letter
    // that is in every message costs no more than a rare word.
    std::vector<FoundMessage> found;
    QSqlQuery messages = sql.run(
        QStringLiteral(
            "SELECT c.uuid, c.title, m.uuid, m.created, m.parts, m.kind, m.parent FROM message_search s"
            " CROSS JOIN messages m ON m.id = s.rowid CROSS JOIN conversations c ON c.id = m.conversation"
            " WHERE s.message_search MATCH ? AND c.trashed IS NULL ORDER BY s.rowid DESC LIMIT ?"),
        {expression, limit + 1});
    while (sql.next(messages)) {
        if (static_cast<int>(found.size()) == limit) {
            results.more = true;
            break;
        }
        found.push_back({textOf(messages, 0), textOf(messages, 1), textOf(messages, 2),
                         toTime(messages.value(3)), partsFromJson(textOf(messages, 4)),
                         kindFrom(textOf(messages, 5)), textOf(messages, 6)});
    }
    messages.finish();
    // What was read as a message of its own is found there, and not once more in the picture above it.
    QSet<QString> read_below;
    for (const FoundMessage& message : found) {
        SearchHit hit{message.conversation, message.title, message.message, {}, message.when, {}};
        hit.snippet = snippetOf(sql, question, message, &hit.where);
        if (message.kind == MessageKind::reading) read_below.insert(message.parent);
        if (hit.where == SearchHit::Where::picture && read_below.contains(message.message)) continue;
        results.hits.push_back(std::move(hit));
    }
    return results;
}

}  // namespace sightline
