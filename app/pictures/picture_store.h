// Small pictures for the window by id: what an image provider of ui/ hands to QML as "image://pictures/<id>".
#pragma once

#include <QHash>
#include <QImage>
#include <QMutex>
#include <QString>
#include <memory>

namespace sightline {

// Thread-safe: the GUI thread adds and removes, image providers read from their own threads. Ids are made
// here and never come from a file name or a model.
class PictureStore {
  public:
    static constexpr int longest_side = 768;  // pixels of a stored preview; larger ones are scaled down

    // Keeps the picture, no longer than `longest`, until `remove`; returns its id. A null image gets an id
    // that finds nothing.
    QString add(const QImage& image, int longest = longest_side);
    void remove(const QString& id);
    QImage find(const QString& id) const;  // null if unknown
    qsizetype size() const;

    // "image://pictures/<id>", or empty for an empty id.
    static QString source(const QString& id);

  private:
    mutable QMutex mutex_;
    QHash<QString, QImage> images_;
    quint64 last_id_ = 0;
};

// A picture in a store for as long as this object lives.
class StoredPicture {
  public:
    StoredPicture(std::shared_ptr<PictureStore> store, const QImage& image,
                  int longest = PictureStore::longest_side);
    ~StoredPicture();
    StoredPicture(const StoredPicture&) = delete;
    StoredPicture& operator=(const StoredPicture&) = delete;
    QString source() const { return PictureStore::source(id_); }

  private:
    std::shared_ptr<PictureStore> store_;
    QString id_;
};

// `image` with its longest side at most `longest`, smoothly scaled. Any thread.
QImage previewOf(const QImage& image, int longest = PictureStore::longest_side);

}  // namespace sightline
