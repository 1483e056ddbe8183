#include "inference/reading/text_line.h"

#include <cmath>
#include <numbers>

namespace sightline {
double TextLine::width() const {
    return distance(quad[0], quad[1]);
}

double TextLine::height() const {
    return distance(quad[0], quad[3]);
}

double TextLine::angle() const {
    return std::atan2(quad[1].y - quad[0].y, quad[1].x - quad[0].x) * 180 / std::numbers::pi;
}

}  // namespace sightline
