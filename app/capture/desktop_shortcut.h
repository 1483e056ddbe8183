// The desktop's own keyboard shortcuts, for where no program can have a key: what to enter there, and on
// GNOME entering it and taking it out again.
#pragma once

#include <QKeySequence>
#include <QObject>
#include <QString>
#include <memory>

namespace sightline {

// `sightline capture --ask` or `--read`, by the path of this program where the PATH does not find it.
QString captureCommand(const QString& id);

// Where on this desktop (XDG_CURRENT_DESKTOP) the user enters it, as a sentence.
QString shortcutAdvice(const QString& current_desktop, const QString& id, const QKeySequence& sequence);

// GNOME's custom shortcuts, through the program gsettings. GUI thread only; nothing waits: answers come by
// `changed` or `failed`.
class DesktopShortcut : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool available READ available NOTIFY changed)
    Q_PROPERTY(bool installed READ installed NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString fault READ fault NOTIFY changed)

  public:
    explicit DesktopShortcut(QString id, QObject* parent = nullptr);
    ~DesktopShortcut() override;

    Q_INVOKABLE void refresh();                 // asks GNOME what there is
    Q_INVOKABLE void add(const QString& keys);  // portable text of a QKeySequence, "Ctrl+Alt+Space"
    Q_INVOKABLE void remove();

    bool available() const;  // this is GNOME, and gsettings knows such shortcuts
    bool installed() const;  // ours is there
    bool busy() const;
    QString fault() const;  // why the last add or remove did not work, a sentence; else empty

  Q_SIGNALS:
    void changed();

  private:
    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace sightline
