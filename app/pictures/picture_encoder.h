// The file of a picture that has none of its own (pasted, cut out, a page of a document): made beside
// everything else, so that nobody waits for it but who must.
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <map>
#include <stop_token>

#include "app/common/background_tasks.h"
#include "app/values/conversation.h"

namespace sightline {

class PictureEncoder : public QObject {
    Q_OBJECT

  public:
    explicit PictureEncoder(QObject* parent = nullptr);
    ~PictureEncoder() override;  // does not wait for a picture in work

    // With `file`, `encoded` and `mime`; or null, and a sentence that says why.
    using Then = std::function<void(const AttachmentRef& whole, const QString& problem)>;
    // `picture` has pixels. `then` follows on this thread, unless it is cancelled. Returns a number for that.
    quint64 encode(const AttachmentRef& picture, Then then);
    void cancel(quint64 number);  // unknown ones are ignored

  private:
    std::map<quint64, std::stop_source> in_work_;
    quint64 last_ = 0;
    BackgroundTasks tasks_{1};  // the last one: its thread uses the others
};

}  // namespace sightline
