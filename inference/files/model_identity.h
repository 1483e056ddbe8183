// Which model it is that something was computed with, so that what is kept of one is never taken for
// another's.
#pragma once

#include <filesystem>

#include "inference/files/content_hash.h"
#include "inference/files/safetensors.h"

namespace sightline {

// Of the configuration, and of every weight file its name, size, time of change, safetensors header and 32
// blocks of 4 KiB (evenly spread, the last bytes among them). So it notices another model of the same name
// and sizes, and every change that leaves its mark in the time of a file; a copy with new times counts as
// another model, which costs time and nothing else. It cannot notice weights that were changed in place
// between those blocks by a program that set the time back. Reads a few pages of the files.
Hash128 modelIdentity(const std::filesystem::path& folder, const WeightFiles& weights);

}  // namespace sightline
