// Files and images -> attachments, away from the GUI thread.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>

#include "app/background_tasks.h"
#include "app/conversation.h"
#include "app/picture_store.h"

namespace sightline {

// Functions return at once; every one is answered by exactly one signal with its key, on the thread that made
// the object. The destructor waits for the picture in work and forgets the rest.
class AttachmentLoader : public QObject {
    Q_OBJECT

  public:
    explicit AttachmentLoader(std::shared_ptr<PictureStore> store, QObject* parent = nullptr);
    ~AttachmentLoader() override;

    void loadFile(quint64 key, const QString& path, const QString& name);
    void loadEncoded(quint64 key, const QByteArray& file, const QString& name);
    void loadImage(quint64 key, const QImage& image, const QString& name);

  Q_SIGNALS:
    void loaded(quint64 key, const sightline::AttachmentRef& attachment);
    void refused(quint64 key, const QString& reason);  // a sentence

  private:
    void start(quint64 key, const QString& name, std::function<QImage()> decode);

    std::shared_ptr<PictureStore> store_;
    BackgroundTasks tasks_;
};

}  // namespace sightline
