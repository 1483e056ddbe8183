// Pictures of the screens, and which pixels of them a selection means.
#pragma once

#include <QImage>
#include <QList>
#include <QObject>
#include <QPoint>
#include <QPointF>
#include <QRect>
#include <QRectF>
#include <QSize>
#include <QString>
#include <memory>

namespace sightline {

// What one screen showed. `px` has one pixel for each of the screen's own, its devicePixelRatio is 1.
struct Shot {
    QImage px;       // RGB32
    QString screen;  // QScreen::name(); empty for a picture that the user chose in the desktop's own dialog
    QRect geometry;  // of the screen, as QScreen::geometry(): device-independent
    qreal device_pixel_ratio = 1;
    // Of the screen on the desktop, in pixels (of the X root window).
    QRect deviceGeometry() const { return QRect(geometry.topLeft(), px.size()); }
};

// A point of a widget of the size `widget`, which shows an image of the size `image` over its whole area, as
// the nearest corner between pixels of the image: 0 to its width and height. The scale is image by widget,
// each way for itself: a device pixel ratio may be rounded. A pointer cannot reach the right and the lower
// edge of a screen, so the last unit before them counts as the edge.
QPoint cornerAt(const QPointF& point, const QSize& widget, const QSize& image);

// The pixels of the image that `selection`, in units of the widget, covers: edges go to the nearest pixel,
// and what lies outside the image is left out. At least one pixel wide and high if the selection touches the
// image at all, else empty.
QRect cropPixels(const QRectF& selection, const QSize& widget, const QSize& image);

// The way back: where those pixels lie on the widget.
QRectF widgetRectangle(const QRect& pixels, const QSize& widget, const QSize& image);

// The part of the desktop (`device`, in pixels of the X root window) out of pictures of its screens; what no
// screen shows is black. Null if no screen shows any of it.
QImage cropDesktop(const QList<Shot>& shots, const QRect& device);

// GUI thread only. One grab at a time: a second one while one is under way is ignored.
class ScreenGrabber : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

    // Answers by one of the signals, before it returns or later.
    virtual void grab() = 0;
    virtual void cancel() {}  // no answer will come any more
    // The user chooses the region in a dialog of the desktop: the answer is one Shot, the chosen picture.
    virtual bool choosesRegion() const { return false; }
    // One screen only, now; for a screen that came while others are frozen. Null where that cannot be.
    virtual QImage grabScreen(const QString& screen) {
        (void)screen;
        return {};
    }

  Q_SIGNALS:
    void grabbed(const QList<sightline::Shot>& shots);  // every screen, none empty
    void cancelled();                                   // the user closed the desktop's dialog
    void failed(const QString& sentence);
};

// The one that this desktop needs: the portal on Wayland, the screens themselves elsewhere. Never null.
std::unique_ptr<ScreenGrabber> makeScreenGrabber();

}  // namespace sightline
