// The pixels of pictures that are kept, for whoever needs them: a prompt, the viewer. Decoded when they are
// wanted, and given back when others are.
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QString>
#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "app/history/history.h"
#include "app/pictures/attachment_loader.h"

namespace sightline {

// GUI thread; decodes in the helper, on threads of its own. Pictures are known by `Attachment::file`. Those
// that were used last stay, as many as fit into the budget; what somebody else holds besides is his.
class PicturePixels : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t usual_budget = std::size_t{192} << 20;  // bytes: 30 screenshots

    // Without a history only pictures that bring their file (`Attachment::encoded`) can be decoded.
    PicturePixels(History* history, std::size_t budget, QObject* parent = nullptr);

    // One that has pixels: they are remembered. The same without them is returned.
    AttachmentRef put(const AttachmentRef& whole);

    using Wanted = std::vector<AttachmentRef>;
    using Then = std::function<void(const Wanted& pictures)>;
    // `then` gets them in the same order with their pixels, and null for those that are lost: at once if all
    // are at hand, and not at all if `context` is gone.
    void want(QObject* context, const Wanted& pictures, Then then);

    std::size_t bytes() const { return bytes_; }  // of what is remembered

  Q_SIGNALS:
    void lost(const sightline::AttachmentRef& attachment, const QString& reason);  // a sentence

  private:
    using Pixels = std::shared_ptr<const Picture>;
    struct Remembered {
        QString file;
        Pixels pixels;
    };
    struct Request {
        QPointer<QObject> context;
        Wanted wanted;
        QHash<QString, Pixels> found;  // null: lost
        Then then;
    };

    Pixels find(const QString& file);
    void remember(const QString& file, const Pixels& pixels);
    void load(const AttachmentRef& wanted);
    void ended(quint64 key, const Pixels& pixels, const QString& reason);
    static bool complete(const Request& request);
    static void answer(const Request& request);

    const QPointer<History> history_;
    const std::size_t budget_;
    std::list<Remembered> remembered_;  // the last used first
    std::size_t bytes_ = 0;
    std::list<Request> requests_;
    QHash<quint64, AttachmentRef> loading_;
    quint64 last_key_ = 0;
    AttachmentLoader loader_;
};

}  // namespace sightline
