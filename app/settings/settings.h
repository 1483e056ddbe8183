// What the program remembers between starts, in one INI file (0600) that a person can read and edit.
#pragma once

#include <QJsonArray>
#include <QRect>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <array>
#include <optional>

#include "app/values/conversation_parameters.h"
#include "app/values/picture_speed.h"
#include "inference/engine.h"

namespace sightline {

struct WindowPlace {
    QRect geometry;  // of the window when not maximized, in device-independent pixels; null = never stored
    bool maximized = false;
    bool operator==(const WindowPlace&) const = default;
};

// What of the window is folded or open.
struct WindowPanels {
    bool list_folded = false;
    bool parameters_open = false;
    bool log_open = false;
    bool operator==(const WindowPanels&) const = default;
};

inline constexpr std::array<int, 4> text_sizes{100, 115, 130, 150};

// GUI thread only. Values that were edited into nonsense read as "not set". Writes reach the disk when the
// event loop runs or when the object goes; a folder that cannot be written loses them silently, the program
// goes on.
class Settings {
  public:
    explicit Settings(const QString& file = defaultFile());
    static QString defaultFile();  // <standard config folder>/sightline.ini

    // The folder of the model that was opened last; empty = the demo model.
    QString modelFolder() const;
    void setModelFolder(const QString& folder);

    // The folder of the model that is opened at the start whatever was opened last; "" = the demo model,
    // empty = the one of the last time.
    std::optional<QString> startModel() const;
    void setStartModel(const std::optional<QString>& folder);

    // Folders with models that the user added, in their order, none twice.
    QStringList modelFolders() const;
    void setModelFolders(const QStringList& folders);

    // Minutes without use after which the model is unloaded; 0 = never.
    double idleMinutes() const;
    void setIdleMinutes(double minutes);

    // Of the conversation at hand; what the next one begins with.
    ConversationParameters parameters() const;
    void setParameters(const ConversationParameters& parameters);

    // Tokens that the model in this folder is opened with ("" = the demo model); empty = the engine's choice.
    std::optional<int> contextLength(const QString& folder) const;
    void setContextLength(const QString& folder, std::optional<int> tokens);

    // The precision that the model in this folder is opened with; automatic = the engine's choice.
    Precision precision(const QString& folder) const;
    void setPrecision(const QString& folder, Precision precision);

    // What was measured for this model on this device ("CPU bf16"); knows nothing if nothing was.
    PictureSpeed pictureSpeed(const QString& model_name, const QString& device) const;
    void setPictureSpeed(const QString& model_name, const QString& device, const PictureSpeed& speed);

    // The one that was open last; empty = none, or it is not kept.
    QString conversation() const;
    void setConversation(const QString& id);

    // The global key for "ask" or "read" as portable text, "" = none; empty = never chosen.
    std::optional<QString> hotkey(const QString& id) const;
    void setHotkey(const QString& id, const std::optional<QString>& keys);

    // A long reply that nobody saw is told by the desktop.
    bool notifiesOfReplies() const;
    void setNotifiesOfReplies(bool notifies);

    QString draft() const;
    void setDraft(const QString& text);

    // The one-click prompts of the ask panel; empty = those that come with the program.
    std::optional<QJsonArray> askPrompts() const;
    void setAskPrompts(const std::optional<QJsonArray>& prompts);

    // Closing the window leaves the program in the tray, where there is one.
    bool closesToTray() const;
    void setClosesToTray(bool closes);
    // The user was told once that it does.
    bool toldAboutTray() const;
    void setToldAboutTray(bool told);

    QString theme() const;  // "light", "dark"; empty = as the desktop
    void setTheme(const QString& theme);
    int textSize() const;  // percent, one of text_sizes
    void setTextSize(int percent);
    QString language() const;  // "en", "zh_CN"; empty = as the desktop. From the next start on.
    void setLanguage(const QString& language);

    WindowPlace windowPlace() const;
    void setWindowPlace(const WindowPlace& place);

    WindowPanels windowPanels() const;
    void setWindowPanels(const WindowPanels& panels);

    QString fileName() const { return values_.fileName(); }
    void sync() { values_.sync(); }

  private:
    std::optional<double> number(const QString& key, double low, double high) const;
    void setOrRemove(const QString& key, const std::optional<double>& value);

    QSettings values_;
};

}  // namespace sightline
