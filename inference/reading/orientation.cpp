#include "inference/reading/orientation.h"

#include <algorithm>
#include <cmath>

namespace sightline {

LineDirection lineDirection(const std::vector<Quad>& quads) {
    constexpr double clearly_longer = 2;
    constexpr double enough_boxes = 4;
    double level = 0;
    double vertical = 0;
    int boxes = 0;
    for (const Quad& quad : quads) {
        const Point first{quad[1].x - quad[0].x, quad[1].y - quad[0].y};
        const Point second{quad[3].x - quad[0].x, quad[3].y - quad[0].y};
        const double first_length = std::hypot(first.x, first.y);
        const double second_length = std::hypot(second.x, second.y);
        const double shorter = std::min(first_length, second_length);
        const double longer = std::max(first_length, second_length);
        if (shorter <= 0 || longer < clearly_longer * shorter) continue;
        // In heights of the line, so that a heading does not outvote the text.
        const double length = longer / shorter;
        const Point& along = first_length > second_length ? first : second;
        (std::abs(along.y) > std::abs(along.x) ? vertical : level) += length;
        ++boxes;
    }
    LineDirection direction;
    if (boxes == 0) return direction;
    direction.vertical = vertical > level;
    direction.certainty =
        std::abs(vertical - level) / (vertical + level) * std::min(1.0, boxes / enough_boxes);
    return direction;
}

}  // namespace sightline
