// Rows of history.sqlite from and to values. Every function works inside the caller's transaction and throws
// StorageError, or Error(invalid_input) for a value that cannot be kept.
#pragma once

#include <optional>

#include "app/history/attachment_store.h"
#include "app/history/sql.h"
#include "app/values/conversation_tree.h"
#include "app/values/history_values.h"

namespace sightline {

// What a row is selected as, and read from, in this order from column `first` on.
inline constexpr const char* head_columns =
    "uuid, title, title_given, created, updated, pinned, trashed, leaf, settings, draft_text, draft_parts";
ConversationHead readHead(const QSqlQuery& query, int first = 0);

inline constexpr const char* message_columns =
    "uuid, parent, role, kind, state, created, parts, thinking, facts";
ChatMessage readMessage(const QSqlQuery& query, int first = 0);

// Milliseconds since 1970 in UTC, or null.
QVariant fromTime(const QDateTime& time);
QDateTime toTime(const QVariant& value);

// A text as SQLite keeps it: never null.
QString given(const QString& text);

std::optional<qint64> conversationRow(Sql& sql, const QString& id);

// Writes or replaces the conversation's row, its title in the index, and what its draft uses. Returns the
// row.
qint64 putHead(Sql& sql, const AttachmentStore& files, const ConversationHead& head);

// Writes or replaces one message with its place in the index (none while it is streaming) and what it uses.
void putMessage(Sql& sql, const AttachmentStore& files, qint64 conversation, const ChatMessage& message);

// Once more into the index: one message, or all that show this picture.
void indexMessagesWith(Sql& sql, const QString& sha256);
void indexMessage(Sql& sql, qint64 row);

void putReading(Sql& sql, const QString& sha256, const Reading& reading);

}  // namespace sightline
