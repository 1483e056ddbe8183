// Reads what an X11 screen shows through shared memory: a fifth of the time that it takes through the
// connection.
#pragma once

#include <QHash>
#include <QImage>
#include <QRect>
#include <QString>

namespace sightline {

// The monitors by the name that QScreen has for them, in pixels of the root window. Empty if Qt does not run
// on X11 or the server knows no monitors. QScreen's own geometry is rounded, so that it does not tell the
// last pixel.
QHash<QString, QRect> x11Monitors();

// RGB32, in memory that is used again for the next picture once nobody has this one any more: whoever keeps
// it longer copies it. GUI thread only. Null where that does not work (a server on another computer, a screen
// of few colours): ask QScreen then.
QImage readX11(const QRect& part);

}  // namespace sightline
