#include "app/pictures/picture_store.h"

#include <QMutexLocker>
#include <utility>

#include "app/pictures/kept_previews.h"
#include "app/values/picture_ids.h"

namespace sightline {

QString PictureStore::add(const QImage& image) {
    const QMutexLocker lock(&mutex_);
    const QString id = QString::number(++last_id_);
    if (!image.isNull()) images_.insert(id, image);
    return id;
}

void PictureStore::remove(const QString& id) {
    const QMutexLocker lock(&mutex_);
    images_.remove(id);
}

QImage PictureStore::find(const QString& id) const {
    if (id.startsWith(keptPrefix())) return kept_ ? kept_->load(id.mid(keptPrefix().size())) : QImage();
    const QMutexLocker lock(&mutex_);
    return images_.value(id);
}

void PictureStore::stopMaking() {
    if (kept_) kept_->stop();
}

qsizetype PictureStore::size() const {
    const QMutexLocker lock(&mutex_);
    return images_.size();
}

bool PictureStore::hasGiven(const QString& id) const {
    bool is_number = false;
    const quint64 number = id.toULongLong(&is_number);
    const QMutexLocker lock(&mutex_);
    return is_number && number > 0 && number <= last_id_;
}

QString PictureStore::source(const QString& id) {
    return id.isEmpty() ? QString() : QStringLiteral("image://pictures/") + id;
}

QString PictureStore::keptSource(const QString& sha256) {
    return sha256.isEmpty() ? QString() : source(keptPrefix() + sha256);
}

StoredPicture::StoredPicture(std::shared_ptr<PictureStore> store, const QImage& image)
    : store_(std::move(store)), id_(store_->add(image)) {}

StoredPicture::~StoredPicture() {
    store_->remove(id_);
}

}  // namespace sightline
