#include "ui/capture/region_chooser.h"

#include <QCursor>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "app/capture/screen_capture.h"

namespace sightline {

namespace {

constexpr double grip_units = 8;   // how far beside an edge it can be taken hold of
constexpr double click_units = 3;  // a drag that is not longer was a click

}  // namespace

RegionChooser::RegionChooser(QObject* parent) : QObject(parent) {}

void RegionChooser::begin(const Scene& scene) {
    scene_ = scene;
    selection_ = RegionSelection(scene.picture.size());
    nudge_ = {};
    pointer_inside_ = false;
    Q_EMIT pictureChanged();
    Q_EMIT changed();
}

void RegionChooser::end() {
    begin({});
}

void RegionChooser::setArea(const QRectF& area) {
    area_ = area;
    Q_EMIT changed();
}

QPoint RegionChooser::corner() const {
    return cornerAt(pointer_ - area_.topLeft(), area_.size().toSize(), scene_.picture.size()) + nudge_;
}

int RegionChooser::reach() const {
    if (area_.isEmpty()) return 0;
    return static_cast<int>(std::lround(grip_units * scene_.picture.width() / area_.width()));
}

void RegionChooser::hover(const QPointF& point) {
    pointer_ = point;
    pointer_inside_ = true;
    if (selection_.dragging()) selection_.drag(corner());
    Q_EMIT changed();
}

void RegionChooser::leave() {
    if (selection_.dragging()) return;  // the mouse is still ours
    pointer_inside_ = false;
    Q_EMIT changed();
}

void RegionChooser::press(const QPointF& point) {
    Q_EMIT used();
    pointer_ = point;
    pointer_inside_ = true;
    nudge_ = {};
    held_before_ = selection_.gripAt(corner(), reach()).any();
    selection_.press(corner(), reach());
    Q_EMIT changed();
}

void RegionChooser::release(const QPointF& point, Qt::KeyboardModifiers modifiers) {
    if (!selection_.dragging()) return;
    pointer_ = point;
    selection_.drag(corner());
    nudge_ = {};
    const double scale = area_.isEmpty() ? 1 : scene_.picture.width() / area_.width();
    const bool made = selection_.release(static_cast<int>(std::floor(click_units * scale)));
    if (!made && !held_before_) selectWindow();
    Q_EMIT changed();
    if (made && scene_.quick && !modifiers.testFlag(Qt::ControlModifier)) accept();
}

void RegionChooser::doubleClick(const QPointF& point) {
    pointer_ = point;
    selection_.abandon();  // the second press
    if (selection_.gripAt(corner(), 0).any()) accept();
}

void RegionChooser::abandon() {
    selection_.clear();
    nudge_ = {};
    pointer_inside_ = false;
    Q_EMIT changed();
}

void RegionChooser::selectWindow() {
    const QPoint at = corner();
    const auto window = std::find_if(scene_.windows.begin(), scene_.windows.end(),
                                     [&at](const QRect& rectangle) { return rectangle.contains(at); });
    if (window == scene_.windows.end())
        selection_.clear();
    else
        selection_.set(*window);
    Q_EMIT changed();
}

void RegionChooser::selectScreen() {
    selection_.set(scene_.picture.rect());
    Q_EMIT changed();
}

void RegionChooser::selectLast() {
    if (!hasLast()) return;
    selection_.set(scene_.last);
    Q_EMIT changed();
}

bool RegionChooser::arrow(int x, int y, Qt::KeyboardModifiers modifiers) {
    const int step = modifiers.testFlag(Qt::ShiftModifier) ? 10 : 1;
    if (selection_.dragging()) {
        nudge_ += QPoint(x, y) * step;
        selection_.drag(corner());
    } else if (!hasSelection()) {
        QCursor::setPos(QCursor::pos() + QPoint(x, y) * step);
    } else if (modifiers.testFlag(Qt::AltModifier)) {
        selection_.resizeBy(x * step, y * step);
    } else {
        selection_.moveBy(x * step, y * step);
    }
    Q_EMIT changed();
    return true;
}

bool RegionChooser::key(int key, Qt::KeyboardModifiers modifiers, bool repeated) {
    const Qt::KeyboardModifiers held = modifiers & ~(Qt::KeypadModifier | Qt::GroupSwitchModifier);
    switch (key) {
        case Qt::Key_Left:
            return arrow(-1, 0, held);
        case Qt::Key_Right:
            return arrow(1, 0, held);
        case Qt::Key_Up:
            return arrow(0, -1, held);
        case Qt::Key_Down:
            return arrow(0, 1, held);
        default:
            break;
    }
    // The hotkey itself may still be held, and so may what was pressed before.
    if (repeated) return false;
    if (held == Qt::NoModifier) {
        if (key == Qt::Key_Escape) {
            Q_EMIT cancelled();
        } else if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            accept();
        } else if (key == Qt::Key_Space) {
            Q_EMIT used();
            selectWindow();
        } else {
            return false;
        }
        return true;
    }
    if (held != Qt::ControlModifier) return false;
    if (key == Qt::Key_A) {
        selectScreen();
    } else if (key == Qt::Key_L) {
        selectLast();
    } else if (key == Qt::Key_D && scene_.can_delay) {
        Q_EMIT delayWanted();
    } else {
        return false;
    }
    return true;
}

