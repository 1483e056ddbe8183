#include "app/pictures/picture_store.h"

#include <QMutexLocker>
#include <utility>

namespace sightline {

QString PictureStore::add(const QImage& image, int longest) {
    const QImage preview = previewOf(image, longest);
    const QMutexLocker lock(&mutex_);
    const QString id = QString::number(++last_id_);
    if (!preview.isNull()) images_.insert(id, preview);
    return id;
}

void PictureStore::remove(const QString& id) {
    const QMutexLocker lock(&mutex_);
    images_.remove(id);
}

QImage PictureStore::find(const QString& id) const {
    const QMutexLocker lock(&mutex_);
    return images_.value(id);
}

qsizetype PictureStore::size() const {
    const QMutexLocker lock(&mutex_);
    return images_.size();
}

QString PictureStore::source(const QString& id) {
    return id.isEmpty() ? QString() : QStringLiteral("image://pictures/") + id;
}

StoredPicture::StoredPicture(std::shared_ptr<PictureStore> store, const QImage& image, int longest)
    : store_(std::move(store)), id_(store_->add(image, longest)) {}

StoredPicture::~StoredPicture() {
    store_->remove(id_);
}

QImage previewOf(const QImage& image, int longest) {
    if (image.isNull() || qMax(image.width(), image.height()) <= longest) return image;
    return image.scaled(longest, longest, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace sightline
