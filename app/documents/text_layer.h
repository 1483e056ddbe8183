// The text that a PDF page has of its own: words with boxes, as the file gives them.
#pragma once

#include <string>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {

struct LayerWord {
    std::string text;  // UTF-8, without spaces
    Quad quad{};       // pixels of the displayed page, corner 0 where the text begins
};

struct TextLayer {
    std::vector<std::vector<LayerWord>> lines;  // in the order of the file; no line is empty

    bool empty() const { return lines.empty(); }
    // False if a tenth of the characters or more mean nothing: fonts without a table of characters give
    // private ones, replacements and controls. Such a layer looks right and cannot be read.
    bool legible() const;
};

// The layer as the reader would give it: blocks in reading order, confidence 1. `width` and `height` of the
// page in the pixels of the quads.
Page toPage(const TextLayer& layer, int width, int height);

// How far two readings of a page are apart: the least number of words that must be added, taken away or
// replaced, divided by the number of words of the longer one; 0..1. Spaces, line breaks and case don't count.
double wordDifference(const std::string& one, const std::string& other);

}  // namespace sightline
