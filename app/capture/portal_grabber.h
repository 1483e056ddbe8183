// A picture from the desktop's own screenshot dialog: the only way in a Wayland session.
#pragma once

#include <QDBusConnection>
#include <memory>

#include "app/capture/screen_capture.h"
#include "app/common/background_tasks.h"

namespace sightline {

class PortalRequest;

// Asks the desktop, whose dialog lets the user choose. Its file is read and deleted.
class PortalGrabber : public ScreenGrabber {
    Q_OBJECT

  public:
    // The portal has `reply_ms` to take the request; the user then has `answer_ms` to choose, because a
    // dialog that has gone without an answer must not block the next capture for ever.
    explicit PortalGrabber(const QDBusConnection& connection = QDBusConnection::sessionBus(),
                           int reply_ms = 15'000, int answer_ms = 120'000);
    ~PortalGrabber() override;
    void grab() override;
    void cancel() override;
    bool choosesRegion() const override { return true; }

  private:
    void read(const QString& uri);

    QDBusConnection connection_;
    const int reply_ms_;
    const int answer_ms_;
    quint64 grab_ = 0;  // number of the one under way; an answer to an older one is dropped
    std::unique_ptr<PortalRequest> request_;
    std::unique_ptr<BackgroundTasks> tasks_;  // made when first needed
};

}  // namespace sightline
