// Small pictures for the window by id: what an image provider of ui/ hands to QML as "image://pictures/<id>".
#pragma once

#include <QHash>
#include <QImage>
#include <QMutex>
#include <QString>
#include <memory>
#include <utility>

namespace sightline {

class KeptPreviews;

// Thread-safe: the GUI thread adds and removes, image providers read from their own threads. Ids are made
// here and never come from a file name or a model.
class PictureStore {
  public:
    static constexpr int longest_side = 768;  // pixels of a preview

    // Keeps the picture until `remove`; returns its id. A null image gets an id that finds nothing.
    QString add(const QImage& image);
    void remove(const QString& id);
    // Null if unknown. One of the history may have to be made, which takes as long as KeptPreviews::load.
    QImage find(const QString& id) const;
    // The id was given by `add`, also if its picture has been removed since: somebody may still ask for it.
    bool hasGiven(const QString& id) const;
    qsizetype size() const;

    // "image://pictures/<id>", or empty for an empty id.
    static QString source(const QString& id);
    // Of a picture that the history keeps, by the SHA-256 of its file; empty for none.
    static QString keptSource(const QString& sha256);

    // Where those are found; before the store is used.
    void setKept(std::shared_ptr<KeptPreviews> previews) { kept_ = std::move(previews); }
    void stopMaking();  // the program ends: nobody waits for a preview that is being made

  private:
    std::shared_ptr<KeptPreviews> kept_;
    mutable QMutex mutex_;
    QHash<QString, QImage> images_;
    quint64 last_id_ = 0;
};

// A picture in a store for as long as this object lives.
class StoredPicture {
  public:
    StoredPicture(std::shared_ptr<PictureStore> store, const QImage& image);
    ~StoredPicture();
    StoredPicture(const StoredPicture&) = delete;
    StoredPicture& operator=(const StoredPicture&) = delete;
    QString source() const { return PictureStore::source(id_); }

  private:
    std::shared_ptr<PictureStore> store_;
    QString id_;
};

}  // namespace sightline
