// The pictures of `sightline ask`: opened, and put before the model by the same rule as in the window.
#pragma once

#include <memory>
#include <vector>

#include "app/cli/cli_options.h"
#include "inference/console.h"
#include "inference/engine.h"

namespace sightline {

// Throws Error(invalid_input) naming the picture.
std::vector<std::shared_ptr<const Picture>> openAskedPictures(const CommandLine& line,
                                                              const Interrupt& interrupt);

// A part for each picture, and the text that was read in it where reading assist was chosen. What was
// measured in the window says how fast this machine is; a picture is read only if the choice depends on it.
// Throws Error(invalid_input) naming the picture; Error(invalid_model) if assist was asked for by name and
// there is no reader.
std::vector<Part> pictureParts(const CommandLine& line, const Engine& engine,
                               const std::vector<std::shared_ptr<const Picture>>& pictures,
                               const Interrupt& interrupt);

}  // namespace sightline
