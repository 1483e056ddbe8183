// Opens libsightline_inference.so at run time. Loading libtorch takes 0.6 s and 110 MiB, and fails on a
// machine that cannot run it; so the program does it late, on a worker thread, and goes on without it if it
// must.
#pragma once

#include <filesystem>

#include "inference/engine.h"

namespace sightline {

// Where the library of this installation lies: beside the program in ../lib (both in the build and
// installed).
std::filesystem::path inferenceLibraryPath();

// Loads the library once; later calls return the same object. Thread-safe. Throws Error(unsupported) if the
// processor lacks AVX2 (x86-64), Error(invalid_input) with the loader's reason if the file is missing or
// broken.
const Inference& loadInference(const std::filesystem::path& library = inferenceLibraryPath());

}  // namespace sightline
