// From text and nameless boxes to words with places.
#include "app/documents/pdf_words.h"

#include <QTest>

#include "app/documents/decode_protocol.h"
#include "app/documents/text_layer.h"

using namespace sightline;

namespace {

QList<QRectF> never(int, qsizetype, qsizetype) {
    QTest::qFail("the lines could be told apart", __FILE__, __LINE__);
    return {};
}

std::string textOf(const TextLayer& layer) {
    std::string text;
    for (const std::vector<LayerWord>& line : layer.lines) {
        for (const LayerWord& word : line)
            text += word.text + ' ';
        text += '/';
    }
    return text;
}

Box boxOf(const LayerWord& word) {
    return boundingBox(word.quad);
}

TextLayer layerOf(std::initializer_list<std::pair<const char*, Box>> words) {
    TextLayer layer;
    for (const auto& [text, box] : words)
        layer.lines.push_back({{text, quadOf(box)}});
    return layer;
}

}  // namespace

class PdfWordsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void piecesThatAreWordsAreTakenAsTheyAre();
    void lettersMakeWords();
    void aLineInOnePieceIsDivided();
    void hyphensAtLineEndsBreakTheLine();
    void turnedTextKeepsItsDirection();
    void linesThatCannotBeToldApartAreAskedFor();
    void layersGoThroughTheSocketUnchanged();
    void gibberishIsNotLegible();
    void aLayerIsLaidOut();
    void differenceCountsWords();
};

void PdfWordsTest::piecesThatAreWordsAreTakenAsTheyAre() {
    const TextLayer layer = placeWords("Total  1,204.50\r\nEUR",
                                       {{10, 10, 40, 10}, {300, 10, 60, 10}, {10, 30, 25, 10}}, 0, never);
    QCOMPARE(textOf(layer), std::string("Total 1,204.50 /EUR /"));
    QCOMPARE(boxOf(layer.lines[0][0]).right, 50.0);
    QCOMPARE(boxOf(layer.lines[0][1]).left, 300.0);
    QCOMPARE(boxOf(layer.lines[0][1]).right, 360.0);
    QCOMPARE(boxOf(layer.lines[1][0]).top, 30.0);
}

void PdfWordsTest::lettersMakeWords() {
    QList<QRectF> boxes;
    for (int i = 0; i < 7; ++i) {
        const double low = i == 3 ? 8 : 0;  // a full stop
        boxes << QRectF(10 + 8 * i + (i > 3 ? 6 : 0), 20 + low, 6, 10 - low);
    }
    const TextLayer layer = placeWords("abc. xyz", boxes, 0, never);
    QCOMPARE(textOf(layer), std::string("abc. xyz /"));
    QCOMPARE(boxOf(layer.lines[0][0]).left, 10.0);
    QCOMPARE(boxOf(layer.lines[0][0]).right, 40.0);
    QCOMPARE(boxOf(layer.lines[0][1]).left, 48.0);
    QCOMPARE(boxOf(layer.lines[0][1]).top, 20.0);
}

void PdfWordsTest::aLineInOnePieceIsDivided() {
    const TextLayer layer = placeWords("iiii mmmm", {{0, 0, 100, 10}}, 0, never);
    const Box narrow = boxOf(layer.lines[0][0]);
    const Box wide = boxOf(layer.lines[0][1]);
    QCOMPARE(narrow.left, 0.0);
    QCOMPARE(wide.right, 100.0);
    QVERIFY(narrow.right < wide.left);
    QVERIFY(wide.width() > 2 * narrow.width());
}

void PdfWordsTest::hyphensAtLineEndsBreakTheLine() {
    const QString text = QStringLiteral("infor") + QChar(0x0002) + QStringLiteral("mation");
    const TextLayer layer = placeWords(text, {{60, 0, 40, 10}, {0, 15, 45, 10}}, 0, never);
    QCOMPARE(textOf(layer), std::string("infor- /mation /"));
    QCOMPARE(boxOf(layer.lines[1][0]).top, 15.0);
}

void PdfWordsTest::turnedTextKeepsItsDirection() {
    // Two lines that run down the page, the first one on the right.
    const TextLayer down =
        placeWords("one two\r\nthree", {{40, 0, 10, 30}, {40, 40, 10, 30}, {20, 0, 10, 50}}, 0, never);
    QCOMPARE(textOf(down), std::string("one two /three /"));
    const Quad& first = down.lines[0][0].quad;
    QCOMPARE(first[0].x, 50.0);
    QCOMPARE(first[0].y, 0.0);
    QCOMPARE(first[1].y, 30.0);
    // Upside down: to the left, and upwards from line to line.
    const TextLayer turned =
        placeWords("one two\r\nthree", {{70, 40, 30, 10}, {30, 40, 30, 10}, {50, 20, 50, 10}}, 0, never);
    QCOMPARE(turned.lines[0][0].quad[0].x, 100.0);
    QCOMPARE(turned.lines[0][0].quad[1].x, 70.0);
    // One line alone: as the page is turned, unless its shape says otherwise.
    QCOMPARE(placeWords("heading", {{0, 0, 80, 10}}, 2, never).lines[0][0].quad[0].x, 80.0);
    QCOMPARE(placeWords("heading", {{0, 0, 80, 10}}, 0, never).lines[0][0].quad[0].x, 0.0);
    QCOMPARE(placeWords("heading", {{0, 0, 10, 80}}, 3, never).lines[0][0].quad[0].y, 80.0);
    QCOMPARE(placeWords("heading", {{0, 0, 80, 10}}, 3, never).lines[0][0].quad[0].x, 0.0);
}

