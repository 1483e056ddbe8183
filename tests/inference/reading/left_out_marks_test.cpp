// Small marks that no box covers. Lines are 20 pixels high.
#include "inference/reading/left_out_marks.h"

#include <QTest>
#include <random>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

const std::vector<Box> lines{{10, 50, 180, 70}, {10, 80, 180, 100}, {10, 140, 180, 160}};

cv::Mat pageWithLines(int width = 500, int height = 300) {
    cv::Mat picture = whitePicture(width, height);
    for (const Box& box : lines)
        drawLetters(picture, 14, static_cast<int>(box.top) + 4, 12, 16);
    return picture;
}

}  // namespace

class LeftOutMarksTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void findsNothingOnACoveredPage() { QVERIFY(leftOutMarks(pageWithLines(), lines).empty()); }

    void framesAMarkInItsOwnRow() {
        cv::Mat picture = pageWithLines();
        drawRect(picture, {12, 114, 4, 14});
        const auto marks = leftOutMarks(picture, lines);
        QCOMPARE(marks.size(), std::size_t{1});
        QVERIFY(isNear(marks[0], {7, 111, 21, 131}, 1));
    }

    void framesAMarkAsHighAsTheLineOfItsRow() {
        cv::Mat picture = pageWithLines();
        drawRect(picture, {240, 59, 8, 2});
        drawRect(picture, {250, 59, 8, 2});
        const auto marks = leftOutMarks(picture, lines);
        QCOMPARE(marks.size(), std::size_t{1});
        QVERIFY(isNear(marks[0], {235, 50, 263, 70}, 1));
    }

    void findsLightMarksOnADarkPage() {
        cv::Mat picture = pageWithLines();
        drawRect(picture, {12, 114, 4, 14});
        cv::bitwise_not(picture, picture);
        QCOMPARE(leftOutMarks(picture, lines).size(), std::size_t{1});
    }

    void leavesWhatIsNoMark_data() {
        QTest::addColumn<int>("x");
        QTest::addColumn<int>("y");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("a speck of dust") << 240 << 110 << 1 << 1;
        QTest::newRow("a dash in no row") << 240 << 110 << 8 << 2;
        QTest::newRow("a rule") << 12 << 110 << 200 << 10;
        QTest::newRow("a tall bar") << 240 << 100 << 4 << 60;
        QTest::newRow("at the edge of the picture") << 0 << 114 << 4 << 14;
    }

    void leavesWhatIsNoMark() {
        QFETCH(int, x);
        QFETCH(int, y);
        QFETCH(int, width);
        QFETCH(int, height);
        cv::Mat picture = pageWithLines();
        drawRect(picture, {x, y, width, height});
        QVERIFY(leftOutMarks(picture, lines).empty());
    }

    void leavesPartsOfIcons() {
        cv::Mat picture = pageWithLines();
        drawRect(picture, {240, 114, 4, 14});
        drawRect(picture, {240, 132, 4, 4});
        QVERIFY(leftOutMarks(picture, lines).empty());
    }

    void leavesFaintMarks() {
        cv::Mat picture = pageWithLines();
        drawRect(picture, {12, 114, 4, 14}, {210, 210, 210});
        QVERIFY(leftOutMarks(picture, lines).empty());
    }

    void needsThreeLines() {
        cv::Mat picture = pageWithLines();
        drawRect(picture, {12, 114, 4, 14});
        QVERIFY(leftOutMarks(picture, {lines[0], lines[1]}).empty());
        QVERIFY(leftOutMarks(picture, {}).empty());
    }

    void looksAwayFromPhotographs() {
        cv::Mat picture(300, 500, CV_8UC3);
        cv::theRNG().state = 7;
        cv::randu(picture, 0, 256);
        QVERIFY(leftOutMarks(picture, lines).empty());
        QVERIFY(leftOutMarks(whitePicture(1, 1), lines).empty());
    }

    void findsSixtyAtMost() {
        cv::Mat picture = pageWithLines(1000, 1000);
        for (int i = 0; i < 144; ++i)
            drawRect(picture, {200 + 60 * (i % 12), 200 + 60 * (i / 12), 4, 14});
        QCOMPARE(leftOutMarks(picture, lines).size(), std::size_t{60});
    }
};

QTEST_GUILESS_MAIN(LeftOutMarksTest)
#include "left_out_marks_test.moc"
