// The menu of the tray icon, as a desktop with the StatusNotifier protocol shows it: the real program on a
// real X server and a D-Bus of its own, where this test is the tray and clicks every entry.
#include <xcb/xcb.h>

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cstdlib>
#include <memory>

#include "tests/test_paths.h"
#include "tests/x_server.h"

namespace {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait
const QString watcher_name = QStringLiteral("org.kde.StatusNotifierWatcher");
const QString item_interface = QStringLiteral("org.kde.StatusNotifierItem");
const QString menu_interface = QStringLiteral("com.canonical.dbusmenu");

struct Entry {
    int id = 0;
    QString label;
    bool enabled = true;
    int checked = -1;  // -1 = it cannot be
};

// One node of com.canonical.dbusmenu's layout: (ia{sv}av); `entries` gets those below it.
Entry readNode(const QDBusArgument& argument, QList<Entry>& entries) {
    Entry node;
    QVariantMap properties;
    argument.beginStructure();
    argument >> node.id >> properties;
    argument.beginArray();
    while (!argument.atEnd()) {
        QDBusVariant child;
        argument >> child;
        entries << readNode(child.variant().value<QDBusArgument>(), entries);
    }
    argument.endArray();
    argument.endStructure();
    node.label = properties.value(QStringLiteral("label")).toString();
    node.enabled = properties.value(QStringLiteral("enabled"), true).toBool();
    if (!properties.value(QStringLiteral("toggle-type")).toString().isEmpty())
        node.checked = properties.value(QStringLiteral("toggle-state")).toInt();
    return node;
}

}  // namespace

// The tray of a desktop.
class Watcher : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.kde.StatusNotifierWatcher")
    Q_PROPERTY(bool IsStatusNotifierHostRegistered READ isHost)
    Q_PROPERTY(int ProtocolVersion READ version)

  public:
    bool isHost() const { return true; }
    int version() const { return 0; }
    QString item;  // the service of whoever has put an icon here

  public Q_SLOTS:
    void RegisterStatusNotifierItem(const QString& service) { item = service; }

  Q_SIGNALS:
    void StatusNotifierHostRegistered();
};

class TrayMenuTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();

    void entriesAreThereWithTheirKeys();
    void openShowsTheWindow();
    void askAndReadFreezeTheScreen_data();
    void askAndReadFreezeTheScreen();
    void pauseFreesTheKeys();
    void quitEnds();

  private:
    QDBusMessage call(const QString& path, const QString& interface, const QString& method,
                      const QVariantList& arguments) {
        QDBusMessage message = QDBusMessage::createMethodCall(watcher_.item, path, interface, method);
        message.setArguments(arguments);
        return QDBusConnection::sessionBus().call(message, QDBus::BlockWithGui);
    }
    QList<Entry> entries();
    Entry entry(const QString& label);
    void click(const QString& label);
    bool seen(const QString& window);
    bool askKeyIsFree() const;

    sightline::test::XServer server_;
    QProcess bus_;
    QProcess program_;
    Watcher watcher_;
    QString menu_;
    std::unique_ptr<QTemporaryDir> home_;
    QProcessEnvironment environment_;
};

void TrayMenuTest::initTestCase() {
    const QString why_not = server_.start({1200, 800}, {"xdotool", "dbus-daemon"});
    if (!why_not.isEmpty()) QSKIP(qPrintable(why_not));
    bus_.start("dbus-daemon", {"--session", "--nofork", "--nopidfile", "--print-address=1"});
    QVERIFY(bus_.waitForStarted());
    while (!bus_.canReadLine())
        QVERIFY(bus_.waitForReadyRead(enough_ms));
    const QByteArray address = bus_.readLine().trimmed();
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    environment_ = server_.environment();
    environment_.insert("DBUS_SESSION_BUS_ADDRESS", address);
    QDBusConnection bus = QDBusConnection::sessionBus();
    QVERIFY(bus.registerObject("/StatusNotifierWatcher", &watcher_, QDBusConnection::ExportAllContents));
    QVERIFY(bus.registerService(watcher_name));
}

void TrayMenuTest::cleanupTestCase() {
    bus_.kill();
    bus_.waitForFinished();
}

void TrayMenuTest::init() {
    home_ = std::make_unique<QTemporaryDir>();
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        environment_.insert(name, home_->filePath(QString::fromLatin1(name)));
    environment_.insert("HOME", home_->path());
    environment_.insert("XDG_RUNTIME_DIR", home_->path());
    watcher_.item.clear();
    program_.setProcessEnvironment(environment_);
    program_.start(test_paths::program(), {"--tray"});
    QVERIFY(program_.waitForStarted());
    QVERIFY(QTest::qWaitFor(
        [this] { return !watcher_.item.isEmpty() && QFile::exists(home_->filePath("sightline.socket")); },
        enough_ms));
    const QDBusMessage answer = call("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get",
                                     {item_interface, QStringLiteral("Menu")});
    QVERIFY2(answer.type() == QDBusMessage::ReplyMessage, qPrintable(answer.errorMessage()));
    menu_ = answer.arguments().first().value<QDBusVariant>().variant().value<QDBusObjectPath>().path();
    QVERIFY(!menu_.isEmpty());
}

