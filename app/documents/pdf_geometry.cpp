#include "app/documents/pdf_geometry.h"

#include <exception>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <vector>

namespace sightline {

namespace {

// A rectangle may name any two opposite corners. Null if it is none.
QRectF rectangle(QPDFObjectHandle box) {
    if (!box.isRectangle()) return {};
    const QPDFObjectHandle::Rectangle corners = box.getArrayAsRectangle();
    return QRectF(QPointF(corners.llx, corners.lly), QPointF(corners.urx, corners.ury)).normalized();
}

}  // namespace

struct PdfGeometry::Private {
    bool sound = false;
    QPDF pdf;
    std::vector<QPDFPageObjectHelper> pages;
};

PdfGeometry::PdfGeometry(const QByteArray& file, const QByteArray& password) : d(new Private) {
    try {
        d->pdf.setSuppressWarnings(true);
        d->pdf.processMemoryFile("document", file.constData(), static_cast<std::size_t>(file.size()),
                                 password.constData());
        d->pages = QPDFPageDocumentHelper(d->pdf).getAllPages();
        d->sound = true;
    } catch (const std::exception&) {
        d->pages.clear();
    }
}

PdfGeometry::~PdfGeometry() = default;

bool PdfGeometry::isEmpty() const {
    return d->sound && d->pages.empty();
}

std::optional<PdfPageGeometry> PdfGeometry::page(int index) const {
    if (index < 0 || static_cast<std::size_t>(index) >= d->pages.size()) return {};
    try {
        QPDFPageObjectHelper page = d->pages[static_cast<std::size_t>(index)];
        // As PDFium decides: a page without a usable box is a letter, and only what lies on the medium shows.
        QRectF medium = rectangle(page.getAttribute("/MediaBox", false));
        if (medium.isEmpty()) medium = QRectF(0, 0, 612, 792);
        const QRectF crop = rectangle(page.getAttribute("/CropBox", false));
        PdfPageGeometry geometry{crop.isEmpty() ? medium : crop.intersected(medium), 0};
        QPDFObjectHandle turn = page.getAttribute("/Rotate", false);
        if (turn.isInteger()) {
            const long long quarters = turn.getIntValue() / 90 % 4;
            geometry.rotation = static_cast<int>((quarters + 4) % 4) * 90;
        }
        return geometry;
    } catch (const std::exception&) {
        return {};
    }
}

QPointF onDisplayedPage(const QPointF& point, const PdfPageGeometry& geometry) {
    const QRectF& box = geometry.shown;
    switch (geometry.rotation) {
        case 90:
            return {point.y() - box.top(), point.x() - box.left()};
        case 180:
            return {box.right() - point.x(), point.y() - box.top()};
        case 270:
            return {box.bottom() - point.y(), box.right() - point.x()};
        default:
            return {point.x() - box.left(), box.bottom() - point.y()};
    }
}

}  // namespace sightline
