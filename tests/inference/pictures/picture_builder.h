// Picture files that tests make byte by byte, so that they can lie where they want.
#pragma once

#include <QByteArray>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightline::test {

using Bytes = std::vector<std::uint8_t>;

inline void put(Bytes& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}
inline void putBig(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
inline void putLittle(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

inline void putPngChunk(Bytes& out, std::string_view type, const Bytes& data) {
    putBig(out, static_cast<std::uint32_t>(data.size()), 4);
    const std::size_t first = out.size();
    put(out, type);
    out.insert(out.end(), data.begin(), data.end());
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = first; i < out.size(); ++i) {
        crc ^= out[i];
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0u);
    }
    putBig(out, ~crc, 4);
}

// colour_type: 0 gray, 2 RGB, 4 gray + alpha, 6 RGBA. rows: the samples, row after row, without filter bytes.
inline Bytes pngFile(std::uint32_t width, std::uint32_t height, int bit_depth, int colour_type,
                     const Bytes& rows) {
    Bytes file;
    put(file, std::string_view("\x89PNG\r\n\x1a\n", 8));
    Bytes header;
    putBig(header, width, 4);
    putBig(header, height, 4);
    for (const int value : {bit_depth, colour_type, 0, 0, 0})
        header.push_back(static_cast<std::uint8_t>(value));
    putPngChunk(file, "IHDR", header);
    QByteArray filtered;
    const std::size_t channels = colour_type == 0 ? 1 : colour_type == 2 ? 3 : colour_type == 4 ? 2 : 4;
    const std::size_t row_bytes = (width * channels * static_cast<std::size_t>(bit_depth) + 7) / 8;
    for (std::size_t at = 0; row_bytes > 0 && at + row_bytes <= rows.size(); at += row_bytes) {
        filtered.append('\0');
        filtered.append(reinterpret_cast<const char*>(rows.data() + at), static_cast<qsizetype>(row_bytes));
    }
    const QByteArray packed = qCompress(filtered).mid(4);
    putPngChunk(file, "IDAT", Bytes(packed.begin(), packed.end()));
    putPngChunk(file, "IEND", {});
    return file;
}

// Uncompressed, one strip, little endian. data: interleaved samples.
inline Bytes tiffFile(std::uint32_t width, std::uint32_t height, std::uint32_t bits, std::uint32_t samples,
                      std::uint32_t orientation, const Bytes& data) {
    struct Entry {
        std::uint32_t tag, type, count, value;
    };
    const std::uint32_t entries = 11;
    const std::uint32_t bits_at = 8 + 2 + entries * 12 + 4;
    const std::uint32_t data_at = bits_at + 8;
    const bool bits_apart = samples > 2;
    const std::uint32_t photometric = samples >= 3 ? 2 : 1;
    const Entry list[entries] = {{256, 4, 1, width},
                                 {257, 4, 1, height},
                                 {258, 3, samples, bits_apart ? bits_at : bits},
                                 {259, 3, 1, 1},
                                 {262, 3, 1, photometric},
                                 {273, 4, 1, data_at},
                                 {274, 3, 1, orientation},
                                 {277, 3, 1, samples},
                                 {278, 4, 1, height},
                                 {279, 4, 1, static_cast<std::uint32_t>(data.size())},
                                 {338, 3, samples == 4 ? 1u : 0u, 2}};
    Bytes file;
    put(file, std::string_view("II*\0", 4));
    putLittle(file, 8, 4);
    putLittle(file, samples == 4 ? entries : entries - 1, 2);
    for (const Entry& entry : list) {
        if (entry.count == 0) continue;
        putLittle(file, entry.tag, 2);
        putLittle(file, entry.type, 2);
        putLittle(file, entry.count, 4);
        putLittle(file, entry.value, 4);
    }
    putLittle(file, 0, 4);
    file.resize(bits_at, 0);
    for (int i = 0; i < 4; ++i)
        putLittle(file, bits, 2);
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

// 24 bits; rows are [height][width][3] B, G, R in the order of the file.
inline Bytes bmpFile(std::int32_t width, std::int32_t height, const Bytes& rows) {
    Bytes file;
    put(file, "BM");
    putLittle(file, 0, 4);
    putLittle(file, 0, 4);
    putLittle(file, 54, 4);
    putLittle(file, 40, 4);
    putLittle(file, static_cast<std::uint32_t>(width), 4);
    putLittle(file, static_cast<std::uint32_t>(height), 4);
    putLittle(file, 1, 2);
    putLittle(file, 24, 2);
    file.resize(54, 0);
    const std::size_t row_bytes = static_cast<std::size_t>(width) * 3;
    for (std::size_t at = 0; row_bytes > 0 && at < rows.size(); at += row_bytes) {
        file.insert(file.end(), rows.begin() + static_cast<std::ptrdiff_t>(at),
                    rows.begin() + static_cast<std::ptrdiff_t>(at + row_bytes));
        file.resize((file.size() - 54 + 3) / 4 * 4 + 54, 0);
    }
    return file;
}

inline Bytes pixmapFile(const std::string& header, const Bytes& samples) {
    Bytes file;
    put(file, header);
    file.insert(file.end(), samples.begin(), samples.end());
    return file;
}

// A JPEG with another orientation in front.
inline Bytes withExif(const Bytes& jpeg, std::uint32_t orientation) {
    Bytes exif;
    put(exif, std::string_view("Exif\0\0MM\0*", 10));
    putBig(exif, 8, 4);
    putBig(exif, 1, 2);
    putBig(exif, 0x112, 2);
    putBig(exif, 3, 2);
    putBig(exif, 1, 4);
    putBig(exif, orientation, 2);
    putBig(exif, 0, 2);
    putBig(exif, 0, 4);
    Bytes file(jpeg.begin(), jpeg.begin() + 2);
    putBig(file, 0xffe1, 2);
    putBig(file, static_cast<std::uint32_t>(exif.size() + 2), 2);
    file.insert(file.end(), exif.begin(), exif.end());
    file.insert(file.end(), jpeg.begin() + 2, jpeg.end());
    return file;
}

}  // namespace sightline::test
