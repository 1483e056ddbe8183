#include "app/ask/panel_place.h"

#include <algorithm>
#include <array>

namespace sightline {

namespace {

int area(const QRect& one) {
    return one.isEmpty() ? 0 : one.width() * one.height();
}

}  // namespace

QRect PanelPlace::at(int height) const {
    QRect now = room;
    now.setHeight(std::min(height, room.height()));
    if (grows_up) now.moveBottom(room.bottom());
    return now;
}

PanelPlace placePanel(const QRect& selection, const QSize& smallest, const QSize& largest,
                      const QRect& screen) {
    const QRect free = screen.adjusted(panel_margin, panel_margin, -panel_margin, -panel_margin);
    QRect taken = selection.intersected(screen);
    if (taken.isEmpty()) taken = QRect(screen.center(), QSize(1, 1));
    const int width = std::min(largest.width(), free.width());
    const int height = std::min(largest.height(), free.height());
    const int enough = std::min(smallest.height(), free.height());
    const int x = std::clamp(taken.left(), free.left(), free.right() + 1 - width);
    const int y = std::clamp(taken.top(), free.top(), free.bottom() + 1 - height);

    // What must stay free; it may reach over the margins of the screen.
    const QRect forbidden = taken.adjusted(-panel_gap, -panel_gap, panel_gap, panel_gap);
    // First choice: at its right, then at its left, where it may grow to its full height.
    const int right_of = std::max(forbidden.right() + 1, free.left());
    if (free.right() + 1 - right_of >= width) return {{right_of, y, width, height}};
    const int left_of = std::min(forbidden.left(), free.right() + 1);
    if (left_of - free.left() >= width) return {{left_of - width, y, width, height}};

    const int under = std::max(forbidden.bottom() + 1, free.top());
    const int over = std::min(forbidden.top(), free.bottom() + 1);
    const int below = free.bottom() + 1 - under;
    const int above = over - free.top();
    if (below >= enough && (below >= height || below >= above))
        return {{x, under, width, std::min(height, below)}};
    if (above >= enough) {
        const int room = std::min(height, above);
        return {{x, over - room, width, room}, true};
    }

    // It has to cover something: the corner of the screen where that is least, rather at the right and below.
    const int left = free.left();
    const int right = free.right() + 1 - width;
    const int top = free.top();
    const int bottom = free.bottom() + 1 - height;
    const std::array<QPoint, 4> corners{QPoint(right, bottom), QPoint(right, top), QPoint(left, bottom),
                                        QPoint(left, top)};
    const auto covered = [&](const QPoint& corner) {
        return area(QRect(corner, QSize(width, height)).intersected(taken));
    };
    const QPoint best = *std::min_element(corners.begin(), corners.end(), [&](QPoint one, QPoint other) {
        return covered(one) < covered(other);
    });
    return {{best, QSize(width, height)}, best.y() == bottom, true};
}

}  // namespace sightline
