#include "app/pictures/attachment_loader.h"

#include <QCryptographicHash>
#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "app/common/installation.h"
#include "app/common/own_copy.h"
#include "app/documents/picture_decoder.h"
#include "app/history/attachment_store.h"
#include "app/models/error_text.h"
#include "app/pictures/picture_preview.h"
#include "app/pictures/picture_store.h"

namespace sightline {

namespace {

constexpr double page_dpi = 200;  // a page of A4 has 3.9 megapixels then, and small print 25 pixels a line

void giveUpAfter(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "nobody wants the picture any more");
}

QString contentName(const Picture& picture, const std::stop_token& stop) {
    constexpr std::size_t between_two_looks = std::size_t{4} << 20;
    const std::array<qint32, 2> size = {picture.width, picture.height};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(size.data()), sizeof size));
    for (std::size_t at = 0; at < picture.rgb.size(); at += between_two_looks) {
        giveUpAfter(stop);
        const std::size_t count = std::min(between_two_looks, picture.rgb.size() - at);
        hash.addData(QByteArrayView(reinterpret_cast<const char*>(picture.rgb.data() + at),
                                    static_cast<qsizetype>(count)));
    }
    return QString::fromLatin1(hash.result().toHex());
}

Picture cutOut(const Picture& whole, const QRect& wanted) {
    const QRect part = wanted & QRect(0, 0, whole.width, whole.height);
    if (part.isEmpty()) throw Error(ErrorKind::invalid_input, "the part lies outside of the picture");
    Picture picture{part.width(), part.height(), {}};
    const auto row_bytes = 3 * static_cast<std::size_t>(part.width());
    picture.rgb.resize(row_bytes * static_cast<std::size_t>(part.height()));
    for (int row = 0; row < part.height(); ++row) {
        const std::size_t from =
            3 * (static_cast<std::size_t>(part.top() + row) * static_cast<std::size_t>(whole.width) +
                 static_cast<std::size_t>(part.left()));
        std::memcpy(picture.rgb.data() + static_cast<std::size_t>(row) * row_bytes, whole.rgb.data() + from,
                    row_bytes);
    }
    return picture;
}

QString mimeOf(const QString& format) {
    return format == QLatin1String("PDF") ? QStringLiteral("application/pdf")
                                          : QStringLiteral("image/") + format.toLower();
}

QString noteOf(const DocumentFacts& facts) {
    if (facts.pictures <= 1) return {};
    return facts.format == QLatin1String("HEIC")
               ? AttachmentLoader::tr("The main one of %L1 pictures").arg(facts.pictures)
               : AttachmentLoader::tr("Animation: the first of %L1 frames").arg(facts.pictures);
}

}  // namespace

// A helper for each thread that decodes, as long as there is something to decode.
class AttachmentLoader::Decoders {
  public:
    explicit Decoders(DecoderOptions options) : options_(std::move(options)) {}

    std::unique_ptr<DocumentDecoder> take() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) {
            DecoderOptions options = options_;
            options.program = ownCopy(options_.program);
            return std::make_unique<DocumentDecoder>(std::move(options));
        }
        auto decoder = std::move(idle_.back());
        idle_.pop_back();
        return decoder;
    }
    void giveBack(std::unique_ptr<DocumentDecoder> decoder) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(decoder));
    }
    void endIdle() {
        std::vector<std::unique_ptr<DocumentDecoder>> idle;
        const std::lock_guard lock(mutex_);
        idle.swap(idle_);
    }

  private:
    const DecoderOptions options_;
    std::mutex mutex_;  // of the next one
    std::vector<std::unique_ptr<DocumentDecoder>> idle_;
};

// A decoded picture may have 600 MB: two at a time are enough to keep a disk busy.
AttachmentLoader::AttachmentLoader(std::shared_ptr<PictureStore> store, const DecoderOptions& decoder,
                                   QObject* parent)
    : QObject(parent), store_(std::move(store)), tasks_(2) {
    DecoderOptions options = decoder;
    if (options.program.isEmpty()) options.program = helperProgram();
    decoders_ = std::make_unique<Decoders>(std::move(options));
}

AttachmentLoader::~AttachmentLoader() {
    for (auto& [key, stop] : in_work_)
        stop.request_stop();
}

void AttachmentLoader::loadFile(quint64 key, const QString& path, const QString& name,
                                const QByteArray& password) {
    start(key, [this, source = Document{ownCopy(path), {}, ownCopy(name), 0, password}](
                   const std::stop_token& stop) { return decode(source, stop); });
}

void AttachmentLoader::loadEncoded(quint64 key, const QByteArray& file, const QString& name,
                                   const QByteArray& password) {
    start(key, [this, source = Document{{}, file, ownCopy(name), 0, password}](const std::stop_token& stop) {
        return decode(source, stop);
    });
}

