#include "app/documents/glyphless_font.h"

#include <QtEndian>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sightline {

namespace {

constexpr char16_t first_surrogate = 0xd800;
constexpr std::size_t surrogates = 0x800;
constexpr char16_t last_code = 0xfffd;

// Advances of a usual sans serif, and the ASCII characters that have them; all others have 556.
struct AsciiAdvance {
    int advance;
    std::string_view characters;
};
constexpr AsciiAdvance ascii_advances[] = {
    {222, "'`ijl"},      {278, " !,./:;I[\\]ft"},
    {333, "\"()*-r{|}"}, {500, "Jckstvxyz^"},
    {667, "&ABEKPSVXY"}, {722, "CDHNRUw"},
    {778, "GOQ"},        {833, "Mm"},
    {944, "%W"},         {1000, "@"},
};
constexpr int usual_advance = 556;

// One glyph for each, in this order; glyph 0 is also that of codes which are never used.
constexpr std::array glyph_advances{1000, 0, 222, 278, 333, 500, 556, 667, 722, 778, 833, 944};

int glyphOf(int advance) {
    return static_cast<int>(std::find(glyph_advances.begin(), glyph_advances.end(), advance) -
                            glyph_advances.begin());
}

void put16(QByteArray& bytes, int value) {
    const auto big = qToBigEndian(static_cast<quint16>(value));
    bytes.append(reinterpret_cast<const char*>(&big), sizeof big);
}

void put32(QByteArray& bytes, quint32 value) {
    const auto big = qToBigEndian(value);
    bytes.append(reinterpret_cast<const char*>(&big), sizeof big);
}

void put16(QByteArray& bytes, std::initializer_list<int> values) {
    for (const int value : values)
        put16(bytes, value);
}

quint32 checksum(QByteArray bytes) {
    while (bytes.size() % 4 != 0)
        bytes.append('\0');
    quint32 sum = 0;
    for (qsizetype at = 0; at < bytes.size(); at += 4)
        sum += qFromBigEndian<quint32>(bytes.constData() + at);
    return sum;
}

QByteArray hex16(unsigned value) {
    return QByteArray::number(value, 16).rightJustified(4, '0').toUpper();
}

constexpr int glyph_count = static_cast<int>(glyph_advances.size());
constexpr int units_per_em = 1000;
constexpr int em_ascent = static_cast<int>(GlyphlessFont::ascent * units_per_em);
constexpr int em_descent = static_cast<int>(GlyphlessFont::descent * units_per_em);

// A line from corner to corner, there and back: it has no area, so there is nothing to paint, but it has
// bounds. PDFium takes the height of text from them, and leaves out upright lines of characters that have
// none.
QByteArray diagonal(int advance) {
    QByteArray glyph;
    put16(glyph, {1, 0, em_descent, advance, em_ascent});  // contours, bounds
    put16(glyph, {1, 0});                                  // last point, length of instructions
    glyph.append(2, '\x01');                               // both points are on the curve
    put16(glyph, {0, advance});                            // x, each from the one before
    put16(glyph, {em_descent, em_ascent - em_descent});    // y
    return glyph;
}

QByteArray headTable() {
    QByteArray table;
    put32(table, 0x00010000);  // version
    put32(table, 0x00010000);  // revision
    put32(table, 0);           // checkSumAdjustment: filled in last
    put32(table, 0x5f0f3cf5);
    put16(table, {0, units_per_em});
    table.append(16, '\0');                                  // made and changed: never
    put16(table, {0, em_descent, units_per_em, em_ascent});  // bounds
    put16(table, {0, 8, 2, 0, 0});  // style, smallest size, direction, short loca, glyph format
    return table;
}

QByteArray hheaTable() {
    QByteArray table;
    put32(table, 0x00010000);
    put16(table, {em_ascent, em_descent, 0, units_per_em});
    put16(table, {0, 0, units_per_em, 1, 0, 0, 0, 0, 0, 0, 0});
    put16(table, glyph_count);  // advances in hmtx
    return table;
}

QByteArray maxpTable() {
    QByteArray table;
    put32(table, 0x00010000);
    put16(table, glyph_count);
    put16(table, {2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});  // at most two points, one contour
    return table;
}

}  // namespace

char16_t GlyphlessFont::codeOf(char32_t character) {
    const bool control = character < 0x20 || (character >= 0x7f && character < 0xa0);
    const bool surrogate = character >= first_surrogate && character < first_surrogate + surrogates;
    if (control || surrogate || character > 0x10ffff) return 0;
    if (character <= 0xffff) return character <= last_code ? static_cast<char16_t>(character) : char16_t{0};
    auto found = std::find(beyond_.begin(), beyond_.end(), character);
    if (found == beyond_.end()) {
        if (beyond_.size() == surrogates) return 0;
        beyond_.push_back(character);
        found = std::prev(beyond_.end());
    }
    return static_cast<char16_t>(first_surrogate + (found - beyond_.begin()));
}

