// Hands the pictures of a PictureStore to QML as "image://pictures/<id>".
#pragma once

#include <QQuickImageProvider>
#include <memory>

#include "app/pictures/picture_store.h"

namespace sightline {

class PictureProvider : public QQuickImageProvider {
  public:
    // Pixels, more than any preview has: by that ui/qml/pictures/PreviewImage.qml tells a lost picture.
    static constexpr int lost_height = 769;
    static_assert(lost_height > PictureStore::longest_side);

    explicit PictureProvider(std::shared_ptr<PictureStore> store);

    // Any thread. Never larger than the stored picture; a null image for an unknown id. For a picture of the
    // history that is lost, which is no fault of the program, a transparent one of `lost_height`.
    QImage requestImage(const QString& id, QSize* size, const QSize& requested) override;

  private:
    std::shared_ptr<PictureStore> store_;
};

}  // namespace sightline
