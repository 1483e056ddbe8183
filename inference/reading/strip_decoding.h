// Columns of scores -> characters with places (greedy CTC), in the characters that the line's script allows.
#pragma once

#include <vector>

#include "inference/reading/text_line.h"
#include "inference/reading/text_networks.h"

namespace sightline {

using StripColumns = std::vector<StripColumn>;

enum class LineScript {
    latin,  // only blank, space and the Latin set: look-alikes of other scripts cannot appear
    any,
};

// The script of every line of a page. A line is Latin unless it is sure of some wide characters (Chinese,
// Japanese) and the page has enough of them, or most of its letters are Greek.
std::vector<LineScript> scriptsOf(const std::vector<StripColumns>& strips, const TextNetworks& networks);

// A run of equal columns is one character; its center is the mean of the columns, weighted by their
// probability, in pixels along the line. `zoom`: pixels of the strip for a pixel of the line.
std::vector<Character> decode(const StripColumns& columns, LineScript script, const std::u32string& alphabet,
                              double zoom);

double meanConfidence(const std::vector<Character>& characters);  // 0 without characters

}  // namespace sightline
