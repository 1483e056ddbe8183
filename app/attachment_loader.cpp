#include "app/attachment_loader.h"

#include <QCryptographicHash>
#include <array>
#include <utility>

#include "app/error_text.h"
#include "app/own_copy.h"
#include "app/picture_decoder.h"

namespace sightline {

namespace {

QString contentName(const Picture& picture) {
    const std::array<qint32, 2> size = {picture.width, picture.height};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(size.data()), sizeof size));
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(picture.rgb.data()),
                                static_cast<qsizetype>(picture.rgb.size())));
    return QString::fromLatin1(hash.result().toHex());
}

}  // namespace

// A decoded picture may have 600 MB: two at a time are enough to keep a disk busy.
AttachmentLoader::AttachmentLoader(std::shared_ptr<PictureStore> store, QObject* parent)
    : QObject(parent), store_(std::move(store)), tasks_(2) {}

AttachmentLoader::~AttachmentLoader() = default;

void AttachmentLoader::loadFile(quint64 key, const QString& path, const QString& name) {
    start(key, name, [path = ownCopy(path)] { return decodeImage(readPictureFile(path)); });
}

void AttachmentLoader::loadEncoded(quint64 key, const QByteArray& file, const QString& name) {
    start(key, name, [file] { return decodeImage(file); });
}

void AttachmentLoader::loadImage(quint64 key, const QImage& image, const QString& name) {
    start(key, name, [image] { return image; });
}

void AttachmentLoader::start(quint64 key, const QString& name, std::function<QImage()> decode) {
    tasks_.start(
        [this, key, name = ownCopy(name), decode = std::move(decode)]() -> BackgroundTasks::Delivery {
            try {
                const QImage image = decode();
                auto attachment = std::make_shared<Attachment>();
                attachment->picture = std::make_shared<const Picture>(toPicture(image));
                attachment->id = contentName(*attachment->picture);
                attachment->name = name;
                attachment->size = image.size();
                attachment->preview = std::make_shared<const StoredPicture>(store_, image);
                return [this, key, ref = AttachmentRef(std::move(attachment))] { Q_EMIT loaded(key, ref); };
            } catch (...) {
                return [this, key, reason = describeCurrentException(Doing::looking_at_picture).sentence] {
                    Q_EMIT refused(key, reason);
                };
            }
        });
}

}  // namespace sightline
