// The pictures and clips of a prompt through the vision encoder, for programs that drive the networks
// themselves.
#pragma once

#include "inference/networks/qwen_engine.h"

namespace sightline {

// Features, and the places of the prompt where they belong; empty without pictures. Throws as the encoder
// does.
VisualRows encodePictures(const EncodedPrompt& prompt, const QwenEngine& model);

}  // namespace sightline
