// The portal's two services against a portal that the test plays, on a D-Bus of its own.
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVirtualObject>
#include <QFile>
#include <QGuiApplication>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <functional>
#include <memory>

#include "app/capture/hotkey.h"
#include "app/capture/hotkey_portal.h"
#include "app/capture/portal_grabber.h"
#include "app/capture/portal_request.h"
#include "app/settings/settings.h"

namespace sightline::testing {

struct BoundKey {
    QString id;
    QVariantMap properties;
};

static QDBusArgument& operator<<(QDBusArgument& out, const BoundKey& key) {
    out.beginStructure();
    out << key.id << key.properties;
    out.endStructure();
    return out;
}

static const QDBusArgument& operator>>(const QDBusArgument& in, BoundKey& key) {
    in.beginStructure();
    in >> key.id >> key.properties;
    in.endStructure();
    return in;
}

}  // namespace sightline::testing

Q_DECLARE_METATYPE(sightline::testing::BoundKey)
Q_DECLARE_METATYPE(QList<sightline::testing::BoundKey>)

namespace sightline {

namespace {

using testing::BoundKey;

constexpr int enough_ms = 30'000;
const QString session_path = QStringLiteral("/org/freedesktop/portal/desktop/session/test/one");
const QString shortcuts_interface = QStringLiteral("org.freedesktop.portal.GlobalShortcuts");

// Answers as a test tells it to.
class Portal : public QDBusVirtualObject {
  public:
    enum class Order { ResponseFirst, ReplyFirst };

    explicit Portal(QDBusConnection bus) : bus_(std::move(bus)) {}

    QString introspect(const QString&) const override { return {}; }

    bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override {
        calls << message.member();
        const QVariantList arguments = message.arguments();
        if (message.member() == QLatin1String("Close")) {
            closed << message.path();
            connection.send(message.createReply());
            return true;
        }
        if (message.member() == QLatin1String("Register")) {
            registered = arguments.value(0).toString();
            if (!knows_registry) return false;
            connection.send(message.createReply());
            return true;
        }
        const auto options = qdbus_cast<QVariantMap>(arguments.last());
        const QString token = options.value(QStringLiteral("handle_token")).toString();
        QString sender = message.service().mid(1);
        sender.replace(QLatin1Char('.'), QLatin1Char('_'));
        const QString request =
            QStringLiteral("/org/freedesktop/portal/desktop/request/%1/%2").arg(sender, token);
        last_options = options;
        QVariantMap results;
        if (message.member() == QLatin1String("CreateSession")) {
            results = {{QStringLiteral("session_handle"), session_path}};
        } else if (message.member() == QLatin1String("BindShortcuts")) {
            bound = qdbus_cast<QList<BoundKey>>(arguments.at(1));
            QList<BoundKey> given;
            for (const BoundKey& key : bound)
                if (!refuses.contains(key.id))
                    given << BoundKey{
                        key.id,
                        {{QStringLiteral("description"), key.properties.value(QStringLiteral("description"))},
                         {QStringLiteral("trigger_description"), QStringLiteral("Press ") + key.id}}};
            results = {{QStringLiteral("shortcuts"), QVariant::fromValue(given)}};
        } else if (message.member() == QLatin1String("Screenshot")) {
            results = {{QStringLiteral("uri"), QUrl::fromLocalFile(picture).toString()}};
        } else {
            return false;
        }
        const uint code = codes.value(message.member(), 0);
        if (order == Order::ResponseFirst && answers) respond(request, code, results);
        if (replies) connection.send(message.createReply(QVariant::fromValue(QDBusObjectPath(request))));
        if (order == Order::ReplyFirst && answers) respond(request, code, results);
        return true;
    }

    void respond(const QString& request, uint code, const QVariantMap& results) {
        QDBusMessage signal = QDBusMessage::createSignal(
            request, QStringLiteral("org.freedesktop.portal.Request"), QStringLiteral("Response"));
        signal << code << results;
        bus_.send(signal);
    }

    void activate(const QString& session, const QString& id) {
        QDBusMessage signal = QDBusMessage::createSignal(QLatin1String(portal_path), shortcuts_interface,
                                                         QStringLiteral("Activated"));
        signal << QVariant::fromValue(QDBusObjectPath(session)) << id << qulonglong(1234)
               << QVariantMap{{QStringLiteral("activation_token"), QStringLiteral("token-7")}};
        bus_.send(signal);
    }

