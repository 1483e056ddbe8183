// In which precision a model is computed with if nobody has chosen one.
#pragma once

#include <cstddef>

#include "inference/engine.h"

namespace sightline {

// memory: all that the computer has, in bytes (what is free at the moment would change the choice, and with
// it the answers, from start to start).
Precision defaultPrecision(const ModelFacts& facts, bool on_cpu, std::size_t memory);

}  // namespace sightline
