// A conversation -> what the engine is asked.
#pragma once

#include "app/conversation.h"
#include "app/settings.h"
#include "inference/engine.h"

namespace sightline {

// Every message with its pictures, in order, so that the engine finds its caches of the turns before. Left
// out: replies without text (failed, stopped before the first word), for which the template would make an
// empty turn, and a reply that is still streaming. Pictures are shared, not copied;
// `budget` is for those that bring none of their own. The text that was read in a picture follows it as plain
// text of the message, which the engine never takes for anything else.
Prompt buildPrompt(const Conversation& conversation, const PixelBudget& budget = {});

// The model's own values with the user's over them. max_tokens never exceeds context_length (0 = unknown).
GenerationOptions buildOptions(const GenerationOptions& defaults, const SamplingOverrides& overrides,
                               int context_length, std::uint64_t seed);

}  // namespace sightline
