// A number that says whether a packed file was made from these weights, without reading all of them.
#pragma once

#include <cstdint>

#include "inference/files/safetensors.h"

namespace sightline {

// Of name, size, time of change, safetensors header and 32 blocks of 4 KiB (evenly spread, the last bytes
// among them) of every file. So it notices another model of the same name and sizes, and every change that
// leaves its mark in the time of a file; a copy with new times counts as changed. It cannot notice bytes that
// were changed in place between those blocks by a program that set the time back.
std::uint64_t modelFingerprint(const WeightFiles& files);

}  // namespace sightline
