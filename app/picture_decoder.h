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

// First frame, EXIF orientation applied, transparency on white, 16 bit -> 8 bit, CMYK and gray -> RGB;
// Format_RGB888. The format is found from the content, never from a name: PNG, JPEG, WebP, TIFF, BMP,
// GIF, PPM. Throws Error(invalid_input) for what is empty, not a picture, damaged, truncated or too large
// (the sentence says size and limit), Error(unsupported) for a format that this Qt lacks. Any thread.
QImage decodeImage(const QByteArray& file);

// A file's bytes. Only regular files: a folder, a pipe or a device is refused before it is opened. Throws
// Error(invalid_input) with the reason; the sentence does not name the file.
QByteArray readPictureFile(const QString& path);

// Any image of Qt's as the engine wants it; transparency on white. Throws Error(invalid_input) if it is null
// or too large.
Picture toPicture(const QImage& image);

}  // namespace sightline
