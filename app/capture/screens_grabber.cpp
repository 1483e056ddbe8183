#include "app/capture/screens_grabber.h"

#include <QGuiApplication>
#include <QPixmap>
#include <QScreen>

namespace sightline {

namespace {

QImage pictureOf(QScreen& screen) {
    // In device-independent units from the screen's corner; the pixmap has the screen's own pixels.
    QImage picture = screen.grabWindow(0).toImage();
    if (picture.format() != QImage::Format_RGB32)
        picture = std::move(picture).convertToFormat(QImage::Format_RGB32);
    picture.setDevicePixelRatio(1);
    return picture;
}

}  // namespace

void ScreensGrabber::grab() {
    QList<Shot> shots;
    const auto screens = QGuiApplication::screens();
    for (QScreen* screen : screens) {
        Shot shot{pictureOf(*screen), screen->name(), screen->geometry(), screen->devicePixelRatio()};
        if (!shot.px.isNull()) shots << std::move(shot);
    }
    if (shots.isEmpty())
        Q_EMIT failed(tr("The screen could not be read: this desktop does not allow it."));
    else
        Q_EMIT grabbed(shots);
}

QImage ScreensGrabber::grabScreen(const QString& name) {
    const auto screens = QGuiApplication::screens();
    for (QScreen* screen : screens)
        if (screen->name() == name) return pictureOf(*screen);
    return {};
}

}  // namespace sightline
