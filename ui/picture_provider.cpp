#include "ui/picture_provider.h"

#include <QCoreApplication>
#include <utility>

#include "app/pictures/picture_store.h"
#include "app/values/picture_ids.h"

namespace sightline {

namespace {

// An Image warns about a null one.
QImage lostPicture() {
    QImage nothing(1, PictureProvider::lost_height, QImage::Format_ARGB32_Premultiplied);
    nothing.fill(Qt::transparent);
    return nothing;
}

}  // namespace

PictureProvider::PictureProvider(std::shared_ptr<PictureStore> store)
    : QQuickImageProvider(Image), store_(std::move(store)) {
    connect(QCoreApplication::instance(), &QCoreApplication::aboutToQuit, this,
            [this] { store_->stopMaking(); });
}

QImage PictureProvider::requestImage(const QString& id, QSize* size, const QSize& requested) {
    QImage image = store_->find(id);
    // A picture may be removed while its Image, on the way out itself, still asks for it.
    if (image.isNull() && (id.startsWith(keptPrefix()) || store_->hasGiven(id))) image = lostPicture();
    if (size != nullptr) *size = image.size();
    if (image.isNull() || requested.isEmpty() ||
        (image.width() <= requested.width() && image.height() <= requested.height()))
        return image;
    return image.scaled(requested, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace sightline
