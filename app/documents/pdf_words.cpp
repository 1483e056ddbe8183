#include "app/documents/pdf_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "inference/pages/word_layout.h"

namespace sightline {

namespace {

// A box seen along its text: from `begin` to `end` in reading direction, `top` and `bottom` across.
struct Piece {
    double begin = 0;
    double end = 0;
    double top = 0;
    double bottom = 0;

    double width() const { return end - begin; }
    double height() const { return bottom - top; }
};

struct TextSpan {
    qsizetype begin = 0;
    qsizetype length = 0;
};

// Frames in which text runs to the right, for text that is turned clockwise by so many quarters on the page.
Piece pieceOf(const QRectF& box, int quarters) {
    switch (quarters) {
        case 1:
            return {box.top(), box.bottom(), -box.right(), -box.left()};
        case 2:
            return {-box.right(), -box.left(), -box.bottom(), -box.top()};
        case 3:
            return {-box.bottom(), -box.top(), box.left(), box.right()};
        default:
            return {box.left(), box.right(), box.top(), box.bottom()};
    }
}

Point onPage(double along, double across, int quarters) {
    switch (quarters) {
        case 1:
            return {-across, along};
        case 2:
            return {-along, -across};
        case 3:
            return {across, -along};
        default:
            return {along, across};
    }
}

Quad quadOfPiece(const Piece& piece, int quarters) {
    return {onPage(piece.begin, piece.top, quarters), onPage(piece.end, piece.top, quarters),
            onPage(piece.end, piece.bottom, quarters), onPage(piece.begin, piece.bottom, quarters)};
}

// The end of a line, also the one that a hyphen makes: PDFium marks it and puts the parts together.
bool endsLine(QChar unit) {
    return unit == QLatin1Char('\n') || unit == QLatin1Char('\r') || unit == QChar(0x0002) ||
           unit == QChar(0xfffe);
}

bool isHyphenMark(QChar unit) {
    return unit == QChar(0x0002) || unit == QChar(0xfffe);
}

std::vector<TextSpan> linesOf(const QString& text) {
    std::vector<TextSpan> lines;
    qsizetype begin = 0;
    for (qsizetype at = 0; at <= text.size(); ++at) {
        if (at < text.size() && !endsLine(text[at])) continue;
        const qsizetype end = at < text.size() && isHyphenMark(text[at]) ? at + 1 : at;
        if (!QStringView(text).mid(begin, end - begin).trimmed().isEmpty())
            lines.push_back({begin, end - begin});
        begin = at + 1;
    }
    return lines;
}

// Pieces that stand on one line follow each other and overlap in height.
std::vector<std::vector<Piece>> linesOf(const QList<QRectF>& boxes, int quarters) {
    std::vector<std::vector<Piece>> lines;
    Piece line;  // extent of the last one
    for (const QRectF& box : boxes) {
        const Piece piece = pieceOf(box, quarters);
        if (!lines.empty()) {
            const double overlap = std::min(line.bottom, piece.bottom) - std::max(line.top, piece.top);
            const double least = std::min(line.height(), piece.height());
            const Piece& last = lines.back().back();
            const bool goes_on = piece.begin > last.begin - least / 2;
            // A full stop or a dash is much lower than its neighbours, and may lie beside their boxes.
            const double height = std::max(line.height(), piece.height());
            if (goes_on && (overlap > 0.3 * least || (least < 0.4 * height && overlap > -0.4 * height))) {
                lines.back().push_back(piece);
                line.top = std::min(line.top, piece.top);
                line.bottom = std::max(line.bottom, piece.bottom);
                continue;
            }
        }
        lines.push_back({piece});
        line = piece;
    }
    return lines;
}

struct Letter {
    char32_t code = 0;
    double width = 0;   // usual one
    double spaces = 0;  // usual width of the spaces before it
    int word = 0;
};

// Which letters are in which piece: neighbours stay neighbours, every piece gets one letter at least, and the
// widths fit best. first[i] is the first letter of piece i.
std::vector<std::size_t> divide(const std::vector<Letter>& letters, const std::vector<Piece>& pieces) {
    const std::size_t count = letters.size();
    const std::size_t parts = pieces.size();
    std::vector<double> ends(count + 1, 0);  // usual width of the first letters with their spaces
    double usual = 0;
    for (std::size_t i = 0; i < count; ++i) {
        ends[i + 1] = ends[i] + letters[i].spaces + letters[i].width;
        usual += letters[i].width;
    }
    double real = 0;
    for (const Piece& piece : pieces)
        real += piece.width();
    const double scale = usual > 0 ? real / usual : 1;
    constexpr double impossible = std::numeric_limits<double>::infinity();
    std::vector<double> best(count + 1, impossible);
    best[0] = 0;
    std::vector<std::vector<std::size_t>> from(parts, std::vector<std::size_t>(count + 1, 0));
    for (std::size_t part = 0; part < parts; ++part) {
        std::vector<double> next(count + 1, impossible);
        for (std::size_t begin = part; begin < count; ++begin) {
            if (best[begin] == impossible) continue;
            const std::size_t last = count - (parts - part - 1);
            for (std::size_t end = begin + 1; end <= last; ++end) {
                const double width = scale * (ends[end] - ends[begin] - letters[begin].spaces);
                const double error = width - pieces[part].width();
                if (error > 4 * pieces[part].width() + 40 * scale) break;
                // A piece begins where a word begins, rather than within one.
                const bool splits_word = begin > 0 && letters[begin].spaces == 0;
                const double cost = best[begin] + error * error + (splits_word ? scale * scale : 0);
                if (cost < next[end]) {
                    next[end] = cost;
                    from[part][end] = begin;
                }
            }
        }
        best = std::move(next);
    }
    std::vector<std::size_t> first(parts, 0);
    if (best[count] == impossible) {  // far from any usual font: equal shares
        for (std::size_t part = 0; part < parts; ++part)
            first[part] = part * count / parts;
        return first;
    }
    std::size_t end = count;
    for (std::size_t part = parts; part-- > 0;) {
        first[part] = from[part][end];
        end = first[part];
    }
    return first;
}

// `pieces` of a line may be more than its letters (a letter drawn in parts) or none.
std::vector<LayerWord> wordsOf(const QString& line, std::vector<Piece> pieces, int quarters) {
    std::vector<Letter> letters;
    std::vector<std::u32string> texts;
    double spaces = 0;
    bool in_word = false;
    for (const char32_t code : line.toStdU32String()) {
        const char32_t shown = code == 0x0002 || code == 0xfffe ? U'-' : code;
        if (QChar::isSpace(shown) || shown == 0xfeff) {
            in_word = false;
            spaces += usualWidth(U' ');
            continue;
        }
        if (shown < 0x20) continue;
        if (!in_word) texts.emplace_back();
        in_word = true;
        texts.back() += shown;
        letters.push_back({shown, usualWidth(shown), spaces, static_cast<int>(texts.size()) - 1});
        spaces = 0;
    }
    if (letters.empty() || pieces.empty()) return {};
    while (pieces.size() > letters.size()) {  // the two that are nearest are one
        std::size_t nearest = 0;
        for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
            if (pieces[i + 1].begin - pieces[i].end < pieces[nearest + 1].begin - pieces[nearest].end)
                nearest = i;
        }
        Piece& kept = pieces[nearest];
        const Piece& gone = pieces[nearest + 1];
        kept = {std::min(kept.begin, gone.begin), std::max(kept.end, gone.end), std::min(kept.top, gone.top),
                std::max(kept.bottom, gone.bottom)};
        pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(nearest) + 1);
    }
    const std::vector<std::size_t> first = divide(letters, pieces);
    std::vector<Piece> places(texts.size());
    std::vector<bool> placed(texts.size(), false);
    for (std::size_t part = 0; part < pieces.size(); ++part) {
        const std::size_t end = part + 1 < first.size() ? first[part + 1] : letters.size();
        double usual = 0;
        for (std::size_t i = first[part]; i < end; ++i)
            usual += letters[i].width + (i > first[part] ? letters[i].spaces : 0);
        const double scale = usual > 0 ? pieces[part].width() / usual : 0;
        double at = pieces[part].begin;
        for (std::size_t i = first[part]; i < end; ++i) {
            if (i > first[part]) at += scale * letters[i].spaces;
            const Piece letter{at, at + scale * letters[i].width, pieces[part].top, pieces[part].bottom};
            at = letter.end;
            const auto word = static_cast<std::size_t>(letters[i].word);
            Piece& place = places[word];
            if (!placed[word]) {
                place = letter;
            } else {
                place = {std::min(place.begin, letter.begin), std::max(place.end, letter.end),
                         std::min(place.top, letter.top), std::max(place.bottom, letter.bottom)};
            }
            placed[word] = true;
        }
    }
    std::vector<LayerWord> words;
    for (std::size_t i = 0; i < texts.size(); ++i)
        words.push_back(
            {QString::fromStdU32String(texts[i]).toStdString(), quadOfPiece(places[i], quarters)});
    return words;
}

