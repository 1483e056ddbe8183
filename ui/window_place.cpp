#include "ui/window_place.h"

#include <QGuiApplication>
#include <QQuickWindow>
#include <QScreen>

#include "app/common/settings.h"

namespace sightline {

namespace {

constexpr int visible_part = 120;  // of the title bar's width that must be on a screen

bool onScreen(const QRect& place) {
    const QRect title_bar(place.left(), place.top(), place.width(), 40);
    for (const QScreen* screen : QGuiApplication::screens()) {
        const QRect seen = screen->availableGeometry().intersected(title_bar);
        if (seen.width() >= visible_part && seen.height() >= 20) return true;
    }
    return false;
}

}  // namespace

void restorePlace(QQuickWindow& window, const Settings& settings) {
    const WindowPlace place = settings.windowPlace();
    if (place.geometry.isValid() && onScreen(place.geometry)) window.setGeometry(place.geometry);
    if (place.maximized) window.showMaximized();
}

void storePlace(const QQuickWindow& window, Settings& settings) {
    WindowPlace place = settings.windowPlace();
    place.maximized = window.windowStates().testFlag(Qt::WindowMaximized);
    if (!place.maximized) place.geometry = window.geometry();
    settings.setWindowPlace(place);
}

}  // namespace sightline
