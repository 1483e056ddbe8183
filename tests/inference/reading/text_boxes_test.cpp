// The detector's map of probabilities: put together from tiles, and made into boxes.
#include "inference/reading/text_boxes.h"

#include <QTest>
#include <functional>
#include <random>

#include "tests/inference/failure.h"
#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

// A detector that is a function of the pixels.
class FakeDetector final : public TextNetworks {
  public:
    using Detect = std::function<cv::Mat(const cv::Mat&)>;

    explicit FakeDetector(Detect detect) : detect_(std::move(detect)) {}

    cv::Mat detect(const cv::Mat& bgr) override {
        sizes.push_back(bgr.size());
        return detect_(bgr);
    }
    std::vector<std::vector<StripColumn>> recognize(const std::vector<cv::Mat>&) override { return {}; }
    const std::u32string& alphabet() const override { return alphabet_; }
    bool isLatin(std::int32_t) const override { return true; }

    std::vector<cv::Size> sizes;

  private:
    Detect detect_;
    std::u32string alphabet_;
};

// Text is what is blue.
cv::Mat blueOf(const cv::Mat& bgr) {
    cv::Mat blue;
    cv::extractChannel(bgr, blue, 0);
    blue.convertTo(blue, CV_32F, 1 / 255.0);
    return blue;
}

// Text is what is dark.
cv::Mat darkOf(const cv::Mat& bgr) {
    return 1 - blueOf(bgr);
}

cv::Mat mapWith(const std::vector<cv::Point>& shape, int value = 255) {
    cv::Mat map = cv::Mat::zeros(400, 600, CV_8UC1);
    cv::fillPoly(map, std::vector<std::vector<cv::Point>>{shape}, cv::Scalar(value));
    return map;
}

std::vector<cv::Point> turnedRect(double degrees, float width, float height) {
    std::array<cv::Point2f, 4> corners;
    cv::RotatedRect({300, 200}, {width, height}, static_cast<float>(degrees)).points(corners.data());
    return {corners.begin(), corners.end()};
}

}  // namespace

class TextBoxesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void tilesFitTogether_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("tiles");
        QTest::newRow("one") << QSize(1200, 1200) << 1;
        QTest::newRow("just two") << QSize(1201, 40) << 2;
        QTest::newRow("wide") << QSize(5003, 33) << 6;
        QTest::newRow("both ways") << QSize(2100, 1999) << 9;
        QTest::newRow("one pixel") << QSize(1, 1) << 0;
        QTest::newRow("one pixel high") << QSize(3000, 1) << 4;
    }

    void tilesFitTogether() {
        QFETCH(QSize, size);
        QFETCH(int, tiles);
        cv::Mat picture(size.height(), size.width(), CV_8UC3);
        cv::theRNG().state = 1;
        cv::randu(picture, 0, 256);
        FakeDetector detector(blueOf);
        std::vector<double> steps;
        const cv::Mat map =
            textProbability(picture, 1, detector, {}, [&](double step) { steps.push_back(step); });
        cv::Mat blue;
        cv::extractChannel(picture, blue, 0);
        if (tiles == 0) blue = 0;
        QCOMPARE(map.size(), blue.size());
        QCOMPARE(cv::norm(map, blue, cv::NORM_INF), 0.0);
        QCOMPARE(static_cast<int>(detector.sizes.size()), tiles);
        for (const cv::Size& each : detector.sizes) {
            QVERIFY(each.width % 32 == 0 && each.height % 32 == 0);
            QVERIFY(each.width <= 1216 && each.height <= 1216);
        }
        QVERIFY(std::is_sorted(steps.begin(), steps.end()));
        QCOMPARE(steps.back(), 1.0);
    }

    void seamsLieFarFromTheEdgesOfTiles() {
        cv::Mat picture(1500, 2500, CV_8UC3);
        cv::theRNG().state = 1;
        cv::randu(picture, 0, 256);
        FakeDetector detector([](const cv::Mat& bgr) {
            cv::Mat map = cv::Mat::zeros(bgr.size(), CV_32FC1);
            map(cv::Rect(40, 40, bgr.cols - 80, bgr.rows - 80)) = 1;
            return map;
        });
        const cv::Mat map = textProbability(picture, 1, detector, {}, {});
        QVERIFY(detector.sizes.size() >= 6);
        QCOMPARE(cv::countNonZero(map(cv::Rect(40, 40, 2500 - 80 - 32, 1500 - 80 - 32)) != 255), 0);
    }

    void skipsEvenParts() {
        cv::Mat picture(300, 5000, CV_8UC3, cv::Scalar(200, 100, 50));
        FakeDetector detector(blueOf);
        cv::Mat map = textProbability(picture, 1, detector, {}, {});
        QVERIFY(detector.sizes.empty());
        QCOMPARE(cv::countNonZero(map), 0);
        drawRect(picture, {10, 10, 5, 5}, {200, 100, 66});  // enough of a difference, in one channel
        map = textProbability(picture, 1, detector, {}, {});
        QCOMPARE(detector.sizes.size(), std::size_t{1});
        QCOMPARE(map.at<std::uint8_t>(0, 0), std::uint8_t{200});
        QCOMPARE(map.at<std::uint8_t>(0, 4999), std::uint8_t{0});
    }

    void looksOnlyAtWhatIsUneven() {
        cv::Mat picture = whitePicture(1000, 800);
        drawRect(picture, {300, 310, 100, 50});
        FakeDetector detector(darkOf);
        const cv::Mat map = textProbability(picture, 1, detector, {}, {});
        QCOMPARE(detector.sizes.size(), std::size_t{1});
        QCOMPARE(detector.sizes[0], cv::Size(160, 96));  // 16 pixels more on each side, in multiples of 32
        QCOMPARE(map.size(), picture.size());
        QCOMPARE(cv::boundingRect(map), cv::Rect(300, 310, 100, 50));
        QCOMPARE(cv::countNonZero(map == 255), 5000);
    }

    void enlargesFirst() {
        cv::Mat picture = whitePicture(100, 50);
        drawRect(picture, {20, 10, 40, 20});
        FakeDetector detector(darkOf);
        const cv::Mat map = textProbability(picture, 2, detector, {}, {});
        QCOMPARE(map.size(), cv::Size(200, 100));
        QCOMPARE(cv::boundingRect(map > 128), cv::Rect(40, 20, 80, 40));
        QVERIFY(isNear(boundingBox(boxesOf(map, 2)[0].quad), {9, -1, 71, 40}, 2.5));
    }

    void stopsBetweenTiles() {
        cv::Mat picture(1500, 2500, CV_8UC3);
        cv::randu(picture, 0, 256);
        FakeDetector detector(blueOf);
        std::stop_source stop;
        const auto failure = failureOf([&] {
            textProbability(picture, 1, detector, stop.get_token(), [&](double) { stop.request_stop(); });
        });
        COMPARE_FAILURE(failure, ErrorKind::cancelled);
        QCOMPARE(detector.sizes.size(), std::size_t{1});
    }

    void boxesUprightText() {
        // Grown by area * 1.6 / perimeter on each side.
        const cv::Mat map = mapWith({{100, 50}, {299, 50}, {299, 69}, {100, 69}});
        const auto boxes = boxesOf(map, 1);
        QCOMPARE(boxes.size(), std::size_t{1});
        QVERIFY(boxes[0].upright() && !boxes[0].mark);
        const double growth = 200 * 20 * 1.6 / 440;
        QVERIFY(
            isNear(boundingBox(boxes[0].quad), {100 - growth, 50 - growth, 299 + growth, 69 + growth}, 1.5));
        QVERIFY(isNear(boundingBox(boxesOf(map, 2)[0].quad),
                       {50 - growth / 2, 25 - growth / 2, 150 + growth / 2, 35 + growth / 2}, 1));
    }

    void boxesSkewedText_data() {
        QTest::addColumn<double>("degrees");
        for (const double degrees : {-10.0, 4.0, 10.0, 30.0, 75.0})
            QTest::addRow("%g", degrees) << degrees;
    }

    void boxesSkewedText() {
        QFETCH(double, degrees);
        const auto boxes = boxesOf(mapWith(turnedRect(degrees, 300, 24)), 1);
        QCOMPARE(boxes.size(), std::size_t{1});
        QVERIFY2(std::abs(boxes[0].angle - degrees) < 0.6, qPrintable(QString::number(boxes[0].angle)));
        const Quad& quad = boxes[0].quad;
        const double growth = 300 * 24 * 1.6 / 648;
        const double angle = degrees * M_PI / 180;
        const double x = 150 + growth;
        const double y = 12 + growth;
        QVERIFY(std::abs(quad[0].x - (300 - x * std::cos(angle) + y * std::sin(angle))) < 4);
        QVERIFY(std::abs(quad[0].y - (200 - x * std::sin(angle) - y * std::cos(angle))) < 4);
        QVERIFY(std::abs(quad[2].x - (300 + x * std::cos(angle) - y * std::sin(angle))) < 4);
        QVERIFY(std::abs(quad[2].y - (200 + x * std::sin(angle) + y * std::cos(angle))) < 4);
    }

    void boxesTextThatRunsUpwards() {
        const auto boxes = boxesOf(mapWith(turnedRect(90, 300, 24)), 1);
        QCOMPARE(boxes.size(), std::size_t{1});
        const Box box = boundingBox(boxes[0].quad);
        QVERIFY(isNear(box, {270, 32, 330, 368}, 4));
    }

    void standingLettersAreUpright() {
        const auto boxes = boxesOf(mapWith(turnedRect(90, 40, 20)), 1);
        QCOMPARE(boxes.size(), std::size_t{1});
        QVERIFY(boxes[0].upright());
    }

    // A title with dots up to a page number: its ends differ in height, the line is level all the same.
    void unevenEndsAreUprightOnALevelPage() {
        const std::vector<cv::Point> title{{50, 100},  {250, 100}, {250, 122},
                                           {550, 122}, {550, 130}, {50, 130}};
        cv::Mat map = mapWith(title);
        for (int row = 0; row < 3; ++row)
            drawRect(map, {50, 200 + 50 * row, 400, 24}, {255});
        const auto boxes = boxesOf(map, 1);
        QCOMPARE(boxes.size(), std::size_t{4});
        for (const TextBox& box : boxes)
            QVERIFY(box.upright());
    }

    // Bold dots are half text to the detector.
    void keepsATitleWithFaintDots() {
        const std::vector<cv::Point> dots{{250, 122}, {550, 122}, {550, 130}, {250, 130}};
        cv::Mat map = mapWith(dots, 100);
        drawRect(map, {50, 106, 200, 24}, {255});
        QCOMPARE(boxesOf(map, 1).size(), std::size_t{1});
        drawRect(map, {50, 106, 200, 24}, {120});  // no surer of the title
        QVERIFY(boxesOf(map, 1).empty());
    }

    void leavesOutWhatIsNoText() {
        QVERIFY(boxesOf(cv::Mat::zeros(100, 100, CV_8UC1), 1).empty());
        QVERIFY(boxesOf(mapWith({{100, 50}, {299, 50}, {299, 69}, {100, 69}}, 100), 1).empty());  // unsure
        QCOMPARE(boxesOf(mapWith({{100, 50}, {299, 50}, {299, 69}, {100, 69}}, 140), 1).size(),
                 std::size_t{1});
        QVERIFY(boxesOf(mapWith({{100, 50}, {101, 50}}), 1).empty());  // a speck
        QVERIFY(boxesOf(mapWith({{100, 50}, {299, 50}}), 1).size() <= 1);
    }

    void survivesAnyMap() {
        cv::theRNG().state = 9;
        for (int round = 0; round < 60; ++round) {
            cv::Mat map(1 + round * 3, 1 + (round * 37) % 200, CV_8UC1);
            cv::randu(map, 0, 256);
            if (round % 2 == 0) cv::blur(map, map, {5, 5});
            if (round % 3 == 0) map *= 2;
            for (const TextBox& box : boxesOf(map, 1)) {
                for (const Point& corner : box.quad)
                    QVERIFY(std::isfinite(corner.x) && std::isfinite(corner.y));
                QVERIFY(box.angle >= -90 && box.angle <= 90);
            }
        }
    }

    // Once more at twice the size, if that is not too large.
    void looksAgainForSmallText_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("text_height");
        QTest::addColumn<int>("looks");
        QTest::newRow("small") << 600 << 6 << 2;
        QTest::newRow("large") << 640 << 20 << 1;
        QTest::newRow("small in a large picture") << 2048 << 6 << 3;  // tiles of one look
    }

    void looksAgainForSmallText() {
        QFETCH(int, width);
        QFETCH(int, text_height);
        QFETCH(int, looks);
        cv::Mat picture = whitePicture(width, 320);
        for (int column = 0; column < width; column += 320) {
            for (int row = 0; row < 5; ++row)
                drawRect(picture, {column + 50, 30 + 50 * row, 200, text_height});
        }
        FakeDetector detector(darkOf);
        const auto boxes = detectText(picture, detector, {}, {});
        QCOMPARE(static_cast<int>(detector.sizes.size()), looks);
        QCOMPARE(static_cast<int>(boxes.size()), 5 * ((width + 319) / 320));
        bool there = false;
        const double growth = 200 * text_height * 1.6 / (2 * (200 + text_height));
        for (const TextBox& box : boxes)
            there |= isNear(boundingBox(box.quad),
                            {50 - growth, 30 - growth, 250 + growth, 30 + text_height + growth}, 2);
        QVERIFY(there);
    }
};

QTEST_GUILESS_MAIN(TextBoxesTest)
#include "text_boxes_test.moc"
