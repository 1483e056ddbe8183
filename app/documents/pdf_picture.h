// Pictures in the form in which a PDF holds them: as an image's dictionary entries and encoded bytes.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QSize>

namespace sightline {

struct EncodedPicture {
    QByteArray data;             // as `filter` says
    QByteArray filter;           // DCTDecode or FlateDecode
    QByteArray colour_space;     // DeviceGray, DeviceRGB
    int bits = 8;                // a component: 8, or 1 for black and white
    QSize pixels;                // as stored, which a turned JPEG shows on its side
    int orientation = 1;         // EXIF's, 1..8: how the stored pixels are turned to be upright
    bool png_predictor = false;  // FlateDecode with the filters of PNG

    QSize uprightSize() const { return orientation > 4 ? pixels.transposed() : pixels; }
};

// A JPEG file as it is. Without data if a PDF cannot show it so: it is no JPEG, not of 8 bits, CMYK, or coded
// in a way that PDF does not know.
EncodedPicture encodedJpeg(const QByteArray& file);

// Without loss, in as few components as the pixels need. Transparency is shown on white. Throws
// Error(invalid_input) for a null image, Error(out_of_memory).
EncodedPicture encodedPixels(const QImage& image);

// "a b c d e f": from the unit square, in which PDF draws an image, to a page of width x height that shows it
// upright.
QByteArray imageMatrix(int orientation, double width, double height);

}  // namespace sightline