    void closeSession() {
        QDBusMessage signal = QDBusMessage::createSignal(
            session_path, QStringLiteral("org.freedesktop.portal.Session"), QStringLiteral("Closed"));
        signal << QVariantMap();
        bus_.send(signal);
    }

    Order order = Order::ReplyFirst;
    bool answers = true;
    bool replies = true;
    bool knows_registry = true;
    QMap<QString, uint> codes;  // of the response, by call; 0 if not here
    QStringList refuses;        // ids
    QString picture;
    QStringList calls, closed;
    QString registered;
    QVariantMap last_options;
    QList<BoundKey> bound;

  private:
    QDBusConnection bus_;
};

}  // namespace

class PortalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void keysAreBoundTogether_data();
    void keysAreBoundTogether();
    void keysOfOtherSessionsDoNotCall();
    void declinedKeysNeedTheUser();
    void oneRefusedKeyNeedsTheUser();
    void keysThatTheDesktopTakesBack();
    void changedKeyBeginsANewSession();
    void noPortalIsUnsupported();
    void portalWithoutTheServiceIsUnsupported();
    void silentPortalIsUnsupported();

    void pictureIsReadAndDeleted_data();
    void pictureIsReadAndDeleted();
    void cancelledDialog();
    void refusedScreenshot();
    void silentDialogTimesOut_data();
    void silentDialogTimesOut();
    void lateAnswerIsDropped();
    void damagedFileIsSaidAndDeleted();
    void remoteFileIsNotOpened();
    void noPortalForScreenshots();

  private:
    QDBusConnection client_{QStringLiteral("none")};
    QDBusConnection server_{QStringLiteral("none")};
    std::unique_ptr<Portal> portal_;
    std::unique_ptr<QTemporaryDir> folder_;
    int number_ = 0;
};

void PortalTest::init() {
    if (!qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")) QSKIP("dbus-daemon is not installed");
    qDBusRegisterMetaType<BoundKey>();
    qDBusRegisterMetaType<QList<BoundKey>>();
    folder_ = std::make_unique<QTemporaryDir>();
    ++number_;
    client_ =
        QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("client%1").arg(number_));
    server_ =
        QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("server%1").arg(number_));
    portal_ = std::make_unique<Portal>(server_);
    QVERIFY(
        server_.registerVirtualObject(QLatin1String(portal_path), portal_.get(), QDBusConnection::SubPath));
    QVERIFY(server_.registerService(QLatin1String(portal_service)));
}

void PortalTest::cleanup() {
    if (portal_ == nullptr) return;
    server_.unregisterService(QLatin1String(portal_service));
    server_.unregisterObject(QLatin1String(portal_path), QDBusConnection::UnregisterTree);
    QDBusConnection::disconnectFromBus(client_.name());
    QDBusConnection::disconnectFromBus(server_.name());
    portal_.reset();
}

// ---- Keys
// -----------------------------------------------------------------------------------------------------------

void PortalTest::keysAreBoundTogether_data() {
    QTest::addColumn<int>("order");
    QTest::addColumn<bool>("knows_registry");
    QTest::newRow("answer after the reply") << int(Portal::Order::ReplyFirst) << true;
    QTest::newRow("answer before the reply") << int(Portal::Order::ResponseFirst) << true;
    QTest::newRow("an older portal") << int(Portal::Order::ReplyFirst) << false;
}

void PortalTest::keysAreBoundTogether() {
    QFETCH(int, order);
    QFETCH(bool, knows_registry);
    portal_->order = Portal::Order(order);
    portal_->knows_registry = knows_registry;
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    QSignalSpy activated(&hotkeys, &Hotkeys::activated);
    QVERIFY(hotkeys.desktopOwnsKeys());
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.read()->state(), HotkeyState::Bound, enough_ms);
    QCOMPARE(hotkeys.ask()->state(), HotkeyState::Bound);
    QCOMPARE(hotkeys.ask()->keys(), "Press ask");  // what the desktop says, not what was asked for
    QVERIFY(hotkeys.ask()->why().isEmpty());
    QCOMPARE(portal_->calls, (QStringList{"Register", "CreateSession", "BindShortcuts"}));
    QCOMPARE(portal_->registered, "sightline");
    QCOMPARE(portal_->bound.size(), 2);
    QCOMPARE(portal_->bound.at(0).id, "ask");
    QCOMPARE(portal_->bound.at(0).properties.value("preferred_trigger").toString(), "CTRL+ALT+space");
    QCOMPARE(portal_->bound.at(1).properties.value("preferred_trigger").toString(), "CTRL+ALT+r");
    QVERIFY(!portal_->bound.at(0).properties.value("description").toString().isEmpty());

    portal_->activate(session_path, "ask");
    QTRY_COMPARE_WITH_TIMEOUT(activated.count(), 1, enough_ms);
    QCOMPARE(activated.first().at(0).toString(), "ask");
    QCOMPARE(activated.first().at(1).toString(), "token-7");
}

