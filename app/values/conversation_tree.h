// A conversation with all its branches: what the history keeps. Every message knows the one it follows; a
// question that was edited, or a reply made again, is a second child of the same message. One branch is shown
// at a time: the path from the beginning to `leaf`. Pure functions on plain values; any thread.
#pragma once

#include <vector>

#include "app/values/conversation.h"

namespace sightline {

// What was typed and attached but not sent. The parts hold attachments only.
struct Draft {
    QString text;
    std::vector<ChatPart> parts;
};

// All of a conversation but its messages.
struct ConversationHead {
    QString id;                // UUID
    QString title;             // empty until the first question
    bool title_given = false;  // by the user: the first question does not change it
    QDateTime created;
    QDateTime updated;  // when something was last said in it
    bool pinned = false;
    QDateTime trashed;  // when it was put into the trash; null = it is not there
    QString leaf;       // id of the last message of the branch that is shown; empty = none
    QString settings;   // a JSON object: sampling, system prompt, detail; empty = the defaults
    Draft draft;
};

struct ConversationTree {
    ConversationHead head;
    std::vector<ChatMessage> messages;  // a parent comes before its children, siblings from the oldest on
};

// The replies or questions that stand at one place: "< 2/3 >" is index 1 of 3 ids.
struct Siblings {
    std::vector<QString> ids;  // from the oldest on; empty if the message is unknown
    int index = 0;
};

ConversationTree startTree();

// Null if unknown.
const ChatMessage* findMessage(const ConversationTree& tree, const QString& id);
ChatMessage* findMessage(ConversationTree& tree, const QString& id);

// Ids from the beginning to `leaf`; empty if it is unknown.
std::vector<QString> pathTo(const ConversationTree& tree, const QString& leaf);

// The branch that is shown, as it is sent to the model.
Conversation shownConversation(const ConversationTree& tree);

Siblings siblingsOf(const ConversationTree& tree, const QString& id);

// Where the branch through `id` ends if one goes to the newest child again and again.
QString newestLeafBelow(const ConversationTree& tree, const QString& id);

// Puts `message` after `parent` (empty = as another beginning) and shows it.
void append(ConversationTree& tree, ChatMessage message, const QString& parent);

// New ids for the conversation and its messages, for a copy. What streams is interrupted in it.
void renewIds(ConversationHead& head, std::vector<ChatMessage>& messages);

// Shows the branch with `id` in it: the current one if it has it, otherwise its newest.
void showBranch(ConversationTree& tree, const QString& id);

// Removes `id` and all that follows it, and returns their ids (parents first). If the shown branch went, the
// newest branch of what stood before it is shown.
std::vector<QString> removeSubtree(ConversationTree& tree, const QString& id);

}  // namespace sightline
