// The reader's two networks on libtorch, behind text_networks.h.
#pragma once

#include <filesystem>
#include <memory>

#include "inference/reader.h"
#include "inference/reading/text_networks.h"

namespace sightline {

// Loads text_detector.safetensors, text_recognizer.safetensors and alphabet.txt from `folder`. `options` is
// filled in: threads, and the precision that `automatic` came to. Throws Error(invalid_model) naming the file
// and the tensor that is missing or wrong.
std::unique_ptr<TextNetworks> openTextNetworks(const std::filesystem::path& folder, ReaderOptions& options);

}  // namespace sightline
