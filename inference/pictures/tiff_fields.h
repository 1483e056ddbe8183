// The fields of the first directory of a TIFF file; EXIF data is such a file too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sightline {

struct TiffFields {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t bits = 1;             // a sample; of the first sample
    std::uint32_t samples = 1;          // a pixel
    std::uint32_t photometric = 1;      // 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr
    std::uint32_t orientation = 1;      // 1..8
    std::uint32_t sample_format = 1;    // 1 = unsigned integers
    std::size_t orientation_entry = 0;  // where in the file the field stands; 0 = nowhere
    std::size_t extra_samples_entry = 0;      // likewise, of the field that says what alpha means
    std::vector<std::uint32_t> data_offsets;  // of strips or tiles
    std::vector<std::uint32_t> data_bytes;
};

// Throws EndOfBytes or Error(invalid_input) if there is no readable directory, Error(unsupported) for
// BigTIFF.
TiffFields readTiffFields(std::span<const std::uint8_t> file);

// A copy whose first directory says "upright" and "colours are multiplied by alpha already": decoders then
// hand out the samples as they are stored.
std::vector<std::uint8_t> withPlainSamples(std::span<const std::uint8_t> file);

// 1..8; 1 if the data is damaged or says nothing. `exif` may begin with "Exif\0\0".
int exifOrientation(std::span<const std::uint8_t> exif);

}  // namespace sightline
