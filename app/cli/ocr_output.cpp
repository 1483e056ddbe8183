#include "app/cli/ocr_output.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <cerrno>
#include <cstring>

#include "app/cli/page_record.h"
#include "app/common/output_file.h"
#include "app/documents/picture_decoder.h"
#include "app/documents/searchable_pdf.h"
#include "inference/console.h"

namespace sightline {

namespace {

class StandardOutput final : public OcrOutput {
  public:
    void begin(const OutputDocument&) override {}
    void add(int, bool, const QByteArray& bytes) override {
        if (writeOutput({bytes.constData(), static_cast<std::size_t>(bytes.size())})) return;
        if (errno == EPIPE) throw OutputClosed();
        throw OutputError(std::string("The output cannot be written (") + std::strerror(errno) + ")");
    }
    bool failedBefore(const JournalFile&, int) const override { return false; }
    QStringList finish() override { return {}; }
};

class FileOutput final : public OcrOutput {
  public:
    FileOutput(QString path, const OcrOptions& options, DecoderOptions decoder)
        : path_(std::move(path)),
          format_(options.format),
          overwrite_(options.overwrite),
          decoder_(std::move(decoder)),
          journal_(OcrJournal::pathFor(path_), journalHeader(options), options.resume) {}

    void begin(const OutputDocument& document) override { documents_.push_back(document); }

    void add(int page, bool failed, const QByteArray& bytes) override {
        try {
            journal_.add(documents_.back().file, page, failed, bytes);
        } catch (const Error& error) {
            throw OutputError(path_.toStdString() + ": " + error.what() + kept());
        }
    }

    bool failedBefore(const JournalFile& file, int page) const override {
        const JournalEntry* entry = journal_.find(file, page);
        return entry && entry->failed;
    }

    QStringList finish() override {
        QStringList warnings;
        try {
            if (format_ == OcrFormat::pdf) {
                warnings = writePdf();
            } else {
                writeBytes();
            }
        } catch (const Error& error) {
            throw OutputError(path_.toStdString() + ": " + error.what() + kept());
        }
        journal_.remove();
        return warnings;
    }

  private:
    std::string kept() const {
        return "; what was read until now is kept in " + OcrJournal::pathFor(path_).toStdString() +
               ", and --resume goes on from there";
    }

    QByteArray bytesOf(const OutputDocument& document, int page) const {
        const JournalEntry* entry = journal_.find(document.file, page);
        return entry ? journal_.bytesOf(*entry) : QByteArray();
    }

    void writeBytes() {
        OutputFile file(path_, overwrite_);
        for (const OutputDocument& document : documents_) {
            if (document.facts.pages == 0) {
                const QByteArray failure = bytesOf(document, 0);
                file.write(failure.constData(), failure.size());
            }
            for (const int page : document.pages) {
                const QByteArray bytes = bytesOf(document, page);
                file.write(bytes.constData(), bytes.size());
            }
        }
        file.commit();
    }

    QStringList writePdf() {
        const OutputDocument& first = documents_.front();
        const bool is_pdf = first.facts.format == QStringLiteral("PDF");
        SearchablePdf pdf = is_pdf
                                ? SearchablePdf::fromDocument(first.path, QString::fromUtf8(first.password))
                                : SearchablePdf::fromPictures(QFileInfo(path_).absolutePath());
        for (const OutputDocument& document : documents_) {
            if (is_pdf) {
                for (const int page : document.pages) {
                    if (const std::optional<Page> text = wordsFromJson(bytesOf(document, page)))
                        pdf.addText(page - 1, *text);
                }
            } else {
                addPictures(pdf, document);
            }
        }
        pdf.write(path_, overwrite_);
        return pdf.warnings();
    }

    // The pixels are decoded once more: they were not kept, for a thousand pages would not fit.
    void addPictures(SearchablePdf& pdf, const OutputDocument& document) {
        if (document.facts.pages == 0) return;
        DocumentDecoder decoder(decoder_);
        decoder.open(document.path);
        const QByteArray file = readPictureFile(document.path);
        const bool embed = document.facts.pages == 1 && canEmbedJpeg(file);
        for (const int page : document.pages) {
            const JournalEntry* entry = journal_.find(document.file, page);
            if (!entry || entry->failed) continue;
            const std::optional<Page> text = wordsFromJson(journal_.bytesOf(*entry));
            const DecodedPage decoded = decoder.page(page - 1);
            const Picture& picture = *decoded.picture;
            PdfPicture to;
            if (embed) to.jpeg = file;
            to.image = QImage(picture.rgb.data(), picture.width, picture.height, 3 * picture.width,
                              QImage::Format_RGB888);
            to.dpi = statedDpi(file, page - 1);
            pdf.addPicture(to, text ? &*text : nullptr);
        }
    }

    const QString path_;
    const OcrFormat format_;
    const bool overwrite_;
    const DecoderOptions decoder_;
    OcrJournal journal_;
    std::vector<OutputDocument> documents_;
};

}  // namespace

std::unique_ptr<OcrOutput> standardOutput() {
    return std::make_unique<StandardOutput>();
}

std::unique_ptr<OcrOutput> fileOutput(const QString& path, const OcrOptions& options,
                                      const DecoderOptions& decoder) {
    try {
        return std::make_unique<FileOutput>(path, options, decoder);
    } catch (const Error& error) {
        throw OutputError(path.toStdString() + ": " + error.what());
    }
}

QByteArray journalHeader(const OcrOptions& options) {
    return QJsonDocument(
               QJsonObject{{QStringLiteral("sightline_ocr"), 1},
                           {QStringLiteral("format"), QString::fromLatin1(nameOf(options.format))},
                           {QStringLiteral("text_layer"), QString::fromLatin1(nameOf(options.layer))},
                           {QStringLiteral("pages"), QString::fromStdString(options.pages.text())}})
        .toJson(QJsonDocument::Compact);
}

}  // namespace sightline
