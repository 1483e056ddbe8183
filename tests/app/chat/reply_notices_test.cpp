// A long reply that ended unseen is told by the desktop: over a real D-Bus of its own, to a service that does
// what a desktop's does.
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>

#include "app/common/notifier.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

class NotificationService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

  public:
    struct Told {
        uint number = 0;
        uint replaces = 0;
        QString program;
        QString title;
        QString text;
    };
    std::vector<Told> told;
    std::vector<uint> closed;

  public Q_SLOTS:
    uint Notify(const QString& program, uint replaces, const QString&, const QString& title,
                const QString& text, const QStringList&, const QVariantMap&, int) {
        const uint number = replaces != 0 ? replaces : static_cast<uint>(told.size()) + 40;
        told.push_back({number, replaces, program, title, text});
        return number;
    }
    void CloseNotification(uint number) {
        closed.push_back(number);
        Q_EMIT NotificationClosed(number, 3);
    }

  Q_SIGNALS:
    void ActionInvoked(uint number, const QString& action);
    void ActivationToken(uint number, const QString& token);
    void NotificationClosed(uint number, uint reason);
};

class ReplyNoticesTest : public QObject {
    Q_OBJECT

    QProcess bus;
    std::unique_ptr<NotificationService> desktop;
    std::unique_ptr<Notifier> notifier;
    std::unique_ptr<ChatFixture> f;
    bool active = true;