void PdfWordsTest::linesThatCannotBeToldApartAreAskedFor() {
    // Both pieces stand on one line of the page, and the text has two.
    int asked = 0;
    const TextLayer layer = placeWords("left\r\nright", {{0, 0, 40, 10}, {60, 0, 40, 10}}, 0,
                                       [&](int line, qsizetype begin, qsizetype length) {
                                           ++asked;
                                           if (line == 0 && begin == 0 && length == 4)
                                               return QList<QRectF>{{0, 0, 40, 10}};
                                           if (line == 1 && begin == 6 && length == 5)
                                               return QList<QRectF>{{60, 0, 40, 10}};
                                           return QList<QRectF>{};
                                       });
    QCOMPARE(asked, 2);
    QCOMPARE(textOf(layer), std::string("left /right /"));
    QCOMPARE(boxOf(layer.lines[1][0]).left, 60.0);
}

void PdfWordsTest::layersGoThroughTheSocketUnchanged() {
    TextLayer layer = layerOf({{"\"Müller\\", {1.25, 2.5, 3, 4}}, {"发票", {10, 20, 30, 40}}});
    const std::optional<TextLayer> back = textLayerFrom(toBytes(layer));
    QVERIFY(back);
    QCOMPARE(textOf(*back), textOf(layer));
    QCOMPARE(back->lines[0][0].quad[0].x, 1.25);
    QCOMPARE(back->lines[1][0].quad[2].y, 40.0);
    for (const char* bad : {"", "{}", "[[]]", "[[[]]]", "[[[\"a\",1,2,3]]]", "[[[\"\",1,2,3,4,5,6,7,8]]]",
                            "[[[\"a\",1,2,3,4,5,6,7,\"8\"]]]", "[[[\"a\",1,2,3,4,5,6,7,1e300]]]", "[7]"})
        QVERIFY2(!textLayerFrom(bad), bad);
}

void PdfWordsTest::gibberishIsNotLegible() {
    QVERIFY(layerOf({{"plain words", {0, 0, 9, 9}}, {"发票", {0, 0, 9, 9}}}).legible());
    QVERIFY(!layerOf({{"\uf021\uf022\uf023", {0, 0, 9, 9}}, {"word", {0, 0, 9, 9}}}).legible());
    QVERIFY(!layerOf({{"\ufffd\ufffd", {0, 0, 9, 9}}}).legible());
}

void PdfWordsTest::aLayerIsLaidOut() {
    TextLayer layer;
    layer.lines.push_back(
        {{"Position", quadOf({100, 100, 180, 112})}, {"Price", quadOf({400, 100, 440, 112})}});
    layer.lines.push_back({{"Paper", quadOf({100, 120, 150, 132})}, {"12.50", quadOf({400, 120, 440, 132})}});
    layer.lines.push_back({{"Ink", quadOf({100, 140, 130, 152})}, {"8.00", quadOf({400, 140, 440, 152})}});
    const Page page = toPage(layer, 612, 792);
    QCOMPARE(page.width, 612);
    const std::string text = toPlainText(page);
    const auto paper = text.find("Paper");
    QVERIFY2(paper != std::string::npos && text.find("12.50") > paper &&
                 text.find('\n', paper) > text.find("12.50"),
             text.c_str());
    const std::vector<Match> found = page.find("12.50");
    QVERIFY(!found.empty());
    QVERIFY(std::abs(found[0].box.left - 400) < 6 && std::abs(found[0].box.top - 120) < 3);
    QVERIFY(toPage({}, 10, 10).empty());
}

void PdfWordsTest::differenceCountsWords() {
    QCOMPARE(wordDifference("", ""), 0.0);
    QCOMPARE(wordDifference("One  two\nthree", "one two three"), 0.0);
    QCOMPARE(wordDifference("one two three four", "one 2 three four"), 0.25);
    QCOMPARE(wordDifference("one two", "one two three four"), 0.5);
    QCOMPARE(wordDifference("", "words"), 1.0);
}

QTEST_GUILESS_MAIN(PdfWordsTest)
#include "pdf_words_test.moc"
