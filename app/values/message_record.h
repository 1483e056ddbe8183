// Messages as texts for the database: JSON whose names stay as they are, and names for what is one of
// several.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/values/conversation_tree.h"

namespace sightline {

// What is read back is the same but for the pixels of attachments. Of JSON from a damaged file everything
// that has a meaning is taken, and the rest left out.
QString partsToJson(const std::vector<ChatPart>& parts);
std::vector<ChatPart> partsFromJson(const QString& json);

QString factsToJson(const std::optional<ReplyFacts>& facts);  // empty for none
std::optional<ReplyFacts> factsFromJson(const QString& json);

QString nameOf(Role role);
QString nameOf(ReplyState state);
QString nameOf(MessageKind kind);
// Of an unknown name: assistant, interrupted, chat.
Role roleFrom(const QString& name);
ReplyState stateFrom(const QString& name);
MessageKind kindFrom(const QString& name);

// A copy without pixels that shares nothing with the original, so that it may go to another thread.
ChatMessage forStorage(const ChatMessage& message);
ConversationHead forStorage(const ConversationHead& head);

// What a search looks at: as it is read, without marks of Markdown where both are known.
QString searchedText(const std::vector<ChatPart>& parts);

// SHA-256 of the files that the parts name, each once.
std::vector<QString> filesOf(const std::vector<ChatPart>& parts);

}  // namespace sightline
