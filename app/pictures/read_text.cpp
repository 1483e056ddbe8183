#include "app/pictures/read_text.h"

#include <QLineF>
#include <algorithm>
#include <cmath>
#include <limits>

namespace sightline {

namespace {

constexpr double doubtful_below = 0.8;

// Bytes of UTF-8 -> positions of a QString, asked for in rising order.
class Positions {
  public:
    explicit Positions(const std::string& utf8) : utf8_(utf8) {}
    int at(std::size_t byte) {
        for (; byte_ < byte && byte_ < utf8_.size(); ++byte_) {
            const auto unit = static_cast<unsigned char>(utf8_[byte_]);
            if ((unit & 0xC0U) != 0x80U) position_ += unit >= 0xF0U ? 2 : 1;  // beyond the BMP: two units
        }
        return position_;
    }

  private:
    const std::string& utf8_;
    std::size_t byte_ = 0;
    int position_ = 0;
};

bool hasWideGap(const QString& text) {
    bool in_line = false;
    int spaces = 0;
    for (const QChar character : text) {
        if (character == QLatin1Char('\n')) {
            in_line = false;
            spaces = 0;
        } else if (character == QLatin1Char(' ')) {
            ++spaces;
        } else {
            if (in_line && spaces >= 3) return true;
            in_line = true;
            spaces = 0;
        }
    }
    return false;
}

// How far a place is outside of a line; across the line counts more than along it, so that whoever drags past
// the end of a short line stays in it.
double distance(const QPointF& place, const QPolygonF& corners) {
    const QLineF base(corners[0], corners[1]);
    const QLineF side(corners[0], corners[3]);
    if (base.length() <= 0 || side.length() <= 0) return QLineF(place, corners[0]).length();
    const auto outside = [&place, &corners](const QLineF& edge) {
        const QPointF direction = (edge.p2() - edge.p1()) / edge.length();
        const double at = QPointF::dotProduct(place - corners[0], direction);
        return std::max({0.0, -at, at - edge.length()});
    };
    return std::hypot(outside(base), 4 * outside(side));
}

}  // namespace

ReadText::ReadText(const Page& page) : confidence(page.confidence) {
    std::vector<TextPlace> places;
    const std::string utf8 = toPlainText(page, &places);
    text = QString::fromStdString(utf8);
    markdown = QString::fromStdString(toMarkdown(page));
    aligned = hasWideGap(text) || std::any_of(page.blocks.begin(), page.blocks.end(), [](const Block& block) {
                  return block.kind == BlockKind::code;
              });
    Positions positions(utf8);
    for (const TextPlace& place : places) {
        const Block& block = page.blocks[static_cast<std::size_t>(place.block)];
        const Line& line = block.lines[static_cast<std::size_t>(place.line)];
        ReadLine read;
        for (const Point& corner : line.quad)
            read.corners << QPointF(corner.x, corner.y);
        read.begin = positions.at(place.begin);
        read.end = positions.at(place.end);
        read.doubtful = line.confidence < doubtful_below;
        words += static_cast<int>(line.words.size());
        doubtful_lines += read.doubtful ? 1 : 0;
        lines.push_back(std::move(read));
    }
}

int ReadText::lineAt(const QPointF& place) const {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].corners.containsPoint(place, Qt::OddEvenFill)) return static_cast<int>(i);
    }
    return -1;
}

int ReadText::nearestLine(const QPointF& place) const {
    int nearest = -1;
    double least = std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const double far = distance(place, lines[i].corners);
        if (far >= least) continue;
        least = far;
        nearest = static_cast<int>(i);
    }
    return nearest;
}

int ReadText::lineOfPosition(int position) const {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (position >= lines[i].begin && position <= lines[i].end) return static_cast<int>(i);
    }
    return -1;
}

int ReadText::firstLineIn(int begin, int end) const {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].end > begin && lines[i].begin < end) return static_cast<int>(i);
    }
    return -1;
}

int ReadText::lastLineIn(int begin, int end) const {
    for (std::size_t i = lines.size(); i-- > 0;) {
        if (lines[i].end > begin && lines[i].begin < end) return static_cast<int>(i);
    }
    return -1;
}

int ReadText::nextDoubtful(int line) const {
    const int count = static_cast<int>(lines.size());
    for (int step = 1; step <= count; ++step) {
        const int next = (std::max(line, -1) + step) % count;
        if (lines[static_cast<std::size_t>(next)].doubtful) return next;
    }
    return -1;
}

}  // namespace sightline
