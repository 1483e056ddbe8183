// Global keys of a Wayland session: the portal's GlobalShortcuts. The desktop owns the keys; ours are
// proposals.
#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QTimer>
#include <QVariantMap>
#include <map>
#include <memory>
#include <vector>

#include "app/capture/hotkey_backend.h"

namespace sightline {

class PortalRequest;

// All keys are bound together, by one session: a portal may ask the user about each binding. A key that
// changes begins a new session.
class PortalHotkeys : public HotkeyBackend {
    Q_OBJECT

  public:
    explicit PortalHotkeys(const QDBusConnection& connection = QDBusConnection::sessionBus(),
                           int reply_ms = 15'000);
    ~PortalHotkeys() override;

    void bind(const QString& id, const QKeySequence& sequence, const QString& description) override;
    void unbind(const QString& id) override;
    bool desktopOwnsKeys() const override { return true; }

  private Q_SLOTS:
    void takeActivated(const QDBusObjectPath& session, const QString& id, qulonglong time,
                       const QVariantMap& options);
    void takeShortcutsChanged(const QDBusMessage& message);
    void takeClosed(const QVariantMap& details);

  private:
    struct Wanted {
        QKeySequence sequence;
        QString description;
    };

    void openSession();
    void bindAll();
    void closeSession();
    void tellBound(const QVariant& shortcuts, bool all);
    void tellAll(HotkeyState state, const QString& why);

    QDBusConnection connection_;
    const int reply_ms_;
    std::map<QString, Wanted> wanted_;
    QTimer soon_;  // so that keys bound in a row share one session
    QString session_;
    std::unique_ptr<PortalRequest> request_;
};

}  // namespace sightline
