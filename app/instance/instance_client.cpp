#include "app/instance/instance_client.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QLocalSocket>
#include <QThread>
#include <algorithm>

#include "app/instance/peer_user.h"
#include "app/instance/single_instance.h"

namespace sightline {

namespace {

constexpr int look_again_ms = 20;  // for a socket that is not there yet
constexpr int ask_again_ms = 100;  // whether the user gave up

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sightline::InstanceClient)
};

}  // namespace

struct InstanceClient::Private {
    // The next reply; empty when the time is over or the connection ended.
    std::optional<InstanceReply> next(int patience_ms, Frame::State& last);

    QString folder;
    QLocalSocket socket;
    QByteArray received;
};

InstanceClient::InstanceClient(const QString& folder) : d(std::make_unique<Private>()) {
    d->folder = folder;
}

InstanceClient::~InstanceClient() = default;

HandOver InstanceClient::send(const InstanceRequest& request, int appears_ms, int patience_ms) {
    const QByteArray frame = frameOf(request);
    if (frame.isEmpty()) return {HandOver::State::refused, Words::tr("The request is too long")};
    if (d->folder.isEmpty()) return {HandOver::State::absent, Words::tr("Sightline is not running")};
    QElapsedTimer clock;
    clock.start();
    while (true) {
        d->socket.connectToServer(instanceSocket(d->folder));
        if (d->socket.waitForConnected(patience_ms)) break;
        d->socket.abort();
        if (clock.elapsed() >= appears_ms)
            return {HandOver::State::absent, Words::tr("Sightline is not running")};
        QThread::msleep(look_again_ms);
    }
    if (!peerIsThisUser(d->socket.socketDescriptor())) {
        d->socket.abort();
        return {HandOver::State::refused, Words::tr("Another user's program answers in place of Sightline")};
    }
    d->socket.write(frame);
    Frame::State last = Frame::State::incomplete;
    const auto reply = d->next(patience_ms, last);
    if (last == Frame::State::other_version)
        return {HandOver::State::refused, Words::tr("The running Sightline is of another version")};
    if (!reply)
        return {HandOver::State::silent, Words::tr("Sightline is running already, but does not answer")};
    if (reply->state == InstanceReply::State::refused) return {HandOver::State::refused, reply->text};
    return {HandOver::State::taken, {}};
}

std::optional<InstanceReply> InstanceClient::waitForEnd(const std::function<bool()>& given_up) {
    while (!given_up()) {
        Frame::State last = Frame::State::incomplete;
        const auto reply = d->next(ask_again_ms, last);
        if (reply) return reply;
        if (last != Frame::State::incomplete || d->socket.state() != QLocalSocket::ConnectedState) break;
    }
    d->socket.abort();
    return std::nullopt;
}

std::optional<InstanceReply> InstanceClient::Private::next(int patience_ms, Frame::State& last) {
    QElapsedTimer clock;
    clock.start();
    while (true) {
        received += socket.read(frame_head + largest_frame);
        const Frame frame = takeFrame(received);
        last = frame.state;
        if (frame.state == Frame::State::complete) {
            const auto reply = replyFrom(frame.body);
            if (!reply) last = Frame::State::nonsense;
            return reply;
        }
        if (frame.state != Frame::State::incomplete) return std::nullopt;
        const auto left = patience_ms - clock.elapsed();
        if (left <= 0 || (!socket.waitForReadyRead(static_cast<int>(left)) && socket.bytesAvailable() == 0))
            return std::nullopt;
    }
}

InstanceRequest requestOfThisProcess(const QString& verb, const QStringList& arguments) {
    QString token = qEnvironmentVariable("XDG_ACTIVATION_TOKEN");
    if (token.isEmpty()) token = qEnvironmentVariable("DESKTOP_STARTUP_ID");
    return {verb, arguments, QDir::currentPath(), token};
}

}  // namespace sightline
