#include "app/values/assist_text.h"

#include <QList>
#include <QStringView>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace sightline {

namespace {

// Fewer characters than this share may be smaller: a speck taken for a letter decides nothing.
constexpr double share_that_matters = 0.02;

// Coarse: the small picture shows the rest, and every digit is a token.
int thousandth(double at, int side) {
    if (side <= 0) return 0;
    return std::clamp(static_cast<int>(std::lround(at / side * 100)) * 10, 0, 1000);
}

double heightOf(const Line& line) {
    return distance(line.quad[0], line.quad[3]);
}

}  // namespace

QString assistText(const Page& page) {
    if (page.empty()) return {};
    QString text = QStringLiteral(
        "The picture is shown small. This text was read in it at full size; before each line stands where it "
        "begins, as x,y in thousandths of the picture's width and height:\n");
    int left_out = 0;
    for (const Block& block : page.blocks) {
        for (const Line& line : block.lines) {
            const QString place = QStringLiteral("(%1,%2) ")
                                      .arg(thousandth(line.quad[0].x, page.width))
                                      .arg(thousandth(line.quad[0].y, page.height));
            const QString words = QString::fromStdString(line.text).simplified();
            if (words.isEmpty()) continue;
            if (left_out > 0 || text.size() + place.size() + words.size() > longest_assist_text) {
                ++left_out;
            } else {
                text += place + words + QLatin1Char('\n');
            }
        }
    }
    if (left_out > 0) text += QStringLiteral("(%1 more lines were left out)\n").arg(left_out);
    return text;
}

QString readerText(const QString& plain_text, const QString& name, bool again) {
    if (plain_text.trimmed().isEmpty()) return {};
    QString text =
        again ? QStringLiteral("A text reader found this text in the picture “%1” above:\n").arg(name)
              : QStringLiteral("A text reader found this text in the picture:\n");
    int left_out = 0;
    for (const QStringView line : QStringView(plain_text).split(QLatin1Char('\n'))) {
        if (left_out > 0 || text.size() + line.size() > longest_assist_text) {
            left_out += line.trimmed().isEmpty() ? 0 : 1;
        } else {
            text += line;
            text += QLatin1Char('\n');
        }
    }
    while (text.endsWith(QStringLiteral("\n\n")))
        text.chop(1);
    if (left_out > 0) text += QStringLiteral("(%1 more lines were left out)\n").arg(left_out);
    return text;
}

PictureText pictureText(const Page& page) {
    PictureText found;
    std::vector<std::pair<double, std::size_t>> heights;  // and how much is written so
    std::size_t characters = 0;
    for (const Block& block : page.blocks) {
        for (const Line& line : block.lines) {
            found.words += static_cast<int>(line.words.size());
            const double height = heightOf(line);
            if (!(height > 0)) continue;
            heights.emplace_back(height, line.text.size());
            characters += line.text.size();
        }
    }
    std::sort(heights.begin(), heights.end());
    double seen = 0;
    for (const auto& [height, count] : heights) {
        seen += static_cast<double>(count);
        found.line_height = height;
        if (seen > share_that_matters * static_cast<double>(characters)) break;
    }
    if (!page.empty()) found.tokens = estimatedTextTokens(assistText(page));
    return found;
}

// Digits are tokens each, as most Chinese characters and marks are; four letters make one.
int estimatedTextTokens(const QString& text) {
    double tokens = 0;
    bool in_word = false;
    for (const QChar character : text) {
        const bool latin = character.unicode() < 0x250 && character.isLetter();
        if (latin)
            tokens += in_word ? 0.2 : 0.6;
        else if (character == QLatin1Char('\n') || (!character.isSpace() && !character.isLowSurrogate()))
            tokens += 0.9;
        in_word = latin;
    }
    return static_cast<int>(std::ceil(tokens));
}

}  // namespace sightline
