#include "app/documents/pdf_text_layer.h"

#include <QList>
#include <QString>
#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace sightline {

namespace {

constexpr double narrowest_scale = 1;  // per cent
constexpr double widest_scale = 10000;

// Programs that extract text cut a word where the next character stands higher, even by half a point. So the
// words of a line that is a little askew are set level, each at its own place. Their ends leave the line by
// at most half its height: longer runs, as Chinese has them, are set in pieces.
constexpr double most_askew = 0.17364817766693033;  // sine of 10 degrees
constexpr double most_rise = 1;                     // of a whole word, in heights
constexpr double piece_rise = 0.4;  // of a piece; below half a height the pieces are still taken for one line

// Han and others that have no spaces between words.
bool isWide(char16_t code) {
    return code >= 0x2e80 && GlyphlessFont::advanceOf(code) == GlyphlessFont::default_width;
}

// A quad in user space, as text is placed: the rectangle with its centre, direction and size.
struct Placement {
    Point center;
    Point direction;  // of the text, length 1
    double width = 0;
    double height = 0;

    bool usable() const {
        return std::isfinite(center.x) && std::isfinite(center.y) && std::isfinite(width) &&
               std::isfinite(height) && width > 0 && height > 0;
    }
    // The page's axis that is nearest: pages are turned by quarters.
    Point axis() const {
        return std::abs(direction.x) >= std::abs(direction.y) ? Point{std::copysign(1, direction.x), 0}
                                                              : Point{0, std::copysign(1, direction.y)};
    }
    double askew() const { return std::min(std::abs(direction.x), std::abs(direction.y)); }  // sine
    bool nearlyLevel() const { return askew() <= most_askew; }
    double rise() const { return width * askew(); }
    void level() { direction = axis(); }

    Placement part(double first, double last) const {  // shares of the width
        Placement out = *this;
        const double shift = ((first + last) / 2 - 0.5) * width;
        out.center = {center.x + direction.x * shift, center.y + direction.y * shift};
        out.width = (last - first) * width;
        return out;
    }
};

Placement placementOf(const Quad& quad, const PixelsToPage& to_page) {
    const Point a = to_page(quad[0]);
    const Point b = to_page(quad[1]);
    const Point c = to_page(quad[2]);
    const Point d = to_page(quad[3]);
    Placement out;
    out.center = {(a.x + b.x + c.x + d.x) / 4, (a.y + b.y + c.y + d.y) / 4};
    const Point along{(b.x - a.x + c.x - d.x) / 2, (b.y - a.y + c.y - d.y) / 2};
    const Point up{(a.x - d.x + b.x - c.x) / 2, (a.y - d.y + b.y - c.y) / 2};
    out.width = std::hypot(along.x, along.y);
    if (out.width > 0) out.direction = {along.x / out.width, along.y / out.width};
    out.height = std::abs(out.direction.x * up.y - out.direction.y * up.x);
    return out;
}

struct PlacedWord {  // of a line
    std::string_view text;
    Quad quad;
    bool space_after = false;
};

// The words of a line; whether there is a space behind one is in the line's text.
std::vector<PlacedWord> wordsOf(const Line& line) {
    std::vector<PlacedWord> words;
    if (line.words.empty() && !line.text.empty()) words.push_back({line.text, line.quad, false});
    std::size_t at = 0;
    for (std::size_t i = 0; i < line.words.size(); ++i) {
        const Word& word = line.words[i];
        const bool last = i + 1 == line.words.size();
        bool space_after = !last;
        const std::size_t found = line.text.find(word.text, at);
        if (found != std::string::npos) {
            at = found + word.text.size();
            space_after = !last && at < line.text.size() && line.text[at] == ' ';
        }
        words.push_back({word.text, word.quad, space_after});
    }
    return words;
}

class LayerWriter {
  public:
    LayerWriter(const PixelsToPage& to_page, const QByteArray& font_name, GlyphlessFont& font)
        : to_page_(to_page), font_name_(font_name), font_(font) {}

    void write(const Line& line) {
        for (const PlacedWord& word : wordsOf(line)) {
            const Placement place = placementOf(word.quad, to_page_);
            if (place.usable()) show(word, place);
        }
    }

    QByteArray finish() const {
        return out_.isEmpty() ? QByteArray() : "BT\n3 Tr 0 Tc 0 Tw 0 Ts\n" + out_ + "ET\n";
    }
    int leftOut() const { return left_out_; }

