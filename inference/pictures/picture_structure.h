// The outside of an encoded picture: what can be told without decoding a pixel.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "inference/pictures/picture_file.h"

namespace sightline {

struct PictureStructure {
    PictureHeader header;
    int orientation = 1;  // EXIF, 1..8
    std::string defect;   // why the file is not whole ("it ends too early"), or empty
    std::string
        unsupported;  // what kind of picture we do not decode ("run-length encoded BMP pictures"), or empty
    std::span<const std::uint8_t> first_frame;  // animated WebP: the chunk of its first frame
};

// Walks over the parts of the file. Throws as readPictureHeader does; damage behind the header becomes
// `defect`.
PictureStructure examinePicture(std::span<const std::uint8_t> file);

// Where the pixels of a binary PPM (P6) or PGM (P5) begin and what they are.
struct PortablePixmap {
    int width = 0;
    int height = 0;
    int channels = 0;        // 1 or 3
    int maximum = 0;         // 1..65535; two bytes a sample (big endian) above 255
    std::size_t pixels = 0;  // offset
};
PortablePixmap readPixmapHeader(std::span<const std::uint8_t> file);

}  // namespace sightline
