// The window of the ask panel: where it stands, how high it is, that it has the keyboard, and that it floats
// with round corners and a shadow where the desktop can show what is behind them.
#pragma once

#include <QObject>
#include <QPointer>
#include <QQuickWindow>
#include <QRect>

#include "app/ask/panel_place.h"

class QQmlEngine;
class QScreen;

namespace sightline {

class AskController;

// GUI thread. The QML is made when first needed, or by prepare().
class AskWindow : public QObject {
    Q_OBJECT

  public:
    // Both outlive the object. `engine` is the window's: it has the pictures, and no network.
    AskWindow(QQmlEngine& engine, AskController& ask, QObject* parent = nullptr);
    ~AskWindow() override;

    void prepare();
    // `selection` is in device-independent pixels of the desktop; empty = unknown: the middle of the screen.
    // `screen` null = the first one.
    void showBeside(const QRect& selection, QScreen* screen);
    QQuickWindow* window() const { return window_; }  // null before it was made
    // The panel on the desktop: its window without the shadow.
    QRect panelGeometry() const;

  private Q_SLOTS:
    void place();

  private:
    void setFloating(bool floats);
    void limitInput();

    QQmlEngine& engine_;
    AskController& ask_;
    QPointer<QQuickWindow> window_;
    PanelPlace place_;
    QRect room_for_shadow_;  // what of the screen may be used
    bool floats_ = false;
};

}  // namespace sightline
