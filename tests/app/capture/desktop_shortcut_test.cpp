// GNOME's own shortcuts through the real program gsettings, which keeps them in a file of the test's.
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/capture/desktop_shortcut.h"
#include "app/capture/gvariant_text.h"

namespace sightline {

namespace {

constexpr int enough_ms = 60'000;
const QString media_keys = QStringLiteral("org.gnome.settings-daemon.plugins.media-keys");
const QString folder_of_keys =
    QStringLiteral("/org/gnome/settings-daemon/plugins/media-keys/custom-keybindings/");

QString gsettings(const QStringList& arguments) {
    QProcess process;
    process.start("gsettings", arguments);
    process.waitForFinished(enough_ms);
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

QString keyOf(const QString& id, const QString& key) {
    return gsettings(
        {"get", media_keys + ".custom-keybinding:" + folder_of_keys + "sightline-" + id + "/", key});
}

QStringList list() {
    return parseStringArray(gsettings({"get", media_keys, "custom-keybindings"})).value_or(QStringList{"?"});
}

}  // namespace

class DesktopShortcutTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void listsAreRead_data();
    void listsAreRead();
    void stringsGoBothWays();
    void shortcutIsAddedAndRemoved();
    void storeThatKeepsNothingIsSaid();
    void otherDesktopsHaveNoButton();
    void programThatIsMissing();
    void adviceNamesCommandAndPlace_data();
    void adviceNamesCommandAndPlace();

  private:
    void needGnome();
    QByteArray path_;
    std::unique_ptr<QTemporaryDir> home_;
};

void DesktopShortcutTest::initTestCase() {
    path_ = qgetenv("PATH");
}

void DesktopShortcutTest::init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("PATH", path_);
    qputenv("HOME", home_->path().toLocal8Bit());
    qputenv("XDG_CONFIG_HOME", home_->path().toLocal8Bit());
    qputenv("GSETTINGS_BACKEND", "keyfile");
    qputenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME");
}

void DesktopShortcutTest::needGnome() {
    if (QStandardPaths::findExecutable("gsettings").isEmpty() || list() == QStringList{"?"})
        QSKIP("gsettings or the schemas of gnome-settings-daemon are not installed");
}

void DesktopShortcutTest::listsAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("valid");
    QTest::addColumn<QStringList>("values");
    QTest::newRow("empty") << "@as []" << true << QStringList();
    QTest::newRow("bare") << "[]" << true << QStringList();
    QTest::newRow("two") << "['/a/b/', \"it's\"]" << true << QStringList{"/a/b/", "it's"};
    QTest::newRow("escapes") << R"(['a\'b\\c', 'é\u00e9\n'])" << true << QStringList{"a'b\\c", "éé\n"};
    QTest::newRow("no end") << "['a'" << false << QStringList();
    QTest::newRow("open string") << "['a]" << false << QStringList();
    QTest::newRow("no comma") << "['a' 'b']" << false << QStringList();
    QTest::newRow("number") << "[1]" << false << QStringList();
    QTest::newRow("after the end") << "[] x" << false << QStringList();
    QTest::newRow("nothing") << "" << false << QStringList();
}

void DesktopShortcutTest::listsAreRead() {
    QFETCH(QString, text);
    QFETCH(bool, valid);
    QFETCH(QStringList, values);
    const auto parsed = parseStringArray(text);
    QCOMPARE(parsed.has_value(), valid);
    QCOMPARE(parsed.value_or(QStringList()), values);
}

void DesktopShortcutTest::stringsGoBothWays() {
    for (const QStringList& values :
         {QStringList(), QStringList{"a"}, QStringList{"it's", "a\\b", "c\nd", "\"q\"", "é"}})
        QCOMPARE(parseStringArray(printStringArray(values)).value_or(QStringList{"?"}), values);
}

