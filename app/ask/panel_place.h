// Where the ask panel stands: beside the selection, on the same screen, and never over it if there is room.
#pragma once

#include <QRect>
#include <QSize>

namespace sightline {

inline constexpr int panel_gap = 12;    // between selection and panel
inline constexpr int panel_margin = 8;  // to the edges of the screen

// All in device-independent pixels of the desktop.
struct PanelPlace {
    QRect room;             // what the panel may take: as wide as asked for, and as high as it may grow
    bool grows_up = false;  // it stands at the lower edge of the room
    bool covers = false;    // there was no room beside the selection
    // Of a panel that is now `height` high.
    QRect at(int height) const;
};

// `smallest` and `largest` have one width: the panel begins with one height and may grow to the other.
// `screen` is what of it may be used; an empty or far selection counts as its middle. The room is inside of
// the screen, whatever it is asked for.
PanelPlace placePanel(const QRect& selection, const QSize& smallest, const QSize& largest,
                      const QRect& screen);

}  // namespace sightline
