#include "app/capture/region_selection.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace sightline {

RegionSelection::Grip RegionSelection::gripAt(const QPoint& point, int reach) const {
    if (rectangle_.isEmpty()) return {};
    const int left = rectangle_.x(), right = left + rectangle_.width();
    const int top = rectangle_.y(), bottom = top + rectangle_.height();
    if (point.x() < left - reach || point.x() > right + reach || point.y() < top - reach ||
        point.y() > bottom + reach)
        return {};
    Grip grip;
    // Of two sides that are both near, the nearer one.
    const int to_left = std::abs(point.x() - left), to_right = std::abs(point.x() - right);
    const int to_top = std::abs(point.y() - top), to_bottom = std::abs(point.y() - bottom);
    grip.left = to_left <= reach && to_left < to_right;
    grip.right = to_right <= reach && !grip.left;
    grip.top = to_top <= reach && to_top < to_bottom;
    grip.bottom = to_bottom <= reach && !grip.top;
    grip.inside = !grip.any();
    return grip;
}

void RegionSelection::press(const QPoint& point, int reach) {
    before_ = rectangle_;
    start_ = inside(point);
    grip_ = gripAt(point, reach);
    if (!grip_.any()) rectangle_ = {};
    dragging_ = true;
}

void RegionSelection::drag(const QPoint& point) {
    if (!dragging_) return;
    if (grip_.inside) {
        rectangle_ = before_;
        moveBy(point.x() - start_.x(), point.y() - start_.y());
        return;
    }
    const QPoint end = inside(point);
    int left = start_.x(), right = end.x(), top = start_.y(), bottom = end.y();
    if (grip_.any()) {
        left = before_.x() + (grip_.left ? end.x() - start_.x() : 0);
        right = before_.x() + before_.width() + (grip_.right ? end.x() - start_.x() : 0);
        top = before_.y() + (grip_.top ? end.y() - start_.y() : 0);
        bottom = before_.y() + before_.height() + (grip_.bottom ? end.y() - start_.y() : 0);
    }
    if (left > right) std::swap(left, right);
    if (top > bottom) std::swap(top, bottom);
    left = std::clamp(left, 0, picture_.width());
    right = std::clamp(right, 0, picture_.width());
    top = std::clamp(top, 0, picture_.height());
    bottom = std::clamp(bottom, 0, picture_.height());
    if (grip_.any() && left == right) {  // what was there does not vanish under the pointer
        right = std::min(left + 1, picture_.width());
        left = right - 1;
    }
    if (grip_.any() && top == bottom) {
        bottom = std::min(top + 1, picture_.height());
        top = bottom - 1;
    }
    rectangle_ = left == right || top == bottom ? QRect() : QRect(left, top, right - left, bottom - top);
}

bool RegionSelection::release(int slack) {
    if (!dragging_) return false;
    dragging_ = false;
    const bool click =
        grip_.any() ? rectangle_ == before_
                    : rectangle_.isEmpty() || std::max(rectangle_.width(), rectangle_.height()) <= slack;
    if (click) rectangle_ = before_;
    return !click;
}

void RegionSelection::abandon() {
    if (dragging_) rectangle_ = before_;
    dragging_ = false;
}

void RegionSelection::set(const QRect& rectangle) {
    dragging_ = false;
    rectangle_ = rectangle.intersected(QRect({}, picture_));
    if (rectangle_.isEmpty()) rectangle_ = {};
}

void RegionSelection::clear() {
    dragging_ = false;
    rectangle_ = {};
}

void RegionSelection::moveBy(int x, int y) {
    if (rectangle_.isEmpty()) return;
    rectangle_.moveTo(std::clamp(rectangle_.x() + x, 0, picture_.width() - rectangle_.width()),
                      std::clamp(rectangle_.y() + y, 0, picture_.height() - rectangle_.height()));
}

void RegionSelection::resizeBy(int x, int y) {
    if (rectangle_.isEmpty()) return;
    rectangle_.setWidth(std::clamp(rectangle_.width() + x, 1, picture_.width() - rectangle_.x()));
    rectangle_.setHeight(std::clamp(rectangle_.height() + y, 1, picture_.height() - rectangle_.y()));
}

QPoint RegionSelection::inside(const QPoint& point) const {
    return {std::clamp(point.x(), 0, picture_.width()), std::clamp(point.y(), 0, picture_.height())};
}

}  // namespace sightline
