#include "app/capture/screen_capture.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace sightline {

namespace {

int nearest(double position, int widget, int image) {
    return static_cast<int>(std::floor(position * image / widget + 0.5));
}

int clampedEdge(double position, int widget, int image) {
    if (position >= widget - 1) return image;
    return std::clamp(nearest(position, widget, image), 0, image);
}

// [low, high] of the pixels, both edges; empty when low == high.
std::pair<int, int> span(double low, double high, int widget, int image) {
    if (high < 0 || low > widget) return {0, 0};
    int first = std::clamp(nearest(low, widget, image), 0, image);
    int last = std::clamp(nearest(high, widget, image), 0, image);
    if (first == last) {  // less than half a pixel: the one that it lies in
        first = std::clamp(static_cast<int>(std::floor(low * image / widget)), 0, image - 1);
        last = first + 1;
    }
    return {first, last};
}

}  // namespace

QPoint cornerAt(const QPointF& point, const QSize& widget, const QSize& image) {
    if (widget.isEmpty() || image.isEmpty()) return {};
    return {clampedEdge(point.x(), widget.width(), image.width()),
            clampedEdge(point.y(), widget.height(), image.height())};
}

QRect cropPixels(const QRectF& selection, const QSize& widget, const QSize& image) {
    if (widget.isEmpty() || image.isEmpty()) return {};
    const QRectF wanted = selection.normalized();
    const auto [left, right] = span(wanted.left(), wanted.right(), widget.width(), image.width());
    const auto [top, bottom] = span(wanted.top(), wanted.bottom(), widget.height(), image.height());
    if (left == right || top == bottom) return {};
    return {left, top, right - left, bottom - top};
}

QRectF widgetRectangle(const QRect& pixels, const QSize& widget, const QSize& image) {
    if (widget.isEmpty() || image.isEmpty()) return {};
    const double x = static_cast<double>(widget.width()) / image.width();
    const double y = static_cast<double>(widget.height()) / image.height();
    return {pixels.x() * x, pixels.y() * y, pixels.width() * x, pixels.height() * y};
}

QImage cropDesktop(const QList<Shot>& shots, const QRect& device) {
    QImage picture;
    for (const Shot& shot : shots) {
        const QRect there = shot.deviceGeometry();
        if (there.contains(device)) return shot.px.copy(device.translated(-there.topLeft()));
        const QRect part = there.intersected(device);
        if (part.isEmpty()) continue;
        if (picture.isNull()) {
            picture = QImage(device.size(), QImage::Format_RGB32);
            if (picture.isNull()) return {};  // no memory for it
            picture.fill(Qt::black);
        }
        QPainter painter(&picture);
        painter.setCompositionMode(QPainter::CompositionMode_Source);
        painter.drawImage(part.topLeft() - device.topLeft(), shot.px, part.translated(-there.topLeft()));
    }
    return picture;
}

}  // namespace sightline
