// Pages are drawn here, laid askew, photographed or shadowed by known transforms, and must come back level
// and even, with every mark where it was to less than a pixel. What a program has drawn must not change at
// all.
#include "inference/reading/page_cleanup.h"

#include <QTest>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

using namespace sightline;

namespace {

const cv::Scalar mark_color(220, 40, 30);  // blue: nothing else of a page is

// Dark lines of words on paper, and five blue discs.
struct DrawnPage {
    cv::Mat bgr;
    std::vector<Point> marks;
};

DrawnPage drawnPage(int width = 900, int height = 640, int paper = 245, int ink = 30) {
    DrawnPage page;
    page.bgr = cv::Mat(height, width, CV_8UC3, cv::Scalar::all(paper));
    cv::RNG random(5);
    for (int y = 90; y < height - 70; y += 26) {
        for (int x = 70; x < width - 150;) {
            const int letters = random.uniform(2, 8);
            std::string word;
            for (int i = 0; i < letters; ++i)
                word += static_cast<char>('a' + random.uniform(0, 26));
            cv::putText(page.bgr, word, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.5, cv::Scalar::all(ink), 1,
                        cv::LINE_AA);
            x += 11 * letters + 12;
        }
    }
    const double right = width - 40;
    const double bottom = height - 30;
    page.marks = {{40, 36}, {right, 36}, {right, bottom}, {40, bottom}, {width - 60.0, height / 2.0}};
    for (const Point& mark : page.marks) {
        constexpr int shift = 4;  // fractions of a pixel
        // The middle of the pixel 0,0 is 0.5,0.5 in a page and 0,0 for OpenCV.
        cv::circle(page.bgr, cv::Point(cvRound((mark.x - 0.5) * 16), cvRound((mark.y - 0.5) * 16)), 9 * 16,
                   mark_color, cv::FILLED, cv::LINE_AA, shift);
    }
    return page;
}

// Middles of the blue discs.
std::vector<Point> marksIn(const cv::Mat& bgr) {
    cv::Mat channels[3];
    cv::split(bgr, channels);
    cv::Mat blue = channels[0] - cv::max(channels[1], channels[2]);
    cv::Mat labels;
    cv::Mat stats;
    cv::Mat centers;
    const int count = cv::connectedComponentsWithStats(blue > 40, labels, stats, centers);
    std::vector<Point> marks;
    for (int i = 1; i < count; ++i) {
        if (stats.at<int>(i, cv::CC_STAT_AREA) < 60) continue;
        marks.push_back({centers.at<double>(i, 0) + 0.5, centers.at<double>(i, 1) + 0.5});
    }
    return marks;
}

Point through(const cv::Matx33d& matrix, const Point& point) {
    const cv::Vec3d place = matrix * cv::Vec3d(point.x, point.y, 1);
    return {place[0] / place[2], place[1] / place[2]};
}

// `to_photo` maps the page's points to the picture's, corner of the first pixel = 0,0.
cv::Mat laid(const cv::Mat& page, const cv::Matx33d& to_photo, const cv::Size& size, const cv::Mat& ground) {
    const cv::Matx33d half(1, 0, -0.5, 0, 1, -0.5, 0, 0, 1);
    const cv::Matx33d matrix = half * to_photo * half.inv();
    cv::Mat sheet;
    cv::warpPerspective(page, sheet, matrix, size, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::Mat mask;
    cv::warpPerspective(cv::Mat(page.size(), CV_8UC1, cv::Scalar(255)), mask, matrix, size,
                        cv::INTER_NEAREST);
    cv::Mat photo = ground.clone();
    sheet.copyTo(photo, mask);
    return photo;
}

void addNoise(cv::Mat& bgr) {
    cv::Mat noise(bgr.size(), CV_16SC3);
    cv::RNG random(9);
    random.fill(noise, cv::RNG::NORMAL, 0, 2.5);
    cv::add(bgr, noise, bgr, cv::noArray(), CV_8U);
}

cv::Mat desk(const cv::Size& size, int brightness = 70) {
    return cv::Mat(size, CV_8UC3, cv::Scalar(brightness - 15, brightness, brightness + 10));
}

cv::Matx33d rotation(double degrees, const Point& around, const Point& to) {
    const double angle = degrees * std::numbers::pi / 180;
    const double cos = std::cos(angle);
    const double sin = std::sin(angle);
    return {cos, -sin, to.x - cos * around.x + sin * around.y,
            sin, cos,  to.y - sin * around.x - cos * around.y,
            0,   0,    1};
}

// A page scanned askew: paper everywhere.
struct Scan {
    cv::Mat bgr;
    cv::Matx33d to_scan;
    std::vector<Point> marks;  // where they are in `bgr`
};

Scan scanned(double degrees) {
    const DrawnPage page = drawnPage();
    Scan scan;
    const cv::Size size(1100, 900);
    scan.to_scan = rotation(degrees, {450, 320}, {550, 450});
    scan.bgr = laid(page.bgr, scan.to_scan, size, cv::Mat(size, CV_8UC3, cv::Scalar::all(245)));
    for (const Point& mark : page.marks)
        scan.marks.push_back(through(scan.to_scan, mark));
    return scan;
}

// A sheet seen from below left.
Scan photographed(const DrawnPage& page, const cv::Mat& ground) {
    const std::array<cv::Point2f, 4> from{cv::Point2f(0, 0), cv::Point2f(900, 0), cv::Point2f(900, 640),
                                          cv::Point2f(0, 640)};
    const std::array<cv::Point2f, 4> to{cv::Point2f(170, 120), cv::Point2f(960, 70), cv::Point2f(1040, 760),
                                        cv::Point2f(90, 700)};
    Scan photo;
    photo.to_scan = cv::Matx33d(cv::Mat(cv::getPerspectiveTransform(from.data(), to.data())));
    photo.bgr = laid(page.bgr, photo.to_scan, ground.size(), ground);
    addNoise(photo.bgr);
    for (const Point& mark : page.marks)
        photo.marks.push_back(through(photo.to_scan, mark));
    return photo;
}

// Every mark found in the cleaned picture leads back to a known one. Returns the largest distance.
double wayBack(const CleanedPicture& cleaned, const std::vector<Point>& known) {
    const std::vector<Point> found = marksIn(cleaned.bgr);
    if (found.size() != known.size()) return 1e9;
    double most = 0;
    for (const Point& mark : found) {
        const Point back = toOriginal(cleaned, Quad{mark, mark, mark, mark})[2];
        double nearest = 1e9;
        for (const Point& original : known)
            nearest = std::min(nearest, std::hypot(back.x - original.x, back.y - original.y));
        most = std::max(most, nearest);
    }
    return most;
}

bool isUntouched(const cv::Mat& picture, const CleanupOptions& options = {}) {
    const cv::Mat before = picture.clone();
    const CleanedPicture cleaned = cleanPicture(picture, options);
    return cleaned.notes.empty() && cleaned.rotation == 0 && cleaned.to_original == cv::Matx33d::eye() &&
           cleaned.bgr.size() == before.size() &&
           (before.empty() || cv::norm(before, cleaned.bgr, cv::NORM_L1) == 0);
}

bool hasNote(const CleanedPicture& cleaned, const std::string& beginning) {
    return std::any_of(cleaned.notes.begin(), cleaned.notes.end(),
                       [&](const std::string& note) { return note.starts_with(beginning); });
}

// Brightness of the paper at 3 x 3 places: the brightest pixels around them, which are no ink.
std::pair<double, double> paperOf(const cv::Mat& bgr, const Box& within) {
    double least = 255;
    double most = 0;
    for (int i = 0; i < 9; ++i) {
        const int x = static_cast<int>(within.left + within.width() * (0.2 + 0.3 * (i % 3)));
        const int y = static_cast<int>(within.top + within.height() * (0.2 + 0.3 * (i / 3)));
        cv::Mat grey;
        cv::cvtColor(bgr(cv::Rect(x - 20, y - 20, 40, 40)), grey, cv::COLOR_BGR2GRAY);
        cv::medianBlur(grey, grey, 3);
        double brightest = 0;
        cv::minMaxLoc(grey, nullptr, &brightest);
        least = std::min(least, brightest);
        most = std::max(most, brightest);
    }
    return {least, most};
}

cv::Mat drawnDialog(int ground, int text) {
    cv::Mat screen(700, 1000, CV_8UC3, cv::Scalar::all(ground));
    cv::rectangle(screen, {0, 0, 1000, 34}, {90, 60, 40}, cv::FILLED);
    cv::rectangle(screen, {60, 90, 500, 400}, cv::Scalar::all((ground + text) / 2), 1);
    for (int i = 0; i < 8; ++i) {
        cv::putText(screen, "Preferences of entry " + std::to_string(i), {80, 130 + 40 * i},
                    cv::FONT_HERSHEY_SIMPLEX, 0.5, cv::Scalar::all(text), 1, cv::LINE_AA);
        cv::rectangle(screen, {600, 110 + 40 * i, 180, 30}, cv::Scalar::all((ground + text) / 2), 1);
    }
    return screen;
}

}  // namespace

class PageCleanupTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void drawnPicturesStayAsTheyAre() {
        QVERIFY(isUntouched(drawnDialog(240, 20)));
        QVERIFY(isUntouched(drawnDialog(30, 220)));
        QVERIFY(isUntouched(drawnPage().bgr));
        cv::Mat wide(28, 900, CV_8UC3, cv::Scalar::all(255));
        cv::putText(wide, "one line of a terminal $ ls -l", {4, 20}, cv::FONT_HERSHEY_PLAIN, 1, {0, 0, 0});
        QVERIFY(isUntouched(wide));
    }