int GlyphlessFont::advanceOf(char16_t code) {
    if (code < 0x80) {
        for (const auto& [advance, characters] : ascii_advances) {
            if (characters.find(static_cast<char>(code)) != std::string_view::npos) return advance;
        }
        return usual_advance;
    }
    if (code >= 0x300 && code < 0x370) return 0;  // combining marks
    if (code < 0x2e80) return usual_advance;
    if (code >= 0xff61 && code < 0xffe0) return 500;  // half width
    return default_width;
}

QByteArray GlyphlessFont::trueTypeFile() {
    QByteArray advances;
    for (const int advance : glyph_advances)
        put16(advances, {advance, 0});
    QByteArray glyphs;
    QByteArray offsets;
    for (const int advance : glyph_advances) {
        put16(offsets, static_cast<int>(glyphs.size() / 2));
        glyphs += diagonal(advance);
    }
    put16(offsets, static_cast<int>(glyphs.size() / 2));
    const std::array<std::pair<const char*, QByteArray>, 6> tables{{{"glyf", glyphs},
                                                                    {"head", headTable()},
                                                                    {"hhea", hheaTable()},
                                                                    {"hmtx", advances},
                                                                    {"loca", offsets},
                                                                    {"maxp", maxpTable()}}};
    constexpr int table_count = static_cast<int>(tables.size());
    QByteArray file;
    put32(file, 0x00010000);
    put16(file, {table_count, 4 * 16, 2, table_count * 16 - 4 * 16});  // for a binary search in four entries
    qsizetype offset = file.size() + 16 * table_count;
    qsizetype head = 0;
    QByteArray bodies;
    for (const auto& [tag, body] : tables) {
        if (qstrcmp(tag, "head") == 0) head = offset;
        file.append(tag, 4);
        put32(file, checksum(body));
        put32(file, static_cast<quint32>(offset));
        put32(file, static_cast<quint32>(body.size()));
        const qsizetype padded = (body.size() + 3) / 4 * 4;
        bodies.append(body).append(padded - body.size(), '\0');
        offset += padded;
    }
    file += bodies;
    qToBigEndian<quint32>(0xb1b0afbaU - checksum(file), file.data() + head + 8);
    return file;
}

QByteArray GlyphlessFont::glyphMap() {
    QByteArray map;
    map.reserve(2 * 0x10000);
    for (int code = 0; code < 0x10000; ++code)
        put16(map, glyphOf(advanceOf(static_cast<char16_t>(code))));
    return map;
}

QByteArray GlyphlessFont::widths() {
    QByteArray array = "[";
    for (int code = 0; code < 0x10000;) {
        const int advance = advanceOf(static_cast<char16_t>(code));
        int end = code + 1;
        while (end < 0x10000 && advanceOf(static_cast<char16_t>(end)) == advance)
            ++end;
        if (advance != default_width) {
            array += ' ' + QByteArray::number(code) + ' ' + QByteArray::number(end - 1) + ' ' +
                     QByteArray::number(advance);
        }
        code = end;
    }
    return array + " ]";
}

QByteArray GlyphlessFont::toUnicode() const {
    QByteArray map =
        "/CIDInit /ProcSet findresource begin\n"
        "12 dict begin\n"
        "begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n"
        "/CMapType 2 def\n"
        "1 begincodespacerange\n"
        "<0000> <FFFF>\n"
        "endcodespacerange\n";
    // A section has at most 100 lines, and a range ends where the first byte changes.
    const auto section = [&map](const char* kind, const std::vector<QByteArray>& lines) {
        for (std::size_t at = 0; at < lines.size(); at += 100) {
            const std::size_t end = std::min(lines.size(), at + 100);
            map += QByteArray::number(static_cast<qulonglong>(end - at)) + " begin" + kind + '\n';
            for (std::size_t i = at; i < end; ++i)
                map += lines[i] + '\n';
            map += QByteArray("end") + kind + '\n';
        }
    };
    std::vector<QByteArray> ranges;
    for (unsigned first = 0; first < 0x10000; first += 0x100) {
        if (first >= first_surrogate && first < first_surrogate + surrogates) continue;
        const unsigned last = std::min(first + 0xff, static_cast<unsigned>(last_code));
        ranges.push_back('<' + hex16(first) + "> <" + hex16(last) + "> <" + hex16(first) + '>');
    }
    section("bfrange", ranges);
    std::vector<QByteArray> characters;
    for (std::size_t i = 0; i < beyond_.size(); ++i) {
        const char32_t rest = beyond_[i] - 0x10000;
        characters.push_back('<' + hex16(first_surrogate + static_cast<unsigned>(i)) + "> <" +
                             hex16(0xd800 + (rest >> 10)) + hex16(0xdc00 + (rest & 0x3ff)) + '>');
    }
    section("bfchar", characters);
    return map +
           "endcmap\n"
           "CMapName currentdict /CMap defineresource pop\n"
           "end\n"
           "end\n";
}

}  // namespace sightline
