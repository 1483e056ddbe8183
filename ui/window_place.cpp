#include "ui/window_place.h"

#include <QGuiApplication>
#include <QMetaProperty>
#include <QQuickWindow>
#include <QScreen>

#include "app/settings/settings.h"

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

// The system has not answered yet where the window was only just put there.
int comingWidth(const QQuickWindow& window) {
    const bool maximized = window.windowStates().testFlag(Qt::WindowMaximized);
    return maximized && window.screen() ? window.screen()->availableGeometry().width() : window.width();
}

}  // namespace

void restorePlace(QQuickWindow& window, const Settings& settings) {
    const WindowPlace place = settings.windowPlace();
    if (place.geometry.isValid() && onScreen(place.geometry)) window.setGeometry(place.geometry);
    if (place.maximized) window.showMaximized();
}

RememberedPanels::RememberedPanels(QQuickWindow& window, Settings& settings)
    : QObject(&window), window_(window), settings_(settings) {
    const WindowPanels panels = settings.windowPanels();
    window.setProperty("listFolded", panels.list_folded);
    window.setProperty("parametersOpen",
                       panels.parameters_open && comingWidth(window) >= window.property("wideFrom").toInt());
    window.setProperty("logOpen", panels.log_open);
    const QMetaMethod changed = metaObject()->method(metaObject()->indexOfSlot("store()"));
    for (const char* name : {"listFolded", "parametersOpen", "logOpen"}) {
        const QMetaObject* kind = window.metaObject();
        connect(&window, kind->property(kind->indexOfProperty(name)).notifySignal(), this, changed);
    }
}

void RememberedPanels::store() {
    WindowPanels panels = settings_.windowPanels();
    panels.list_folded = window_.property("listFolded").toBool();
    panels.log_open = window_.property("logOpen").toBool();
    // In a narrow window it is a sheet, which comes and goes.
    if (window_.property("wide").toBool())
        panels.parameters_open = window_.property("parametersOpen").toBool();
    settings_.setWindowPanels(panels);
}

void storePlace(const QQuickWindow& window, Settings& settings) {
    WindowPlace place = settings.windowPlace();
    place.maximized = window.windowStates().testFlag(Qt::WindowMaximized);
    if (!place.maximized) place.geometry = window.geometry();
    settings.setWindowPlace(place);
}

}  // namespace sightline
