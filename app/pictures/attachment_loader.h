// Files and images -> attachments, away from the GUI thread. What comes from outside is decoded in a process
// of its own (document_decoder.h): a file that crashes it is one refused attachment.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QRect>
#include <QString>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <variant>

#include "app/common/background_tasks.h"
#include "app/documents/document_decoder.h"
#include "app/pictures/picture_store.h"
#include "app/values/conversation.h"

namespace sightline {

// A file whose pages are pictures: a PDF, a TIFF. Immutable; texts share nothing with another thread.
struct Document {
    QString path;              // or
    QByteArray bytes;          // what came by the clipboard
    QString name;              // as shown
    int pages = 0;             // at least 2
    QByteArray password = {};  // of an encrypted PDF; in memory only
};
using DocumentRef = std::shared_ptr<const Document>;

// Functions return at once; every one is answered by exactly one signal with its key, on the thread that made
// the object, unless it is cancelled: then by none. The destructor does not wait for a picture in work.
class AttachmentLoader : public QObject {
    Q_OBJECT

  public:
    explicit AttachmentLoader(std::shared_ptr<PictureStore> store, const DecoderOptions& decoder = {},
                              QObject* parent = nullptr);
    ~AttachmentLoader() override;

    // Of a file with several pages only the number is found out.
    void loadFile(quint64 key, const QString& path, const QString& name, const QByteArray& password = {});
    void loadEncoded(quint64 key, const QByteArray& file, const QString& name,
                     const QByteArray& password = {});
    void loadPage(quint64 key, const DocumentRef& document, int page);  // from 0
    void loadImage(quint64 key, const QImage& image, const QString& name);
    // Pixel for pixel; what lies outside is left out.
    void loadPart(quint64 key, const AttachmentRef& whole, const QRect& part, const QString& name);
    void cancel(quint64 key);  // unknown keys are ignored

  Q_SIGNALS:
    void loaded(quint64 key, const sightline::AttachmentRef& attachment);
    void documentFound(quint64 key, const sightline::DocumentRef& document);
    void refused(quint64 key, const QString& reason);  // a sentence
    // It is encrypted, and the password is missing or wrong.
    void passwordWanted(quint64 key);

  private:
    class Decoders;
    using Result = std::variant<DocumentRef, AttachmentRef>;
    using Work = std::function<Result(const std::stop_token&)>;

    void start(quint64 key, Work work);
    void ended(quint64 key, const std::function<void()>& report);
    // The bytes of its own file; empty = it has none, and PictureEncoder makes one.
    struct Source {
        QByteArray file;
        QString mime;
    };
    AttachmentRef attachmentOf(Picture picture, const QString& name, const QString& note, Source source,
                               const std::stop_token& stop) const;
    Result decode(const Document& source, const std::stop_token& stop) const;

    std::shared_ptr<PictureStore> store_;
    std::unique_ptr<Decoders> decoders_;
    std::map<quint64, std::stop_source> in_work_;
    BackgroundTasks tasks_;  // the last one: its threads use the others
};

}  // namespace sightline
