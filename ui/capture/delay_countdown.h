// The seconds before the screens are frozen, counted down where they can be seen.
#pragma once

#include <QObject>
#include <QPointer>
#include <QQuickView>
#include <QString>
#include <QTimer>
#include <functional>
#include <memory>

#include "app/capture/hotkey_backend.h"

class QQmlEngine;
class QScreen;

namespace sightline {

// GUI thread only. A small window at the lower edge of a screen that takes no focus, so that a menu can be
// opened meanwhile. Esc, whoever has the keyboard, or a click on it cancels; a menu that is open gets Esc
// first. It is gone from the screen before `elapsed`.
class DelayCountdown : public QObject {
    Q_OBJECT
    Q_PROPERTY(int seconds READ seconds NOTIFY changed)     // that are left; 0 = it does not run
    Q_PROPERTY(bool escWorks READ escWorks NOTIFY changed)  // else only a click cancels
    Q_PROPERTY(bool floating READ floating NOTIFY changed)  // what is behind its corners shows

  public:
    // `keys` makes what Esc is asked of; it may give null. `engine` outlives the object.
    DelayCountdown(QQmlEngine& engine, std::function<std::unique_ptr<HotkeyBackend>()> keys,
                   QObject* parent = nullptr);
    ~DelayCountdown() override;

    // At least one second; a count that runs is replaced. `screen` null = the first one.
    void start(int seconds, QScreen* screen);
    void stop();  // neither signal follows
    Q_INVOKABLE void cancel();

    int seconds() const { return seconds_; }
    bool escWorks() const { return esc_works_; }
    bool floating() const { return floating_; }

  Q_SIGNALS:
    void changed();
    void elapsed();
    void cancelled();

  private:
    void tick();
    void show(QScreen& screen);

    QQmlEngine& engine_;
    const std::function<std::unique_ptr<HotkeyBackend>()> make_keys_;
    std::unique_ptr<HotkeyBackend> keys_;
    std::unique_ptr<QQuickView> window_;
    QTimer timer_;
    int seconds_ = 0;
    bool esc_works_ = false;
    bool floating_ = false;
};

}  // namespace sightline
