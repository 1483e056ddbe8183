#include "app/pictures/clipboard_content.h"

#include <QMimeData>
#include <QVariant>
#include <algorithm>
#include <array>

namespace sightline {

namespace {

constexpr std::array picture_types = {"image/png",  "image/jpeg", "image/webp", "image/bmp",
                                      "image/tiff", "image/gif",  "image/heic"};

}  // namespace

bool offersPixels(const QMimeData* data) {
    return data && (data->hasImage() ||
                    std::any_of(picture_types.begin(), picture_types.end(),
                                [data](const char* type) { return data->hasFormat(QLatin1String(type)); }));
}

ClipboardContent contentOf(const QMimeData* data) {
    if (!data) return {};
    // Encoded before decoded: Qt would decode a screenshot's PNG here and now, which takes longer than a
    // frame. And some programs offer nothing but image/png.
    for (const char* type : picture_types) {
        if (QByteArray encoded = data->data(QLatin1String(type)); !encoded.isEmpty()) return encoded;
    }
    if (data->hasImage()) {
        if (QImage image = qvariant_cast<QImage>(data->imageData()); !image.isNull()) return image;
    }
    QList<QUrl> files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) files.append(url);
    }
    if (files.isEmpty()) return {};
    return files;
}

}  // namespace sightline
