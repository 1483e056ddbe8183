#include "inference/pictures/picture_structure.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string_view>

#include "inference/files/byte_view.h"
#include "inference/pictures/tiff_fields.h"

namespace sightline {
namespace {

using namespace std::string_view_literals;

constexpr auto ends_early = "it ends too early";

void setSize(PictureHeader& header, std::int64_t width, std::int64_t height) {
    if (width <= 0 || height <= 0) {
        throw Error(ErrorKind::invalid_input, "the picture's " + header.format + " header gives no size");
    }
    if (width > max_picture_side || height > max_picture_side || width * height > max_picture_pixels) {
        throw Error(ErrorKind::invalid_input,
                    "the picture is " + std::to_string(width) + " x " + std::to_string(height) +
                        " pixels; at most " + std::to_string(max_picture_side) + " a side and " +
                        std::to_string(max_picture_pixels / 1'000'000) + " million in all are accepted");
    }
    header.width = static_cast<int>(width);
    header.height = static_cast<int>(height);
}

void examinePng(const ByteView& file, PictureStructure& found) {
    if (file.u32(8) != 13 || !file.startsWith("IHDR", 12)) {
        throw Error(ErrorKind::invalid_input, "the picture's PNG header is damaged");
    }
    file.part(16, 17);
    setSize(found.header, file.u32(16), file.u32(20));
    std::size_t at = 8;
    while (file.has(at, 12)) {
        const std::size_t length = file.u32(at);
        if (!file.has(at + 12, length)) break;
        if (file.startsWith("IEND", at + 4)) return;
        if (file.startsWith("eXIf", at + 4)) found.orientation = exifOrientation(file.part(at + 8, length));
        at += length + 12;
    }
    found.defect = ends_early;
}

bool isFrameHeader(std::uint32_t marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// The position of the next marker's 0xff, or the end: stuffed zeros, restarts and fill bytes are no markers
// here.
std::size_t endOfScan(const ByteView& file, std::size_t at) {
    const auto bytes = file.bytes();
    while (at + 1 < bytes.size()) {
        const void* hit = std::memchr(bytes.data() + at, 0xff, bytes.size() - 1 - at);
        if (!hit) break;
        at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(hit) - bytes.data());
        const std::uint8_t next = bytes[at + 1];
        if (next == 0xff) {
            ++at;
        } else if (next == 0x00 || (next >= 0xd0 && next <= 0xd7)) {
            at += 2;
        } else {
            return at;
        }
    }
    return bytes.size();
}

void examineJpegFrame(const ByteView& file, std::size_t at, PictureStructure& found) {
    const std::uint32_t precision = file.u8(at + 4);
    const std::uint32_t components = file.u8(at + 9);
    setSize(found.header, file.u16(at + 7), file.u16(at + 5));
    if (precision != 8) found.unsupported = "JPEG pictures of " + std::to_string(precision) + " bits";
    if (components != 1 && components != 3 && components != 4) {
        found.unsupported = "JPEG pictures of " + std::to_string(components) + " colours";
    }
}

// Fails only by EndOfBytes, which means "no frame header" or, after one, "not whole".
void walkJpeg(const ByteView& file, PictureStructure& found, bool& has_frame) {
    bool has_scan = false;
    bool has_adobe = false;
    bool is_cmyk = false;
    std::size_t at = 2;
    for (;;) {
        while (file.u8(at) != 0xff || file.u8(at + 1) == 0xff)
            ++at;
        const std::uint32_t marker = file.u8(at + 1);
        if (marker == 0xd9) break;
        if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
            at += 2;
            continue;
        }
        const std::size_t length = file.u16(at + 2);
        if (length < 2) throw EndOfBytes();
        const auto payload = file.part(at + 4, length - 2);
        if (marker == 0xe1 && ByteView(payload).startsWith("Exif\0\0"sv))
            found.orientation = exifOrientation(payload);
        if (marker == 0xee && ByteView(payload).startsWith("Adobe")) has_adobe = true;
        if (isFrameHeader(marker) && !has_frame) {
            examineJpegFrame(file, at, found);
            is_cmyk = file.u8(at + 9) == 4;
            has_frame = true;
        }
        at += 2 + length;
        if (marker == 0xda && has_frame) {
            has_scan = true;
            at = endOfScan(file, at);
        }
    }
    if (!has_scan) throw EndOfBytes();
    // Only Adobe's marker tells that the inks are stored inverted, which is what the decoder takes for
    // granted.
    if (is_cmyk && !has_adobe) found.unsupported = "CMYK JPEG pictures without Adobe's marker";
}

void examineJpeg(const ByteView& file, PictureStructure& found) {
    bool has_frame = false;
    try {
        walkJpeg(file, found, has_frame);
    } catch (const EndOfBytes&) {
        if (!has_frame) throw;
        found.defect = ends_early;
    }
    if (!has_frame) throw EndOfBytes();
}

void examineWebpImage(const ByteView& file, std::size_t at, PictureStructure& found) {
    if (file.startsWith("VP8L", at)) {
        const std::uint32_t sizes = file.u32(at + 9);
        if (file.u8(at + 8) != 0x2f) throw EndOfBytes();
        setSize(found.header, (sizes & 0x3fff) + 1, ((sizes >> 14) & 0x3fff) + 1);
    } else {
        if (file.u24(at + 11) != 0x2a019d) throw EndOfBytes();
        setSize(found.header, file.u16(at + 14) & 0x3fff, file.u16(at + 16) & 0x3fff);
    }
}

// The picture chunk inside the ANMF chunk at `at`.
void findFirstFrame(const ByteView& file, std::size_t at, std::size_t end, PictureStructure& found) {
    const bool whole = file.u24(at + 8) == 0 && file.u24(at + 11) == 0 &&
                       file.u24(at + 14) + 1 == static_cast<std::uint32_t>(found.header.width) &&
                       file.u24(at + 17) + 1 == static_cast<std::uint32_t>(found.header.height);
    if (!whole) {
        found.unsupported = "animated WebP pictures whose first frame is only a part";
        return;
    }
    for (std::size_t chunk = at + 24; chunk + 8 <= end;) {
        const std::size_t bytes = 8 + std::size_t{file.u32(chunk + 4)};
        if (file.startsWith("VP8 ", chunk) || file.startsWith("VP8L", chunk)) {
            found.first_frame = file.part(chunk, bytes);
            return;
        }
        chunk += bytes + bytes % 2;
    }
    found.defect = "its first frame is missing";
}

void examineWebp(const ByteView& file, PictureStructure& found) {
    const bool extended = file.startsWith("VP8X", 12);
    if (extended) {
        setSize(found.header, std::int64_t{file.u24(24)} + 1, std::int64_t{file.u24(27)} + 1);
    } else if (file.startsWith("VP8 ", 12) || file.startsWith("VP8L", 12)) {
        examineWebpImage(file, 12, found);
    } else {
        throw EndOfBytes();
    }
    const bool animated = extended && (file.u8(20) & 0x02) != 0;
    const std::size_t end = 8 + std::size_t{file.u32(4)};
    if (end > file.size()) {
        found.defect = ends_early;
        return;
    }
    bool has_image = false;
    for (std::size_t at = 12; at + 8 <= end;) {
        const std::size_t bytes = 8 + std::size_t{file.u32(at + 4)};
        if (bytes > end - at) break;
        if (file.startsWith("VP8 ", at) || file.startsWith("VP8L", at)) has_image = true;
        if (file.startsWith("EXIF", at)) found.orientation = exifOrientation(file.part(at + 8, bytes - 8));
        if (animated && !has_image && file.startsWith("ANMF", at)) {
            has_image = true;
            findFirstFrame(file, at, at + bytes, found);
        }
        at += bytes + bytes % 2;
    }
    if (!has_image) found.defect = ends_early;
}

void examineTiff(const ByteView& file, PictureStructure& found) {
    const TiffFields fields = readTiffFields(file.bytes());
    setSize(found.header, fields.width, fields.height);
    if (fields.orientation >= 1 && fields.orientation <= 8)
        found.orientation = static_cast<int>(fields.orientation);
    if (fields.sample_format != 1 || (fields.bits != 1 && fields.bits != 8 && fields.bits != 16)) {
        found.unsupported = "TIFF pictures of " + std::to_string(fields.bits) + "-bit samples of this kind";
    } else if (fields.photometric > 3 || (fields.photometric != 2 && fields.samples != 1) ||
               (fields.photometric == 2 && fields.samples != 3 && fields.samples != 4)) {
        found.unsupported = "TIFF pictures of this colour model";
    }
    if (fields.data_offsets.empty() || fields.data_offsets.size() != fields.data_bytes.size()) {
        found.defect = "it does not say where its pixels are";
    }
    for (std::size_t i = 0; i < std::min(fields.data_offsets.size(), fields.data_bytes.size()); ++i) {
        if (!file.has(fields.data_offsets[i], fields.data_bytes[i])) found.defect = ends_early;
    }
}

void examineBmp(const ByteView& file, PictureStructure& found) {
    const std::uint32_t header_bytes = file.u32(14);
    std::int64_t width = 0, height = 0;
    std::uint32_t bits = 0, compression = 0;
    if (header_bytes == 12) {
        width = file.u16(18);
        height = file.u16(20);
        bits = file.u16(24);
    } else if (header_bytes >= 40 && header_bytes <= 1024) {
        width = static_cast<std::int32_t>(file.u32(18));
        height = static_cast<std::int32_t>(file.u32(22));
        bits = file.u16(28);
        compression = file.u32(30);
    } else {
        throw Error(ErrorKind::invalid_input, "the picture's BMP header is damaged");
    }
    setSize(found.header, width, height < 0 ? -height : height);  // negative: rows from top to bottom
    const bool known_bits = bits == 1 || bits == 4 || bits == 8 || bits == 24 || bits == 32;
    const bool bgr_masks = compression == 3 && bits == 32 && file.has(54, 12) && file.u32(54) == 0x00ff0000 &&
                           file.u32(58) == 0x0000ff00 && file.u32(62) == 0x000000ff;
    if (!known_bits || (compression != 0 && !bgr_masks)) {
        found.unsupported = "compressed or " + std::to_string(bits) + "-bit BMP pictures";
        return;
    }
    const std::size_t row_bytes = (static_cast<std::size_t>(found.header.width) * bits + 31) / 32 * 4;
    if (!file.has(file.u32(10), row_bytes * static_cast<std::size_t>(found.header.height)))
        found.defect = ends_early;
}

void examinePixmap(const ByteView& file, PictureStructure& found) {
    if (!file.startsWith("P5") && !file.startsWith("P6")) {
        throw Error(ErrorKind::unsupported, "PBM and text PPM pictures are not supported");
    }
    const PortablePixmap pixmap = readPixmapHeader(file.bytes());
    setSize(found.header, pixmap.width, pixmap.height);
    const std::size_t samples = static_cast<std::size_t>(pixmap.width) *
                                static_cast<std::size_t>(pixmap.height) *
                                static_cast<std::size_t>(pixmap.channels);
    if (!file.has(pixmap.pixels, samples * (pixmap.maximum > 255 ? 2 : 1))) found.defect = ends_early;
}

bool isPixmap(const ByteView& file) {
    return file.has(0, 3) && file.u8(0) == 'P' && file.u8(1) >= '1' && file.u8(1) <= '6' &&
           (std::isspace(static_cast<int>(file.u8(2))) != 0 || file.u8(2) == '#');
}

PictureStructure examine(std::span<const std::uint8_t> bytes) {
    const ByteView little(bytes);
    const ByteView big(bytes, true);
    PictureStructure found;
    const auto as = [&](const char* format, auto examineFormat, const ByteView& view) {
        found.header.format = format;
        try {
            examineFormat(view, found);
        } catch (const EndOfBytes&) {
            throw Error(ErrorKind::invalid_input,
                        std::string("the picture's ") + format + " header is damaged or cut off");
        }
        return found;
    };
    if (little.startsWith("\x89PNG\r\n\x1a\n"sv)) return as("PNG", examinePng, big);
    if (little.startsWith("\xff\xd8\xff"sv)) return as("JPEG", examineJpeg, big);
    if (little.startsWith("RIFF") && little.startsWith("WEBP", 8)) return as("WebP", examineWebp, little);
    if (little.startsWith("II*\0"sv) || little.startsWith("II+\0"sv)) return as("TIFF", examineTiff, little);
    if (little.startsWith("MM\0*"sv) || little.startsWith("MM\0+"sv)) return as("TIFF", examineTiff, big);
    if (little.startsWith("BM")) return as("BMP", examineBmp, little);
    if (little.startsWith("GIF87a") || little.startsWith("GIF89a")) {
        return as(
            "GIF",
            [](const ByteView& file, PictureStructure& gif) {
                setSize(gif.header, file.u16(6), file.u16(8));
                gif.unsupported = "GIF pictures";
            },
            little);
    }
    if (isPixmap(little)) return as("PPM", examinePixmap, little);
    if (little.startsWith("ftyp", 4)) {
        throw Error(ErrorKind::unsupported, "HEIC and AVIF pictures are not supported");
    }
    throw Error(ErrorKind::invalid_input, "the file is not a picture of a known format");
}

}  // namespace