    // A slide on a screen can lie in it as a sheet does in a photograph: it was meant to.
    void aDrawnSheetStays() {
        cv::Mat screen(850, 1150, CV_8UC3, cv::Scalar(70, 60, 50));
        const std::vector<cv::Point> sheet{{170, 120}, {960, 70}, {1040, 760}, {90, 700}};
        cv::fillConvexPoly(screen, sheet, cv::Scalar::all(250));
        for (int y = 200; y < 640; y += 40)
            cv::putText(screen, "words on a slide", {300, y}, cv::FONT_HERSHEY_SIMPLEX, 1,
                        cv::Scalar::all(20), 2);
        QVERIFY(isUntouched(screen));
    }

    // Bright windows in front of a wallpaper without two equal pixels, one of them open at the bottom: level
    // and even, so there is nothing to gain.
    void aWindowOnAWallpaperStays() {
        cv::Mat wallpaper(900, 1200, CV_8UC3);
        for (int y = 0; y < wallpaper.rows; ++y) {
            for (int x = 0; x < wallpaper.cols; ++x)
                wallpaper.at<cv::Vec3b>(y, x) =
                    cv::Vec3b(static_cast<uchar>(40 + x / 12), static_cast<uchar>(20 + y / 12),
                              static_cast<uchar>(30 + (x + y) / 40));
        }
        addNoise(wallpaper);
        for (const cv::Rect& place : {cv::Rect(150, 100, 900, 640), cv::Rect(150, 260, 900, 640)}) {
            cv::Mat screen = wallpaper.clone();
            drawnPage().bgr.copyTo(screen(place));
            QVERIFY(isUntouched(screen));
        }
    }

