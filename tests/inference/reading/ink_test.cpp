// Ink is what is far from the middle colour of its part of the picture, in either polarity.
#include "inference/reading/ink.h"

#include <QTest>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

class InkTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void findsInkInBothPolarities_data() {
        QTest::addColumn<cv::Scalar>("ground");
        QTest::addColumn<cv::Scalar>("ink");
        QTest::newRow("black on white") << cv::Scalar(255, 255, 255) << cv::Scalar(0, 0, 0);
        QTest::newRow("white on black") << cv::Scalar(0, 0, 0) << cv::Scalar(255, 255, 255);
        QTest::newRow("grey on grey") << cv::Scalar(120, 120, 120) << cv::Scalar(140, 140, 140);
        QTest::newRow("only the red differs") << cv::Scalar(90, 90, 90) << cv::Scalar(90, 90, 200);
    }

    void findsInkInBothPolarities() {
        QFETCH(cv::Scalar, ground);
        QFETCH(cv::Scalar, ink);
        cv::Mat picture(40, 100, CV_8UC3, ground);
        const cv::Rect shape(20, 10, 30, 15);
        drawRect(picture, shape, ink);
        const Ground found = groundOf(picture);
        for (int c = 0; c < 3; ++c)
            QCOMPARE(found.color[static_cast<std::size_t>(c)], static_cast<int>(ground[c]));
        QCOMPARE(found.contrast,
                 static_cast<int>(std::max(std::abs(ground[0] - ink[0]), std::abs(ground[2] - ink[2]))));
        cv::Mat expected = cv::Mat::zeros(picture.size(), CV_8UC1);
        expected(shape) = 255;
        QCOMPARE(cv::countNonZero(inkOf(picture) != expected), 0);
    }

    void leavesOutFaintPixels() {
        cv::Mat picture = whitePicture(100, 40);
        drawRect(picture, {0, 0, 100, 5});                    // ink
        drawRect(picture, {0, 10, 100, 5}, {155, 155, 155});  // 39 % of the contrast
        drawRect(picture, {0, 20, 100, 5}, {150, 150, 150});  // 41 %
        const cv::Mat ink = inkOf(picture);
        QCOMPARE(cv::countNonZero(ink), 1000);
        QCOMPARE(cv::countNonZero(ink.rowRange(10, 15)), 0);
    }

    void seesNoInkInNoise() {
        cv::Mat picture = whitePicture(64, 64);
        drawRect(picture, {10, 10, 30, 30}, {243, 243, 243});
        QCOMPARE(cv::countNonZero(inkOf(picture)), 0);
        drawRect(picture, {10, 10, 30, 30}, {242, 242, 242});
        QCOMPARE(cv::countNonZero(inkOf(picture)), 900);
    }

    void contrastIsThatOfThreePercent() {
        cv::Mat picture = whitePicture(100, 100);
        drawRect(picture, {0, 0, 100, 2});
        QCOMPARE(groundOf(picture).contrast, 0);
        drawRect(picture, {0, 0, 100, 4});
        QCOMPARE(groundOf(picture).contrast, 255);
    }

    void measuresThePartOfALargerPicture() {
        cv::Mat picture = whitePicture(100, 100);
        drawRect(picture, {50, 0, 50, 100});
        drawRect(picture, {70, 20, 10, 10}, {255, 255, 255});
        const cv::Mat ink = inkOf(picture(cv::Rect(60, 10, 30, 30)));
        QCOMPARE(cv::boundingRect(ink), cv::Rect(10, 10, 10, 10));
        QCOMPARE(distanceFrom(picture(cv::Rect(49, 0, 2, 1)), {200, 255, 255}).at<std::uint8_t>(0, 0),
                 std::uint8_t{55});
        QCOMPARE(distanceFrom(picture(cv::Rect(49, 0, 2, 1)), {200, 255, 255}).at<std::uint8_t>(0, 1),
                 std::uint8_t{255});
        QCOMPARE(cv::countNonZero(inkOf(whitePicture(1, 1))), 0);
    }
};

QTEST_GUILESS_MAIN(InkTest)
#include "ink_test.moc"
