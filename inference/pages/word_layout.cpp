#include "inference/pages/word_layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include "inference/reading/page_layout.h"
#include "inference/text/unicode.h"

namespace sightline {
namespace {

constexpr double widest_space = 1.0;  // in heights of the line; more divides it

// A word in the frame of its line: x along the text.
struct Span {
    const Word* word = nullptr;
    double begin = 0;
    double end = 0;
    double top = 0;
    double bottom = 0;
};

// Direction of the text: from the beginning of the line to its end, or of its only word.
Point directionOf(const std::vector<Word>& line) {
    const Point from = line.front().quad[0];
    const Point to = line.size() > 1 ? line.back().quad[0] : line.front().quad[1];
    const double length = std::hypot(to.x - from.x, to.y - from.y);
    if (length < 1e-6) return {1, 0};
    Point direction{(to.x - from.x) / length, (to.y - from.y) / length};
    // Words of different height have corners at different heights: an almost straight line is straight.
    const double flat = 0.1;
    if (std::abs(direction.y) < flat) direction = {direction.x < 0 ? -1.0 : 1.0, 0};
    if (std::abs(direction.x) < flat) direction = {0, direction.y < 0 ? -1.0 : 1.0};
    return direction;
}

Span spanOf(const Word& word, const Point& direction) {
    Span span{&word, 1e300, -1e300, 1e300, -1e300};
    for (const Point& corner : word.quad) {
        const double along = corner.x * direction.x + corner.y * direction.y;
        const double across = corner.y * direction.x - corner.x * direction.y;
        span.begin = std::min(span.begin, along);
        span.end = std::max(span.end, along);
        span.top = std::min(span.top, across);
        span.bottom = std::max(span.bottom, across);
    }
    return span;
}

// True if the words are as long as they would be in a typewriter's font, whose letters are of one width: the
// nearest straight line over their numbers of letters misses none of them.
bool hasOneWidth(const std::vector<Span>& spans) {
    double count = 0;
    double sum_n = 0;
    double sum_w = 0;
    double sum_nn = 0;
    double sum_nw = 0;
    std::vector<std::pair<double, double>> points;
    for (const Span& span : spans) {
        const auto n = static_cast<double>(codePoints(toValidUtf8(span.word->text)).size());
        const double w = span.end - span.begin;
        points.emplace_back(n, w);
        count += 1;
        sum_n += n;
        sum_w += w;
        sum_nn += n * n;
        sum_nw += n * w;
    }
    const double spread = count * sum_nn - sum_n * sum_n;
    if (spans.size() < 4 || spread < 1e-9) return false;
    const double step = (count * sum_nw - sum_n * sum_w) / spread;
    const double start = (sum_w - step * sum_n) / count;
    return step > 0 && std::all_of(points.begin(), points.end(), [&](const auto& point) {
               return std::abs(start + step * point.first - point.second) < 0.3 * step;
           });
}

TextLine textLineOf(const std::vector<Span>& spans, const Point& direction) {
    double top = spans.front().top;
    double bottom = spans.front().bottom;
    const double begin = spans.front().begin;
    double end = spans.front().end;
    for (const Span& span : spans) {
        top = std::min(top, span.top);
        bottom = std::max(bottom, span.bottom);
        end = std::max(end, span.end);
    }
    const auto onPage = [&direction](double along, double across) {
        return Point{along * direction.x - across * direction.y, along * direction.y + across * direction.x};
    };
    TextLine line;
    line.quad = {onPage(begin, top), onPage(end, top), onPage(end, bottom), onPage(begin, bottom)};
    double last = begin;
    const bool one_width = hasOneWidth(spans);
    for (const Span& span : spans) {
        const std::vector<char32_t> codes = codePoints(toValidUtf8(span.word->text));
        if (!line.characters.empty()) {
            line.characters.push_back({U' ', std::max(last, (last + span.begin) / 2) - begin, 1});
            line.raw_text += ' ';
        }
        double usual = 0;
        for (const char32_t code : codes)
            usual += one_width ? 1 : usualWidth(code);
        double at = span.begin;
        for (const char32_t code : codes) {
            const double width = (one_width ? 1 : usualWidth(code)) * (span.end - span.begin) / usual;
            line.characters.push_back({code, at + width / 2 - begin, span.word->confidence});
            at += width;
            line.confidence += span.word->confidence;
        }
        line.raw_text += span.word->text;
        last = span.end;
    }
    line.confidence /= static_cast<double>(line.characters.size());
    return line;
}

}  // namespace

double usualWidth(char32_t code) {
    if (code == U' ') return 0.28;
    if ((code >= 0x2e80 && code < 0xfb00) || code >= 0x1f000)
        return 1;  // Chinese, Japanese, Korean, pictures
    if (code > 0x7f) return 0.55;
    constexpr std::u32string_view narrow = U"iljtfI.,:;!|'()[]/\\`\"-{}r";
    constexpr std::u32string_view wide = U"mwMW@%";
    if (narrow.find(code) != std::u32string_view::npos) return 0.31;
    if (wide.find(code) != std::u32string_view::npos) return 0.86;
    return code >= U'A' && code <= U'Z' ? 0.66 : 0.53;
}

Page layoutWords(int width, int height, const std::vector<std::vector<Word>>& lines) {
    std::vector<TextLine> text_lines;
    for (const std::vector<Word>& line : lines) {
        std::vector<Word> words;
        std::copy_if(line.begin(), line.end(), std::back_inserter(words),
                     [](const Word& word) { return !word.text.empty(); });
        if (words.empty()) continue;
        const Point direction = directionOf(words);
        std::vector<Span> part;
        for (const Word& word : words) {
            const Span span = spanOf(word, direction);
            if (!part.empty()) {
                const double tall = std::max(part.back().bottom - part.back().top, span.bottom - span.top);
                const double gap = span.begin - part.back().end;
                if (gap > widest_space * tall || gap < -tall) {
                    text_lines.push_back(textLineOf(part, direction));
                    part.clear();
                }
            }
            part.push_back(span);
        }
        text_lines.push_back(textLineOf(part, direction));
    }
    return layoutPage(width, height, std::move(text_lines));
}

}  // namespace sightline