    // Lines that rise on the left and fall on the right, as on a roof, have no common direction.
    void picturesWithoutOneDirectionStay() {
        const cv::Size size(1100, 900);
        const cv::Mat paper(size, CV_8UC3, cv::Scalar::all(245));
        const cv::Mat page = drawnPage().bgr;
        cv::Mat rising = laid(page, rotation(-7, {450, 320}, {550, 450}), size, paper);
        const cv::Mat falling = laid(page, rotation(7, {450, 320}, {550, 450}), size, paper);
        falling.colRange(550, 1100).copyTo(rising.colRange(550, 1100));
        QVERIFY(isUntouched(rising));
    }

    void picturesWithoutAPageStay() {
        QVERIFY(isUntouched(cv::Mat()));
        for (const cv::Size& size :
             {cv::Size(1, 1), cv::Size(900, 1), cv::Size(1, 900), cv::Size(640, 480)}) {
            QVERIFY(isUntouched(cv::Mat(size, CV_8UC3, cv::Scalar::all(255))));
            QVERIFY(isUntouched(cv::Mat(size, CV_8UC3, cv::Scalar::all(0))));
            cv::Mat noise(size, CV_8UC3);
            cv::randu(noise, 0, 256);
            QVERIFY(isUntouched(noise));
        }
    }

