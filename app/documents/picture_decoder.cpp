#include "app/documents/picture_decoder.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImageReader>
#include <QPainter>
#include <QtEndian>
#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

namespace sightline {

namespace {

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorKind::invalid_input, sentence.toStdString());
}

// Only formats that are pixels and nothing else: an SVG can name other files. Qt asks every plugin in turn
// and some accept anything, so the content is looked at here first.
QByteArray formatOf(const QByteArray& file) {
    const auto begins = [&file](const char* bytes, qsizetype size) {
        return file.startsWith(QByteArray::fromRawData(bytes, size));
    };
    if (begins("\x89PNG\r\n\x1a\n", 8)) return "png";
    if (begins("\xff\xd8\xff", 3)) return "jpeg";
    if (begins("RIFF", 4) && file.mid(8, 4) == "WEBP") return "webp";
    if (begins("II\x2a\0", 4) || begins("MM\0\x2a", 4)) return "tiff";
    if (begins("BM", 2)) return "bmp";
    if (begins("GIF87a", 6) || begins("GIF89a", 6)) return "gif";
    if (begins("P6", 2) || begins("P3", 2)) return "ppm";
    if (begins("P5", 2) || begins("P2", 2)) return "pgm";
    if (begins("P4", 2) || begins("P1", 2)) return "pbm";
    return {};
}

// libjpeg fills what is missing with gray and goes on; a picture with its lower half gray would be answered
// about as if it were whole. True if the markers lead to the end of the image.
bool jpegIsWhole(const QByteArray& file) {
    const auto* bytes = reinterpret_cast<const uchar*>(file.constData());
    const qsizetype size = file.size();
    qsizetype at = 2;
    while (at + 1 < size) {
        if (bytes[at] != 0xff) {  // entropy-coded data, or padding
            const void* next = std::memchr(bytes + at, 0xff, static_cast<std::size_t>(size - at));
            if (!next) return false;
            at = static_cast<const uchar*>(next) - bytes;
            continue;
        }
        const uchar marker = bytes[at + 1];
        if (marker == 0xd9) return true;
        const bool alone = marker == 0x00 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        if (marker == 0xff) {
            ++at;
        } else if (alone) {
            at += 2;
        } else {
            if (at + 3 >= size) return false;
            at += 2 + qFromBigEndian<quint16>(bytes + at + 2);
        }
    }
    return false;
}

// Qt leaves the rows that are missing from a BMP black.
bool bmpIsWhole(const QByteArray& file, const QSize& size) {
    if (file.size() < 34) return false;
    const auto* bytes = reinterpret_cast<const uchar*>(file.constData());
    const auto offset = qFromLittleEndian<quint32>(bytes + 10);
    const auto bits = qFromLittleEndian<quint16>(bytes + 28);
    const auto compression = qFromLittleEndian<quint32>(bytes + 30);
    if (compression != 0 && compression != 3) return true;  // run lengths: the reader notices
    const qint64 row = (qint64{size.width()} * bits + 31) / 32 * 4;
    return qint64{file.size()} >= qint64{offset} + row * size.height();
}

void raiseQtLimit() {
    // Qt's own limit is for the whole program and lower than ours, which is checked before.
    static std::once_flag once;
    std::call_once(once, [] { QImageReader::setAllocationLimit(2048); });
}

QByteArray knownFormat(const QByteArray& file) {
    if (file.isEmpty()) refuse(QStringLiteral("the file is empty"));
    const QByteArray format = formatOf(file);
    if (format.isEmpty()) {
        refuse(
            QStringLiteral("it is not a picture in a known format (PNG, JPEG, WebP, TIFF, BMP, GIF, PPM)"));
    }
    if (!QImageReader::supportedImageFormats().contains(format)) {
        throw Error(ErrorKind::unsupported,
                    "this installation cannot read " + format.toUpper().toStdString() + " pictures");
    }
    return format;
}

void prepare(QImageReader& reader, QBuffer& buffer, const QByteArray& file, const QByteArray& format) {
    buffer.setData(file);
    buffer.open(QIODevice::ReadOnly);
    reader.setDevice(&buffer);
    reader.setFormat(format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
}

}  // namespace

void checkPictureSize(const QSize& size) {
    if (size.isEmpty()) refuse(QStringLiteral("the picture's header is damaged"));
    if (size.width() > longest_picture_side || size.height() > longest_picture_side) {
        refuse(QStringLiteral("it is %1 x %2 pixels, and a side may have at most %3")
                   .arg(size.width())
                   .arg(size.height())
                   .arg(longest_picture_side));
    }
    if (qint64{size.width()} * size.height() > most_picture_pixels) {
        refuse(QStringLiteral("it is %1 x %2 pixels, and a picture may have at most %3 million: cut it into "
                              "parts, or make it smaller")
                   .arg(size.width())
                   .arg(size.height())
                   .arg(most_picture_pixels / 1'000'000));
    }
}

