// Encoded picture files -> Picture, by OpenCV if it is built in (binary PPM always works). Limits are read
// from the header before anything is decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "inference/engine.h"

namespace sightline {

struct PictureHeader {
    std::string format;  // "PNG", "JPEG", "WebP", "TIFF", "BMP", "GIF", "PPM"
    int width = 0;       // as stored, before EXIF orientation
    int height = 0;
};

inline constexpr int max_picture_side = 32768;
inline constexpr std::int64_t max_picture_pixels = 200'000'000;

// Reads format and size without decoding. Throws Error(invalid_input): empty, not a picture, a damaged
// header, too large (the sentence says size and limit).
PictureHeader readPictureHeader(std::span<const std::uint8_t> file);

// First frame, EXIF orientation applied, alpha dropped (as transformers does for paths), 16 bit -> 8 bit,
// CMYK and gray
// -> RGB. Throws Error(invalid_input) for truncated or damaged files, Error(unsupported) for a format that
// this build cannot decode, naming it.
Picture decodePictureFile(std::span<const std::uint8_t> file);

}  // namespace sightline
