#include "ui/desktop/clipboard_time.h"

#include <QGuiApplication>

namespace sightline {

void ClipboardTime::freshen() {
    if (QGuiApplication::platformName() != QLatin1String("xcb")) return;
    // A property that changes comes back as an event with its time.
    window_.create();
    window_.setTitle(window_.title() == QLatin1String("sightline") ? QStringLiteral("sightline clipboard")
                                                                   : QStringLiteral("sightline"));
}

}  // namespace sightline
