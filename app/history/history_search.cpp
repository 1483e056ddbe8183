// Search: what the index of SQLite finds, with what is shown of it.
#include <QSet>
#include <map>
#include <utility>

#include "app/history/history_rows.h"
#include "app/history/history_store.h"
#include "app/values/message_record.h"

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

constexpr qsizetype snippet_length = 200;
constexpr double title_weight = 2;  // what a conversation is called says what it is about

// More hits close together, whole words rather than beginnings, and short texts rather than long ones; like
// BM25, but of one text alone: how rare a word is cannot matter where every text must have all of them.
double scoreOf(const Snippet& snippet, qsizetype length) {
    constexpr double usual_length = 400;
    double hits = 0;
    for (const HitRange& hit : snippet.hits) {
        const qsizetype end = hit.start + hit.length;
        hits += end == snippet.text.size() || !snippet.text.at(end).isLetterOrNumber() ? 1 : 0.5;
    }
    return hits / (hits + 0.3 + 0.9 * static_cast<double>(length) / usual_length);
}

// The first text with a hit, beginning with the message's own.
void describe(Sql& sql, const SearchQuestion& question, const FoundMessage& found, SearchHit* hit) {
    const QString text = searchedText(found.parts);
    hit->snippet = makeSnippet(question, text, snippet_length);
    hit->where = found.kind == MessageKind::reading ? SearchHit::Where::picture : SearchHit::Where::message;
    if (!hit->snippet.hits.empty()) {
        hit->score = scoreOf(hit->snippet, text.size());
        return;
    }
    for (const ChatPart& part : found.parts) {
        if (!part.attachment || part.attachment->file.isEmpty()) continue;
        const QString& file = part.attachment->file;
        const QVariant read = sql.value(QStringLiteral("SELECT text FROM readings WHERE sha256 = ?"), {file});
        if (read.isNull()) continue;
        Snippet snippet = makeSnippet(question, read.toString(), snippet_length);
        if (snippet.hits.empty()) continue;
        hit->where = SearchHit::Where::picture;
        hit->snippet = std::move(snippet);
        hit->score = scoreOf(hit->snippet, read.toString().size());
        hit->picture = file;
        hit->picture_name = part.attachment->name;
        return;
    }
}

// What stands for a conversation: its first picture.
QString pictureOf(Sql& sql, const QString& conversation, std::map<QString, QString>* known) {
    const auto found = known->find(conversation);
    if (found != known->end()) return found->second;
    const QString picture =
        sql.value(
               QStringLiteral("SELECT a.sha256 FROM messages m JOIN message_attachments a ON a.message = m.id"
                              " WHERE m.conversation = (SELECT id FROM conversations WHERE uuid = ?)"
                              " ORDER BY m.id LIMIT 1"),
               {conversation})
            .toString();
    return known->emplace(conversation, picture).first->second;
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
        SearchHit hit{textOf(titles, 0),       title, {}, SearchHit::Where::title,
                      toTime(titles.value(2)), {},    {}, {}};
        hit.snippet = makeSnippet(question, title, title.size());
        hit.score = title_weight * scoreOf(hit.snippet, title.size());
        results.hits.push_back(std::move(hit));
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
        SearchHit hit{message.conversation, message.title, message.message, {}, message.when, {}, {}, {}};
        describe(sql, question, message, &hit);
        if (message.kind == MessageKind::reading) read_below.insert(message.parent);
        if (hit.where == SearchHit::Where::picture && read_below.contains(message.message)) continue;
        results.hits.push_back(std::move(hit));
    }
    std::map<QString, QString> pictures;
    for (SearchHit& hit : results.hits) {
        if (hit.picture.isEmpty()) hit.picture = pictureOf(sql, hit.conversation, &pictures);
    }
    return results;
}

}  // namespace sightline