void TrayMenuTest::cleanup() {
    program_.kill();
    program_.waitForFinished();
}

QList<Entry> TrayMenuTest::entries() {
    QList<Entry> found;
    const QDBusMessage answer = call(menu_, menu_interface, "GetLayout", {0, -1, QStringList()});
    if (answer.arguments().size() == 2) readNode(answer.arguments().at(1).value<QDBusArgument>(), found);
    return found;
}

Entry TrayMenuTest::entry(const QString& label) {
    const QList<Entry> all = entries();
    for (const Entry& one : all)
        if (one.label.startsWith(label)) return one;
    return {};
}

void TrayMenuTest::click(const QString& label) {
    const Entry wanted = entry(label);
    QVERIFY2(wanted.id != 0 && wanted.enabled, qPrintable(label));
    const QDBusMessage answer =
        call(menu_, menu_interface, "Event",
             {wanted.id, QStringLiteral("clicked"), QVariant::fromValue(QDBusVariant(0)), 0U});
    QVERIFY2(answer.type() == QDBusMessage::ReplyMessage, qPrintable(answer.errorMessage()));
}

bool TrayMenuTest::seen(const QString& window) {
    return QTest::qWaitFor(
        [&] {
            QProcess search;
            search.setProcessEnvironment(environment_);
            search.start("xdotool", {"search", "--onlyvisible", "--name", window});
            return search.waitForFinished(enough_ms) && !search.readAllStandardOutput().trimmed().isEmpty();
        },
        enough_ms);
}

// Another program could have Ctrl+Alt+Space now. Nobody else is served meanwhile: the program must not find
// the key held by this question.
bool TrayMenuTest::askKeyIsFree() const {
    constexpr xcb_keycode_t space = 65;  // of every X server for PCs
    xcb_connection_t* other = xcb_connect(qPrintable(environment_.value("DISPLAY")), nullptr);
    const xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(other)).data->root;
    xcb_grab_server(other);
    xcb_generic_error_t* refused =
        xcb_request_check(other, xcb_grab_key_checked(other, 1, root, XCB_MOD_MASK_CONTROL | XCB_MOD_MASK_1,
                                                      space, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC));
    const bool free = refused == nullptr;
    std::free(refused);
    xcb_disconnect(other);
    return free;
}

void TrayMenuTest::entriesAreThereWithTheirKeys() {
    QStringList labels;
    const QList<Entry> all = entries();
    for (const Entry& one : all)
        if (!one.label.isEmpty()) labels << one.label.section('\t', 0, 0);
    QCOMPARE(labels, QStringList({"Ask about a region", "Read a region", "Open Sightline",
                                  "Pause the hotkeys", "Quit"}));
    QCOMPARE(entry("Pause").checked, 0);
}

void TrayMenuTest::openShowsTheWindow() {
    click("Open Sightline");
    QVERIFY(seen("Sightline$"));
}

void TrayMenuTest::askAndReadFreezeTheScreen_data() {
    QTest::addColumn<QString>("label");
    QTest::newRow("ask") << "Ask about a region";
    QTest::newRow("read") << "Read a region";
}

void TrayMenuTest::askAndReadFreezeTheScreen() {
    QFETCH(QString, label);
    click(label);
    QVERIFY(seen("^Choose a region"));
}

void TrayMenuTest::pauseFreesTheKeys() {
    QVERIFY(QTest::qWaitFor([this] { return !askKeyIsFree(); }, enough_ms));
    click("Pause");
    QVERIFY(QTest::qWaitFor([this] { return askKeyIsFree(); }, enough_ms));
    QVERIFY(QTest::qWaitFor([this] { return entry("Pause").checked == 1; }, enough_ms));
    click("Pause");
    QVERIFY(QTest::qWaitFor([this] { return !askKeyIsFree(); }, enough_ms));
    QVERIFY(QTest::qWaitFor([this] { return entry("Pause").checked == 0; }, enough_ms));
}

void TrayMenuTest::quitEnds() {
    click("Quit");
    QVERIFY(QTest::qWaitFor([this] { return program_.state() == QProcess::NotRunning; }, enough_ms));
    QCOMPARE(program_.exitStatus(), QProcess::NormalExit);
    QCOMPARE(program_.exitCode(), 0);
}

QTEST_GUILESS_MAIN(TrayMenuTest)
#include "tray_menu_test.moc"
