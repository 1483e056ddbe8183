// ~/.config/autostart/sightline.desktop, which every freedesktop.org desktop reads at login.
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

#include "app/desktop/autostart.h"

namespace sightline {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sightline::Autostart)
};

class DesktopEntry : public Autostart {
  public:
    bool isOn() const override {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) && startsAnything(file.read(100'000));
    }

    std::optional<QString> set(bool on) override {
        if (!on) {
            if (!QFile::exists(path()) || QFile::remove(path())) return std::nullopt;
            return Words::tr("The file %1 could not be removed.").arg(path());
        }
        QDir().mkpath(QFileInfo(path()).path());
        QSaveFile file(path());
        if (file.open(QIODevice::WriteOnly) && file.write(autostartEntry(autostartCommand())) > 0 &&
            file.commit())
            return std::nullopt;
        return Words::tr("The file %1 could not be written: %2").arg(path(), file.errorString());
    }

  private:
    static QString path() {
        return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation))
            .filePath(QStringLiteral("autostart/sightline.desktop"));
    }
};

}  // namespace

std::unique_ptr<Autostart> makeAutostart() {
    return std::make_unique<DesktopEntry>();
}

}  // namespace sightline