    void restart(double long_seconds) {
        f->restart();
        notifier = makeNotifier();
        f->chat->setNotifier(
            *notifier, [this] { return active; }, long_seconds);
    }
    bool told(std::size_t count) {
        return QTest::qWaitFor([this, count] { return desktop->told.size() == count; }, enough_ms);
    }
    // A question whose conversation is left before the reply has begun. Returns the conversation.
    QString askAndLeave(const QString& question) {
        f->ask(question);
        const QString id = f->chat->conversationId();
        f->chat->newConversation();
        return id;
    }
    // All that was sent before has arrived when this returns: the bus keeps the order.
    void nothingMoreComes() {
        QDBusMessage ping =
            QDBusMessage::createMethodCall("org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                                           "org.freedesktop.DBus.Peer", "Ping");
        const QDBusPendingCall answer = QDBusConnection::sessionBus().asyncCall(ping);
        QVERIFY(QTest::qWaitFor([&] { return answer.isFinished(); }, enough_ms));
    }

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void hiddenConversation();
    void windowThatIsNotActive();
    void nothingToTell();
    void clickOpensTheConversation();
    void seenNoticesGo();
    void laterReplyReplacesTheNotice();
    void unkeptConversationIsNotNamed();
};

void ReplyNoticesTest::initTestCase() {
    const QString daemon = QStandardPaths::findExecutable("dbus-daemon");
    if (daemon.isEmpty()) QSKIP("dbus-daemon is not installed");
    bus.start(daemon, {"--session", "--nofork", "--nopidfile", "--print-address=1"});
    QVERIFY(bus.waitForReadyRead(enough_ms));
    const QByteArray address = bus.readLine().trimmed();
    qputenv("DBUS_SESSION_BUS_ADDRESS", address);
    QDBusConnection connection = QDBusConnection::connectToBus(QString::fromLatin1(address), "desktop");
    QVERIFY(connection.isConnected());
    desktop = std::make_unique<NotificationService>();
    QVERIFY(connection.registerObject("/org/freedesktop/Notifications", desktop.get(),
                                      QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(connection.registerService("org.freedesktop.Notifications"));
}

void ReplyNoticesTest::init() {
    desktop->told.clear();
    desktop->closed.clear();
    active = true;
    f = std::make_unique<ChatFixture>(test_paths::scriptedInference());
    f->keeps_history = true;
    restart(0);
    QVERIFY(f->becomesReady());
}

void ReplyNoticesTest::cleanup() {
    f.reset();
    notifier.reset();
}

void ReplyNoticesTest::cleanupTestCase() {
    QDBusConnection::disconnectFromBus("desktop");
    bus.kill();
    bus.waitForFinished();
}

void ReplyNoticesTest::hiddenConversation() {
    askAndLeave("say 3");
    QVERIFY(told(1));
    const NotificationService::Told& notice = desktop->told.front();
    QCOMPARE(notice.program, QString("Sightline"));
    QCOMPARE(notice.title, QString("say 3"));
    QVERIFY(!notice.text.isEmpty());
    // What was said is nobody's business but the window's; and a title is text.
    QVERIFY(!notice.text.contains("w1"));
    f->ask("<b>a & b</b>");
    f->chat->newConversation();
    QVERIFY(told(2));
    QCOMPARE(desktop->told.back().title, QString("b>a + b/b>"));
}

void ReplyNoticesTest::windowThatIsNotActive() {
    active = false;
    f->ask("say 3");
    QVERIFY(f->becomesIdle());
    QVERIFY(told(1));
    f->ask("surprise");  // fails
    QVERIFY(f->becomesIdle());
    QVERIFY(told(2));
    QVERIFY(desktop->told[0].text != desktop->told[1].text);
}

void ReplyNoticesTest::nothingToTell() {
    f->ask("say 3");  // seen
    QVERIFY(f->becomesIdle());
    active = false;
    f->ask("forever");  // stopped
    QTRY_VERIFY_WITH_TIMEOUT(!f->lastText().isEmpty(), enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    f->settings->setNotifiesOfReplies(false);
    f->ask("say 3");  // not wanted
    QVERIFY(f->becomesIdle());
    f->settings->setNotifiesOfReplies(true);
    restart(10);
    QVERIFY(f->becomesReady());
    f->ask("say 3");  // quick
    QVERIFY(f->becomesIdle());
    nothingMoreComes();
    QCOMPARE(desktop->told.size(), std::size_t{0});
}

void ReplyNoticesTest::clickOpensTheConversation() {
    const QString first = askAndLeave("say 3");
    QVERIFY(told(1));
    nothingMoreComes();  // the answer has come back
    QSignalSpy wanted(f->chat.get(), &ChatController::windowWanted);
    const uint number = desktop->told.front().number;
    Q_EMIT desktop->ActionInvoked(number + 1, "default");  // another program's
    Q_EMIT desktop->ActivationToken(number, "let it come");
    Q_EMIT desktop->ActionInvoked(number, "default");
    QTRY_COMPARE_WITH_TIMEOUT(wanted.size(), 1, enough_ms);
    QCOMPARE(wanted.front().front().toString(), QString("let it come"));
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->conversationId(), first, enough_ms);
}

void ReplyNoticesTest::seenNoticesGo() {
    const QString first = askAndLeave("say 3");
    QVERIFY(told(1));
    nothingMoreComes();
    active = false;
    f->chat->openConversation(first);
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->conversationId(), first, enough_ms);
    nothingMoreComes();
    QVERIFY(desktop->closed.empty());  // open, but nobody looks
    active = true;
    f->chat->windowLooked();
    QTRY_COMPARE_WITH_TIMEOUT(desktop->closed.size(), std::size_t{1}, enough_ms);
    QCOMPARE(desktop->closed.front(), desktop->told.front().number);
}

void ReplyNoticesTest::laterReplyReplacesTheNotice() {
    active = false;
    f->ask("say 3");
    QVERIFY(told(1));
    nothingMoreComes();
    f->ask("say 2");
    QVERIFY(told(2));
    QCOMPARE(desktop->told.back().replaces, desktop->told.front().number);
}

void ReplyNoticesTest::unkeptConversationIsNotNamed() {
    active = false;
    f->chat->setTemporary(true);
    f->ask("say 3");
    QVERIFY(told(1));
    QCOMPARE(desktop->told.front().title, QString("Sightline"));
}

QTEST_MAIN(ReplyNoticesTest)
#include "reply_notices_test.moc"
