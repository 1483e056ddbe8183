// A message of a conversation -> the row that the window shows.
#pragma once

#include "app/chat/message_list_model.h"
#include "app/values/conversation_tree.h"

namespace sightline {

struct ReplyEnd;

// Everything but what only the moment knows (phases, progress). `max_tokens`: that the reply was made with,
// or 0 if it is not known any more.
ShownMessage shownMessage(const ConversationTree& tree, const ChatMessage& message, int max_tokens = 0);

}  // namespace sightline
