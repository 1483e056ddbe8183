// From "take a region" to its pixels: frozen screens, a selection, and away again.
#pragma once

#include <QImage>
#include <QObject>
#include <QPointer>
#include <QRect>
#include <QSize>
#include <QString>
#include <functional>
#include <memory>
#include <vector>

#include "app/capture/screen_capture.h"

class QQmlEngine;
class QScreen;

namespace sightline {

// GUI thread only. One capture at a time: `start` while one is under way is ignored and says so (re-entry).
// Every start that returned true ends with exactly one of the three signals; by then every overlay is gone.
class RegionCapture : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool active READ active NOTIFY activeChanged)

  public:
    enum class Target {
        Region,      // the user drags it
        LastRegion,  // the one taken last, proposed; Region if there was none in this run
        Window,      // the one under the pointer, proposed
        Screen,      // that of the pointer, without asking
    };
    struct Mode {
        Target target = Target::Region;
        bool quick = true;  // letting go of the mouse takes the region; else Enter does, after adjusting it
        // Before the screens are frozen, so that a menu can be opened; counted down on the screen.
        int delay_seconds = 0;
    };

    // `engine` (the window's, or one with the module Sightline) and what it needs outlive this.
    RegionCapture(std::unique_ptr<ScreenGrabber> grabber, QQmlEngine& engine, QObject* parent = nullptr);
    ~RegionCapture() override;

    // Makes the overlays, hidden, so that the first capture is as fast as the others. Call it when idle.
    void prepare();

    bool start(const Mode& mode);
    // Without an overlay: `device` in pixels of the X root window, for `sightline capture --region`.
    bool take(const QRect& device);
    void cancel();
    bool active() const { return active_; }

    // Shown beside the size while a region is chosen, e.g. "200 tok · ~1 s"; must be quick. `pixels` is the
    // size.
    void setPriceText(std::function<QString(const QSize& pixels)> text);

  Q_SIGNALS:
    void activeChanged();
    // `pixels`: RGB32, exactly what the screen showed. `selection`: where it was, device-independent, on the
    // desktop. `screen` may be null if it is gone; then and for pictures of the portal `selection` may be
    // empty.
    void captured(const QImage& pixels, const QRect& selection, QScreen* screen);
    void cancelled();
    void failed(const QString& sentence);

  private:
    class Private;
    std::unique_ptr<Private> d_;
    bool active_ = false;
};

}  // namespace sightline
