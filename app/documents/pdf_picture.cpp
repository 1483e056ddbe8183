#include "app/documents/pdf_picture.h"

#include <QBuffer>
#include <QImageWriter>
#include <QtEndian>
#include <cstring>

#include "app/documents/pdf_text_layer.h"
#include "app/documents/picture_decoder.h"
#include "app/values/picture_facts.h"
#include "inference/error.h"

namespace sightline {

namespace {

enum class Tones { black_and_white, gray, colour };

Tones tonesOf(const QImage& rgb) {
    Tones tones = Tones::black_and_white;
    for (int y = 0; y < rgb.height(); ++y) {
        const uchar* row = rgb.constScanLine(y);
        for (int x = 0; x < rgb.width(); ++x, row += 3) {
            if (row[0] != row[1] || row[0] != row[2]) return Tones::colour;
            if (row[0] != 0 && row[0] != 255) tones = Tones::gray;
        }
    }
    return tones;
}

// One component of 1 bit (1 = white) or of 8.
QImage grayOf(const QImage& rgb, Tones tones) {
    const bool bits = tones == Tones::black_and_white;
    QImage gray(rgb.size(), bits ? QImage::Format_Mono : QImage::Format_Grayscale8);
    if (gray.isNull()) return gray;
    if (bits) {
        gray.setColorTable({qRgb(0, 0, 0), qRgb(255, 255, 255)});
        gray.fill(0);
    }
    for (int y = 0; y < rgb.height(); ++y) {
        const uchar* from = rgb.constScanLine(y);
        uchar* to = gray.scanLine(y);
        for (int x = 0; x < rgb.width(); ++x, from += 3) {
            if (!bits) {
                to[x] = *from;
            } else if (*from != 0) {
                to[x / 8] = static_cast<uchar>(to[x / 8] | 0x80 >> x % 8);
            }
        }
    }
    return gray;
}

[[noreturn]] void notEnoughMemory() {
    throw Error(ErrorKind::out_of_memory, "the picture does not fit beside its copy");
}

}  // namespace

EncodedPicture encodedJpeg(const QByteArray& file) {
    const JpegFacts facts = jpegFacts(file);
    EncodedPicture out;
    if (!facts.plain) return out;
    out.data = file;
    out.filter = "DCTDecode";
    out.colour_space = facts.components == 1 ? "DeviceGray" : "DeviceRGB";
    out.pixels = facts.size;
    out.orientation = facts.orientation;
    return out;
}

EncodedPicture encodedPixels(const QImage& image) {
    if (image.isNull()) throw Error(ErrorKind::invalid_input, "the picture has no pixels");
    QImage pixels = opaqueImage(image);
    if (pixels.isNull()) notEnoughMemory();
    const Tones tones = tonesOf(pixels);
    if (tones != Tones::colour) pixels = grayOf(pixels, tones);
    if (pixels.isNull()) notEnoughMemory();
    EncodedPicture out;
    out.filter = "FlateDecode";
    out.colour_space = tones == Tones::colour ? "DeviceRGB" : "DeviceGray";
    out.bits = tones == Tones::black_and_white ? 1 : 8;
    out.pixels = pixels.size();
    if (out.bits == 1) {
        // Filters of bytes only hinder the compression of bits.
        QByteArray rows;
        const qsizetype row_bytes = (pixels.width() + 7) / 8;
        rows.reserve(row_bytes * pixels.height());
        for (int y = 0; y < pixels.height(); ++y)
            rows.append(reinterpret_cast<const char*>(pixels.constScanLine(y)), row_bytes);
        out.data = qCompress(rows, 9).mid(4);  // a zlib stream behind Qt's own four bytes
        return out;
    }
    // PNG's pixels are coded just as PDF wants them: the data of a PNG file, chunk by chunk.
    out.png_predictor = true;
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    if (!writer.write(pixels)) {
        throw Error(ErrorKind::internal,
                    "the picture cannot be encoded: " + writer.errorString().toStdString());
    }
    bool as_expected = false;
    for (qsizetype at = 8; at + 12 <= png.size();) {
        const auto size = qsizetype{qFromBigEndian<quint32>(png.constData() + at)};
        const char* kind = png.constData() + at + 4;
        const char* body = kind + 4;
        if (size > png.size() - at - 12) break;
        if (std::memcmp(kind, "IHDR", 4) == 0 && size == 13) {
            const int colour_type = tones == Tones::colour ? 2 : 0;
            as_expected = body[8] == 8 && body[9] == colour_type && body[12] == 0;
        } else if (std::memcmp(kind, "IDAT", 4) == 0) {
            out.data.append(body, size);
        }
        at += size + 12;
    }
    if (!as_expected || out.data.isEmpty()) {
        throw Error(ErrorKind::internal, "the picture was encoded in an unexpected form");
    }
    return out;
}

QByteArray imageMatrix(int orientation, double width, double height) {
    const double w = width;
    const double h = height;
    const double matrices[8][6] = {
        {w, 0, 0, h, 0, 0},    // upright
        {-w, 0, 0, h, w, 0},   // mirrored
        {-w, 0, 0, -h, w, h},  // on its head
        {w, 0, 0, -h, 0, h},   // on its head and mirrored
        {0, -h, -w, 0, w, h},  // row 0 is the left side, column 0 the top
        {0, -h, w, 0, 0, h},   // row 0 is the right side, column 0 the top
        {0, h, w, 0, 0, 0},    // row 0 is the right side, column 0 the bottom
        {0, h, -w, 0, w, 0},   // row 0 is the left side, column 0 the bottom
    };
    QByteArray text;
    for (const double value : matrices[orientation >= 1 && orientation <= 8 ? orientation - 1 : 0])
        text += (text.isEmpty() ? "" : " ") + pdfNumber(value);
    return text;
}

}  // namespace sightline
