// HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run, one value a program.
#include <QCoreApplication>
#include <QDir>
#include <QSettings>

#include "app/desktop/autostart.h"

namespace sightline {

namespace {

const QString run_key =
    QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
const QString value_name = QStringLiteral("Sightline");

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sightline::Autostart)
};

class RunKey : public Autostart {
  public:
    bool isOn() const override { return QSettings(run_key, QSettings::NativeFormat).contains(value_name); }

    std::optional<QString> set(bool on) override {
        QSettings run(run_key, QSettings::NativeFormat);
        if (on) {
            QStringList words = autostartCommand();
            words.first() = QLatin1Char('"') + QDir::toNativeSeparators(words.first()) + QLatin1Char('"');
            run.setValue(value_name, words.join(QLatin1Char(' ')));
        } else {
            run.remove(value_name);
        }
        run.sync();
        if (run.status() == QSettings::NoError) return std::nullopt;
        return Words::tr("Windows did not let the entry be changed.");
    }
};

}  // namespace

std::unique_ptr<Autostart> makeAutostart() {
    return std::make_unique<RunKey>();
}

}  // namespace sightline