  private:
    void show(const PlacedWord& word, const Placement& place) {
        std::vector<char16_t> codes;
        for (const char32_t character :
             QString::fromUtf8(word.text.data(), static_cast<qsizetype>(word.text.size())).toUcs4()) {
            const char16_t code = font_.codeOf(character);
            if (code == 0) {
                ++left_out_;
            } else {
                codes.push_back(code);
            }
        }
        if (codes.empty()) return;
        const double total = advanceOf(codes, 0, codes.size());
        double begin = 0;
        for (std::size_t at = 0; at < codes.size();) {
            const std::size_t end = endOfPiece(codes, at, total, place);
            const double advance = advanceOf(codes, at, end);
            // Marks without a width of their own share the box.
            const double share = total > 0 ? advance / total : 1;
            Placement piece = place.part(begin, begin + share);
            if (place.nearlyLevel()) piece.level();
            put(codes, at, end, advance, piece, word.space_after && end == codes.size());
            begin += share;
            at = end;
        }
    }

    // Where a level piece that begins at `at` has to end, so that it does not leave its line.
    static std::size_t endOfPiece(const std::vector<char16_t>& codes, std::size_t at, double total,
                                  const Placement& place) {
        const double rise = place.rise();
        if (!place.nearlyLevel() || rise <= most_rise * place.height) return codes.size();
        const double most = total * piece_rise * place.height / rise;
        double advance = GlyphlessFont::advanceOf(codes[at]);
        std::size_t end = at + 1;
        for (; end < codes.size(); ++end) {
            advance += GlyphlessFont::advanceOf(codes[end]);
            if (advance > most && isWide(codes[end - 1]) && isWide(codes[end])) break;
        }
        return end;
    }

    void put(const std::vector<char16_t>& codes, std::size_t begin, std::size_t end, double advance,
             const Placement& place, bool space_after) {
        const QByteArray size = '/' + font_name_ + ' ' + pdfNumber(place.height) + " Tf\n";
        if (size != size_) out_ += size_ = size;
        setScale(place.width, advance, place.height);
        // The baseline: the box reaches from the descent to the ascent.
        const Point up{-place.direction.y, place.direction.x};
        const double below = (0.5 + GlyphlessFont::descent) * place.height;
        const double x = place.center.x - place.direction.x * place.width / 2 - up.x * below;
        const double y = place.center.y - place.direction.y * place.width / 2 - up.y * below;
        for (const double value : {place.direction.x, place.direction.y, up.x, up.y, x, y})
            out_ += pdfNumber(value) + ' ';
        out_ += "Tm\n<";
        for (std::size_t i = begin; i < end; ++i)
            out_ += QByteArray::number(static_cast<uint>(codes[i]), 16).rightJustified(4, '0');
        // In one string with the word: a space alone is taken for a line of its own by PDFium.
        out_ += space_after ? "0020> Tj\n" : "> Tj\n";
    }

    static double advanceOf(const std::vector<char16_t>& codes, std::size_t begin, std::size_t end) {
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i)
            sum += GlyphlessFont::advanceOf(codes[i]);
        return sum;
    }

    // Horizontal scale with which `advance` thousandths of the font size take `width`.
    void setScale(double width, double advance, double font_size) {
        const double natural = font_size * advance / 1000;
        const double percent =
            natural > 0 ? std::clamp(100 * width / natural, narrowest_scale, widest_scale) : 100;
        const QByteArray scale = pdfNumber(percent) + " Tz\n";
        if (scale != scale_) out_ += scale_ = scale;
    }

    const PixelsToPage& to_page_;
    const QByteArray font_name_;
    GlyphlessFont& font_;
    QByteArray out_;
    QByteArray size_;   // as last written
    QByteArray scale_;  // as last written
    int left_out_ = 0;
};

}  // namespace

PixelsToPage::PixelsToPage(const PageFrame& frame, int width, int height)
    : frame_(frame), width_(width), height_(height) {}

Point PixelsToPage::operator()(const Point& pixel) const {
    // Shares of the page as it is shown, from its upper left corner.
    const double right = pixel.x / width_;
    const double down = pixel.y / height_;
    // Shares of the crop box, from its lower left corner.
    Point share;
    switch (frame_.rotation) {
        case 90:
            share = {down, right};
            break;
        case 180:
            share = {1 - right, down};
            break;
        case 270:
            share = {1 - down, 1 - right};
            break;
        default:
            share = {right, 1 - down};
    }
    return {frame_.left + share.x * (frame_.right - frame_.left),
            frame_.bottom + share.y * (frame_.top - frame_.bottom)};
}

QByteArray textLayer(const Page& text, const PageFrame& frame, const QByteArray& font_name,
                     GlyphlessFont& font, int* left_out) {
    const PixelsToPage to_page(frame, text.width, text.height);
    LayerWriter writer(to_page, font_name, font);
    for (const Block& block : text.blocks) {
        for (const Line& line : block.lines)
            writer.write(line);
    }
    if (left_out) *left_out += writer.leftOut();
    return writer.finish();
}

QByteArray pdfNumber(double value) {
    QByteArray text = QByteArray::number(value, 'f', 5);
    while (text.endsWith('0'))
        text.chop(1);
    if (text.endsWith('.')) text.chop(1);
    return text == "-0" ? QByteArray("0") : text;
}

}  // namespace sightline
