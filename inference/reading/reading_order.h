// Which lines stand in one row, and which columns of prose are read one after the other. Works on boxes in a
// frame where the text is level.
#pragma once

#include <cstddef>
#include <vector>

#include "inference/pages/page.h"

namespace sightline {

// A line as the order sees it: its box in the levelled frame, and which line of the page it is.
struct PlacedLine {
    Box box;
    std::size_t index = 0;
    bool prose = false;  // several words of letters, as in running text
};

using LineRow = std::vector<PlacedLine>;  // from left to right

// Lines that share more than half of their height, from top to bottom. Lines much higher than usual
// (headings) choose last, by their lower part, because rows share the baseline.
std::vector<LineRow> rowsOf(const std::vector<PlacedLine>& lines);

// Regions in reading order: each is read row by row. Cut where a vertical gap separates columns of prose (at
// least four long lines on both sides), recursively; dialogs, tables and menus have no such gap and stay
// whole.
std::vector<std::vector<PlacedLine>> regionsOf(std::vector<PlacedLine> lines);

double medianOf(std::vector<double> values);  // 0 if empty

double medianHeight(const std::vector<PlacedLine>& lines);

}  // namespace sightline