PictureStructure examinePicture(std::span<const std::uint8_t> file) {
    if (file.empty()) throw Error(ErrorKind::invalid_input, "the picture file is empty");
    return examine(file);
}

PortablePixmap readPixmapHeader(std::span<const std::uint8_t> bytes) {
    const ByteView file(bytes);
    std::size_t at = 2;
    const auto number = [&] {
        while (std::isspace(static_cast<int>(file.u8(at))) != 0 || file.u8(at) == '#') {
            if (file.u8(at) == '#') {
                while (file.u8(at) != '\n')
                    ++at;
            }
            ++at;
        }
        std::int64_t value = 0;
        int digits = 0;
        for (; std::isdigit(static_cast<int>(file.u8(at))) != 0; ++at) {
            if (++digits > 9) throw EndOfBytes();
            value = value * 10 + (file.u8(at) - '0');
        }
        if (digits == 0) throw EndOfBytes();
        return static_cast<int>(value);
    };
    PortablePixmap pixmap;
    pixmap.channels = file.startsWith("P6") ? 3 : 1;
    pixmap.width = number();
    pixmap.height = number();
    pixmap.maximum = number();
    if (pixmap.maximum < 1 || pixmap.maximum > 65535) throw EndOfBytes();
    file.u8(at);
    pixmap.pixels = at + 1;  // exactly one white space
    return pixmap;
}

}  // namespace sightline
