// Small pictures of kept attachments, for lists: decoded in the helper process, a few at a time.
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QString>
#include <deque>
#include <memory>
#include <vector>

#include "app/history/history.h"
#include "app/pictures/attachment_loader.h"
#include "app/pictures/picture_store.h"

namespace sightline {

// GUI thread only. Those that were asked for last come first; the newest `most_kept` are kept.
class PictureThumbnails : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t most_kept = 200;
    static constexpr int at_once = 2;

    // `history` outlives the object.
    PictureThumbnails(History& history, std::shared_ptr<PictureStore> store, QObject* parent = nullptr);

    // made() follows for each, at once for those that are kept. What was wanted before and has not begun is
    // forgotten. One that cannot be decoded is left out.
    void want(const std::vector<QString>& sha256);

  Q_SIGNALS:
    void made(const QString& sha256, const QString& source);

  private:
    void next();
    void ended(quint64 key, const AttachmentRef& decoded);

    History& history_;
    std::shared_ptr<PictureStore> store_;
    std::deque<QString> waiting_;
    QHash<quint64, QString> in_work_;
    QHash<QString, std::shared_ptr<const StoredPicture>> kept_;
    std::deque<QString> order_;
    QSet<QString> lost_;
    quint64 last_key_ = 0;
    AttachmentLoader loader_;
};

}  // namespace sightline
