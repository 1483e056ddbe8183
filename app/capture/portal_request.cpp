#include "app/capture/portal_request.h"

#include <QCoreApplication>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCall>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QSet>

namespace sightline {

namespace {

constexpr char request_interface[] = "org.freedesktop.portal.Request";

}  // namespace

QString portalToken() {
    static int last = 0;
    return QStringLiteral("sightline_%1_%2").arg(QCoreApplication::applicationPid()).arg(++last);
}

QString portalRequestPath(const QDBusConnection& connection, const QString& token) {
    QString sender = connection.baseService().mid(1);
    sender.replace(QLatin1Char('.'), QLatin1Char('_'));
    return QStringLiteral("%1/request/%2/%3").arg(QLatin1String(portal_path), sender, token);
}

void registerPortalTypes() {
    qRegisterMetaType<QDBusObjectPath>();
}

void introduceToPortal(QDBusConnection connection) {
    static QSet<QString> known;
    if (known.contains(connection.baseService())) return;
    known.insert(connection.baseService());
    QDBusMessage message = QDBusMessage::createMethodCall(
        QLatin1String(portal_service), QLatin1String(portal_path),
        QStringLiteral("org.freedesktop.host.portal.Registry"), QStringLiteral("Register"));
    message << QGuiApplication::desktopFileName() << QVariantMap();
    // Calls of one connection arrive in their order, so there is no need to wait for this one.
    connection.asyncCall(message);
}

PortalRequest::PortalRequest(const QDBusConnection& connection, QObject* parent)
    : QObject(parent), connection_(connection) {
    limit_.setSingleShot(true);
    connect(&limit_, &QTimer::timeout, this, [this] {
        end();
        Q_EMIT failed(QStringLiteral("no answer"));
    });
}

PortalRequest::~PortalRequest() {
    end();
}

void PortalRequest::call(const QString& interface, const QString& member, QVariantList arguments,
                         QVariantMap options, int reply_ms, int answer_ms) {
    const QString token = portalToken();
    subscribe(portalRequestPath(connection_, token));
    options.insert(QStringLiteral("handle_token"), token);
    arguments << options;
    QDBusMessage message = QDBusMessage::createMethodCall(QLatin1String(portal_service),
                                                          QLatin1String(portal_path), interface, member);
    message.setArguments(arguments);
    open_ = true;
    answer_ms_ = answer_ms;
    // The limit is the timer's, which also counts while the portal is being started.
    auto* watcher = new QDBusPendingCallWatcher(connection_.asyncCall(message, 2 * reply_ms), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, &PortalRequest::takeReply);
    if (reply_ms > 0) limit_.start(reply_ms);
}

void PortalRequest::takeReply(QDBusPendingCallWatcher* watcher) {
    watcher->deleteLater();
    if (!open_) return;  // the answer was faster
    const QDBusPendingReply<QDBusObjectPath> reply = *watcher;
    if (reply.isError()) {
        open_ = false;
        end();
        Q_EMIT failed(reply.error().name() + QLatin1String(": ") + reply.error().message());
        return;
    }
    // Portals before 0.9 named the object themselves.
    if (const QString path = reply.value().path(); path != path_) {
        unsubscribe();
        subscribe(path);
    }
    if (answer_ms_ > 0)
        limit_.start(answer_ms_);
    else
        limit_.stop();
}

void PortalRequest::takeResponse(uint code, const QVariantMap& results) {
    if (!open_) return;
    open_ = false;  // who has answered has also closed
    end();
    if (code == 0)
        Q_EMIT granted(results);
    else if (code == 1)
        Q_EMIT denied();
    else
        Q_EMIT failed(QStringLiteral("the portal ended the request"));
}

void PortalRequest::subscribe(const QString& path) {
    path_ = path;
    connection_.connect(QLatin1String(portal_service), path_, QLatin1String(request_interface),
                        QStringLiteral("Response"), this, SLOT(takeResponse(uint, QVariantMap)));
}

void PortalRequest::unsubscribe() {
    if (path_.isEmpty()) return;
    connection_.disconnect(QLatin1String(portal_service), path_, QLatin1String(request_interface),
                           QStringLiteral("Response"), this, SLOT(takeResponse(uint, QVariantMap)));
}

void PortalRequest::end() {
    limit_.stop();
    unsubscribe();
    if (open_)
        connection_.asyncCall(QDBusMessage::createMethodCall(
            QLatin1String(portal_service), path_, QLatin1String(request_interface), QStringLiteral("Close")));
    open_ = false;
    path_.clear();
}

}  // namespace sightline
