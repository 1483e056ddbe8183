// The selection on one frozen screen: made, moved and resized, in pixels of its picture. Knows no window.
#pragma once

#include <QPoint>
#include <QRect>
#include <QSize>

namespace sightline {

// Points are corners between pixels: 0 to width, 0 to height of the picture. The rectangle always lies inside
// it and is empty or at least one pixel wide and high.
class RegionSelection {
  public:
    // Which sides of the rectangle follow the pointer.
    struct Grip {
        bool left = false, top = false, right = false, bottom = false;
        bool inside = false;  // all of them: it is moved
        bool operator==(const Grip&) const = default;
        bool any() const { return left || top || right || bottom || inside; }
    };

    explicit RegionSelection(const QSize& picture = {}) : picture_(picture) {}

    const QRect& rectangle() const { return rectangle_; }
    bool dragging() const { return dragging_; }

    // What a press at `point` would take hold of; `reach` = how far beside an edge it still counts.
    Grip gripAt(const QPoint& point, int reach) const;

    void press(const QPoint& point, int reach);
    void drag(const QPoint& point);
    // False if it was a click: neither side is longer than `slack`, or nothing was moved. What was selected
    // before the press is then selected again.
    bool release(int slack);
    void abandon();  // the press has not been: another window took the pointer

    void set(const QRect& rectangle);  // what lies outside the picture is left out
    void clear();
    void moveBy(int x, int y);    // stops at the edges
    void resizeBy(int x, int y);  // of the right and the lower side

  private:
    QPoint inside(const QPoint& point) const;

    QSize picture_;
    QRect rectangle_;
    QRect before_;  // at the press
    QPoint start_;
    Grip grip_;
    bool dragging_ = false;
};

}  // namespace sightline
