// What the text reader found, as a content stream of a PDF page: invisible text that stands where it was
// read.
#pragma once

#include <QByteArray>

#include "app/documents/glyphless_font.h"
#include "inference/pages/page.h"

namespace sightline {

// What of a page is shown, and how.
struct PageFrame {
    double left = 0;  // of the crop box, in user space: y up, any origin
    double bottom = 0;
    double right = 0;
    double top = 0;
    int rotation = 0;  // 0, 90, 180, 270: degrees clockwise that the page is turned when it is shown
};

// From pixels of the upright picture of width x height to the page's user space.
class PixelsToPage {
  public:
    PixelsToPage(const PageFrame& frame, int width, int height);
    Point operator()(const Point& pixel) const;

  private:
    PageFrame frame_;
    double width_;
    double height_;
};

// A text object (BT .. ET) in text render mode 3 that relies on nothing of the graphics state but an identity
// matrix; `font_name` is the font's name in the page's resources, without a slash. Words in the order of the
// page; each fills its quad, but is set level if it is askew by up to ten degrees. Empty if there is nothing
// to write. `left_out`, if given, grows by the characters that the font has no code for.
QByteArray textLayer(const Page& text, const PageFrame& frame, const QByteArray& font_name,
                     GlyphlessFont& font, int* left_out = nullptr);

// A number in PDF syntax: no exponent, at most five decimals.
QByteArray pdfNumber(double value);

}  // namespace sightline
