// Documents and pictures from outside, decoded in a process of their own (`sightline --decode`), so that a
// bad file takes that process down and nothing else. The helper has limits of memory and time, no network,
// and is started again after a crash; only the page that was asked for fails.
#pragma once

#include <QByteArray>
#include <QSizeF>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <stop_token>

#include "app/documents/text_layer.h"
#include "inference/engine.h"

namespace sightline {

struct DecoderOptions {
    QString program;           // that is started with --decode; empty = this program
    qint64 memory_mib = 4096;  // address space of the helper
    int page_seconds = 20;     // until an answer is there: for opening, and for each page
};

// The file is encrypted, and the password is missing or wrong.
class PasswordError : public Error {
  public:
    explicit PasswordError(const std::string& sentence) : Error(ErrorKind::invalid_input, sentence) {}
};

struct DocumentFacts {
    QString format;     // "PDF", "TIFF", "JPEG", "HEIC"...
    int pages = 0;      // at least 1
    QStringList notes;  // what the user should know: "only the first of its 12 pictures is read"
    // In the file, where they are no pages: frames of an animation, pictures of a HEIC file. Only one of them
    // is decoded, the first or the main one.
    int pictures = 1;
};

enum class Pixels { always, unless_text_layer, never };

struct PageRequest {
    Pixels pixels = Pixels::always;  // unless_text_layer: only for pages without a legible layer
    bool text_layer = false;         // PDF: wanted
    double dpi = 200;      // PDF: less for pages so large that a side would have more than 10,000 pixels
    int longest_side = 0;  // of the picture: scaled down to it (thumbnails); 0 = as it is
};

struct DecodedPage {
    std::optional<Picture> picture;
    int width = 0;  // pixels, also when there is no picture
    int height = 0;
    QSizeF points;     // PDF: as it is displayed; empty for pictures
    int rotation = 0;  // PDF: degrees clockwise that /Rotate asks for; the picture is turned already
    double dpi = 0;    // PDF: of the picture
    std::optional<TextLayer> text_layer;  // in pixels of the picture; may be empty
};

// One helper, one document at a time, one thread at a time, which may be any and needs no event loop.
// Functions block; a stop makes them throw Error(cancelled) within 100 ms. Other errors: Error(invalid_input)
// with the reason (the sentence does not name the file), Error(unsupported), Error(out_of_memory),
// Error(internal) if the helper cannot be started. After each of them the decoder goes on with the next page.
class DocumentDecoder {
  public:
    explicit DocumentDecoder(DecoderOptions options = {});
    ~DocumentDecoder();  // ends the helper
    DocumentDecoder(const DocumentDecoder&) = delete;
    DocumentDecoder& operator=(const DocumentDecoder&) = delete;

    // Closes what was open. Only regular files. The file must not change while it is open.
    DocumentFacts open(const QString& path, const QByteArray& password = {},
                       const std::stop_token& stop = {});
    // The same for bytes that came from elsewhere.
    DocumentFacts openBytes(const QByteArray& file, const QByteArray& password = {},
                            const std::stop_token& stop = {});

    // `index` from 0.
    DecodedPage page(int index, const PageRequest& request = {}, const std::stop_token& stop = {});

    qint64 helperProcess() const;   // its number; 0 if none runs
    QString limitsInForce() const;  // what the helper said when it started

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sightline