// Pieces of several letters are longer than high. Single letters say nothing.
bool canRun(const QList<QRectF>& boxes, qsizetype letters, int quarters) {
    if (letters < 3 * boxes.size()) return true;
    double along = 0;
    double across = 0;
    for (const QRectF& box : boxes) {
        const Piece piece = pieceOf(box, quarters);
        along += piece.width();
        across += piece.height();
    }
    return along > across;
}

// Lines usually follow each other downwards, as seen in their own direction.
int progressOf(const std::vector<std::vector<Piece>>& lines) {
    int progress = 0;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const double step = lines[i].front().top - lines[i - 1].front().top;
        progress += step > 0 ? 1 : step < 0 ? -1 : 0;
    }
    return progress;
}

}  // namespace

TextLayer placeWords(const QString& text, const QList<QRectF>& boxes, int quarters, const BoxesOfLine& ask) {
    TextLayer layer;
    const std::vector<TextSpan> lines = linesOf(text);
    if (lines.empty()) return layer;
    // The direction in which the pieces make as many lines as the text has, and go on as lines do.
    std::vector<std::vector<Piece>> divided;
    int best = 0;
    int direction = canRun(boxes, text.size(), quarters) ? quarters : 1 - quarters % 2;
    for (const int candidate : {quarters, (quarters + 2) % 4, (quarters + 1) % 4, (quarters + 3) % 4}) {
        if (!canRun(boxes, text.size(), candidate)) continue;
        std::vector<std::vector<Piece>> made = linesOf(boxes, candidate);
        if (made.size() != lines.size()) continue;
        const int progress = progressOf(made);
        const bool first_choice = candidate == direction && divided.empty();
        if (!first_choice && progress <= best) continue;
        divided = std::move(made);
        best = progress;
        direction = candidate;
    }
    const bool fits = !divided.empty();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::vector<Piece> pieces;
        if (fits) {
            pieces = std::move(divided[i]);
        } else {
            const QList<QRectF> asked = ask(static_cast<int>(i), lines[i].begin, lines[i].length);
            for (const QRectF& box : asked)
                pieces.push_back(pieceOf(box, direction));
        }
        std::vector<LayerWord> words =
            wordsOf(text.mid(lines[i].begin, lines[i].length), std::move(pieces), direction);
        if (!words.empty()) layer.lines.push_back(std::move(words));
    }
    return layer;
}

}  // namespace sightline