void PortalTest::keysOfOtherSessionsDoNotCall() {
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    QSignalSpy activated(&hotkeys, &Hotkeys::activated);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.read()->state(), HotkeyState::Bound, enough_ms);
    portal_->activate("/org/freedesktop/portal/desktop/session/test/two", "ask");
    portal_->activate(session_path, "erase everything");
    portal_->activate(session_path, "read");
    QTRY_COMPARE_WITH_TIMEOUT(activated.count(), 1, enough_ms);
    QCOMPARE(activated.first().at(0).toString(), "read");
}

void PortalTest::declinedKeysNeedTheUser() {
    portal_->codes["BindShortcuts"] = 1;
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::NeedsUser, enough_ms);
    QVERIFY(!hotkeys.ask()->why().isEmpty());
    QVERIFY2(hotkeys.ask()->advice().contains("capture --ask"), qPrintable(hotkeys.ask()->advice()));
}

void PortalTest::oneRefusedKeyNeedsTheUser() {
    portal_->refuses << "read";
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.read()->state(), HotkeyState::NeedsUser, enough_ms);
    QCOMPARE(hotkeys.ask()->state(), HotkeyState::Bound);
}

void PortalTest::keysThatTheDesktopTakesBack() {
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::Bound, enough_ms);
    portal_->closeSession();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::NeedsUser, enough_ms);
}

void PortalTest::changedKeyBeginsANewSession() {
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::Bound, enough_ms);
    portal_->calls.clear();
    QVERIFY(hotkeys.set("ask", QKeySequence("Meta+Shift+F9")));
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::Bound, enough_ms);
    QCOMPARE(portal_->calls, (QStringList{"Close", "CreateSession", "BindShortcuts"}));
    QCOMPARE(portal_->closed, QStringList{session_path});
    QCOMPARE(portal_->bound.at(0).properties.value("preferred_trigger").toString(), "SHIFT+LOGO+F9");
}

void PortalTest::noPortalIsUnsupported() {
    server_.unregisterService(QLatin1String(portal_service));
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::Unsupported, enough_ms);
    QVERIFY2(hotkeys.ask()->advice().contains("capture --ask"), qPrintable(hotkeys.ask()->advice()));
}

void PortalTest::portalWithoutTheServiceIsUnsupported() {
    server_.unregisterObject(QLatin1String(portal_path), QDBusConnection::UnregisterTree);
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::Unsupported, enough_ms);
}

void PortalTest::silentPortalIsUnsupported() {
    portal_->answers = false;
    Settings settings(folder_->filePath("settings.ini"));
    Hotkeys hotkeys(std::make_unique<PortalHotkeys>(client_, 50), settings);
    hotkeys.start();
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys.ask()->state(), HotkeyState::Unsupported, enough_ms);
}

// ---- Screenshots
// ----------------------------------------------------------------------------------------------------

void PortalTest::pictureIsReadAndDeleted_data() {
    keysAreBoundTogether_data();
}

void PortalTest::pictureIsReadAndDeleted() {
    QFETCH(int, order);
    portal_->order = Portal::Order(order);
    portal_->picture = folder_->filePath("Screenshot from here é.png");
    QImage picture(37, 21, QImage::Format_RGB32);
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            picture.setPixel(x, y, qRgb(x * 5, y * 7, 99));
    QVERIFY(picture.save(portal_->picture));
    PortalGrabber grabber(client_);
    QVERIFY(grabber.choosesRegion());
    QSignalSpy grabbed(&grabber, &ScreenGrabber::grabbed);
    grabber.grab();
    grabber.grab();  // ignored
    QTRY_COMPARE_WITH_TIMEOUT(grabbed.count(), 1, enough_ms);
    QCOMPARE(portal_->calls.count("Screenshot"), 1);
    QCOMPARE(portal_->last_options.value("interactive").toBool(), true);
    const auto shots = grabbed.first().first().value<QList<Shot>>();
    QCOMPARE(shots.size(), 1);
    QCOMPARE(shots.first().px, picture);
    QVERIFY(!QFile::exists(portal_->picture));
    QVERIFY(portal_->closed.isEmpty());
}