    void aScanIsStraightened_data() {
        QTest::addColumn<double>("degrees");
        for (const double degrees : {-14.0, -7.5, -2.2, 2.2, 5.0, 14.0})
            QTest::addRow("%.1f", degrees) << degrees;
    }
    void aScanIsStraightened() {
        QFETCH(double, degrees);
        const Scan scan = scanned(degrees);
        const CleanedPicture cleaned = cleanPicture(scan.bgr, {});
        QVERIFY(hasNote(cleaned, "straightened"));
        QVERIFY2(std::abs(cleaned.rotation - degrees) < 0.3, qPrintable(QString::number(cleaned.rotation)));
        QVERIFY(wayBack(cleaned, scan.marks) < 1);
        // Level now: asking again changes nothing.
        QVERIFY(isUntouched(cleaned.bgr));
    }

    // The dark border that a scanner leaves lies level.
    void theBorderOfAScanSaysNothing() {
        Scan scan = scanned(5);
        cv::rectangle(scan.bgr, cv::Rect(0, 0, scan.bgr.cols, 24), cv::Scalar::all(10), cv::FILLED);
        cv::rectangle(scan.bgr, cv::Rect(0, 0, 30, scan.bgr.rows), cv::Scalar::all(10), cv::FILLED);
        const CleanedPicture cleaned = cleanPicture(scan.bgr, {.dewarp = false});
        QVERIFY2(std::abs(cleaned.rotation - 5) < 0.3, qPrintable(QString::number(cleaned.rotation)));
    }

    void aScanOnItsSideIsStraightenedToo() {
        Scan scan = scanned(4);
        cv::rotate(scan.bgr, scan.bgr, cv::ROTATE_90_CLOCKWISE);
        const CleanedPicture cleaned = cleanPicture(scan.bgr, {});
        QVERIFY2(std::abs(cleaned.rotation - 4) < 0.3, qPrintable(QString::number(cleaned.rotation)));
    }

    void aLittleSkewIsLeft() { QVERIFY(isUntouched(scanned(0.6).bgr)); }

