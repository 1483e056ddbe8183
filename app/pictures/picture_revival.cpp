#include "app/pictures/picture_revival.h"

#include <utility>

namespace sightline {

PictureRevival::PictureRevival(History* history, std::shared_ptr<PictureStore> store, QObject* parent)
    : QObject(parent), history_(history), loader_(std::move(store)) {
    connect(&loader_, &AttachmentLoader::loaded, this,
            [this](quint64 key, const AttachmentRef& attachment) { ended(key, attachment, {}); });
    connect(&loader_, &AttachmentLoader::refused, this,
            [this](quint64 key, const QString& reason) { ended(key, nullptr, reason); });
    // A file that was one picture when it was kept has not become several pages since.
    connect(&loader_, &AttachmentLoader::documentFound, this, [this](quint64 key, const DocumentRef&) {
        ended(key, nullptr, tr("The file of the picture is not what it was."));
    });
}

void PictureRevival::want(const std::vector<AttachmentRef>& attachments) {
    for (const AttachmentRef& attachment : attachments) {
        if (!history_ || !attachment || attachment->picture || attachment->file.isEmpty()) continue;
        if (tried_.contains(attachment->file)) continue;
        tried_.insert(attachment->file);
        const quint64 key = ++last_key_;
        waiting_.insert(key, attachment);
        history_->attachment(this, attachment->file, [this, key](const Outcome<QByteArray>& file) {
            const AttachmentRef wanted = waiting_.value(key);
            if (!wanted) return;
            if (file.value) {
                loader_.loadEncoded(key, *file.value, wanted->name);
            } else {
                ended(key, nullptr, file.problem);
            }
        });
    }
}

void PictureRevival::forgetAll() {
    for (auto each = waiting_.keyBegin(); each != waiting_.keyEnd(); ++each)
        loader_.cancel(*each);
    waiting_.clear();
    tried_.clear();
}

void PictureRevival::ended(quint64 key, const AttachmentRef& decoded, const QString& reason) {
    const AttachmentRef wanted = waiting_.take(key);
    if (!wanted) return;
    if (!decoded) {
        Q_EMIT lost(wanted, reason);
        return;
    }
    auto whole = std::make_shared<Attachment>(*wanted);
    whole->id = decoded->id;
    whole->size = decoded->size;
    whole->preview = decoded->preview;
    whole->picture = decoded->picture;
    Q_EMIT revived(whole);
}

}  // namespace sightline
