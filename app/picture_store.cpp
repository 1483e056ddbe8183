#include "app/picture_store.h"

#include <QMutexLocker>
#include <utility>

namespace sightline {

QString PictureStore::add(const QImage& image) {
    const QImage preview = previewOf(image);
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

StoredPicture::StoredPicture(std::shared_ptr<PictureStore> store, const QImage& image)
    : store_(std::move(store)), id_(store_->add(image)) {}

StoredPicture::~StoredPicture() {
    store_->remove(id_);
}

QImage previewOf(const QImage& image) {
    if (image.isNull() || qMax(image.width(), image.height()) <= PictureStore::longest_side) return image;
    return image.scaled(PictureStore::longest_side, PictureStore::longest_side, Qt::KeepAspectRatio,
                        Qt::SmoothTransformation);
}

}  // namespace sightline
