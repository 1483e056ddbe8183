// A picture of a screen, or a few enlarged pixels of it, in QML.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QImage>
#include <QQuickItem>

namespace sightline {

// Shows `source` of `image` over the whole item, each pixel as it is. Sharp edges when it is enlarged.
class FrozenPicture : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QImage image READ image WRITE setImage NOTIFY imageChanged)
    Q_PROPERTY(QRectF source READ source WRITE setSource NOTIFY sourceChanged)

  public:
    explicit FrozenPicture(QQuickItem* parent = nullptr);

    QImage image() const { return image_; }
    void setImage(const QImage& image);
    QRectF source() const { return source_; }  // in pixels of the image; empty = all of it
    void setSource(const QRectF& source);

  Q_SIGNALS:
    void imageChanged();
    void sourceChanged();

  protected:
    QSGNode* updatePaintNode(QSGNode* old, UpdatePaintNodeData* data) override;

  private:
    QImage image_;
    QRectF source_;
    bool texture_is_old_ = true;
};

}  // namespace sightline
