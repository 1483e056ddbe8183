// From the detector's boxes to lines. Lines are 20 pixels high.
#include "inference/reading/line_boxes.h"

#include <QTest>

#include "tests/inference/reading/drawing.h"

using namespace sightline;
using namespace sightline::test;

namespace {

std::vector<TextBox> uprightBoxes(const std::vector<Box>& boxes) {
    std::vector<TextBox> out;
    for (const Box& box : boxes)
        out.push_back({quadOf(box), 0, false});
    return out;
}

std::vector<Box> linesOf(const cv::Mat& bgr, const std::vector<Box>& boxes) {
    std::vector<Box> lines;
    for (const TextBox& line : lineBoxes(bgr, uprightBoxes(boxes)))
        lines.push_back(boundingBox(line.quad));
    std::sort(lines.begin(), lines.end(),
              [](const Box& a, const Box& b) { return std::pair(a.top, a.left) < std::pair(b.top, b.left); });
    return lines;
}

bool same(const std::vector<Box>& a, const std::vector<Box>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Box& x, const Box& y) { return isNear(x, y, 0.01); });
}

QByteArray described(const std::vector<Box>& boxes) {
    QString text;
    for (const Box& box : boxes)
        text += QString("[%1 %2 %3 %4] ").arg(box.left).arg(box.top).arg(box.right).arg(box.bottom);
    return text.toUtf8();
}

#define COMPARE_BOXES(found, ...)                                                                 \
    do {                                                                                          \
        const std::vector<Box> compared = (found);                                                \
        QVERIFY2(same(compared, std::vector<Box>{__VA_ARGS__}), described(compared).constData()); \
    } while (false)

}  // namespace

class LineBoxesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void joinsWordsOfARow() {
        const cv::Mat blank = whitePicture(500, 200);
        COMPARE_BOXES(linesOf(blank, {{150, 51, 200, 72}, {10, 50, 80, 70}, {95, 50, 140, 70}}),
                      {10, 50, 200, 72});
        // Too far apart, too little of a row, too different in height.
        COMPARE_BOXES(linesOf(blank, {{10, 50, 80, 70}, {101, 50, 140, 70}}), {10, 50, 80, 70},
                      {101, 50, 140, 70});
        COMPARE_BOXES(linesOf(blank, {{10, 50, 80, 70}, {85, 57, 140, 77}}), {10, 50, 80, 70},
                      {85, 57, 140, 77});
        COMPARE_BOXES(linesOf(blank, {{10, 50, 80, 70}, {85, 40, 140, 73}}), {85, 40, 140, 73},
                      {10, 50, 80, 70});
        COMPARE_BOXES(linesOf(blank, {}));
    }

    void keepsNarrowColumnsApart() {
        const cv::Mat blank = whitePicture(500, 400);
        std::vector<Box> boxes;
        for (int row = 0; row < 6; ++row) {
            boxes.push_back({10, 100.0 + 30 * row, 180, 120.0 + 30 * row});
            boxes.push_back({195, 100.0 + 30 * row, 380, 120.0 + 30 * row});
        }
        const std::vector<Box> columns = boxes;
        QVERIFY(same(linesOf(blank, boxes), columns));
        // Two rows may be two words.
        boxes.resize(4);
        COMPARE_BOXES(linesOf(blank, boxes), {10, 100, 380, 120}, {10, 130, 380, 150});
        // A line across the gap ends the columns.
        boxes = columns;
        boxes.resize(8);
        for (Box& box : boxes)
            if (box.top > 150) box = moved(box, 0, 40);
        boxes.push_back({10, 165, 380, 185});
        QCOMPARE(linesOf(blank, boxes).size(), std::size_t{5});
    }

    void takesInkAtTheEnds() {
        cv::Mat picture = whitePicture(500, 200);
        drawLetters(picture, 100, 54, 12, 10);
        drawRect(picture, {210, 59, 6, 2});  // a dash
        drawRect(picture, {90, 52, 2, 16});  // a bar
        drawRect(picture, {260, 59, 6, 2});  // too far away
        COMPARE_BOXES(linesOf(picture, {{98, 50, 200, 70}}), {87, 50, 219, 70});
    }

    void takesNoNeighboursInk() {
        cv::Mat picture = whitePicture(500, 200);
        drawLetters(picture, 100, 54, 12, 10);
        drawLetters(picture, 222, 54, 12, 10);
        COMPARE_BOXES(linesOf(picture, {{98, 50, 200, 70}, {221, 50, 322, 70}}), {98, 50, 200, 70},
                      {221, 50, 322, 70});
    }

    void takesNoFrames() {
        cv::Mat picture = whitePicture(500, 200);
        drawLetters(picture, 100, 54, 12, 10);
        cv::rectangle(picture, cv::Rect(206, 52, 14, 14), {0, 0, 0}, 1);  // a check box
        drawRect(picture, {92, 0, 2, 200});                               // the side of a window
        COMPARE_BOXES(linesOf(picture, {{98, 50, 200, 70}}), {98, 50, 200, 70});
    }

    void framesLoneCharacters() {
        const cv::Mat blank = whitePicture(500, 300);
        const std::vector<Box> lines{{10, 50, 180, 70}, {10, 80, 180, 100}, {10, 110, 180, 130}};
        std::vector<Box> boxes = lines;
        boxes.push_back({300, 200, 308, 212});
        std::vector<Box> expected = lines;
        expected.push_back({296, 196, 312, 216});
        QVERIFY2(same(linesOf(blank, boxes), expected), described(linesOf(blank, boxes)).constData());
        // Not beyond the picture.
        boxes.back() = {494, 290, 500, 300};
        expected.back() = {490, 285, 500, 300};
        QVERIFY2(same(linesOf(blank, boxes), expected), described(linesOf(blank, boxes)).constData());
    }

    void leavesSkewedBoxes() {
        const cv::Mat blank = whitePicture(500, 300);
        const Quad skewed{Point{10, 10}, Point{110, 30}, Point{106, 50}, Point{6, 30}};
        const auto lines = lineBoxes(blank, {{skewed, 11.3, false}, {skewed, 11.3, false}});
        QCOMPARE(lines.size(), std::size_t{2});
        QCOMPARE(lines[0].angle, 11.3);
        QCOMPARE(lines[1].quad[2].x, 106.0);
    }

    void marksWhatTheDetectorLeftOut() {
        cv::Mat picture = whitePicture(500, 300);
        const std::vector<Box> lines{{10, 50, 180, 70}, {10, 80, 180, 100}, {10, 140, 180, 160}};
        for (const Box& box : lines)
            drawLetters(picture, 14, static_cast<int>(box.top) + 4, 12, 16);
        drawRect(picture, {12, 114, 4, 14});
        int marks = 0;
        for (const TextBox& box : lineBoxes(picture, uprightBoxes(lines))) {
            marks += box.mark;
            if (box.mark) QVERIFY(isNear(boundingBox(box.quad), {7, 111, 21, 131}, 1));
        }
        QCOMPARE(marks, 1);
    }
};

QTEST_GUILESS_MAIN(LineBoxesTest)
#include "line_boxes_test.moc"