void PortalTest::cancelledDialog() {
    portal_->codes["Screenshot"] = 1;
    PortalGrabber grabber(client_);
    QSignalSpy cancelled(&grabber, &ScreenGrabber::cancelled);
    QSignalSpy failed(&grabber, &ScreenGrabber::failed);
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(cancelled.count(), 1, enough_ms);
    grabber.grab();  // works again
    QTRY_COMPARE_WITH_TIMEOUT(cancelled.count(), 2, enough_ms);
    QCOMPARE(failed.count(), 0);
}

void PortalTest::refusedScreenshot() {
    portal_->codes["Screenshot"] = 2;
    PortalGrabber grabber(client_);
    QSignalSpy failed(&grabber, &ScreenGrabber::failed);
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, enough_ms);
    QVERIFY2(failed.first().first().toString().contains("did not allow"),
             qPrintable(failed.first().first().toString()));
}

void PortalTest::silentDialogTimesOut_data() {
    QTest::addColumn<bool>("replies");
    QTest::newRow("takes the request and is silent") << true;
    QTest::newRow("does not even take it") << false;
}

void PortalTest::silentDialogTimesOut() {
    QFETCH(bool, replies);
    portal_->answers = false;
    portal_->replies = replies;
    PortalGrabber grabber(client_, 100, 100);
    QSignalSpy failed(&grabber, &ScreenGrabber::failed);
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, enough_ms);
    QVERIFY2(failed.first().first().toString().contains("in time"),
             qPrintable(failed.first().first().toString()));
    QTRY_COMPARE_WITH_TIMEOUT(portal_->closed.size(), 1, enough_ms);  // its dialog goes
}

void PortalTest::lateAnswerIsDropped() {
    portal_->answers = false;
    PortalGrabber grabber(client_);
    QSignalSpy grabbed(&grabber, &ScreenGrabber::grabbed);
    QSignalSpy cancelled(&grabber, &ScreenGrabber::cancelled);
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(portal_->calls.count("Screenshot"), 1, enough_ms);
    grabber.cancel();
    QTRY_COMPARE_WITH_TIMEOUT(portal_->closed.size(), 1, enough_ms);
    portal_->respond(portal_->closed.first(), 0, {{"uri", "file:///nothing.png"}});
    portal_->answers = true;
    portal_->codes["Screenshot"] = 1;
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(cancelled.count(), 1, enough_ms);
    QCOMPARE(grabbed.count(), 0);
}

void PortalTest::damagedFileIsSaidAndDeleted() {
    portal_->picture = folder_->filePath("damaged.png");
    QFile file(portal_->picture);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("this is no picture");
    file.close();
    PortalGrabber grabber(client_);
    QSignalSpy failed(&grabber, &ScreenGrabber::failed);
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, enough_ms);
    QVERIFY(!QFile::exists(portal_->picture));
}

void PortalTest::remoteFileIsNotOpened() {
    PortalGrabber grabber(client_);
    QSignalSpy failed(&grabber, &ScreenGrabber::failed);
    portal_->answers = false;
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(portal_->calls.count("Screenshot"), 1, enough_ms);
    const QString token = portal_->last_options.value("handle_token").toString();
    portal_->respond(portalRequestPath(client_, token), 0, {{"uri", "https://example.org/a.png"}});
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, enough_ms);
}

void PortalTest::noPortalForScreenshots() {
    server_.unregisterService(QLatin1String(portal_service));
    PortalGrabber grabber(client_);
    QSignalSpy failed(&grabber, &ScreenGrabber::failed);
    grabber.grab();
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, enough_ms);
    QVERIFY2(failed.first().first().toString().contains("no portal"),
             qPrintable(failed.first().first().toString()));
}

}  // namespace sightline

int main(int argc, char** argv) {
    QProcess bus;
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    bus.start("dbus-daemon", {"--session", "--nofork", "--nopidfile", "--print-address=1"});
    if (bus.waitForStarted()) {
        while (!bus.canReadLine())
            if (!bus.waitForReadyRead(60'000)) return 1;
        qputenv("DBUS_SESSION_BUS_ADDRESS", bus.readLine().trimmed());
    }
    QGuiApplication application(argc, argv);
    QGuiApplication::setDesktopFileName("sightline");
    sightline::PortalTest test;
    const int result = QTest::qExec(&test, argc, argv);
    bus.kill();
    bus.waitForFinished();
    return result;
}

#include "portal_test.moc"