namespace {

// Everything that can be seen is light, and much of the picture is not there: white text for a dark ground.
bool isMadeForDarkGround(const QImage& image) {
    constexpr int light = 192;
    const QImage pixels = image.convertToFormat(QImage::Format_ARGB32);
    qint64 seen = 0;
    qint64 dark = 0;
    for (int y = 0; y < pixels.height(); ++y) {
        const auto* row = reinterpret_cast<const QRgb*>(pixels.constScanLine(y));
        for (int x = 0; x < pixels.width(); ++x) {
            if (qAlpha(row[x]) < 128) continue;
            ++seen;
            dark += qGray(row[x]) < light;
        }
    }
    const qint64 all = qint64{pixels.width()} * pixels.height();
    return seen > 0 && seen < all - all / 10 && dark <= seen / 1000;
}

}  // namespace

// What is transparent is shown on white, as a viewer shows it: the hidden colours below are often black, and
// black text on them would be gone. White text would be gone on white, and is shown on black.
QImage opaqueImage(QImage image, Ground ground) {
    if (image.hasAlphaChannel()) {
        QImage paper(image.size(), QImage::Format_RGB888);
        if (paper.isNull()) return paper;
        paper.fill(ground == Ground::fitting && isMadeForDarkGround(image) ? Qt::black : Qt::white);
        QPainter(&paper).drawImage(QPoint(), image);
        return paper;
    }
    return std::move(image).convertToFormat(QImage::Format_RGB888);
}

bool isPicture(const QByteArray& file) {
    return !formatOf(file).isEmpty();
}

PictureSeries pictureSeries(const QByteArray& file) {
    const QByteArray format = knownFormat(file);
    QBuffer buffer;
    QImageReader reader;
    prepare(reader, buffer, file, format);
    return {QString::fromLatin1(format.toUpper()), std::max(1, reader.imageCount()), format == "tiff"};
}

QImage decodeImage(const QByteArray& file, int index) {
    raiseQtLimit();
    const QByteArray format = knownFormat(file);
    QBuffer buffer;
    QImageReader reader;
    prepare(reader, buffer, file, format);
    if (index > 0 && !reader.jumpToImage(index)) {
        refuse(QStringLiteral("picture %1 is missing or damaged").arg(index + 1));
    }
    const QSize size = reader.size();
    checkPictureSize(size);
    if ((format == "jpeg" && !jpegIsWhole(file)) || (format == "bmp" && !bmpIsWhole(file, size))) {
        refuse(QStringLiteral("the picture is truncated"));
    }
    QImage image;
    if (!reader.read(&image) || image.isNull()) {
        refuse(QStringLiteral("the picture is damaged or truncated (%1)").arg(reader.errorString()));
    }
    checkPictureSize(image.size());
    image = opaqueImage(std::move(image));
    if (image.isNull()) throw Error(ErrorKind::out_of_memory, "the decoded picture does not fit");
    return image;
}

QByteArray readPictureFile(const QString& path) {
    const QFileInfo info(path);
    if (!info.exists()) refuse(QStringLiteral("the file does not exist"));
    if (info.isDir()) refuse(QStringLiteral("it is a folder"));
    if (!info.isFile()) refuse(QStringLiteral("it is not a regular file"));
    if (info.size() > largest_picture_file) {
        refuse(QStringLiteral("the file has %1 MiB, and at most %2 are read")
                   .arg(info.size() >> 20)
                   .arg(largest_picture_file >> 20));
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        refuse(QStringLiteral("the file cannot be opened (%1)").arg(file.errorString()));
    }
    const QByteArray bytes = file.read(largest_picture_file);
    if (file.error() != QFileDevice::NoError) {
        refuse(QStringLiteral("the file cannot be read (%1)").arg(file.errorString()));
    }
    return bytes;
}

Picture toPicture(const QImage& image) {
    checkPictureSize(image.size());
    const QImage rgb = opaqueImage(image);
    if (rgb.isNull()) throw Error(ErrorKind::out_of_memory, "the decoded picture does not fit");
    Picture picture{rgb.width(), rgb.height(), {}};
    const std::size_t row_bytes = std::size_t{3} * static_cast<std::size_t>(rgb.width());
    picture.rgb.resize(row_bytes * static_cast<std::size_t>(rgb.height()));
    for (int row = 0; row < rgb.height(); ++row) {
        std::memcpy(picture.rgb.data() + row_bytes * static_cast<std::size_t>(row), rgb.constScanLine(row),
                    row_bytes);
    }
    return picture;
}

}  // namespace sightline
