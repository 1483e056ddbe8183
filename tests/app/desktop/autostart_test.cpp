// Starting with the desktop: the entry that is written, and what the desktop may have made of it.
#include "app/desktop/autostart.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sightline;

class AutostartTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void entryIsQuotedAsTheSpecificationWants_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("exec");
        // No raw strings: moc does not read them.
        QTest::newRow("plain") << "/usr/bin/s" << QByteArray("\"/usr/bin/s\" \"--tray\"");
        QTest::newRow("space") << "/opt/my apps/s" << QByteArray("\"/opt/my apps/s\" \"--tray\"");
        QTest::newRow("percent") << "/opt/100%/s" << QByteArray("\"/opt/100%%/s\" \"--tray\"");
        QTest::newRow("quote") << "/opt/a\"b/s" << QByteArray("\"/opt/a\\\\\"b/s\" \"--tray\"");
        QTest::newRow("dollar") << "/opt/$HOME/s" << QByteArray("\"/opt/\\\\$HOME/s\" \"--tray\"");
        QTest::newRow("backslash") << "/opt/a\\b/s" << QByteArray("\"/opt/a\\\\\\\\b/s\" \"--tray\"");
    }
    void entryIsQuotedAsTheSpecificationWants() {
        QFETCH(const QString, path);
        QFETCH(const QByteArray, exec);
        const QByteArray entry = autostartEntry({path, QStringLiteral("--tray")});
        QVERIFY2(entry.contains("\nExec=" + exec + "\n"), entry.constData());
        QVERIFY(entry.startsWith("[Desktop Entry]\nType=Application\n"));
        QVERIFY(startsAnything(entry));
    }

    void whatTheDesktopSwitchedOffIsOff() {
        const QByteArray entry = autostartEntry({QStringLiteral("s")});
        QVERIFY(!startsAnything({}));
        QVERIFY(!startsAnything(entry + "Hidden=true\n"));
        QVERIFY(startsAnything(entry + "Hidden=false\n"));
        QByteArray gnome = entry;
        gnome.replace("X-GNOME-Autostart-enabled=true", "X-GNOME-Autostart-enabled=false");
        QVERIFY(!startsAnything(gnome));
    }

    void onAndOffAgain() {
#ifndef Q_OS_LINUX
        QSKIP("the entries of other systems are theirs");
#endif
        const QTemporaryDir home;
        qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
        const auto autostart = makeAutostart();
        QVERIFY(autostart);
        QVERIFY(!autostart->isOn());
        QCOMPARE(autostart->set(true), std::nullopt);
        QVERIFY(autostart->isOn());
        QFile file(home.filePath(QStringLiteral("autostart/sightline.desktop")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray entry = file.readAll();
        QVERIFY(entry.contains(QFile::encodeName(QCoreApplication::applicationFilePath())));
        QVERIFY(entry.contains("\"--tray\""));
        QCOMPARE(makeAutostart()->set(true), std::nullopt);  // again is fine
        QCOMPARE(autostart->set(false), std::nullopt);
        QVERIFY(!autostart->isOn());
        QVERIFY(!file.exists());
        QCOMPARE(autostart->set(false), std::nullopt);
    }

    void whatCannotBeWrittenIsSaid() {
        const QTemporaryDir home;
        QFile in_the_way(home.filePath(QStringLiteral("autostart")));
        QVERIFY(in_the_way.open(QIODevice::WriteOnly));
        in_the_way.close();
        qputenv("XDG_CONFIG_HOME", home.path().toUtf8());
        const auto problem = makeAutostart()->set(true);
        QVERIFY(problem && problem->contains(QStringLiteral("autostart/sightline.desktop")));
        QVERIFY(!makeAutostart()->isOn());
    }
};

QTEST_GUILESS_MAIN(AutostartTest)
#include "autostart_test.moc"
