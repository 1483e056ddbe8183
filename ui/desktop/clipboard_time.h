// X11 lets only newer owners take the clipboard, by the time that they name. A program without a window that
// anybody uses names the time of the last event that it saw, which may be long ago.
#pragma once

#include <QWindow>

namespace sightline {

// GUI thread; goes before the QGuiApplication.
class ClipboardTime {
  public:
    // Lets Qt learn the server's present time, a few milliseconds from now. Nothing on other platforms.
    void freshen();

  private:
    QWindow window_;  // never shown
};

}  // namespace sightline
