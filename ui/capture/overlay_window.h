// The window over one screen that shows it frozen while a region is chosen.
#pragma once

#include <QQuickView>
#include <QTimer>

#include "ui/capture/region_chooser.h"

class QQmlEngine;
class QScreen;

namespace sightline {

// Made hidden, shown for every capture and hidden again. Its keys go to whoever `keyPressed` is connected to,
// because with several screens only one window gets the keyboard.
class OverlayWindow : public QQuickView {
    Q_OBJECT

  public:
    enum class Kind {
        Overlay,  // over everything, without the window manager
        Window,   // an ordinary full screen window, for a picture that the desktop's dialog gave
    };
    // Throws sightline::Error (internal) when the QML cannot be loaded.
    OverlayWindow(QQmlEngine& engine, Kind kind, QScreen& screen);
    ~OverlayWindow() override;

    RegionChooser& chooser() { return chooser_; }
    // The picture covers the window of an Overlay, and fits into that of a Window.
    void freeze(const RegionChooser::Scene& scene);
    void thaw();
    // Takes the keyboard from whoever has it, without making this the active window: who was active stays so.
    void takeKeyboard();

  Q_SIGNALS:
    void keyPressed(QKeyEvent* event);

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    void place();

    const Kind kind_;
    RegionChooser chooser_;
    QSize picture_;
    QTimer keyboard_;  // tries again: a menu of another program may have it for a moment
    int tries_ = 0;
};

}  // namespace sightline
