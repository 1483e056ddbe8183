// Windows and macOS: every program may have keys there, so there is nothing to enter.
#include <QCoreApplication>
#include <QDir>

#include "app/capture/desktop_shortcut.h"

namespace sightline {

QString captureCommand(const QString& id) {
    const QString self = QDir::toNativeSeparators(QCoreApplication::applicationFilePath());
    return QStringLiteral("\"%1\" capture --%2").arg(self, id);
}

QString shortcutAdvice(const QString&, const QString& id, const QKeySequence&) {
    return QCoreApplication::translate(
               "DesktopShortcut", "In the desktop's keyboard settings, add a shortcut for the command “%1”.")
        .arg(captureCommand(id));
}

class DesktopShortcut::Private {};

DesktopShortcut::DesktopShortcut(QString, QObject* parent) : QObject(parent) {}
DesktopShortcut::~DesktopShortcut() = default;
bool DesktopShortcut::available() const {
    return false;
}
bool DesktopShortcut::installed() const {
    return false;
}
bool DesktopShortcut::busy() const {
    return false;
}
QString DesktopShortcut::fault() const {
    return {};
}
void DesktopShortcut::refresh() {}
void DesktopShortcut::add(const QString&) {}
void DesktopShortcut::remove() {}

}  // namespace sightline
