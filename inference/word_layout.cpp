#include "inference/word_layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "inference/reading/page_layout.h"
#include "inference/unicode.h"

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
    for (const Span& span : spans) {
        const std::vector<char32_t> codes = codePoints(toValidUtf8(span.word->text));
        if (!line.characters.empty()) {
            line.characters.push_back({U' ', std::max(last, (last + span.begin) / 2) - begin, 1});
            line.raw_text += ' ';
        }
        const double step = (span.end - span.begin) / static_cast<double>(codes.size());
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const double center = span.begin + (static_cast<double>(i) + 0.5) * step - begin;
            line.characters.push_back({codes[i], center, span.word->confidence});
            line.confidence += span.word->confidence;
        }
        line.raw_text += span.word->text;
        last = span.end;
    }
    line.confidence /= static_cast<double>(line.characters.size());
    return line;
}

}  // namespace

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
