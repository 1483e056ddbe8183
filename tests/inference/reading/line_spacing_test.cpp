// Spaces where the ink has gaps. Lines of 20 pixels height, letters 8 wide.
#include "inference/reading/line_spacing.h"

#include <QTest>
#include <random>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

constexpr int height = 20;

struct DrawnLine {
    cv::Mat bgr = whitePicture(400, height);
    std::vector<Character> characters;
    int right = 4;  // edge of the last letter

    void letter(int gap, char32_t code = U'n') {
        const int left = characters.empty() ? right : right + gap;
        drawRect(bgr, {left, 4, 8, 12});
        characters.push_back({code, left + 4.0, 1});
        right = left + 8;
    }
    void space(int before_next, double confidence) {
        characters.push_back({U' ', right + before_next / 2.0, confidence});
    }
    QString spaced() const {
        return QString::fromStdU32String(textOf(spacedByInk(bgr, 1, height, characters)));
    }
};

DrawnLine word(int letters, int gap) {
    DrawnLine line;
    for (int i = 0; i < letters; ++i)
        line.letter(gap);
    return line;
}

}  // namespace

class LineSpacingTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void addsSpacesInWideGaps_data() {
        QTest::addColumn<int>("gap");
        QTest::addColumn<QString>("text");
        QTest::newRow("0.3 heights") << 6 << "nnnn";
        QTest::newRow("0.4 heights") << 8 << "nn nn";
        QTest::newRow("a wide gap is one space") << 100 << "nn nn";
    }

    void addsSpacesInWideGaps() {
        QFETCH(int, gap);
        QFETCH(QString, text);
        DrawnLine line = word(2, 1);
        line.letter(gap);
        line.letter(1);
        QCOMPARE(line.spaced(), text);
        if (gap < 100) return;
        const auto spaced = spacedByInk(line.bgr, 1, height, line.characters);
        QVERIFY(std::abs(spaced[2].center - (21 + 50)) <= 1);  // the middle of the gap
    }

    void addsNoneInWidelySetWords() { QCOMPARE(word(8, 8).spaced(), QString("nnnnnnnn")); }

    void addsNoneBesideWideCharacters() {
        DrawnLine line = word(4, 1);
        line.letter(12, U'\u4e2d');
        line.letter(12, U'\u6587');
        line.letter(12);
        line.letter(1);
        line.letter(1);
        QCOMPARE(line.spaced(), QString("nnnn\u4e2d\u6587nnn"));
    }

    void dropsSpacesWithoutAGap_data() {
        QTest::addColumn<int>("gap");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<QString>("text");
        QTest::newRow("doubtful, narrow") << 2 << 0.7 << "nnnn";
        QTest::newRow("sure, narrow") << 2 << 0.98 << "nn nn";
        QTest::newRow("doubtful, wide") << 7 << 0.7 << "nn nn";
    }

    void dropsSpacesWithoutAGap() {
        QFETCH(int, gap);
        QFETCH(double, confidence);
        QFETCH(QString, text);
        DrawnLine line = word(2, 2);
        line.space(gap, confidence);
        line.letter(gap);
        line.letter(2);
        QCOMPARE(line.spaced(), text);
    }

    void dropsSpacesInsideATypewritersWord() {
        DrawnLine line = word(6, 2);
        line.space(2, 0.99);
        for (int i = 0; i < 6; ++i)
            line.letter(2);
        QCOMPARE(line.spaced(), QString("nnnnnnnnnnnn"));
        // One step further there is room for it.
        DrawnLine spaced = word(6, 2);
        spaced.space(12, 0.99);
        for (int i = 0; i < 6; ++i)
            spaced.letter(i == 0 ? 12 : 2);
        QCOMPARE(spaced.spaced(), QString("nnnnnn nnnnnn"));
    }

    void measuresAlongAStretchedLine() {
        DrawnLine line = word(2, 1);
        line.letter(8);
        line.letter(1);
        cv::Mat wide;
        cv::resize(line.bgr, wide, {}, 2, 1, cv::INTER_NEAREST);
        QVERIFY(textOf(spacedByInk(wide, 2, height, line.characters)) == U"nn nn");
    }

    void keepsLettersAndTheirOrder() {
        std::mt19937 random(8);
        const auto pick = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        for (int round = 0; round < 500; ++round) {
            cv::Mat bgr = whitePicture(pick(1, 200), pick(1, 40));
            for (int i = pick(0, 20); i > 0; --i)
                drawRect(bgr, {pick(0, 200), pick(0, 40), pick(1, 20), pick(1, 20)});
            std::vector<Character> characters;
            double center = 0;
            for (int i = pick(0, 20); i > 0; --i) {
                center += pick(1, 100) / 10.0;
                characters.push_back({pick(0, 3) == 0 ? U' ' : U'n', center, pick(0, 100) / 100.0});
            }
            const auto spaced = spacedByInk(bgr, pick(1, 3) / 2.0, bgr.rows, characters);
            const auto letters = [](const std::vector<Character>& all) {
                std::vector<double> centers;
                for (const Character& each : all)
                    if (each.code != U' ') centers.push_back(each.center);
                return centers;
            };
            QVERIFY(letters(spaced) == letters(characters));
            QVERIFY2(centersRise(spaced), qPrintable(QString::number(round)));
        }
    }
};

QTEST_GUILESS_MAIN(LineSpacingTest)
#include "line_spacing_test.moc"