    void aSheetIsFlattened() {
        const Scan photo = photographed(drawnPage(), desk({1150, 850}));
        const CleanedPicture cleaned = cleanPicture(photo.bgr, {});
        QVERIFY(hasNote(cleaned, "flattened"));
        QVERIFY(wayBack(cleaned, photo.marks) < 1);
        // The upper marks lie level now, and the left ones plumb: in the photograph they are 3 to 6 degrees
        // off.
        std::vector<Point> marks = marksIn(cleaned.bgr);
        std::sort(marks.begin(), marks.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
        const double rise = std::abs(marks[0].y - marks[1].y) / std::abs(marks[0].x - marks[1].x);
        QVERIFY2(rise < 0.006, qPrintable(QString::number(rise)));
        // And the desk is gone.
        QVERIFY(cv::mean(cleaned.bgr(cv::Rect(2, 2, 8, 8)))[1] > 180);
    }

    // Text beside the sheet would be lost.
    void aSheetAmongTextIsNotCutOut() {
        cv::Mat ground = desk({1150, 850}, 120);
        for (int y = 20; y < 850; y += 22) {
            cv::putText(ground,
                        "words beside the sheet and above it and below it in every line of the picture",
                        {4, y}, cv::FONT_HERSHEY_SIMPLEX, 0.5, cv::Scalar::all(20), 1, cv::LINE_AA);
            cv::putText(ground, "words on the right", {900, y}, cv::FONT_HERSHEY_SIMPLEX, 0.5,
                        cv::Scalar::all(20), 1, cv::LINE_AA);
        }
        const CleanedPicture cleaned = cleanPicture(photographed(drawnPage(), ground).bgr, {});
        QVERIFY(!hasNote(cleaned, "flattened"));
    }

    void shadowsAreEvened() {
        Scan photo = photographed(drawnPage(), desk({1150, 850}));
        for (int y = 0; y < photo.bgr.rows; ++y) {
            for (int x = 0; x < photo.bgr.cols; ++x) {
                const double light = 1 - 0.6 / (1 + std::exp(-(x + 0.3 * y - 700) / 40.0));
                photo.bgr.at<cv::Vec3b>(y, x) *= light;
            }
        }
        const CleanedPicture dark = cleanPicture(photo.bgr, {.even_light = false});
        const CleanedPicture even = cleanPicture(photo.bgr, {});
        QVERIFY(hasNote(even, "light"));
        QVERIFY(!hasNote(dark, "light"));
        const Box all{0, 0, static_cast<double>(even.bgr.cols), static_cast<double>(even.bgr.rows)};
        const auto [darkest, brightest] = paperOf(even.bgr, all);
        QVERIFY2(darkest > 0.85 * brightest && brightest > 200, qPrintable(QString::number(darkest)));
        QVERIFY(paperOf(dark.bgr, all).first < 0.6 * paperOf(dark.bgr, all).second);
    }

    void faintInkIsStrengthened() {
        const Scan photo = photographed(drawnPage(900, 640, 225, 190), desk({1150, 850}));
        const CleanedPicture cleaned = cleanPicture(photo.bgr, {});
        QVERIFY(hasNote(cleaned, "light"));
        cv::Mat grey;
        cv::cvtColor(cleaned.bgr, grey, cv::COLOR_BGR2GRAY);
        double darkest = 255;
        cv::minMaxLoc(grey(cv::Rect(100, 80, 400, 100)), &darkest);
        QVERIFY2(darkest < 120, qPrintable(QString::number(darkest)));
    }

    void everySwitchSwitchesOff() {
        const Scan photo = photographed(drawnPage(900, 640, 225, 190), desk({1150, 850}));
        QVERIFY(isUntouched(photo.bgr, {.deskew = false, .dewarp = false, .even_light = false}));
        QVERIFY(!hasNote(cleanPicture(photo.bgr, {.dewarp = false}), "flattened"));
        QVERIFY(!hasNote(cleanPicture(photo.bgr, {.even_light = false}), "light"));
        QVERIFY(isUntouched(scanned(5).bgr, {.deskew = false}));
    }

    void turningLeadsBack() {
        const Scan scan = scanned(5);
        const CleanedPicture level = cleanPicture(scan.bgr, {});
        for (int quarters = 1; quarters <= 3; ++quarters) {
            const CleanedPicture picture = turned(level, quarters);
            QCOMPARE(picture.bgr.cols, quarters == 2 ? level.bgr.cols : level.bgr.rows);
            QVERIFY(wayBack(picture, scan.marks) < 1);
            QCOMPARE(picture.notes.back(), "turned by " + std::to_string(90 * quarters) + " degrees");
            const double expected = std::remainder(level.rotation - 90 * quarters, 360);
            QVERIFY(std::abs(picture.rotation - expected) < 1e-9);
        }
        // The upper left corner of the turned picture is the lower left one of the picture before.
        CleanedPicture plain;
        plain.bgr = cv::Mat(40, 100, CV_8UC3, cv::Scalar::all(0));
        const Quad corner = toOriginal(turned(plain, 1), quadOf({0, 0, 10, 20}));
        QCOMPARE(corner[0].x, 0.0);
        QCOMPARE(corner[0].y, 40.0);
        QCOMPARE(corner[2].x, 20.0);
        QCOMPARE(corner[2].y, 30.0);
        QCOMPARE(turned(plain, 3).rotation, 90.0);
    }
};

QTEST_GUILESS_MAIN(PageCleanupTest)
#include "page_cleanup_test.moc"
