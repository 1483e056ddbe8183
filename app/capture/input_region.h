// Which part of a window takes the mouse. What is drawn beyond it, a shadow, lets clicks through to what is
// behind.
#pragma once

class QRect;
class QWindow;

namespace sightline {

// `region` in the window's own units; an empty one is all of it. The window has to be created; what is set
// lasts until its platform window is destroyed. With X11 by the shape extension, with Wayland by the
// surface's input region; elsewhere, and where the X server lacks the extension, the whole window takes the
// mouse. GUI thread.
void takeInputIn(QWindow& window, const QRect& region);

}  // namespace sightline
