// Starting with the desktop. What each system wants written, and where, is in a file of its own.
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

namespace sightline {

class Autostart {
  public:
    virtual ~Autostart() = default;
    // What the system itself says now: it may be changed outside of the program.
    virtual bool isOn() const = 0;
    // Starts this program in the tray from the next login on, or no more. Returns why that failed, a
    // sentence.
    virtual std::optional<QString> set(bool on) = 0;
};

// Null where the program does not know how to.
std::unique_ptr<Autostart> makeAutostart();

// What is started: this program, by its path, without a window.
QStringList autostartCommand();

// A freedesktop.org autostart entry (Linux and other Unix desktops). `exec` is quoted here.
QByteArray autostartEntry(const QStringList& command);
// Whether an entry starts anything: it is there, and neither hidden nor switched off by the desktop.
bool startsAnything(const QByteArray& entry);

}  // namespace sightline
