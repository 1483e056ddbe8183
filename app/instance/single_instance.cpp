#include "app/instance/single_instance.h"

#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QStandardPaths>
#include <QTimer>
#include <utility>

#include "app/instance/peer_user.h"
#include "inference/console.h"

namespace sightline {

namespace {

constexpr int most_peers = 16;  // connected at a time

}  // namespace

InstanceCall::InstanceCall(InstanceRequest request, QLocalSocket* socket)
    : request_(std::move(request)), socket_(socket) {
    connect(socket, &QLocalSocket::disconnected, this, &InstanceCall::left);
}

InstanceCall::~InstanceCall() {
    if (!answered_)
        refuse(tr("The running Sightline does not know “%1”").arg(request_.verb.left(40)));
    else if (!ended_)
        finish(exit_failure, tr("The running Sightline gave up on it"));
}

void InstanceCall::take() {
    if (std::exchange(answered_, true)) return;
    send({InstanceReply::State::taken, 0, {}}, false);
}

void InstanceCall::refuse(const QString& sentence) {
    if (std::exchange(answered_, true)) return;
    ended_ = true;
    send({InstanceReply::State::refused, 0, sentence}, true);
}

void InstanceCall::finish(int code, const QString& text) {
    take();
    if (std::exchange(ended_, true)) return;
    send({InstanceReply::State::ended, code, text}, true);
}

void InstanceCall::send(const InstanceReply& reply, bool last) {
    auto* socket = qobject_cast<QLocalSocket*>(socket_);
    if (!socket) return;
    QByteArray frame = frameOf(reply);
    if (frame.isEmpty())  // a text too long for a frame: whoever wants it has the clipboard
        frame = frameOf(InstanceReply{reply.state, reply.code, {}});
    socket->write(frame);
    socket->flush();
    if (last) socket->disconnectFromServer();
}

QString instanceFolder() {
    // Empty, with a warning of Qt's, if it belongs to somebody else.
    return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
}

QString instanceSocket(const QString& folder) {
    return QDir(folder).filePath(QStringLiteral("sightline.socket"));
}

struct SingleInstance::Private {
    explicit Private(SingleInstance& instance) : q(instance) {}

    void accept();
    void receive(QLocalSocket* socket);

    SingleInstance& q;
    QString folder;
    int patience_ms = 0;
    std::unique_ptr<QLockFile> lock;
    QLocalServer server;
    QString problem;
};

SingleInstance::SingleInstance(const QString& folder, int patience_ms, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this)) {
    d->folder = folder;
    d->patience_ms = patience_ms;
    d->server.setSocketOptions(QLocalServer::UserAccessOption);
    d->server.setMaxPendingConnections(most_peers);
    connect(&d->server, &QLocalServer::newConnection, this, [this] { d->accept(); });
}

SingleInstance::~SingleInstance() {
    // Before the lock goes: the next one makes its own socket of this name.
    d->server.close();
}

QString SingleInstance::problem() const {
    return d->problem;
}

SingleInstance::Claim SingleInstance::claim() {
    if (d->folder.isEmpty()) {
        d->problem = tr("There is no folder for sockets that is the user's alone.");
        return Claim::impossible;
    }
    d->lock = std::make_unique<QLockFile>(QDir(d->folder).filePath(QStringLiteral("sightline.lock")));
    d->lock->setStaleLockTime(0);  // only a process that is gone leaves a stale one
    if (!d->lock->tryLock()) {
        if (d->lock->error() == QLockFile::LockFailedError) return Claim::second;
        d->problem = tr("The lock file in %1 cannot be written.").arg(d->folder);
        return Claim::impossible;
    }
    // Whoever has the lock may remove the socket that a killed process left over.
    QLocalServer::removeServer(instanceSocket(d->folder));
    if (d->server.listen(instanceSocket(d->folder))) return Claim::first;
    d->problem = tr("The socket in %1 cannot be made: %2").arg(d->folder, d->server.errorString());
    d->lock->unlock();
    return Claim::impossible;
}

void SingleInstance::Private::accept() {
    while (QLocalSocket* socket = server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        if (!peerIsThisUser(socket->socketDescriptor()) ||
            server.findChildren<QLocalSocket*>().size() > most_peers) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        socket->setReadBufferSize(frame_head + largest_frame);
        QTimer::singleShot(patience_ms, socket, [socket] {
            if (!socket->property("asked").toBool()) socket->abort();
        });
        connect(socket, &QLocalSocket::readyRead, &q, [this, socket] { receive(socket); });
        if (socket->bytesAvailable() > 0) receive(socket);
    }
}

void SingleInstance::Private::receive(QLocalSocket* socket) {
    if (socket->property("asked").toBool()) {
        socket->readAll();  // one request a connection
        return;
    }
    QByteArray received = socket->peek(frame_head + largest_frame);
    const Frame frame = takeFrame(received);
    if (frame.state == Frame::State::incomplete) return;
    socket->setProperty("asked", true);
    socket->readAll();
    if (frame.state == Frame::State::nonsense) return socket->abort();
    auto request = frame.state == Frame::State::complete ? requestFrom(frame.body) : std::nullopt;
    const auto call = std::make_shared<InstanceCall>(request.value_or(InstanceRequest{}), socket);
    if (frame.state == Frame::State::other_version)
        return call->refuse(tr("The running Sightline is of another version"));
    if (!request) return call->refuse(tr("The running Sightline did not understand the request"));
    Q_EMIT q.requested(call);
}

}  // namespace sightline
