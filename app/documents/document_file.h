// A file from outside as pages. Everything here runs in the decode helper (decode_helper.h) and nowhere else:
// these are the libraries that a hostile file attacks.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QSizeF>
#include <QString>
#include <memory>
#include <optional>

#include "app/documents/document_decoder.h"
#include "app/documents/text_layer.h"

namespace sightline {

struct RenderedPage {
    QImage image;      // Format_RGB888, upright, transparency on white; null if no pixels were wanted
    QSize size;        // of the image, also when it is null
    QSizeF points;     // PDF: as displayed; empty for pictures
    int rotation = 0;  // PDF: what /Rotate says, and is done already
    double dpi = 0;    // PDF: at which it was rendered
    std::optional<TextLayer> text_layer;  // PDF, if one was wanted: may be empty
};

class DocumentFile {
  public:
    virtual ~DocumentFile() = default;
    virtual DocumentFacts facts() const = 0;
    // `index` from 0, below facts().pages. Throws Error.
    virtual RenderedPage page(int index, const PageRequest& request) = 0;
};

// Finds out what it is from the content. `file` must outlive the document. Throws Error(invalid_input),
// Error(unsupported), PasswordError.
std::unique_ptr<DocumentFile> openDocumentFile(const QByteArray& file, const QByteArray& password);

// One file each.
std::unique_ptr<DocumentFile> openPictureFile(const QByteArray& file);
std::unique_ptr<DocumentFile> openHeifFile(const QByteArray& file);
std::unique_ptr<DocumentFile> openPdfFile(const QByteArray& file, const QByteArray& password);
bool isHeif(const QByteArray& file);
bool isPdf(const QByteArray& file);

// Scaled down, if it has to be, so that neither side is longer than `longest_side` (0 = no limit).
QSize within(const QSize& size, int longest_side);

}  // namespace sightline
