// Where the pages of a PDF lie in their own coordinates, which Qt Pdf does not tell.
#pragma once

#include <QByteArray>
#include <QRectF>
#include <memory>
#include <optional>

namespace sightline {

struct PdfPageGeometry {
    QRectF shown;      // the visible part in user space: y grows upwards, top() is the lower edge
    int rotation = 0;  // 0, 90, 180, 270: degrees clockwise that the page is turned for display
};

class PdfGeometry {
  public:
    // `file` must outlive it. A file that cannot be understood has no geometry.
    PdfGeometry(const QByteArray& file, const QByteArray& password);
    ~PdfGeometry();

    std::optional<PdfPageGeometry> page(int index) const;
    // The file is sound, but has no page at all. Qt Pdf takes such a file for a damaged one.
    bool isEmpty() const;

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

// From user space to the displayed page of `geometry`, in points from its upper left corner, y down.
QPointF onDisplayedPage(const QPointF& point, const PdfPageGeometry& geometry);

}  // namespace sightline
