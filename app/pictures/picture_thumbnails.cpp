#include "app/pictures/picture_thumbnails.h"

#include <utility>

namespace sightline {

namespace {

constexpr int longest_side = 256;

}  // namespace

PictureThumbnails::PictureThumbnails(History& history, std::shared_ptr<PictureStore> store, QObject* parent)
    : QObject(parent), history_(history), store_(store), loader_(std::move(store)) {
    connect(&loader_, &AttachmentLoader::loaded, this, &PictureThumbnails::ended);
    connect(&loader_, &AttachmentLoader::refused, this, [this](quint64 key) { ended(key, nullptr); });
    connect(&loader_, &AttachmentLoader::documentFound, this, [this](quint64 key) { ended(key, nullptr); });
}

void PictureThumbnails::want(const std::vector<QString>& sha256) {
    waiting_.clear();
    for (const QString& name : sha256) {
        const auto kept = kept_.constFind(name);
        if (kept != kept_.constEnd())
            Q_EMIT made(name, (*kept)->source());
        else if (!lost_.contains(name) && !in_work_.values().contains(name))
            waiting_.push_back(name);
    }
    next();
}

void PictureThumbnails::next() {
    while (!waiting_.empty() && in_work_.size() < at_once) {
        const quint64 key = ++last_key_;
        const QString name = waiting_.front();
        waiting_.pop_front();
        in_work_.insert(key, name);
        history_.attachment(this, name, [this, key](const Outcome<QByteArray>& file) {
            if (file.value && !file.value->isEmpty())
                loader_.loadEncoded(key, QByteArray(file.value->constData(), file.value->size()), {});
            else
                ended(key, nullptr);
        });
    }
}

void PictureThumbnails::ended(quint64 key, const AttachmentRef& decoded) {
    const QString name = in_work_.take(key);
    if (name.isEmpty()) return;
    if (decoded && decoded->preview) {
        const QImage preview = store_->find(decoded->preview->source().section(QLatin1Char('/'), -1));
        const auto small = std::make_shared<const StoredPicture>(store_, preview, longest_side);
        kept_.insert(name, small);
        order_.push_back(name);
        while (order_.size() > most_kept) {
            kept_.remove(order_.front());
            order_.pop_front();
        }
        Q_EMIT made(name, small->source());
    } else {
        lost_.insert(name);
    }
    next();
}

}  // namespace sightline
