// PDF pages by Qt Pdf (PDFium).
#include <QBuffer>
#include <QPdfDocument>
#include <algorithm>
#include <cmath>

#include "app/documents/document_file.h"
#include "app/documents/pdf_geometry.h"
#include "app/documents/pdf_words.h"
#include "app/documents/picture_decoder.h"

namespace sightline {

namespace {

constexpr double points_per_inch = 72;
constexpr double longest_pdf_side = 10'000;  // pixels

[[noreturn]] void refuse(const std::string& sentence) {
    throw Error(ErrorKind::invalid_input, sentence);
}

class PdfFile final : public DocumentFile {
  public:
    PdfFile(const QByteArray& file, const QByteArray& password) : file_(file), password_(password) {
        buffer_.setData(file_);
        buffer_.open(QIODevice::ReadOnly);
        document_.setPassword(QString::fromUtf8(password_));
        document_.load(&buffer_);
        using Problem = QPdfDocument::Error;
        switch (document_.error()) {
            case Problem::None:
                break;
            case Problem::IncorrectPassword:
                throw PasswordError(password.isEmpty() ? "it is encrypted, and its password is needed"
                                                       : "it is encrypted, and the password is wrong");
            case Problem::UnsupportedSecurityScheme:
                refuse("it is encrypted in a way that cannot be read");
            default:
                refuseUnread();
        }
        if (document_.status() != QPdfDocument::Status::Ready || document_.pageCount() < 1) refuseUnread();
    }

    [[noreturn]] void refuseUnread() const {
        refuse(PdfGeometry(file_, password_).isEmpty() ? "the PDF has no pages"
                                                       : "the PDF is damaged or truncated");
    }

    DocumentFacts facts() const override { return {QStringLiteral("PDF"), document_.pageCount(), {}, 1}; }

    RenderedPage page(int index, const PageRequest& request) override {
        RenderedPage page;
        page.points = document_.pagePointSize(index);
        if (!(page.points.width() > 0 && page.points.height() > 0)) refuse("the page is damaged");
        choosePixels(page, request);
        if (request.text_layer) page.text_layer = readLayer(index, page);
        if (request.pixels == Pixels::never) return page;
        if (request.pixels == Pixels::unless_text_layer && page.text_layer && !page.text_layer->empty() &&
            page.text_layer->legible())
            return page;
        QPdfDocumentRenderOptions options;
        options.setRenderFlags(QPdfDocumentRenderOptions::RenderFlag::Annotations);
        const QImage image = document_.render(index, page.size, options);
        if (image.isNull()) refuse("the page cannot be rendered");
        page.image = opaqueImage(image, Ground::paper);
        if (page.image.isNull()) throw Error(ErrorKind::out_of_memory, "the page does not fit into memory");
        return page;
    }

  private:
    static void choosePixels(RenderedPage& page, const PageRequest& request) {
        const double longest = std::max(page.points.width(), page.points.height());
        double scale = request.dpi / points_per_inch;
        scale = std::min(scale, longest_pdf_side / longest);
        if (request.longest_side > 0) scale = std::min(scale, request.longest_side / longest);
        page.dpi = scale * points_per_inch;
        page.size = QSize(std::max(1, static_cast<int>(std::lround(page.points.width() * scale))),
                          std::max(1, static_cast<int>(std::lround(page.points.height() * scale))));
    }

    // An empty layer if the page has none, or if nobody knows where it would lie.
    TextLayer readLayer(int index, RenderedPage& page) {
        const QPdfSelection all = document_.getAllText(index);
        if (all.text().trimmed().isEmpty()) return {};
        if (!geometry_) geometry_ = std::make_unique<PdfGeometry>(file_, password_);
        const std::optional<PdfPageGeometry> geometry = geometry_->page(index);
        if (!geometry) return {};
        page.rotation = geometry->rotation;
        const double across = page.size.width() / page.points.width();
        const double down = page.size.height() / page.points.height();
        const auto toPixels = [&](const QList<QPolygonF>& pieces) {
            QList<QRectF> boxes;
            for (const QPolygonF& piece : pieces) {
                // Qt turns user space upside down with the height of the page as displayed, and does no more.
                const QRectF box = piece.boundingRect();
                const double height = page.points.height();
                const QPointF one = onDisplayedPage(QPointF(box.left(), height - box.bottom()), *geometry);
                const QPointF other = onDisplayedPage(QPointF(box.right(), height - box.top()), *geometry);
                const QRectF shown = QRectF(one, other).normalized();
                boxes.append(QRectF(shown.left() * across, shown.top() * down, shown.width() * across,
                                    shown.height() * down));
            }
            return boxes;
        };
        qsizetype drift = 0;  // PDFium counts characters that it leaves out of the text
        const auto ask = [&](int, qsizetype begin, qsizetype length) -> QList<QRectF> {
            const QString wanted = all.text().mid(begin, length);
            for (const qsizetype more : {0, 1, 2, -1, 3, 4, -2}) {
                const qsizetype start = std::max<qsizetype>(0, begin + drift + more);
                const QPdfSelection found =
                    document_.getSelectionAtIndex(index, static_cast<int>(start), static_cast<int>(length));
                if (found.text() == wanted) {
                    drift += more;
                    return toPixels(found.bounds());
                }
            }
            return {};
        };
        return placeWords(all.text(), toPixels(all.bounds()), geometry->rotation / 90, ask);
    }

    const QByteArray& file_;
    const QByteArray password_;
    QBuffer buffer_;
    QPdfDocument document_;
    std::unique_ptr<PdfGeometry> geometry_;  // made when first needed
};

}  // namespace

bool isPdf(const QByteArray& file) {
    return QByteArrayView(file).first(std::min<qsizetype>(file.size(), 1024)).contains("%PDF-");
}

std::unique_ptr<DocumentFile> openPdfFile(const QByteArray& file, const QByteArray& password) {
    return std::make_unique<PdfFile>(file, password);
}

}  // namespace sightline
