// The reader behind the door: cleanup, lines, layout, and the way back to pixels of the original.
#pragma once

#include <filesystem>
#include <memory>

#include "inference/reader.h"

namespace sightline {

// `folder` holds text_detector.safetensors, text_recognizer.safetensors and alphabet.txt. Throws
// Error(invalid_model) naming the file that is missing or damaged.
std::unique_ptr<Reader> openTextReader(const std::filesystem::path& folder, const ReaderOptions& options);

}  // namespace sightline
