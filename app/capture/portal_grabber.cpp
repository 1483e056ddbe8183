#include "app/capture/portal_grabber.h"

#include <QFile>
#include <QFileInfo>
#include <QImageReader>
#include <QUrl>

#include "app/capture/portal_request.h"

namespace sightline {

namespace {

// The desktop's file, which is ours to delete whether it can be read or not. Null if it cannot.
QImage readAndDelete(const QString& path) {
    const QFileInfo info(path);
    if (!info.isFile()) return {};
    QImageReader reader(path);
    reader.setDecideFormatFromContent(true);
    QImage picture = reader.read();
    QFile::remove(path);
    if (picture.isNull()) return {};
    picture = std::move(picture).convertToFormat(QImage::Format_RGB32);
    picture.setDevicePixelRatio(1);
    return picture;
}

}  // namespace

PortalGrabber::PortalGrabber(const QDBusConnection& connection, int reply_ms, int answer_ms)
    : connection_(connection), reply_ms_(reply_ms), answer_ms_(answer_ms) {
    registerPortalTypes();
    if (connection_.isConnected()) introduceToPortal(connection_);
}

PortalGrabber::~PortalGrabber() = default;

void PortalGrabber::grab() {
    if (request_ != nullptr) return;
    const quint64 number = ++grab_;
    if (!connection_.isConnected()) {
        Q_EMIT failed(
            tr("The screen could not be read: this desktop has no portal for screenshots. Take one with the "
               "desktop's own tool and paste it."));
        return;
    }
    request_ = std::make_unique<PortalRequest>(connection_);
    // The request may not be deleted while it speaks.
    const auto done = [this] { request_.release()->deleteLater(); };
    connect(request_.get(), &PortalRequest::granted, this, [this, done](const QVariantMap& results) {
        done();
        read(results.value(QStringLiteral("uri")).toString());
    });
    connect(request_.get(), &PortalRequest::denied, this, [this, done] {
        done();
        Q_EMIT cancelled();
    });
    connect(request_.get(), &PortalRequest::failed, this, [this, done](const QString& details) {
        done();
        if (details == QLatin1String("no answer"))
            Q_EMIT failed(tr("The desktop's screenshot dialog did not answer in time."));
        else if (details.startsWith(QLatin1String("org.freedesktop.DBus.Error.")))
            Q_EMIT failed(
                tr("The screen could not be read: this desktop has no portal for screenshots. Take one with "
                   "the desktop's own tool and paste it."));
        else
            Q_EMIT failed(
                tr("The desktop did not allow a screenshot. Its privacy settings can permit it, or take one "
                   "with the desktop's own tool and paste it."));
    });
    Q_UNUSED(number);
    request_->call(QStringLiteral("org.freedesktop.portal.Screenshot"), QStringLiteral("Screenshot"),
                   {QString()}, {{QStringLiteral("interactive"), true}, {QStringLiteral("modal"), false}},
                   reply_ms_, answer_ms_);
}

void PortalGrabber::cancel() {
    ++grab_;
    request_.reset();
}

void PortalGrabber::read(const QString& uri) {
    const QUrl url(uri);
    if (!url.isLocalFile()) {
        Q_EMIT failed(tr("The desktop's screenshot could not be read."));
        return;
    }
    if (tasks_ == nullptr) tasks_ = std::make_unique<BackgroundTasks>(1);
    tasks_->start([this, path = url.toLocalFile(), number = grab_]() -> BackgroundTasks::Delivery {
        return [this, number, picture = readAndDelete(path)] {
            if (number != grab_) return;
            if (picture.isNull())
                Q_EMIT failed(tr("The desktop's screenshot could not be read."));
            else
                Q_EMIT grabbed({Shot{picture, {}, {}, 1}});
        };
    });
}

}  // namespace sightline
