// The text in pictures, read one after the other and kept by content: for messages that say it, for reading
// assist, and for whoever opens a picture that was read before. Lives on the GUI thread.
#pragma once

#include <QObject>
#include <QString>
#include <deque>
#include <map>
#include <memory>
#include <set>

#include "app/models/model_worker.h"
#include "app/values/conversation.h"

namespace sightline {

class PictureTexts : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t most_pages = 64;  // kept; those that were used longest ago go

    explicit PictureTexts(ModelWorker& worker, QObject* parent = nullptr);

    // Null if it was not read, or could not be. `id` is Attachment::id.
    std::shared_ptr<const Page> find(const QString& id) const;
    bool failed(const QString& id) const;      // it was tried in vain
    QString problem(const QString& id) const;  // why, as a sentence

    // Has it read, after those that were wanted before; `known` follows, also if it fails. Nothing happens if
    // it was read, or waits already.
    void want(const AttachmentRef& attachment);
    // Somebody waits at the screen: before those that are wanted, once more if it failed before, and until
    // `release`, whatever is forgotten meanwhile. At least one call of `known` follows, maybe at once.
    void wantNow(const AttachmentRef& attachment);
    void release(const QString& id);
    void forget(const QString& id);  // nobody waits for it any more; what was read is kept
    // Somebody else had it read.
    void keep(const QString& id, const std::shared_ptr<const Page>& page);

  Q_SIGNALS:
    void known(const QString& id);
    void progressed(const QString& id, double progress);  // 0..1, never back

  private:
    void readNext();
    bool isWanted(const QString& id) const;
    void drop(const QString& id);  // nobody wants it: it is not read
    void end(const std::shared_ptr<const Page>& page, const QString& problem);

    ModelWorker& worker_;
    std::map<QString, std::shared_ptr<const Page>> pages_;  // null: it failed
    std::map<QString, QString> problems_;                   // of those that failed
    std::deque<QString> order_;                             // of pages_, the oldest first
    std::map<QString, int> held_;                           // by wantNow, how often
    std::set<QString> wanted_;                              // by want
    std::deque<AttachmentRef> waiting_;
    AttachmentRef current_;
    ModelWorker::Ticket ticket_ = 0;
};

}  // namespace sightline
