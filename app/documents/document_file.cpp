#include "app/documents/document_file.h"

#include <QImageReader>
#include <algorithm>

#include "app/documents/picture_decoder.h"

namespace sightline {

namespace {

class PictureFile final : public DocumentFile {
  public:
    explicit PictureFile(const QByteArray& file) : file_(file), series_(pictureSeries(file)) {}

    DocumentFacts facts() const override {
        DocumentFacts facts{
            series_.format, series_.pages ? series_.count : 1, {}, series_.pages ? 1 : series_.count};
        if (!series_.pages && series_.count > 1) {
            facts.notes << QStringLiteral("only the first of its %1 pictures is read").arg(series_.count);
        }
        return facts;
    }

    RenderedPage page(int index, const PageRequest& request) override {
        RenderedPage page;
        QImage image = decodeImage(file_, index);
        page.size = within(image.size(), request.longest_side);
        if (page.size != image.size())
            image = image.scaled(page.size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                        .convertToFormat(QImage::Format_RGB888);
        if (request.pixels != Pixels::never) page.image = std::move(image);
        return page;
    }

  private:
    const QByteArray& file_;
    const PictureSeries series_;
};

}  // namespace

QSize within(const QSize& size, int longest_side) {
    const int side = std::max(size.width(), size.height());
    if (longest_side <= 0 || side <= longest_side) return size;
    return size.scaled(longest_side, longest_side, Qt::KeepAspectRatio).expandedTo(QSize(1, 1));
}

std::unique_ptr<DocumentFile> openPictureFile(const QByteArray& file) {
    return std::make_unique<PictureFile>(file);
}

std::unique_ptr<DocumentFile> openDocumentFile(const QByteArray& file, const QByteArray& password) {
    if (isPdf(file)) return openPdfFile(file, password);
    if (isHeif(file)) return openHeifFile(file);
    if (!file.isEmpty() && !isPicture(file)) {
        throw Error(
            ErrorKind::invalid_input,
            "it is neither a PDF nor a picture in a known format (PNG, JPEG, WebP, TIFF, BMP, GIF, PPM, "
            "HEIC)");
    }
    return openPictureFile(file);
}

}  // namespace sightline
