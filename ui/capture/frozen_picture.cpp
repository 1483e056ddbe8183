#include "ui/capture/frozen_picture.h"

#include <QQuickWindow>
#include <QSGImageNode>

namespace sightline {

FrozenPicture::FrozenPicture(QQuickItem* parent) : QQuickItem(parent) {
    setFlag(ItemHasContents);
}

void FrozenPicture::setImage(const QImage& image) {
    if (image.cacheKey() == image_.cacheKey()) return;
    image_ = image;
    texture_is_old_ = true;
    Q_EMIT imageChanged();
    update();
}

void FrozenPicture::setSource(const QRectF& source) {
    if (source == source_) return;
    source_ = source;
    Q_EMIT sourceChanged();
    update();
}

QSGNode* FrozenPicture::updatePaintNode(QSGNode* old, UpdatePaintNodeData* data) {
    Q_UNUSED(data);
    auto* node = static_cast<QSGImageNode*>(old);
    if (image_.isNull() || width() <= 0 || height() <= 0) {
        delete node;
        texture_is_old_ = true;
        return nullptr;
    }
    if (node == nullptr || texture_is_old_) {
        // A new node: the software renderer does not see that a texture of the same size shows something
        // else.
        delete node;
        node = window()->createImageNode();
        node->setOwnsTexture(true);
        node->setTexture(window()->createTextureFromImage(image_, QQuickWindow::TextureIsOpaque));
        texture_is_old_ = false;
    }
    // Between one pixel and one pixel there is nothing to smooth; a picture of several screens is made
    // smaller.
    const QRectF part = source_.isEmpty() ? QRectF(QPointF(), QSizeF(image_.size())) : source_;
    const bool smaller = width() * window()->effectiveDevicePixelRatio() < part.width();
    node->setFiltering(smaller ? QSGTexture::Linear : QSGTexture::Nearest);
    node->setRect(boundingRect());
    node->setSourceRect(part);
    return node;
}

}  // namespace sightline
