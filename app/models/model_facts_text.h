// What a model is and needs, in the user's words and number format.
#pragma once

#include <QString>
#include <cstddef>

#include "inference/engine.h"

namespace sightline {

QString parametersText(std::int64_t parameters);  // "6.7 M parameters", "2.1 B parameters"

// Memory that running the model takes, in bytes: weights in bfloat16, libtorch, and the work on a usual
// picture in a usual conversation. An estimate on the safe side.
std::size_t neededMemory(const ModelFacts& facts);

// "2.1 B parameters · context 262,144 · bf16 · 4.0 GiB on disk · needs about 5.5 GiB"
QString modelFactsText(const ModelFacts& facts);

}  // namespace sightline
