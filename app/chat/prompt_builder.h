// A conversation -> what the engine is asked.
#pragma once

#include "app/values/conversation.h"
#include "inference/engine.h"

namespace sightline {

// Every message with its pictures, in order, so that the engine finds its caches of the turns before. Left
// out: replies without text (failed, stopped before the first word), for which the template would make an
// empty turn, and a reply that is still streaming. Pictures are shared, not copied;
// `budget` is for those that bring none of their own. The text that was read in a picture follows it as plain
// text of the message, which the engine never takes for anything else. A reading is no turn of anybody: its
// text follows the picture of the question before it, and the next question goes on in the same message; a
// picture that was shown before is not shown again for it.
// The system prompt, unless it is blank, is the first message.
Prompt buildPrompt(const Conversation& conversation, const PixelBudget& budget = {},
                   const QString& system_prompt = {});

}  // namespace sightline
