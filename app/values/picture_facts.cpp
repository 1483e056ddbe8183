#include "app/values/picture_facts.h"

#include <QtEndian>
#include <cmath>
#include <cstring>
#include <optional>

namespace sightline {

namespace {

constexpr double inch_in_metres = 0.0254;

// Numbers out of bytes that nobody has checked: beyond the end there are zeros.
class Bytes {
  public:
    Bytes(const char* data, qsizetype size, bool little = false)
        : data_(data), size_(size), little_(little) {}

    qsizetype size() const { return size_; }
    quint8 at8(qsizetype at) const {
        return at >= 0 && at < size_ ? static_cast<quint8>(data_[at]) : quint8{0};
    }
    quint32 at16(qsizetype at) const { return number<quint16>(at); }
    quint32 at32(qsizetype at) const { return number<quint32>(at); }
    bool has(qsizetype at, const char* text, qsizetype length) const {
        return at >= 0 && at <= size_ - length && std::memcmp(data_ + at, text, std::size_t(length)) == 0;
    }
    Bytes part(qsizetype at, qsizetype size) const {
        if (at < 0 || at > size_) return {data_, 0, little_};
        return {data_ + at, std::min(std::max(qsizetype{0}, size), size_ - at), little_};
    }

  private:
    template <class Number>
    Number number(qsizetype at) const {
        if (at < 0 || at > size_ - qsizetype{sizeof(Number)}) return 0;
        return little_ ? qFromLittleEndian<Number>(data_ + at) : qFromBigEndian<Number>(data_ + at);
    }
    const char* data_;
    qsizetype size_;
    bool little_;
};

double equalAxes(double x, double y) {
    const bool sound = std::isfinite(x) && x > 0 && std::abs(x - y) <= 0.01 * x;
    return sound ? x : 0;
}

struct TiffFacts {
    double dpi = 0;
    int orientation = 1;
};

// The first fields of a directory of a TIFF file, which EXIF data is too.
TiffFacts tiffFacts(const Bytes& raw, const char* data, int page) {
    TiffFacts facts;
    const bool little = raw.has(0, "II\x2a\0", 4);
    if (!little && !raw.has(0, "MM\0\x2a", 4)) return facts;
    const Bytes file(data, raw.size(), little);
    qsizetype directory = file.at32(4);
    for (int i = 0; i < page && directory != 0; ++i)
        directory = file.at32(directory + 2 + 12 * qsizetype{file.at16(directory)});
    if (directory == 0) return facts;
    const auto rational = [&file](qsizetype at) {
        const quint32 below = file.at32(at + 4);
        return below == 0 ? 0.0 : static_cast<double>(file.at32(at)) / below;
    };
    double x = 0;
    double y = 0;
    quint32 unit = 2;
    const quint32 entries = file.at16(directory);
    for (quint32 i = 0; i < entries; ++i) {
        const qsizetype entry = directory + 2 + 12 * qsizetype{i};
        switch (file.at16(entry)) {
            case 0x112: {
                const quint32 orientation = file.at16(entry + 8);
                if (orientation >= 1 && orientation <= 8) facts.orientation = static_cast<int>(orientation);
                break;
            }
            case 0x11a:
                x = rational(file.at32(entry + 8));
                break;
            case 0x11b:
                y = rational(file.at32(entry + 8));
                break;
            case 0x128:
                unit = file.at16(entry + 8);
                break;
            default:
                break;
        }
    }
    const double inches = unit == 2 ? 1 : unit == 3 ? 2.54 : 0;
    facts.dpi = equalAxes(x, y) * inches;
    return facts;
}

double pngDpi(const Bytes& file) {
    for (qsizetype at = 8; at + 12 <= file.size(); at += 12 + qsizetype{file.at32(at)}) {
        if (file.has(at + 4, "IDAT", 4)) break;
        if (file.has(at + 4, "pHYs", 4) && file.at8(at + 16) == 1)
            return equalAxes(file.at32(at + 8), file.at32(at + 12)) * inch_in_metres;
    }
    return 0;
}

}  // namespace

JpegFacts jpegFacts(const QByteArray& bytes) {
    const Bytes file(bytes.constData(), bytes.size());
    JpegFacts facts;
    if (!file.has(0, "\xff\xd8\xff", 3)) return facts;
    double jfif_dpi = 0;
    bool jfif = false;
    bool known_code = false;
    bool rgb_names = false;
    std::optional<int> adobe_transform;
    bool scan = false;
    for (qsizetype at = 2; at + 4 <= file.size() && !scan;) {
        if (file.at8(at) != 0xff) return {};
        const quint8 marker = file.at8(at + 1);
        if (marker == 0xff) {  // padding
            ++at;
            continue;
        }
        const qsizetype length = file.at16(at + 2);
        if (length < 2) return {};
        const Bytes body = file.part(at + 4, length - 2);
        if (marker == 0xda) {
            scan = true;
        } else if (marker == 0xe0 && body.has(0, "JFIF\0", 5)) {
            jfif = true;
            const double inches = body.at8(7) == 1 ? 1 : body.at8(7) == 2 ? 2.54 : 0;
            jfif_dpi = equalAxes(body.at16(8), body.at16(10)) * inches;
        } else if (marker == 0xe1 && body.has(0, "Exif\0\0", 6)) {
            const Bytes exif = body.part(6, body.size() - 6);
            const TiffFacts found = tiffFacts(exif, bytes.constData() + at + 10, 0);
            facts.orientation = found.orientation;
            facts.dpi = found.dpi;
        } else if (marker == 0xee && body.has(0, "Adobe", 5) && body.size() >= 12) {
            adobe_transform = body.at8(11);
        } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            known_code = marker <= 0xc2 && body.at8(0) == 8;
            facts.size = QSize(static_cast<int>(body.at16(3)), static_cast<int>(body.at16(1)));
            facts.components = body.at8(5);
            rgb_names = body.at8(6) == 'R' && body.at8(9) == 'G' && body.at8(12) == 'B';
        }
        at += 2 + length;
    }
    if (facts.dpi == 0) facts.dpi = jfif_dpi;
    // Three components are YCbCr unless Adobe's marker says otherwise; decoders also go by the names of the
    // components, a PDF's need not.
    const bool plain_colours = facts.components == 1 ||
                               (facts.components == 3 && (jfif || adobe_transform.has_value() || !rgb_names));
    facts.plain = scan && known_code && plain_colours && !facts.size.isEmpty();
    return facts;
}

double statedDpi(const QByteArray& bytes, int page) {
    const Bytes file(bytes.constData(), bytes.size());
    if (file.has(0, "\x89PNG\r\n\x1a\n", 8)) return pngDpi(file);
    if (file.has(0, "\xff\xd8\xff", 3)) return jpegFacts(bytes).dpi;
    if (file.has(0, "BM", 2)) {
        const Bytes little(bytes.constData(), bytes.size(), true);
        return equalAxes(little.at32(38), little.at32(42)) * inch_in_metres;
    }
    return tiffFacts(file, bytes.constData(), page).dpi;
}

}  // namespace sightline
