#include "inference/pictures/tiff_fields.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "inference/error.h"
#include "inference/files/byte_view.h"

namespace sightline {
namespace {

constexpr std::size_t entry_bytes = 12;

// Numbers of one entry of a directory; empty for types that are no whole numbers.
std::vector<std::uint32_t> entryValues(const ByteView& file, std::size_t entry) {
    const std::uint32_t type = file.u16(entry + 2);
    const std::size_t count = file.u32(entry + 4);
    const std::size_t width = type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0;
    if (width == 0) return {};
    const std::size_t at = count <= 4 / width ? entry + 8 : file.u32(entry + 8);
    file.part(at, count * width);
    std::vector<std::uint32_t> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t value = at + i * width;
        values.push_back(width == 1 ? file.u8(value) : width == 2 ? file.u16(value) : file.u32(value));
    }
    return values;
}

}  // namespace

TiffFields readTiffFields(std::span<const std::uint8_t> bytes) {
    const ByteView mark(bytes);
    const bool big_endian = mark.startsWith("MM");
    if (!big_endian && !mark.startsWith("II")) {
        throw Error(ErrorKind::invalid_input, "the picture's TIFF header is damaged");
    }
    const ByteView file(bytes, big_endian);
    if (file.u16(2) == 43) throw Error(ErrorKind::unsupported, "BigTIFF pictures are not supported");
    if (file.u16(2) != 42) throw Error(ErrorKind::invalid_input, "the picture's TIFF header is damaged");

    TiffFields fields;
    const std::size_t directory = file.u32(4);
    const std::size_t entries = file.u16(directory);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * entry_bytes;
        const std::uint32_t tag = file.u16(entry);
        file.part(entry, entry_bytes);
        std::uint32_t* number = nullptr;
        std::vector<std::uint32_t>* list = nullptr;
        switch (tag) {
            case 256:
                number = &fields.width;
                break;
            case 257:
                number = &fields.height;
                break;
            case 258:
                number = &fields.bits;
                break;
            case 262:
                number = &fields.photometric;
                break;
            case 273:
            case 324:
                list = &fields.data_offsets;
                break;
            case 274:
                number = &fields.orientation;
                fields.orientation_entry = entry;
                break;
            case 277:
                number = &fields.samples;
                break;
            case 279:
            case 325:
                list = &fields.data_bytes;
                break;
            case 338:
                fields.extra_samples_entry = entry;
                break;
            case 339:
                number = &fields.sample_format;
                break;
            default:
                continue;
        }
        if (!number && !list) continue;
        const auto values = entryValues(file, entry);
        if (number && !values.empty()) *number = values.front();
        if (list) *list = values;
    }
    return fields;
}

std::vector<std::uint8_t> withPlainSamples(std::span<const std::uint8_t> bytes) {
    const TiffFields fields = readTiffFields(bytes);
    const bool big_endian = ByteView(bytes).startsWith("MM");
    std::vector<std::uint8_t> plain(bytes.begin(), bytes.end());
    for (const std::size_t entry : {fields.orientation_entry, fields.extra_samples_entry}) {
        if (entry == 0) continue;
        // Type 3 (16 bits), one value: 1.
        constexpr std::array<std::uint8_t, 10> little{3, 0, 1, 0, 0, 0, 1, 0, 0, 0};
        constexpr std::array<std::uint8_t, 10> big{0, 3, 0, 0, 0, 1, 0, 1, 0, 0};
        std::copy_n((big_endian ? big : little).begin(), 10,
                    plain.begin() + static_cast<std::ptrdiff_t>(entry + 2));
    }
    return plain;
}

int exifOrientation(std::span<const std::uint8_t> exif) {
    constexpr std::string_view prefix("Exif\0\0", 6);
    if (ByteView(exif).startsWith(prefix)) exif = exif.subspan(prefix.size());
    try {
        const std::uint32_t orientation = readTiffFields(exif).orientation;
        return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    } catch (const std::exception&) {
        return 1;  // damaged EXIF data does not spoil a picture
    }
}

}  // namespace sightline
