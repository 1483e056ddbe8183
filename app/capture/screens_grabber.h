// A picture of the screens themselves: X11, Windows, macOS.
#pragma once

#include "app/capture/screen_capture.h"

class QScreen;

namespace sightline {

// Answers before grab() returns.
class ScreensGrabber : public ScreenGrabber {
    Q_OBJECT

  public:
    using ScreenGrabber::ScreenGrabber;
    void grab() override;
    QImage grabScreen(const QString& screen) override;

  protected:
    // RGB32, one pixel for each of the screen's own.
    virtual QImage pictureOf(QScreen& screen);
};

}  // namespace sightline
