// What the desktop tells the user while the window is not looked at.
#pragma once

#include <QObject>
#include <QString>
#include <memory>

namespace sightline {

struct Notification {
    QString id;     // what it is about; a later one with the same takes its place
    QString title;  // plain text, one line each
    QString text;
};

// GUI thread. Nothing blocks; where the desktop shows no notifications nothing happens.
class Notifier : public QObject {
    Q_OBJECT

  public:
    using QObject::QObject;

    virtual void show(const Notification& notification) = 0;
    virtual void withdraw(const QString& id) = 0;  // it was seen, or is not true any more

  Q_SIGNALS:
    // The user clicked on it. `token` lets a window come forward where the desktop demands one (Wayland); it
    // may be empty.
    void activated(const QString& id, const QString& token);
};

// That of this platform.
std::unique_ptr<Notifier> makeNotifier();

}  // namespace sightline
