// Whether a picture lies on its side, seen in the detector's boxes before anything is read.
#pragma once

#include <vector>

#include "inference/page.h"

namespace sightline {

struct LineDirection {
    bool vertical = false;  // the lines run from top to bottom or from bottom to top
    double certainty = 0;   // 0 = nothing to go by or as much of the one as of the other, 1 = sure
};

// By the boxes that are clearly longer than they are high: a lone letter says nothing. Which of the two ways
// a vertical line runs, or whether it is vertical Chinese or Japanese, only reading can tell.
LineDirection lineDirection(const std::vector<Quad>& quads);

}  // namespace sightline
