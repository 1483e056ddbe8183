// Where a question of a benchmark points: "Where is the “Create” button?"
#pragma once

#include <array>
#include <optional>
#include <string>

#include "inference/page.h"

namespace sightline {

// Left, top, right, bottom in thousandths of the picture's sides, as grounding data sets have them.
using Thousandths = std::array<int, 4>;

// Finds the quoted words of the question or, without any, the words that say what is looked for. Nothing if
// none of them stands in the picture.
std::optional<Thousandths> placeOf(const Page& page, const std::string& question);

}  // namespace sightline
