#include "app/capture/hotkey_portal.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusPendingCall>
#include <QList>

#include "app/capture/key_names.h"
#include "app/capture/portal_request.h"

namespace sightline {

// As it travels: (sa{sv}).
struct PortalShortcut {
    QString id;
    QVariantMap properties;
};

static QDBusArgument& operator<<(QDBusArgument& out, const PortalShortcut& shortcut) {
    out.beginStructure();
    out << shortcut.id << shortcut.properties;
    out.endStructure();
    return out;
}

static const QDBusArgument& operator>>(const QDBusArgument& in, PortalShortcut& shortcut) {
    in.beginStructure();
    in >> shortcut.id >> shortcut.properties;
    in.endStructure();
    return in;
}

}  // namespace sightline

Q_DECLARE_METATYPE(sightline::PortalShortcut)
Q_DECLARE_METATYPE(QList<sightline::PortalShortcut>)

namespace sightline {

namespace {

constexpr char shortcuts_interface[] = "org.freedesktop.portal.GlobalShortcuts";
constexpr char session_interface[] = "org.freedesktop.portal.Session";

}  // namespace

PortalHotkeys::PortalHotkeys(const QDBusConnection& connection, int reply_ms)
    : connection_(connection), reply_ms_(reply_ms) {
    registerPortalTypes();
    qDBusRegisterMetaType<PortalShortcut>();
    qDBusRegisterMetaType<QList<PortalShortcut>>();
    soon_.setSingleShot(true);
    soon_.setInterval(0);
    connect(&soon_, &QTimer::timeout, this, &PortalHotkeys::openSession);
    if (!connection_.isConnected()) return;
    introduceToPortal(connection_);
    const QString service = QLatin1String(portal_service);
    const QString path = QLatin1String(portal_path);
    const QString interface = QLatin1String(shortcuts_interface);
    connection_.connect(service, path, interface, QStringLiteral("Activated"), this,
                        SLOT(takeActivated(QDBusObjectPath, QString, qulonglong, QVariantMap)));
    connection_.connect(service, path, interface, QStringLiteral("ShortcutsChanged"), this,
                        SLOT(takeShortcutsChanged(QDBusMessage)));
}

PortalHotkeys::~PortalHotkeys() {
    closeSession();
}

void PortalHotkeys::bind(const QString& id, const QKeySequence& sequence, const QString& description) {
    wanted_[id] = {sequence, description};
    soon_.start();
}

void PortalHotkeys::unbind(const QString& id) {
    if (wanted_.erase(id) > 0) soon_.start();
}

void PortalHotkeys::closeSession() {
    request_.reset();
    if (session_.isEmpty()) return;
    connection_.disconnect(QLatin1String(portal_service), session_, QLatin1String(session_interface),
                           QStringLiteral("Closed"), this, SLOT(takeClosed(QVariantMap)));
    connection_.asyncCall(QDBusMessage::createMethodCall(
        QLatin1String(portal_service), session_, QLatin1String(session_interface), QStringLiteral("Close")));
    session_.clear();
}

void PortalHotkeys::openSession() {
    closeSession();
    if (wanted_.empty()) return;
    const QString none = noKeysHere();
    if (!connection_.isConnected()) {
        tellAll(HotkeyState::Unsupported, none);
        return;
    }
    request_ = std::make_unique<PortalRequest>(connection_);
    connect(request_.get(), &PortalRequest::granted, this, [this](const QVariantMap& results) {
        // A string by the portal's description, an object path by what some portals send.
        const QVariant handle = results.value(QStringLiteral("session_handle"));
        session_ = handle.canConvert<QDBusObjectPath>() && !handle.value<QDBusObjectPath>().path().isEmpty()
                       ? handle.value<QDBusObjectPath>().path()
                       : handle.toString();
        connection_.connect(QLatin1String(portal_service), session_, QLatin1String(session_interface),
                            QStringLiteral("Closed"), this, SLOT(takeClosed(QVariantMap)));
        QMetaObject::invokeMethod(this, &PortalHotkeys::bindAll, Qt::QueuedConnection);
    });
    connect(request_.get(), &PortalRequest::denied, this,
            [this, none] { tellAll(HotkeyState::Unsupported, none); });
    connect(request_.get(), &PortalRequest::failed, this,
            [this, none] { tellAll(HotkeyState::Unsupported, none); });
    request_->call(QLatin1String(shortcuts_interface), QStringLiteral("CreateSession"), {},
                   {{QStringLiteral("session_handle_token"), portalToken()}}, reply_ms_, reply_ms_);
}

void PortalHotkeys::bindAll() {
    if (session_.isEmpty()) return;
    QList<PortalShortcut> shortcuts;
    for (const auto& [id, wanted] : wanted_) {
        PortalShortcut shortcut{id, {{QStringLiteral("description"), wanted.description}}};
        if (const QString trigger = portalTrigger(wanted.sequence); !trigger.isEmpty())
            shortcut.properties.insert(QStringLiteral("preferred_trigger"), trigger);
        shortcuts << shortcut;
    }
    request_ = std::make_unique<PortalRequest>(connection_);
    connect(request_.get(), &PortalRequest::granted, this, [this](const QVariantMap& results) {
        tellBound(results.value(QStringLiteral("shortcuts")), true);
    });
    connect(request_.get(), &PortalRequest::denied, this, [this] {
        tellAll(
            HotkeyState::NeedsUser,
            QCoreApplication::translate("Hotkeys", "The desktop asked about the key, and it was declined."));
    });
    connect(request_.get(), &PortalRequest::failed, this, [this] {
        tellAll(HotkeyState::Unsupported,
                QCoreApplication::translate("Hotkeys", "The desktop did not give the program its key."));
    });
    // The user may be reading what the desktop asks, so there is no limit from then on.
    request_->call(
        QLatin1String(shortcuts_interface), QStringLiteral("BindShortcuts"),
        {QVariant::fromValue(QDBusObjectPath(session_)), QVariant::fromValue(shortcuts), QString()}, {},
        reply_ms_, 0);
}

// `all`: what is not among them was refused.
void PortalHotkeys::tellBound(const QVariant& shortcuts, bool all) {
    std::map<QString, QVariantMap> bound;
    const auto list = qdbus_cast<QList<PortalShortcut>>(shortcuts);
    for (const PortalShortcut& shortcut : list)
        bound[shortcut.id] = shortcut.properties;
    std::vector<QString> ids;
    for (const auto& [id, wanted] : wanted_)
        ids.push_back(id);  // who hears of one may bind another
    for (const QString& id : ids) {
        if (const auto found = bound.find(id); found != bound.end())
            Q_EMIT stateChanged(id, HotkeyState::Bound,
                                found->second.value(QStringLiteral("trigger_description")).toString());
        else if (all)
            Q_EMIT stateChanged(
                id, HotkeyState::NeedsUser,
                QCoreApplication::translate("Hotkeys", "The desktop has not given this key to the program."));
    }
}

void PortalHotkeys::tellAll(HotkeyState state, const QString& why) {
    std::vector<QString> ids;
    for (const auto& [id, wanted] : wanted_)
        ids.push_back(id);
    for (const QString& id : ids)
        Q_EMIT stateChanged(id, state, why);
}

void PortalHotkeys::takeActivated(const QDBusObjectPath& session, const QString& id, qulonglong time,
                                  const QVariantMap& options) {
    Q_UNUSED(time);
    if (session.path() != session_ || !wanted_.contains(id)) return;
    Q_EMIT activated(id, options.value(QStringLiteral("activation_token")).toString());
}

void PortalHotkeys::takeShortcutsChanged(const QDBusMessage& message) {
    const QVariantList arguments = message.arguments();
    if (arguments.size() < 2 || qvariant_cast<QDBusObjectPath>(arguments.at(0)).path() != session_) return;
    tellBound(arguments.at(1), false);
}

// The portal has gone or was started anew, or the user took the keys away.
void PortalHotkeys::takeClosed(const QVariantMap& details) {
    Q_UNUSED(details);
    session_.clear();
    tellAll(HotkeyState::NeedsUser,
            QCoreApplication::translate("Hotkeys", "The desktop has taken the key back."));
}

}  // namespace sightline
