// The icon in the desktop's tray, and its menu. Where there is no tray, it shows nothing and says so.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

class QAction;
class QMenu;
class QSystemTrayIcon;

namespace sightline {

// GUI thread; needs a QApplication. Shows itself as soon as there is a tray, also a later one.
class TrayIcon : public QObject {
    Q_OBJECT

  public:
    explicit TrayIcon(QObject* parent = nullptr);
    ~TrayIcon() override;

    bool isShown() const;   // there is a tray now, and it has our icon
    bool isPaused() const;  // as the menu shows it
    void setPaused(bool paused);
    // Beside the words of the menu: "Ctrl+Alt+Space", or nothing.
    void setKeys(const QString& ask, const QString& read);
    void say(const QString& title, const QString& text);  // a message at the icon
    QMenu& menu() { return *menu_; }  // actions by objectName: ask, read, open, pause, quit

  Q_SIGNALS:
    void askWanted();
    void readWanted();
    void openWanted();
    void pauseWanted(bool paused);
    void quitWanted();

  private:
    QAction* add(const char* name, const QString& text);

    std::unique_ptr<QMenu> menu_;
    std::unique_ptr<QSystemTrayIcon> icon_;
    QAction* ask_;
    QAction* read_;
    QAction* pause_;
    QString ask_text_;
    QString read_text_;
};

}  // namespace sightline
