// Strips are cut where they lie: the pixels of the pictures here say their own place.
#include "inference/reading/strips.h"

#include <QTest>
#include <cmath>
#include <numbers>
#include <random>
#include <set>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

// Blue rises with x, green with y.
cv::Mat placesPicture() {
    cv::Mat picture(250, 250, CV_8UC3);
    for (int y = 0; y < picture.rows; ++y) {
        for (int x = 0; x < picture.cols; ++x)
            picture.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 7};
    }
    return picture;
}

// The corners of the first and last pixel are their middles, as the detector gives them.
Quad pixels(int left, int top, int right, int bottom) {
    return quadOf(Box{left + 0.0, top + 0.0, right - 1.0, bottom - 1.0});
}

bool equal(const cv::Mat& a, const cv::Mat& b) {
    return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

}  // namespace

class StripsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void cutsWholePixels() {
        const cv::Mat picture = placesPicture();
        const Strip strip = planStrip(picture.size(), pixels(10, 20, 130, 68), true);
        QCOMPARE(strip.width, 120);
        QCOMPARE(strip.zoom, 1.0);
        QVERIFY(isNear(boundingBox(strip.quad), {10, 20, 130, 68}, 0));
        QVERIFY(equal(cutStrip(picture, strip), picture(cv::Rect(10, 20, 120, 48))));
        QVERIFY(equal(partOf(picture, strip), picture(cv::Rect(10, 20, 120, 48))));
    }

    void enlargesLowLines() {
        const cv::Mat picture = placesPicture();
        const Strip strip = planStrip(picture.size(), pixels(10, 20, 110, 36), true);
        QCOMPARE(strip.width, 300);
        QCOMPARE(strip.zoom, 3.0);
        const cv::Mat cut = cutStrip(picture, strip);
        QCOMPARE(cut.size(), cv::Size(300, 48));
        QCOMPARE(cut.at<cv::Vec3b>(25, 151), (cv::Vec3b{60, 28, 7}));
    }

    void turnsTallOnesUpwards() {
        const cv::Mat picture = placesPicture();
        const Strip strip = planStrip(picture.size(), pixels(10, 20, 58, 170), true);
        QCOMPARE(strip.width, 150);
        QCOMPARE(strip.quad[0].y, 170.0);  // the text begins below
        QCOMPARE(strip.quad[1].y, 20.0);
        QCOMPARE(strip.quad[1].x, 10.0);
        const cv::Mat cut = cutStrip(picture, strip);
        QCOMPARE(cut.at<cv::Vec3b>(0, 0), (cv::Vec3b{10, 169, 7}));
        QCOMPARE(cut.at<cv::Vec3b>(47, 149), (cv::Vec3b{57, 20, 7}));
        // Of letters that are taller than wide none is turned.
        QCOMPARE(planStrip(picture.size(), pixels(10, 20, 58, 120), true).quad[0].y, 20.0);
    }

    void turnsAround() {
        const cv::Mat picture = placesPicture();
        for (const Quad& quad : {pixels(10, 20, 130, 68), pixels(10, 20, 58, 170)}) {
            const Strip strip = planStrip(picture.size(), quad, true);
            cv::Mat expected;
            cv::rotate(cutStrip(picture, strip), expected, cv::ROTATE_180);
            QVERIFY(equal(cutStrip(picture, turnedAround(strip)), expected));
            QVERIFY(equal(cutStrip(picture, turnedAround(turnedAround(strip))), cutStrip(picture, strip)));
        }
    }

    void followsSkewedLines_data() {
        QTest::addColumn<double>("degrees");
        for (const double degrees : {-80.0, -20.0, 3.0, 10.0, 45.0, 90.0, 170.0})
            QTest::addRow("%g", degrees) << degrees;
    }

    void followsSkewedLines() {
        QFETCH(double, degrees);
        const double angle = degrees * std::numbers::pi / 180;
        const Point along{std::cos(angle), std::sin(angle)};
        const Point across{-std::sin(angle), std::cos(angle)};
        const auto at = [&](double x, double y) {
            return Point{125 + x * along.x + y * across.x, 125 + x * along.y + y * across.y};
        };
        const Quad quad{at(-60, -12), at(60, -12), at(60, 12), at(-60, 12)};
        const cv::Mat picture = placesPicture();
        const Strip strip = planStrip(picture.size(), quad, false);
        QCOMPARE(strip.width, 240);
        QVERIFY(std::abs(strip.zoom - 2) < 1e-9);
        const cv::Mat cut = cutStrip(picture, strip);
        QCOMPARE(cut.size(), cv::Size(240, 48));
        for (int y = 0; y < cut.rows; ++y) {
            for (int x = 0; x < cut.cols; ++x) {
                const Point place = at(-60 + x / 2.0, -12 + y / 2.0);
                const auto& pixel = cut.at<cv::Vec3b>(y, x);
                QVERIFY2(std::abs(pixel[0] - place.x) <= 1.1 && std::abs(pixel[1] - place.y) <= 1.1,
                         qPrintable(QString("%1 %2: %3 %4").arg(x).arg(y).arg(pixel[0]).arg(pixel[1])));
            }
        }
    }

    void narrowsLongLines() {
        const Strip strip = planStrip({1000, 100}, pixels(0, 0, 1000, 48), true);
        QCOMPARE(strip.width, 900);
        QCOMPARE(strip.zoom, 0.9);
    }

    void stretches() {
        const cv::Mat picture = placesPicture();
        const Strip strip = planStrip(picture.size(), pixels(10, 20, 110, 36), true);
        const Strip wide = stretched(strip);
        QCOMPARE(wide.width, 375);
        QCOMPARE(wide.zoom, 3.75);
        QVERIFY(wide.sharp);
        QVERIFY(isNear(boundingBox(wide.quad), boundingBox(strip.quad), 0));
        QCOMPARE(cutStrip(picture, wide).size(), cv::Size(375, 48));
    }

    void staysInsideOfThePicture() {
        std::mt19937 random(3);
        std::uniform_real_distribution<double> place(-50, 120);
        for (int round = 0; round < 500; ++round) {
            const cv::Mat picture = whitePicture(1 + round % 60, 1 + round % 43);
            const double x = place(random);
            const double y = place(random);
            const Quad quad = quadOf(Box{x, y, x + std::abs(place(random)), y + std::abs(place(random))});
            const Strip strip = planStrip(picture.size(), quad, true);
            const Box box = boundingBox(strip.quad);
            QVERIFY(box.left >= 0 && box.top >= 0 && box.right <= picture.cols && box.bottom <= picture.rows);
            QVERIFY(box.width() >= 1 && box.height() >= 1 && strip.width >= 8);
            for (const Strip& each : {strip, turnedAround(strip), stretched(strip)})
                QCOMPARE(cutStrip(picture, each).size(), cv::Size(each.width, strip_height));
        }
    }

    void batchesAreEvenAndBounded() {
        std::mt19937 random(4);
        std::size_t largest = 0;
        for (const std::size_t count : {400, 3, 5, 8, 12, 16, 20, 25, 30, 40, 60, 90}) {
            std::vector<Strip> strips(count);
            for (Strip& strip : strips)
                strip.width =
                    static_cast<int>(8 * std::exp(std::uniform_real_distribution<double>(0, 7)(random)));
            const auto padded = [&](std::size_t i) { return (strips[i].width + 63) / 64 * 64; };
            std::set<std::size_t> seen;
            int last_width = 0;
            for (const auto& batch : batchesOf(strips)) {
                QVERIFY(!batch.empty());
                int most = 0;
                for (const std::size_t i : batch) {
                    QVERIFY2(seen.insert(i).second, "a strip is in two batches");
                    QVERIFY(padded(i) >= last_width);
                    most = std::max(most, padded(i));
                }
                last_width = most;
                QVERIFY2(batch.size() == 1 || most * static_cast<int>(batch.size()) <= 3200,
                         "too much at once");
                // Nowhere would it be cheaper to cut it in two: a batch costs as much as 500 columns.
                for (std::size_t cut = 1; cut < batch.size(); ++cut)
                    QVERIFY2((most - padded(batch[cut - 1])) * static_cast<int>(cut) <= 500,
                             "too much padding");
                largest = std::max(largest, batch.size());
            }
            QCOMPARE(seen.size(), strips.size());
        }
        QVERIFY(largest > 10);
        QVERIFY(batchesOf({}).empty());
    }
};

QTEST_GUILESS_MAIN(StripsTest)
#include "strips_test.moc"
