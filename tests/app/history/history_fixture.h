// Conversations for the tests of the history, and what a folder holds.
#pragma once

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QString>
#include <QStringList>
#include <ctime>
#include <memory>

#include "app/history/history_store.h"
#include "app/history/sql.h"
#include "app/values/conversation_tree.h"

namespace sightline::test {

inline ChatMessage said(Role role, const QString& text, ReplyState state = ReplyState::complete) {
    ChatMessage message = startMessage(role);
    message.parts.push_back({text, nullptr, {}});
    message.state = state;
    return message;
}

// A question and its answer, and so on, one after the other.
inline ConversationTree talk(const QString& title, const QStringList& texts) {
    ConversationTree tree = startTree();
    tree.head.title = title;
    for (int i = 0; i < texts.size(); ++i)
        append(tree, said(i % 2 == 0 ? Role::user : Role::assistant, texts[i]), tree.head.leaf);
    return tree;
}

inline AttachmentRef kept(const QString& sha256, const QString& name, const QSize& size = {640, 480}) {
    auto attachment = std::make_shared<Attachment>();
    attachment->file = sha256;
    attachment->id = QStringLiteral("pixels of ") + name;
    attachment->name = name;
    attachment->size = size;
    attachment->mime = QStringLiteral("image/png");
    return attachment;
}

// Milliseconds that this thread has computed: what it makes a window wait, whatever else the machine does.
inline double computed() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

// Conversations "Conversation 0" (the newest) and so on with the ids c0, c1, ...: rows without messages,
// because so many saves would each wait for the disk.
inline void keepMany(const QString& folder, int count) {
    HistoryStore store(folder);
    Sql sql(store.databasePath(), Sql::Access::read_write);
    Transaction transaction(sql);
    sql.run(
        QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?) "
                       "INSERT INTO conversations (uuid, title, title_given, created, updated, pinned, leaf, "
                       "settings, draft_text, draft_parts) SELECT 'c' || i, 'Conversation ' || i, 1, "
                       "1700000000000, 1700000000000 - i * 3600000, 0, '', '', 'unsent', '[]' FROM n"),
        {count});
    sql.run(
        QStringLiteral("INSERT INTO title_search (rowid, body) SELECT id, lower(title) FROM conversations"));
    transaction.commit();
}

// Paths relative to `folder` of all files that hold these bytes.
inline QStringList filesWith(const QString& folder, const QByteArray& bytes) {
    QStringList found;
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(bytes))
            found << QDir(folder).relativeFilePath(file.fileName());
    }
    found.sort();
    return found;
}

inline QStringList filesIn(const QString& folder) {
    QStringList found;
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext())
        found << QDir(folder).relativeFilePath(files.next());
    found.sort();
    return found;
}

// Equal in all that is kept: times to the millisecond, attachments without their pixels.
inline QString describe(const ChatMessage& message) {
    QString text = QStringLiteral("%1 after %2, role %3, kind %4, state %5, at %6, thinking '%7'")
                       .arg(message.id, message.parent)
                       .arg(static_cast<int>(message.role))
                       .arg(static_cast<int>(message.kind))
                       .arg(static_cast<int>(message.state))
                       .arg(message.created.toMSecsSinceEpoch())
                       .arg(message.thinking);
    for (const ChatPart& part : message.parts) {
        text += QStringLiteral("\n  '%1' '%2' %3").arg(part.text, part.plain_text, part.sight.detail);
        if (!part.attachment) continue;
        const Attachment& a = *part.attachment;
        text += QStringLiteral(" [%1 %2 %3 %4x%5 %6]")
                    .arg(a.file, a.id, a.name)
                    .arg(a.size.width())
                    .arg(a.size.height())
                    .arg(a.mime);
    }
    if (message.facts) {
        const ReplyFacts& f = *message.facts;
        const SequenceStatistics& s = f.statistics;
        text += QStringLiteral("\n  %1 demo %2 stop %3 '%4'")
                    .arg(f.model_name)
                    .arg(f.demo)
                    .arg(static_cast<int>(f.stop_reason))
                    .arg(f.error);
        for (const int count :
             {s.prompt_tokens, s.picture_tokens, s.reused_tokens, s.pictures_from_cache, s.reply_tokens})
            text += QStringLiteral(" %1").arg(count);
        for (const double seconds :
             {s.encode_seconds, s.prefill_seconds, s.decode_seconds, s.first_token_seconds,
              f.first_token_seconds, f.total_seconds, f.thinking_seconds})
            text += QStringLiteral(" %1").arg(seconds, 0, 'g', 17);
    }
    return text;
}

inline QString describe(const ConversationTree& tree) {
    const ConversationHead& head = tree.head;
    QString text =
        QStringLiteral(
            "%1 '%2' given %3, created %4, updated %5, pinned %6, trashed %7, leaf %8, settings %9")
            .arg(head.id, head.title)
            .arg(head.title_given)
            .arg(head.created.toMSecsSinceEpoch())
            .arg(head.updated.toMSecsSinceEpoch())
            .arg(head.pinned)
            .arg(head.trashed.isValid() ? head.trashed.toMSecsSinceEpoch() : 0)
            .arg(head.leaf, head.settings);
    ChatMessage draft;
    draft.parts = head.draft.parts;
    text +=
        QStringLiteral(", draft '%1' ").arg(head.draft.text) + describe(draft).section(QLatin1Char('\n'), 1);
    for (const ChatMessage& message : tree.messages)
        text += QLatin1Char('\n') + describe(message);
    return text;
}

}  // namespace sightline::test
