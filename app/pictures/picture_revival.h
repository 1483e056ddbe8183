// The pictures of a conversation that comes from the disk, decoded again one after the other.
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <memory>
#include <vector>

#include "app/history/history.h"
#include "app/pictures/attachment_loader.h"

namespace sightline {

class PictureRevival : public QObject {
    Q_OBJECT

  public:
    PictureRevival(History* history, std::shared_ptr<PictureStore> store, QObject* parent = nullptr);

    // Those of them that have a file and no pixels, in order. `revived` follows for every file, or `lost`.
    void want(const std::vector<AttachmentRef>& attachments);
    void forgetAll();  // nobody waits any more
    bool isLoading() const { return !waiting_.isEmpty(); }

  Q_SIGNALS:
    // With the name, note and file of the one that was wanted.
    void revived(const sightline::AttachmentRef& attachment);
    void lost(const sightline::AttachmentRef& attachment, const QString& reason);  // a sentence

  private:
    void ended(quint64 key, const AttachmentRef& decoded, const QString& reason);

    History* history_;
    AttachmentLoader loader_;
    QHash<quint64, AttachmentRef> waiting_;
    QSet<QString> tried_;  // files, so that what cannot be opened is not tried again and again
    quint64 last_key_ = 0;
};

}  // namespace sightline
