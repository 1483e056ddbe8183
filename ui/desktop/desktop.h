// The program on the desktop beyond its window, put together: hotkeys, region capture, ask panel, tray, and
// what later starts of the program hand over.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "app/instance/single_instance.h"

class QQuickWindow;

namespace sightline {

class AskController;
class CaptureDesk;
class ChatController;
class DesktopSettings;
class Hotkeys;
class ModelWorker;
class Notifier;
class Settings;
class TrayIcon;
class Window;

class Desktop : public QObject {
    Q_OBJECT

  public:
    // All outlive the object. Needs a QApplication.
    Desktop(ChatController& chat, ModelWorker& worker, Settings& settings, Notifier& notifier,
            QObject* parent = nullptr);
    ~Desktop() override;

    QObject* settings();  // for WindowOptions::desktop
    // Once, with the window that was made with it; it outlives the object.
    void attach(Window& window);
    void startInTray();
    void showWindow(const QString& token = {});  // see Notifier::activated
    void handle(const InstanceCallRef& call);

    CaptureDesk& desk();
    AskController& ask();
    TrayIcon& tray();

  private:
    void tell(const QString& title, const QString& text);
    void prepare();

    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
