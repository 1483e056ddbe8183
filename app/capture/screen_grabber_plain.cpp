// Where there is no portal: the screens themselves.
#include "app/capture/screens_grabber.h"

namespace sightline {

std::unique_ptr<ScreenGrabber> makeScreenGrabber() {
    return std::make_unique<ScreensGrabber>();
}

}  // namespace sightline
