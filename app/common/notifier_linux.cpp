// Notifications of freedesktop.org, by the session's D-Bus. The one file of app/ with Qt DBus.
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFile>
#include <QHash>
#include <QVariantMap>

#include "app/common/notifier.h"

namespace sightline {

namespace {

const auto service = QStringLiteral("org.freedesktop.Notifications");
const auto path = QStringLiteral("/org/freedesktop/Notifications");
constexpr int as_the_desktop_likes = -1;  // how long it is shown

// Asking for a bus where there is none would start one.
bool hasSession() {
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
           QFile::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus"));
}

// Where the desktop takes marks in texts they must not come from a title.
QString withoutMarks(const QString& text) {
    return QString(text).remove(QLatin1Char('<')).replace(QLatin1Char('&'), QLatin1Char('+')).simplified();
}

class DesktopNotifier : public Notifier {
    Q_OBJECT

  public:
    void show(const Notification& notification) override {
        if (!connectToBus()) return;
        const bool waits = wanted_.contains(notification.id);
        wanted_.insert(notification.id, {notification, ++last_});
        // Until the desktop has given it a number it cannot be replaced: what comes meanwhile is shown then.
        if (!waits) send(wanted_.value(notification.id));
    }

    void withdraw(const QString& id) override {
        if (wanted_.contains(id)) wanted_.insert(id, {});
        if (const uint number = numbers_.take(id); number != 0) close(number);
    }

  private Q_SLOTS:
    void onAction(uint number, const QString& action) {
        const QString id = numbers_.key(number);
        if (!id.isEmpty() && action == QLatin1String("default")) Q_EMIT activated(id, tokens_.take(number));
    }
    void onToken(uint number, const QString& token) { tokens_.insert(number, token); }
    void onClosed(uint number, uint) {
        tokens_.remove(number);
        numbers_.remove(numbers_.key(number));
    }

  private:
    bool connectToBus() {
        if (bus_) return bus_->isConnected();
        if (!hasSession()) return false;
        bus_ = std::make_unique<QDBusConnection>(QDBusConnection::sessionBus());
        if (!bus_->isConnected()) return false;
        bus_->connect(service, path, service, QStringLiteral("ActionInvoked"), this,
                      SLOT(onAction(uint, QString)));
        bus_->connect(service, path, service, QStringLiteral("ActivationToken"), this,
                      SLOT(onToken(uint, QString)));
        bus_->connect(service, path, service, QStringLiteral("NotificationClosed"), this,
                      SLOT(onClosed(uint, uint)));
        return true;
    }

    struct Wanted {
        Notification notification;
        quint64 order = 0;
    };

    void send(const Wanted& wanted) {
        const Notification& notification = wanted.notification;
        QDBusMessage call = QDBusMessage::createMethodCall(service, path, service, QStringLiteral("Notify"));
        call << QStringLiteral("Sightline") << numbers_.value(notification.id) << QStringLiteral("sightline")
             << withoutMarks(notification.title) << withoutMarks(notification.text)
             << QStringList{QStringLiteral("default"), tr("Open")}
             << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("sightline")},
                            {QStringLiteral("category"), QStringLiteral("im.received")}}
             << as_the_desktop_likes;
        auto* answer = new QDBusPendingCallWatcher(bus_->asyncCall(call), this);
        connect(answer, &QDBusPendingCallWatcher::finished, this,
                [this, answer, sent = wanted] { onAnswer(answer, sent); });
    }

    void onAnswer(QDBusPendingCallWatcher* answer, const Wanted& sent) {
        const QDBusPendingReply<uint> number = *answer;
        answer->deleteLater();
        const QString& id = sent.notification.id;
        const Wanted newest = wanted_.value(id);
        if (number.isError()) {  // nobody shows any
            wanted_.remove(id);
        } else if (newest.order == 0) {
            wanted_.remove(id);  // it was withdrawn meanwhile
            close(number.value());
        } else if (newest.order == sent.order) {
            numbers_.insert(id, number.value());
            wanted_.remove(id);
        } else {
            numbers_.insert(id, number.value());
            send(newest);
        }
    }

    void close(uint number) {
        QDBusMessage call =
            QDBusMessage::createMethodCall(service, path, service, QStringLiteral("CloseNotification"));
        call << number;
        bus_->asyncCall(call);
    }

    std::unique_ptr<QDBusConnection> bus_;
    QHash<QString, Wanted>
        wanted_;  // that the desktop has not confirmed yet: the newest of an id, or nothing
    quint64 last_ = 0;
    QHash<QString, uint> numbers_;  // of the desktop, of those that are shown
    QHash<uint, QString> tokens_;
};

}  // namespace

std::unique_ptr<Notifier> makeNotifier() {
    return std::make_unique<DesktopNotifier>();
}

}  // namespace sightline

#include "notifier_linux.moc"
