// A reply that is being made: its message as far as it is there, and what only the making of it knows.
#pragma once

#include <QString>

#include "app/chat/reply_progress.h"
#include "app/chat/thinking_clock.h"
#include "app/models/model_worker.h"
#include "app/values/conversation.h"

namespace sightline {

// A value of the GUI thread; RunningReplies owns it and changes it.
struct RunningReply {
    QString conversation;
    QString title;      // of the conversation, as others may see it; empty = none
    bool kept = false;  // the conversation is on the disk: the reply is saved as it grows
    // Streaming until it ends; what it has at the start stays before what comes. Its facts say which model.
    ChatMessage message;
    int max_tokens = 0;
    int pictures = 0;  // of the whole prompt
    ReplyProgress progress{false};
    ThinkingClock thinking;

    // opening: its pictures are. ended: its last state is on the way to the disk.
    enum class Stage { opening, running, ended };
    Stage stage = Stage::opening;
    ModelWorker::Ticket ticket = 0;  // 0 = not running
};

}  // namespace sightline
