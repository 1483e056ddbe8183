// The program beyond its window: it may stay in the tray when the window is closed, and takes what later
// starts hand over.
#pragma once

#include <QObject>
#include <QString>
#include <functional>

#include "app/instance/single_instance.h"

class QQuickWindow;

namespace sightline {

class CaptureDesk;
class ChatController;
class Settings;
class TrayIcon;

class Resident : public QObject {
    Q_OBJECT

  public:
    // All outlive the object. `tell` as for CaptureDesk.
    Resident(QQuickWindow& window, ChatController& chat, CaptureDesk& desk, TrayIcon& tray,
             Settings& settings, std::function<void(const QString& title, const QString& text)> tell,
             QObject* parent = nullptr);

    // Instead of showing the window at the start. Without a tray after `patience_ms` (it may come up later
    // than the program) the window is shown after all, minimised.
    void startInTray(int patience_ms = 10'000);

    void showWindow(const QString& token = {});
    void handle(const InstanceCallRef& call);

    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void open(const InstanceCallRef& call);
    bool staysInTray() const;

    QQuickWindow& window_;
    ChatController& chat_;
    CaptureDesk& desk_;
    TrayIcon& tray_;
    Settings& settings_;
    const std::function<void(const QString&, const QString&)> tell_;
    bool started_in_tray_ = false;
};

}  // namespace sightline
