// Words of a line and where they stand.
#include "inference/reading/line_words.h"

#include <QTest>
#include <array>
#include <random>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

TextLine lineAt(const Quad& quad, std::vector<Character> characters) {
    TextLine line;
    line.quad = quad;
    line.characters = std::move(characters);
    return line;
}

}  // namespace

class LineWordsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void splitsAtSpaces() {
        TextLine text = lineAt(quadOf({100, 50, 190, 70}), charactersOf(U"one  \u4e2d two"));
        text.characters[0].confidence = 0.4;
        text.raw_text = "0ne";
        text.confidence = 0.9;
        const Line line = wordsOf(text);
        QCOMPARE(line.text, std::string("one \u4e2d two"));
        QCOMPARE(line.raw_text, std::string("0ne"));
        QCOMPARE(line.confidence, 0.9);
        QCOMPARE(line.words.size(), std::size_t{3});
        QCOMPARE(line.words[1].text, std::string("\u4e2d"));
        QVERIFY(std::abs(line.words[0].confidence - 0.8) < 1e-9);
        QCOMPARE(line.words[2].confidence, 1.0);
    }

    void standWhereTheirLettersAre() {
        // Letters are 10 wide; a word may reach a little beyond its letters, never over half of the gap.
        const Line line = wordsOf(lineAt(quadOf({100, 50, 210, 70}), charactersOf(U"one two sun")));
        for (int i = 0; i < 3; ++i) {
            const Box box = boundingBox(line.words[static_cast<std::size_t>(i)].quad);
            QVERIFY2(isNear(box, {100.0 + 40 * i, 50, 130.0 + 40 * i, 70}, 2),
                     qPrintable(QString::number(i)));
        }
    }

    void keepAGapWhereTheSpaceIsNarrow() {
        // Letters 10 wide, a space of 4: what reaches 0.6 of a letter would touch the next word.
        std::vector<Character> characters = charactersOf(U"ab cd");
        for (std::size_t i = 0; i < 5; ++i)
            characters[i].center = std::array{5.0, 15.0, 22.0, 29.0, 39.0}[i];
        const Line line = wordsOf(lineAt(quadOf({100, 50, 144, 70}), characters));
        QCOMPARE(line.words.size(), std::size_t{2});
        const double gap = boundingBox(line.words[1].quad).left - boundingBox(line.words[0].quad).right;
        QVERIFY2(gap > 0.11 * 20 && gap < 6, qPrintable(QString::number(gap)));
    }

    void followTheLinesDirection() {
        // Upwards: from (20, 200) to (20, 90).
        const Quad upwards{Point{20, 200}, Point{20, 90}, Point{40, 90}, Point{40, 200}};
        const Line line = wordsOf(lineAt(upwards, charactersOf(U"one two sun")));
        QVERIFY(isNear(boundingBox(line.words[0].quad), {20, 170, 40, 200}, 2));
        QVERIFY(isNear(boundingBox(line.words[2].quad), {20, 90, 40, 120}, 2));
        QVERIFY(line.words[0].quad[0].y > line.words[0].quad[1].y);
    }

    void aLineWithoutALetterHasNone() {
        QVERIFY(wordsOf(lineAt(quadOf({0, 0, 50, 20}), charactersOf(U"   "))).words.empty());
        QVERIFY(wordsOf(lineAt(quadOf({0, 0, 50, 20}), {})).text.empty());
    }

    void lieInsideTheLineAndInOrder() {
        std::mt19937 random(21);
        const auto pick = [&random](double least, double most) {
            return std::uniform_real_distribution<double>(least, most)(random);
        };
        for (int round = 0; round < 1000; ++round) {
            std::vector<Character> characters;
            double center = 0;
            for (int i = static_cast<int>(pick(0, 30)); i > 0; --i) {
                center += pick(0.1, 15);
                characters.push_back({pick(0, 1) < 0.3 ? U' ' : U'n', center, 1});
            }
            // Some lines are so short that letters lie beyond them, and one is a point.
            const double width = round % 50 == 0 ? 0 : pick(0.5, 1.2) * center;
            const Line line = wordsOf(lineAt(quadOf({100, 50, 100 + width, 70}), characters));
            double right = 100;
            for (const Word& word : line.words) {
                const Box box{word.quad[0].x, word.quad[0].y, word.quad[2].x, word.quad[2].y};
                QVERIFY2(
                    box.left >= right - 1e-6 && box.right >= box.left - 1e-6 &&
                        box.right <= 100 + width + 1e-6,
                    qPrintable(
                        QString("%1: %2 %3 after %4").arg(round).arg(box.left).arg(box.right).arg(right)));
                QCOMPARE(box.top, 50.0);
                QCOMPARE(box.bottom, 70.0);
                right = box.right;
            }
        }
    }

    void knowsTypewriterText() {
        QVERIFY(hasFixedPitch(lineAt(quadOf({0, 0, 200, 20}), charactersOf(U"int main(int)"))));
        QVERIFY(!hasFixedPitch(lineAt(quadOf({0, 0, 200, 20}), charactersOf(U"int main"))));  // seven steps
        QVERIFY(!hasFixedPitch(
            lineAt(quadOf({0, 0, 200, 20}),
                   charactersOf(U"\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587"))));
        auto uneven = charactersOf(U"proportional");
        for (std::size_t i = 0; i < uneven.size(); ++i)
            uneven[i].center += i % 3 == 0 ? 4 : 0;
        QVERIFY(!hasFixedPitch(lineAt(quadOf({0, 0, 200, 20}), uneven)));
    }
};

QTEST_GUILESS_MAIN(LineWordsTest)
#include "line_words_test.moc"
