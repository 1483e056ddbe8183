// Where the windows of other programs are, for "the window under the pointer".
#pragma once

#include <QList>
#include <QRect>

namespace sightline {

// Of every window that is on the screen now, the topmost first, with the frame that the window manager draws
// and without a shadow that the program draws: pixels of the X root window. Empty where nobody may know.
QList<QRect> windowRectangles();

}  // namespace sightline