void RegionChooser::accept() {
    if (hasSelection() && !selection_.dragging()) Q_EMIT accepted(selection_.rectangle());
}

QRectF RegionChooser::selection() const {
    return widgetRectangle(selection_.rectangle(), area_.size().toSize(), scene_.picture.size());
}

QPoint RegionChooser::pixel() const {
    const QPoint at = corner();
    return {std::clamp(at.x(), 0, std::max(0, scene_.picture.width() - 1)),
            std::clamp(at.y(), 0, std::max(0, scene_.picture.height() - 1))};
}

QImage RegionChooser::magnified() const {
    if (scene_.picture.isNull()) return {};
    QImage part(magnified_pixels, magnified_pixels, QImage::Format_RGB32);
    part.fill(QColor(17, 19, 22));
    const QPoint first = pixel() - QPoint(magnified_pixels / 2, magnified_pixels / 2);
    const QRect there = QRect(first, part.size()).intersected(scene_.picture.rect());
    for (int y = there.top(); y <= there.bottom(); ++y)
        std::memcpy(part.scanLine(y - first.y()) + 4 * (there.x() - first.x()),
                    scene_.picture.constScanLine(y) + 4 * there.x(),
                    4 * static_cast<std::size_t>(there.width()));
    return part;
}

QColor RegionChooser::colour() const {
    return scene_.picture.isNull() ? QColor() : scene_.picture.pixelColor(pixel());
}

QString RegionChooser::sizeText() const {
    if (!hasSelection()) return {};
    const QSize size = selection_.rectangle().size();
    const QLocale locale;
    QString text = tr("%1 × %2 px").arg(locale.toString(size.width()), locale.toString(size.height()));
    if (price_text_ && !selection_.dragging())
        if (const QString price = price_text_(size); !price.isEmpty())
            text += QStringLiteral("  ·  ") + price;
    return text;
}

Qt::CursorShape RegionChooser::cursor() const {
    const RegionSelection::Grip grip = selection_.gripAt(corner(), reach());
    if (selection_.dragging() || !grip.any()) return Qt::CrossCursor;
    if (grip.inside) return Qt::SizeAllCursor;
    if ((grip.left && grip.top) || (grip.right && grip.bottom)) return Qt::SizeFDiagCursor;
    if ((grip.right && grip.top) || (grip.left && grip.bottom)) return Qt::SizeBDiagCursor;
    return grip.left || grip.right ? Qt::SizeHorCursor : Qt::SizeVerCursor;
}

}  // namespace sightline
