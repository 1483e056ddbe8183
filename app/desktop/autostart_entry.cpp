// What the systems' files share, and the entry that Unix desktops read.
#include <QCoreApplication>
#include <QRegularExpression>

#include "app/desktop/autostart.h"

namespace sightline {

namespace {

// As the Desktop Entry Specification wants an argument of Exec written.
QByteArray quoted(const QString& word) {
    QString inner;
    for (const QChar character : word) {
        if (QStringLiteral("\"`$\\").contains(character)) inner += QLatin1Char('\\');
        if (character == QLatin1Char('%')) inner += character;
        inner += character;
    }
    // The value of a key is unescaped once before that.
    inner.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    return '"' + inner.toUtf8() + '"';
}

}  // namespace

QStringList autostartCommand() {
    return {QCoreApplication::applicationFilePath(), QStringLiteral("--tray")};
}

QByteArray autostartEntry(const QStringList& command) {
    QByteArray exec;
    for (const QString& word : command)
        exec += (exec.isEmpty() ? "" : " ") + quoted(word);
    return "[Desktop Entry]\nType=Application\nName=Sightline\nIcon=sightline\nExec=" + exec +
           "\nX-GNOME-Autostart-enabled=true\nNoDisplay=true\n";
}

bool startsAnything(const QByteArray& entry) {
    const auto says = [&entry](const char* key, const char* value) {
        const QRegularExpression line(
            QStringLiteral("^%1\\s*=\\s*%2\\s*$").arg(QLatin1String(key), QLatin1String(value)),
            QRegularExpression::MultilineOption);
        return line.match(QString::fromUtf8(entry)).hasMatch();
    };
    return entry.contains("Exec=") && !says("Hidden", "true") && !says("X-GNOME-Autostart-enabled", "false");
}

}  // namespace sightline