void AttachmentLoader::loadPage(quint64 key, const DocumentRef& document, int page) {
    const QString name = tr("%1, page %2").arg(document->name).arg(page + 1);
    const QString note = tr("Page %L1 of %L2").arg(page + 1).arg(document->pages);
    start(key,
          [this, document, page, name = ownCopy(name),
           note = ownCopy(note)](const std::stop_token& stop) -> Result {
              auto decoder = decoders_->take();
              if (document->path.isEmpty()) {
                  decoder->openBytes(document->bytes, document->password, stop);
              } else {
                  decoder->open(document->path, document->password, stop);
              }
              PageRequest request;
              request.dpi = page_dpi;
              DecodedPage decoded = decoder->page(page, request, stop);
              decoders_->giveBack(std::move(decoder));
              return attachmentOf(std::move(decoded.picture).value(), name, note, {}, stop);
          });
}

void AttachmentLoader::loadImage(quint64 key, const QImage& image, const QString& name) {
    start(key, [this, image, name = ownCopy(name)](const std::stop_token& stop) -> Result {
        return attachmentOf(toPicture(image), name, {}, {}, stop);
    });
}

void AttachmentLoader::loadPart(quint64 key, const AttachmentRef& whole, const QRect& part,
                                const QString& name) {
    start(key, [this, whole, part, name = ownCopy(name)](const std::stop_token& stop) -> Result {
        return attachmentOf(cutOut(*whole->picture, part), name, {}, {}, stop);
    });
}

void AttachmentLoader::cancel(quint64 key) {
    const auto found = in_work_.find(key);
    if (found == in_work_.end()) return;
    found->second.request_stop();
    in_work_.erase(found);
}

AttachmentLoader::Result AttachmentLoader::decode(const Document& source, const std::stop_token& stop) const {
    auto decoder = decoders_->take();
    const DocumentFacts facts = source.path.isEmpty()
                                    ? decoder->openBytes(source.bytes, source.password, stop)
                                    : decoder->open(source.path, source.password, stop);
    if (facts.pages > 1) {
        decoders_->giveBack(std::move(decoder));
        return std::make_shared<const Document>(
            Document{ownCopy(source.path), source.bytes, ownCopy(source.name), facts.pages, source.password});
    }
    PageRequest request;
    request.dpi = page_dpi;
    DecodedPage page = decoder->page(0, request, stop);
    decoders_->giveBack(std::move(decoder));
    Source own;
    // What is kept must open without its password, which is kept nowhere: the page as a picture.
    const bool opens_alone = source.password.isEmpty();
    try {
        if (opens_alone) own.file = source.path.isEmpty() ? source.bytes : readPictureFile(source.path);
        if (opens_alone) own.mime = mimeOf(facts.format);
    } catch (const Error&) {
        own = {};  // too large, or gone by now: what was decoded is kept
    }
    return attachmentOf(std::move(page.picture).value(), source.name, noteOf(facts), std::move(own), stop);
}

AttachmentRef AttachmentLoader::attachmentOf(Picture picture, const QString& name, const QString& note,
                                             Source source, const std::stop_token& stop) const {
    auto attachment = std::make_shared<Attachment>();
    attachment->id = contentName(picture, stop);
    attachment->name = ownCopy(name);
    attachment->note = ownCopy(note);
    attachment->size = {picture.width, picture.height};
    const QImage preview = previewOf(picture, PictureStore::longest_side, stop);
    giveUpAfter(stop);
    if (!source.file.isEmpty()) {
        attachment->file = sha256Of(source.file);
        attachment->encoded = source.file;
        attachment->mime = source.mime;
        giveUpAfter(stop);
    }
    attachment->picture = std::make_shared<const Picture>(std::move(picture));
    attachment->preview = std::make_shared<const StoredPicture>(store_, preview);
    return attachment;
}

void AttachmentLoader::start(quint64 key, Work work) {
    const std::stop_token stop = in_work_[key].get_token();
    tasks_.start([this, key, stop, work = std::move(work)]() -> BackgroundTasks::Delivery {
        if (stop.stop_requested()) return {};
        try {
            return [this, key, result = work(stop)] {
                ended(key, [this, key, &result] {
                    if (const auto* document = std::get_if<DocumentRef>(&result)) {
                        Q_EMIT documentFound(key, *document);
                    } else {
                        Q_EMIT loaded(key, std::get<AttachmentRef>(result));
                    }
                });
            };
        } catch (const PasswordError&) {
            return [this, key] { ended(key, [this, key] { Q_EMIT passwordWanted(key); }); };
        } catch (...) {
            return [this, key, reason = describeCurrentException(Doing::looking_at_picture).sentence] {
                ended(key, [this, key, &reason] { Q_EMIT refused(key, reason); });
            };
        }
    });
}

void AttachmentLoader::ended(quint64 key, const std::function<void()>& report) {
    if (in_work_.erase(key) != 0) report();  // otherwise it was cancelled meanwhile
    if (!in_work_.empty()) return;
    tasks_.start([this]() -> BackgroundTasks::Delivery {
        decoders_->endIdle();
        return {};
    });
}

}  // namespace sightline
