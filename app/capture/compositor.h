// Whether windows may be translucent here: something puts them together, so that what is behind them shows.
#pragma once

namespace sightline {

// True where a compositor runs now: with Wayland always, with X11 while one holds the screen's selection for
// it. Without one a translucent pixel shows as black. It comes and goes while the program runs. GUI thread.
bool hasCompositor();

}  // namespace sightline
