// Encoded picture files -> pixels, by Qt. Limits are read from the header before anything is decoded.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QString>

#include "inference/engine.h"

namespace sightline {

inline constexpr int longest_picture_side = 32768;
inline constexpr qint64 most_picture_pixels = 200'000'000;
inline constexpr qint64 largest_picture_file = qint64{512} << 20;  // bytes

// One frame (`index` from 0), EXIF orientation applied, transparency on white, 16 bit -> 8 bit, CMYK and gray
// -> RGB; Format_RGB888. The format is found from the content, never from a name: PNG, JPEG, WebP, TIFF, BMP,
// GIF, PPM. Throws Error(invalid_input) for what is empty, not a picture, damaged, truncated or too large
// (the sentence says size and limit), Error(unsupported) for a format that this Qt lacks. Any thread.
QImage decodeImage(const QByteArray& file, int index = 0);

// True if it begins like a picture that decodeImage knows.
bool isPicture(const QByteArray& file);

// The pictures in one file, from its header.
struct PictureSeries {
    QString format;      // "PNG"
    int count = 1;       // at least 1
    bool pages = false;  // they are pages of a document (TIFF); otherwise frames of an animation
};
// Throws as decodeImage does; says nothing about the pixels.
PictureSeries pictureSeries(const QByteArray& file);

// The rules of decodeImage for pictures that were decoded elsewhere. The first throws Error(invalid_input)
// for a size over the limits; the second gives Format_RGB888 on white, null if there is no memory.
void checkPictureSize(const QSize& size);
enum class Ground {
    paper,    // white
    fitting,  // white, but black below a picture of which only light parts can be seen
};
QImage opaqueImage(QImage image, Ground ground = Ground::fitting);

// A file's bytes. Only regular files: a folder, a pipe or a device is refused before it is opened. Throws
// Error(invalid_input) with the reason; the sentence does not name the file.
QByteArray readPictureFile(const QString& path);

// Any image of Qt's as the engine wants it; transparency on white. Throws Error(invalid_input) if it is null
// or too large.
Picture toPicture(const QImage& image);

}  // namespace sightline
