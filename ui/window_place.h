// Where the window stood when it was closed, and there again at the next start.
#pragma once

class QQuickWindow;

namespace sightline {

class Settings;

// Only to a place that a screen still shows; otherwise the system decides.
void restorePlace(QQuickWindow& window, const Settings& settings);
void storePlace(const QQuickWindow& window, Settings& settings);

}  // namespace sightline
