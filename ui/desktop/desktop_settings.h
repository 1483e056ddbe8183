// What the page of settings shows and changes beyond models and parameters: the look, the tray, the start
// with the desktop, the keys and the prompts of the ask panel.
#pragma once

#include <QObject>
#include <QString>
#include <QVariantList>
#include <functional>
#include <memory>

class QQmlEngine;

namespace sightline {

class AskPrompts;
class Autostart;
class DesktopShortcut;
class Hotkeys;
class Settings;

class DesktopSettings : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString theme READ theme WRITE setTheme NOTIFY changed)           // "", "light", "dark"
    Q_PROPERTY(int textSize READ textSize WRITE setTextSize NOTIFY changed)      // percent
    Q_PROPERTY(QVariantList textSizes READ textSizes CONSTANT)                   // percents to choose from
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY changed)  // "", "en", "zh_CN"
    Q_PROPERTY(QVariantList languages READ languages CONSTANT)                   // {id, name}
    Q_PROPERTY(bool restartNeeded READ restartNeeded NOTIFY changed)             // for the language
    Q_PROPERTY(bool notifiesOfReplies READ notifiesOfReplies WRITE setNotifiesOfReplies NOTIFY changed)
    Q_PROPERTY(bool hasTray READ hasTray NOTIFY changed)
    Q_PROPERTY(bool closesToTray READ closesToTray WRITE setClosesToTray NOTIFY changed)
    Q_PROPERTY(bool canStartAtLogin READ canStartAtLogin CONSTANT)
    Q_PROPERTY(bool startsAtLogin READ startsAtLogin WRITE setStartsAtLogin NOTIFY changed)
    Q_PROPERTY(QString startProblem READ startProblem NOTIFY changed)  // a sentence, or empty
    Q_PROPERTY(QObject* hotkeys READ hotkeys CONSTANT)                 // a Hotkeys; null = none here
    Q_PROPERTY(QObject* askShortcut READ askShortcut CONSTANT)         // DesktopShortcuts; null = none here
    Q_PROPERTY(QObject* readShortcut READ readShortcut CONSTANT)
    Q_PROPERTY(QObject* prompts READ prompts CONSTANT)  // an AskPrompts

  public:
    struct Parts {
        Settings& settings;
        std::unique_ptr<Autostart> autostart;  // null where there is none
        std::function<bool()> has_tray;
        Hotkeys* hotkeys = nullptr;  // these three outlive the object
        DesktopShortcut* ask_shortcut = nullptr;
        DesktopShortcut* read_shortcut = nullptr;
        AskPrompts* prompts = nullptr;
    };
    explicit DesktopSettings(Parts parts, QObject* parent = nullptr);
    ~DesktopSettings() override;

    QString theme() const;
    void setTheme(const QString& theme);
    int textSize() const;
    void setTextSize(int percent);
    QVariantList textSizes() const;
    QString language() const;
    void setLanguage(const QString& language);
    QVariantList languages() const;
    bool restartNeeded() const;
    bool notifiesOfReplies() const;
    void setNotifiesOfReplies(bool notifies);
    bool hasTray() const;
    bool closesToTray() const;
    void setClosesToTray(bool closes);
    bool canStartAtLogin() const;
    bool startsAtLogin() const;
    void setStartsAtLogin(bool starts);
    QString startProblem() const { return start_problem_; }
    QObject* hotkeys() const;
    QObject* askShortcut() const;
    QObject* readShortcut() const;
    QObject* prompts() const;

    // What was changed outside of the program is looked at again.
    Q_INVOKABLE void refresh();

  Q_SIGNALS:
    void changed();

  private:
    const Parts parts_;
    const QString language_at_start_;
    QString start_problem_;
};

}  // namespace sightline
