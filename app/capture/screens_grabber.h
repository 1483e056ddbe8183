// A picture of the screens themselves: X11, Windows, macOS.
#pragma once

#include "app/capture/screen_capture.h"

namespace sightline {

// Answers before grab() returns.
class ScreensGrabber : public ScreenGrabber {
    Q_OBJECT

  public:
    using ScreenGrabber::ScreenGrabber;
    void grab() override;
    QImage grabScreen(const QString& screen) override;
};

}  // namespace sightline
