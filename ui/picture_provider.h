// Hands the pictures of a PictureStore to QML as "image://pictures/<id>".
#pragma once

#include <QQuickImageProvider>
#include <memory>

namespace sightline {

class PictureStore;

class PictureProvider : public QQuickImageProvider {
  public:
    explicit PictureProvider(std::shared_ptr<PictureStore> store);

    // Any thread. Never larger than the stored picture; a null image for an unknown id.
    QImage requestImage(const QString& id, QSize* size, const QSize& requested) override;

  private:
    std::shared_ptr<PictureStore> store_;
};

}  // namespace sightline