void DesktopShortcutTest::shortcutIsAddedAndRemoved() {
    needGnome();
    // Somebody's own shortcut is there and stays.
    gsettings({"set", media_keys, "custom-keybindings", "['" + folder_of_keys + "custom0/']"});
    DesktopShortcut shortcut("ask");
    shortcut.refresh();
    QTRY_VERIFY_WITH_TIMEOUT(shortcut.available() && !shortcut.busy(), enough_ms);
    QVERIFY(!shortcut.installed());

    shortcut.add("Ctrl+Alt+Space");
    QVERIFY(shortcut.busy());
    QTRY_VERIFY_WITH_TIMEOUT(!shortcut.busy(), enough_ms);
    QVERIFY2(shortcut.installed() && shortcut.fault().isEmpty(), qPrintable(shortcut.fault()));
    QCOMPARE(list(), (QStringList{folder_of_keys + "custom0/", folder_of_keys + "sightline-ask/"}));
    QCOMPARE(keyOf("ask", "binding"), "'<Control><Alt>space'");
    QVERIFY2(keyOf("ask", "command").contains("capture --ask"), qPrintable(keyOf("ask", "command")));
    QVERIFY(keyOf("ask", "name").size() > 4);
    shortcut.add("Ctrl+Alt+A");  // again: changed, not doubled
    QTRY_VERIFY_WITH_TIMEOUT(!shortcut.busy(), enough_ms);
    QCOMPARE(list().size(), 2);
    QCOMPARE(keyOf("ask", "binding"), "'<Control><Alt>a'");

    shortcut.remove();
    QTRY_VERIFY_WITH_TIMEOUT(!shortcut.busy(), enough_ms);
    QVERIFY(!shortcut.installed() && shortcut.fault().isEmpty());
    QCOMPARE(list(), QStringList{folder_of_keys + "custom0/"});
    QCOMPARE(keyOf("ask", "command"), "''");
}

void DesktopShortcutTest::storeThatKeepsNothingIsSaid() {
    needGnome();
    qputenv("GSETTINGS_BACKEND", "memory");
    DesktopShortcut shortcut("read");
    shortcut.add("Ctrl+Alt+R");
    QTRY_VERIFY_WITH_TIMEOUT(!shortcut.busy(), enough_ms);
    QVERIFY(!shortcut.installed());
    QVERIFY(!shortcut.fault().isEmpty());
}

void DesktopShortcutTest::otherDesktopsHaveNoButton() {
    qputenv("XDG_CURRENT_DESKTOP", "KDE");
    DesktopShortcut shortcut("ask");
    shortcut.refresh();
    shortcut.add("Ctrl+Alt+Space");
    QVERIFY(!shortcut.busy());
    QVERIFY(!shortcut.available());
}

void DesktopShortcutTest::programThatIsMissing() {
    qputenv("PATH", home_->path().toLocal8Bit());
    DesktopShortcut shortcut("ask");
    shortcut.refresh();
    QTRY_VERIFY_WITH_TIMEOUT(!shortcut.busy(), enough_ms);
    QVERIFY(!shortcut.available());
    shortcut.add("Ctrl+Alt+Space");
    QTRY_VERIFY_WITH_TIMEOUT(!shortcut.busy(), enough_ms);
    QVERIFY(!shortcut.fault().isEmpty());
}

void DesktopShortcutTest::adviceNamesCommandAndPlace_data() {
    QTest::addColumn<QString>("desktop");
    QTest::addColumn<QString>("part");
    QTest::newRow("GNOME") << "GNOME"
                           << "Custom Shortcuts";
    QTest::newRow("Plasma") << "KDE"
                            << "System Settings";
    QTest::newRow("Xfce") << "XFCE"
                          << "Application Shortcuts";
    QTest::newRow("sway") << "sway"
                          << "bindsym Ctrl+Mod1+space exec ";
    QTest::newRow("Hyprland") << "Hyprland"
                              << "bind = Ctrl Alt, space, exec, ";
    QTest::newRow("unknown") << ""
                             << "keyboard settings";
}

void DesktopShortcutTest::adviceNamesCommandAndPlace() {
    QFETCH(QString, desktop);
    QFETCH(QString, part);
    const QString advice = shortcutAdvice(desktop, "ask", QKeySequence("Ctrl+Alt+Space"));
    QVERIFY2(advice.contains(part), qPrintable(advice));
    QVERIFY2(advice.contains(captureCommand("ask")), qPrintable(advice));
    QVERIFY(captureCommand("read").endsWith(" capture --read"));
}

}  // namespace sightline

QTEST_GUILESS_MAIN(sightline::DesktopShortcutTest)
#include "desktop_shortcut_test.moc"
