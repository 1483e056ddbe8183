#include "inference/pages/page.h"

#include <algorithm>
#include <cmath>

namespace sightline {

double distance(const Point& a, const Point& b) {
    return std::hypot(b.x - a.x, b.y - a.y);
}

Box boundingBox(const Quad& quad) {
    const auto [left, right] = std::minmax_element(quad.begin(), quad.end(),
                                                   [](const Point& a, const Point& b) { return a.x < b.x; });
    const auto [top, bottom] = std::minmax_element(quad.begin(), quad.end(),
                                                   [](const Point& a, const Point& b) { return a.y < b.y; });
    return {left->x, top->y, right->x, bottom->y};
}

Quad quadOf(const Box& box) {
    return {Point{box.left, box.top}, Point{box.right, box.top}, Point{box.right, box.bottom},
            Point{box.left, box.bottom}};
}

}  // namespace sightline
