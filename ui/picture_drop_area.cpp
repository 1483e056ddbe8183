#include "ui/picture_drop_area.h"

#include <QMimeData>
#include <algorithm>
#include <variant>

#include "app/pictures/clipboard_content.h"

namespace sightline {

namespace {

bool hasLocalFiles(const QMimeData& data) {
    const QList<QUrl> urls = data.urls();
    return std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
}

}  // namespace

PictureDropArea::PictureDropArea(QQuickItem* parent) : QQuickItem(parent) {
    setFlag(ItemAcceptsDrops);
}

void PictureDropArea::setHovering(bool hovering) {
    if (hovering == hovering_) return;
    hovering_ = hovering;
    Q_EMIT hoveringChanged();
}

void PictureDropArea::dragEnterEvent(QDragEnterEvent* event) {
    const QMimeData& data = *event->mimeData();
    const bool wanted = data.hasUrls() || offersPixels(&data);
    event->setAccepted(wanted);
    if (wanted) event->setDropAction(Qt::CopyAction);
    setHovering(wanted);
}

void PictureDropArea::dragMoveEvent(QDragMoveEvent* event) {
    event->setDropAction(Qt::CopyAction);
    event->setAccepted(hovering_);
}

void PictureDropArea::dragLeaveEvent(QDragLeaveEvent* event) {
    event->accept();
    setHovering(false);
}

void PictureDropArea::dropEvent(QDropEvent* event) {
    setHovering(false);
    const QMimeData& data = *event->mimeData();
    event->setDropAction(Qt::CopyAction);
    event->accept();
    // A browser offers the pixels and a web address: the pixels are taken, the address is never fetched. A
    // file manager may offer a preview with the file: the file is taken.
    if (hasLocalFiles(data)) {
        Q_EMIT filesDropped(data.urls());
        return;
    }
    const QString name = data.urls().isEmpty() ? QString() : data.urls().constFirst().fileName();
    const ClipboardContent content = contentOf(&data);
    if (const auto* encoded = std::get_if<QByteArray>(&content)) {
        Q_EMIT encodedDropped(*encoded, name);
    } else if (const auto* image = std::get_if<QImage>(&content)) {
        Q_EMIT imageDropped(*image, name);
    } else {
        Q_EMIT filesDropped(data.urls());
    }
}

}  // namespace sightline
