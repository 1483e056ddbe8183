// ~/Library/LaunchAgents/sightline.plist, which launchd reads at login.
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include "app/desktop/autostart.h"

namespace sightline {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sightline::Autostart)
};

class LaunchAgent : public Autostart {
  public:
    bool isOn() const override { return QFile::exists(path()); }

    std::optional<QString> set(bool on) override {
        if (!on) {
            if (!QFile::exists(path()) || QFile::remove(path())) return std::nullopt;
            return Words::tr("The file %1 could not be removed.").arg(path());
        }
        QString words;
        const QStringList command = autostartCommand();
        for (const QString& word : command)
            words += QStringLiteral("<string>%1</string>").arg(word.toHtmlEscaped());
        const QString agent =
            QStringLiteral(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\"><dict>\n"
                "<key>Label</key><string>sightline</string>\n<key>RunAtLoad</key><true/>\n"
                "<key>ProgramArguments</key><array>%1</array>\n</dict></plist>\n")
                .arg(words);
        QDir().mkpath(QFileInfo(path()).path());
        QSaveFile file(path());
        if (file.open(QIODevice::WriteOnly) && file.write(agent.toUtf8()) > 0 && file.commit())
            return std::nullopt;
        return Words::tr("The file %1 could not be written: %2").arg(path(), file.errorString());
    }

  private:
    static QString path() {
        return QDir::home().filePath(QStringLiteral("Library/LaunchAgents/sightline.plist"));
    }
};

}  // namespace

std::unique_ptr<Autostart> makeAutostart() {
    return std::make_unique<LaunchAgent>();
}

}  // namespace sightline
