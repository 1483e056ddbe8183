// One call of the desktop portal, whose answer comes as a signal of an object named by the caller.
#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>

class QDBusPendingCallWatcher;

namespace sightline {

inline constexpr char portal_service[] = "org.freedesktop.portal.Desktop";
inline constexpr char portal_path[] = "/org/freedesktop/portal/desktop";

// A word for handle_token and session_handle_token that this process has not used before.
QString portalToken();
// The object that answers a request of `connection` made with `token`.
QString portalRequestPath(const QDBusConnection& connection, const QString& token);

// Must be called before the first signal with an object path is subscribed: QDBusConnection::connect refuses
// slots with a type that Qt has not registered, and says nothing.
void registerPortalTypes();

// Tells the portal who this is, which it wants to know of a program outside a sandbox. Once for each
// connection and before any other call on it; portals that are too old for it do not mind.
void introduceToPortal(QDBusConnection connection);

// GUI thread only; nothing waits. Subscribes before it calls, because the answer may come before the reply.
// Ends with exactly one of the signals, unless it is deleted before.
class PortalRequest : public QObject {
    Q_OBJECT

  public:
    explicit PortalRequest(const QDBusConnection& connection, QObject* parent = nullptr);
    ~PortalRequest() override;  // closes a request that is still open, and the dialog with it

    // `arguments` without the last one, which is `options` with the handle_token.
    // The portal has `reply_ms` to take the call and, from then on, `answer_ms` to answer it; 0 = for ever.
    void call(const QString& interface, const QString& member, QVariantList arguments, QVariantMap options,
              int reply_ms, int answer_ms);

  Q_SIGNALS:
    void granted(const QVariantMap& results);
    void denied();                        // by the user
    void failed(const QString& details);  // no portal, no such call, no answer; technical, in English

  private Q_SLOTS:
    void takeResponse(uint code, const QVariantMap& results);

  private:
    void takeReply(QDBusPendingCallWatcher* watcher);
    void subscribe(const QString& path);
    void unsubscribe();
    void end();

    QDBusConnection connection_;
    QString path_;
    QTimer limit_;
    int answer_ms_ = 0;
    bool open_ = false;
};

}  // namespace sightline
