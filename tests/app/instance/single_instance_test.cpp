// One program a user: what a second start hands over, and what becomes of everything else that may sit at
// either end of the socket. Other processes are this program again, told by SIGHTLINE_TEST_ROLE what to be.
#include "app/instance/single_instance.h"

#include <unistd.h>

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>
#include <csignal>
#include <cstdio>
#include <thread>

#include "app/instance/instance_client.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 60'000;  // a limit for machines that do other work, never a wait

InstanceRequest anyRequest() {
    return {QStringLiteral("open"),
            {QStringLiteral("a b.png"), QStringLiteral("发票?")},
            QStringLiteral("/tmp"),
            QStringLiteral("token")};
}

// Claims, says on standard output what it is, and answers: "open" with its words, "hang" never.
int beFirst(const QString& folder) {
    SingleInstance instance(folder);
    std::vector<InstanceCallRef> kept;
    QObject::connect(&instance, &SingleInstance::requested, [&kept](const InstanceCallRef& call) {
        if (call->request().verb == QLatin1String("hang")) {
            call->take();
            kept.push_back(call);
        } else if (call->request().verb == QLatin1String("open")) {
            call->finish(7, call->request().folder + QLatin1Char('|') +
                                call->request().arguments.join(QLatin1Char('|')));
        }
    });
    const bool first = instance.claim() == SingleInstance::Claim::first;
    std::puts(first ? "first" : "not first");
    std::fflush(stdout);
    return first ? QCoreApplication::exec() : 1;
}

// 0 = hung up on without a word.
int beStranger(const QString& folder) {
    QLocalSocket socket;
    socket.connectToServer(instanceSocket(folder));
    if (!socket.waitForConnected(enough_ms)) return 3;
    socket.write(frameOf(anyRequest()));
    socket.waitForReadyRead(enough_ms);
    return socket.bytesAvailable() > 0 ? 1 : 0;
}

class OtherProcess : public QProcess {
  public:
    OtherProcess(const QString& role, const QString& folder) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SIGHTLINE_TEST_ROLE"), role);
        environment.insert(QStringLiteral("SIGHTLINE_TEST_FOLDER"), folder);
        setProcessEnvironment(environment);
        setProgram(QCoreApplication::applicationFilePath());
    }
    ~OtherProcess() override {
        kill();
        waitForFinished();
    }
    QByteArray says() {
        start();
        return waitForReadyRead(enough_ms) ? readLine().trimmed() : QByteArray();
    }
};

// Something that listens there and is no Sightline.
class Impostor {
  public:
    Impostor(const QString& folder, QByteArray answer) : answer_(std::move(answer)) {
        QObject::connect(&server_, &QLocalServer::newConnection, &server_, [this] {
            QLocalSocket* socket = server_.nextPendingConnection();
            if (!answer_.isEmpty()) socket->write(answer_);
        });
        if (!server_.listen(instanceSocket(folder))) qFatal("the impostor cannot listen");
    }

  private:
    QLocalServer server_;
    QByteArray answer_;
};

// While the event loop of this thread runs, which is that of the other end.
HandOver sent(const QString& folder, const InstanceRequest& request, int patience_ms = enough_ms) {
    HandOver result;
    std::atomic<bool> done = false;
    std::thread thread([&] {
        result = InstanceClient(folder).send(request, 0, patience_ms);
        done = true;
    });
    if (!QTest::qWaitFor([&] { return done.load(); }, enough_ms)) qFatal("send does not return");
    thread.join();
    return result;
}

}  // namespace

class SingleInstanceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void frameComesInAnyPieces() {
        const QByteArray whole = frameOf(anyRequest());
        for (qsizetype size = 0; size < whole.size(); ++size) {
            QByteArray part = whole.left(size);
            QCOMPARE(takeFrame(part).state, Frame::State::incomplete);
            QCOMPARE(part.size(), size);
        }
        QByteArray two = whole + whole.left(5);
        const Frame frame = takeFrame(two);
        QCOMPARE(frame.state, Frame::State::complete);
        QCOMPARE(two, whole.left(5));
        QVERIFY(requestFrom(frame.body) == anyRequest());
    }

    void badFramesAreKnownAtOnce() {
        QByteArray nonsense("GE");
        QCOMPARE(takeFrame(nonsense).state, Frame::State::nonsense);
        QByteArray huge = frameOf(anyRequest()).left(frame_head);
        qToBigEndian<quint32>(largest_frame + 1, huge.data() + 6);
        QCOMPARE(takeFrame(huge).state, Frame::State::nonsense);
        QByteArray newer = frameOf(anyRequest()).left(frame_head);
        qToBigEndian<quint16>(instance_version + 1, newer.data() + 4);
        QCOMPARE(takeFrame(newer).state, Frame::State::other_version);
        QVERIFY(frameOf(InstanceRequest{"open", {QString(largest_frame, 'x')}, "/", {}}).isEmpty());
    }

    void bodiesAreChecked_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("no verb") << QByteArray(R"({"arguments":[],"folder":"/","token":""})");
        QTest::newRow("number") << QByteArray(R"({"verb":1,"arguments":[],"folder":"/","token":""})");
        QTest::newRow("words") << QByteArray(R"({"verb":"open","arguments":"a","folder":"/","token":""})");
        QTest::newRow("word") << QByteArray(R"({"verb":"open","arguments":[1],"folder":"/","token":""})");
        QTest::newRow("deep") << QByteArray(100'000, '[');
    }
    void bodiesAreChecked() {
        QFETCH(const QByteArray, body);
        QVERIFY(!requestFrom(body));
        QVERIFY(!replyFrom(body));
    }

    void secondStartHandsOver() {
        OtherProcess first(QStringLiteral("first"), folder_->path());
        QCOMPARE(first.says(), QByteArray("first"));
        SingleInstance second(folder_->path());
        QCOMPARE(second.claim(), SingleInstance::Claim::second);

        InstanceClient client(folder_->path());
        QCOMPARE(client.send(anyRequest()).state, HandOver::State::taken);
        const auto end = client.waitForEnd([] { return false; });
        QVERIFY(end);
        QCOMPARE(end->code, 7);
        QCOMPARE(end->text, QStringLiteral("/tmp|a b.png|发票?"));

        InstanceClient other(folder_->path());
        const HandOver unknown = other.send({QStringLiteral("dance"), {}, QStringLiteral("/"), {}});
        QCOMPARE(unknown.state, HandOver::State::refused);
        QVERIFY(unknown.problem.contains(QStringLiteral("dance")));
    }

    // Of a killed process lock and socket stay; the next one takes their place and is reached.
    void killedProcessIsReplaced() {
        {
            OtherProcess killed(QStringLiteral("first"), folder_->path());
            QCOMPARE(killed.says(), QByteArray("first"));
            ::kill(static_cast<pid_t>(killed.processId()), SIGKILL);
            QVERIFY(killed.waitForFinished(enough_ms));
        }
        QVERIFY(QFile::exists(instanceSocket(folder_->path())));
        QCOMPARE(sent(folder_->path(), anyRequest()).state, HandOver::State::absent);
        OtherProcess next(QStringLiteral("first"), folder_->path());
        QCOMPARE(next.says(), QByteArray("first"));
        QCOMPARE(InstanceClient(folder_->path()).send(anyRequest()).state, HandOver::State::taken);
    }

    void endOfTheFirstIsSeen() {
        OtherProcess first(QStringLiteral("first"), folder_->path());
        QCOMPARE(first.says(), QByteArray("first"));
        InstanceClient client(folder_->path());
        QCOMPARE(client.send({QStringLiteral("hang"), {}, QStringLiteral("/"), {}}).state,
                 HandOver::State::taken);
        int asked = 0;
        QVERIFY(!client.waitForEnd([&] {
            if (++asked == 2) first.kill();
            return false;
        }));
    }

    void stoppedProcessIsSilent() {
        OtherProcess first(QStringLiteral("first"), folder_->path());
        QCOMPARE(first.says(), QByteArray("first"));
        ::kill(static_cast<pid_t>(first.processId()), SIGSTOP);
        const HandOver end = InstanceClient(folder_->path()).send(anyRequest(), 0, 200);
        QCOMPARE(end.state, HandOver::State::silent);
        QVERIFY(end.problem.contains(QStringLiteral("does not answer")));
    }

    void impostorsAreNotBelieved_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("state");
        QByteArray newer = frameOf(InstanceReply{InstanceReply::State::taken, 0, {}});
        qToBigEndian<quint16>(instance_version + 1, newer.data() + 4);
        QTest::newRow("nothing") << QByteArray() << int(HandOver::State::silent);
        QTest::newRow("nonsense") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << int(HandOver::State::silent);
        QTest::newRow("half a frame") << frameOf(anyRequest()).left(20) << int(HandOver::State::silent);
        QTest::newRow("a request") << frameOf(anyRequest()) << int(HandOver::State::silent);
        QTest::newRow("other version") << newer << int(HandOver::State::refused);
    }
    void impostorsAreNotBelieved() {
        QFETCH(const QByteArray, answer);
        QFETCH(const int, state);
        const Impostor impostor(folder_->path(), answer);
        const HandOver end = sent(folder_->path(), anyRequest(), 300);
        QCOMPARE(int(end.state), state);
        QVERIFY(!end.problem.isEmpty());
    }

    void peersThatSayNothingOrNonsenseAreHungUpOn_data() {
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("half a frame") << frameOf(anyRequest()).left(15);
        QTest::newRow("nonsense") << QByteArray("hello?");
        QByteArray huge = frameOf(anyRequest()).left(frame_head);
        qToBigEndian<quint32>(0xffffffff, huge.data() + 6);
        QTest::newRow("more than there may be") << huge + QByteArray(1'000'000, 'x');
    }
    void peersThatSayNothingOrNonsenseAreHungUpOn() {
        QFETCH(const QByteArray, words);
        SingleInstance first(folder_->path(), 100);
        QCOMPARE(first.claim(), SingleInstance::Claim::first);
        QSignalSpy requested(&first, &SingleInstance::requested);
        QLocalSocket peer;
        QSignalSpy hung_up(&peer, &QLocalSocket::disconnected);
        peer.connectToServer(instanceSocket(folder_->path()));
        QVERIFY(peer.waitForConnected(enough_ms));
        peer.write(words);
        QVERIFY(!hung_up.isEmpty() || hung_up.wait(enough_ms));
        QCOMPARE(requested.count(), 0);
        // And it still works for others.
        connect(&first, &SingleInstance::requested, this, [](const InstanceCallRef& call) { call->take(); });
        QCOMPARE(sent(folder_->path(), anyRequest()).state, HandOver::State::taken);
    }

    void otherVersionIsToldSo() {
        SingleInstance first(folder_->path());
        QCOMPARE(first.claim(), SingleInstance::Claim::first);
        QLocalSocket peer;
        peer.connectToServer(instanceSocket(folder_->path()));
        QVERIFY(peer.waitForConnected(enough_ms));
        QByteArray older = frameOf(anyRequest());
        qToBigEndian<quint16>(instance_version + 1, older.data() + 4);
        peer.write(older);
        QVERIFY(QTest::qWaitFor([&] { return peer.bytesAvailable() > frame_head; }, enough_ms));
        QByteArray received = peer.readAll();
        const auto reply = replyFrom(takeFrame(received).body);
        QVERIFY(reply && reply->state == InstanceReply::State::refused);
        QVERIFY(reply->text.contains(QStringLiteral("version")));
    }

    void receiverSeesThatNobodyWaits() {
        SingleInstance first(folder_->path());
        QCOMPARE(first.claim(), SingleInstance::Claim::first);
        InstanceCallRef call;
        bool left = false;
        connect(&first, &SingleInstance::requested, this, [&](const InstanceCallRef& one) {
            connect(one.get(), &InstanceCall::left, this, [&left] { left = true; });
            one->take();
            call = one;
        });
        QCOMPARE(sent(folder_->path(), anyRequest()).state, HandOver::State::taken);
        QVERIFY(QTest::qWaitFor([&] { return left; }, enough_ms));
        call->finish(0, QStringLiteral("to nobody"));
    }

    void socketIsTheUsersAlone() {
        SingleInstance first(folder_->path());
        QCOMPARE(first.claim(), SingleInstance::Claim::first);
        QSignalSpy requested(&first, &SingleInstance::requested);
        const QFile::Permissions rights = QFile::permissions(instanceSocket(folder_->path()));
        QVERIFY(!(rights & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
        if (geteuid() != 0) QSKIP("only root can be two users");
        // Even where folder and socket were opened for everybody.
        QVERIFY(QFile::setPermissions(folder_->path(), QFile::Permissions(0x7777)));
        QVERIFY(QFile::setPermissions(instanceSocket(folder_->path()), QFile::Permissions(0x7777)));
        OtherProcess stranger(QStringLiteral("stranger"), folder_->path());
        stranger.setChildProcessModifier([] {
            if (setgid(65534) != 0 || setuid(65534) != 0) _exit(9);
        });
        stranger.start();
        QVERIFY(QTest::qWaitFor([&] { return stranger.state() == QProcess::NotRunning; }, enough_ms));
        QCOMPARE(stranger.exitCode(), 0);
        QCOMPARE(requested.count(), 0);
    }

    void withoutAFolderItIsImpossible() {
        SingleInstance nowhere{QString()};
        QCOMPARE(nowhere.claim(), SingleInstance::Claim::impossible);
        QVERIFY(!nowhere.problem().isEmpty());
        SingleInstance missing(folder_->filePath(QStringLiteral("missing")));
        QCOMPARE(missing.claim(), SingleInstance::Claim::impossible);
        // A name that is too long for a socket.
        const QString deep = folder_->filePath(QString(120, 'd'));
        QVERIFY(QDir().mkpath(deep));
        SingleInstance too_long(deep);
        QCOMPARE(too_long.claim(), SingleInstance::Claim::impossible);
        QCOMPARE(sent({}, anyRequest()).state, HandOver::State::absent);
    }

  private:
    std::unique_ptr<QTemporaryDir> folder_;
};

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const QString folder = qEnvironmentVariable("SIGHTLINE_TEST_FOLDER");
    const QString role = qEnvironmentVariable("SIGHTLINE_TEST_ROLE");
    if (role == QLatin1String("first")) return beFirst(folder);
    if (role == QLatin1String("stranger")) return beStranger(folder);
    SingleInstanceTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "single_instance_test.moc"
