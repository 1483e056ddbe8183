#include "app/clipboard_content.h"

#include <QMimeData>
#include <QVariant>

namespace sightline {

ClipboardContent contentOf(const QMimeData* data) {
    if (!data) return {};
    // Encoded before decoded: Qt would decode a screenshot's PNG here and now, which takes longer than a
    // frame. And some programs offer nothing but image/png.
    for (const auto* type : {"image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff"}) {
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
