#include "app/documents/text_layer.h"

#include <QString>
#include <QStringList>
#include <algorithm>

#include "inference/pages/word_layout.h"

namespace sightline {

namespace {

bool meansNothing(char32_t code) {
    return code == 0xfffd || code < 0x20 || (code >= 0x7f && code < 0xa0) ||
           (code >= 0xe000 && code < 0xf900) || code >= 0xf0000;
}

QStringList wordsOf(const std::string& text) {
    return QString::fromStdString(text).toCaseFolded().simplified().split(QLatin1Char(' '),
                                                                          Qt::SkipEmptyParts);
}

}  // namespace

bool TextLayer::legible() const {
    std::size_t all = 0;
    std::size_t bad = 0;
    for (const std::vector<LayerWord>& line : lines) {
        for (const LayerWord& word : line) {
            for (const char32_t code : QString::fromStdString(word.text).toStdU32String()) {
                ++all;
                bad += meansNothing(code) ? 1 : 0;
            }
        }
    }
    return bad * 10 < all;
}

Page toPage(const TextLayer& layer, int width, int height) {
    std::vector<std::vector<Word>> lines;
    for (const std::vector<LayerWord>& line : layer.lines) {
        std::vector<Word>& words = lines.emplace_back();
        for (const LayerWord& word : line)
            words.push_back({word.text, word.quad, 1});
    }
    Page page = layoutWords(width, height, lines);
    page.notes.emplace_back("the file's own text");
    return page;
}

double wordDifference(const std::string& one, const std::string& other) {
    const QStringList left = wordsOf(one);
    const QStringList right = wordsOf(other);
    const qsizetype longer = std::max(left.size(), right.size());
    if (longer == 0) return 0;
    std::vector<qsizetype> row(static_cast<std::size_t>(right.size()) + 1);
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = static_cast<qsizetype>(i);
    for (qsizetype i = 0; i < left.size(); ++i) {
        qsizetype diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t k = 1; k < row.size(); ++k) {
            const bool same = left[i] == right[static_cast<qsizetype>(k) - 1];
            const qsizetype replaced = diagonal + (same ? 0 : 1);
            diagonal = row[k];
            row[k] = std::min({replaced, row[k] + 1, row[k - 1] + 1});
        }
    }
    return static_cast<double>(row.back()) / static_cast<double>(longer);
}

}  // namespace sightline
