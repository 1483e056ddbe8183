// What the header of a picture file says, read without decoding it. Any bytes may be given.
#pragma once

#include <QByteArray>
#include <QSize>

namespace sightline {

struct JpegFacts {
    QSize size;  // as stored
    int components = 0;
    int orientation = 1;  // EXIF's, 1..8
    double dpi = 0;       // 0 = not stated, or not equal along both axes
    bool plain = false;   // 8 bit, gray or RGB by the usual signs, baseline or progressive Huffman code
};

// All zero if it is no JPEG file.
JpegFacts jpegFacts(const QByteArray& file);

// Dots per inch of a PNG, JPEG, BMP or TIFF file (of this page, from 0); 0 = not stated, or not equal along
// both axes.
double statedDpi(const QByteArray& file, int page = 0);

}  // namespace sightline
