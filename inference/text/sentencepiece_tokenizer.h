// SentencePiece by its library, with what the library does not do: special tokens only where the text is
// trusted.
//
// The special tokens are those of `special_tokens` in tokenizer_config.json (text -> id; the piece of that id
// must be that text, and a control piece or a user-defined symbol). Without that member they are the
// user-defined symbols that look like <...>. Control pieces are never found in text unless that member names
// them.
//
// decode() takes the space of the dummy prefix away from the beginning, as the library does; tokenBytes()
// cannot know where it stands and leaves it.
#pragma once

#include <filesystem>
#include <memory>

#include "inference/text/tokenizer.h"

namespace sightline {

// Reads tokenizer.model and, if it is there, tokenizer_config.json. Throws Error(invalid_model), or
// Error(unsupported) if the program was built without SentencePiece.
std::unique_ptr<const Tokenizer> loadSentencePiece(const std::filesystem::path& folder);

}  // namespace sightline
