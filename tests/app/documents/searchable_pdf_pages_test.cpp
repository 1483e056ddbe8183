// Pages that are not as one would wish: shared and inherited attributes, graphics states left behind, damaged
// content, an earlier text, characters of every kind, lines that stand steep.
#include <QTemporaryDir>
#include <QTest>
#include <limits>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>

#include "app/documents/searchable_pdf.h"
#include "inference/error.h"
#include "tests/app/documents/pdf_fixture.h"

using namespace sightline;
using namespace pdf_fixture;

namespace {

constexpr int dpi = 100;  // of the pictures that are "read"
constexpr double pi = 3.14159265358979323846;

std::vector<QPDFObjectHandle> contentsOf(QPDF& pdf, int page) {
    return QPDFPageDocumentHelper(pdf).getAllPages().at(static_cast<std::size_t>(page)).getPageContents();
}

}  // namespace

class SearchablePdfPagesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void otherPagesAreNotTouched();
    void inheritedAttributesAndUserUnitsCount();
    void badGraphicsStatesDoNotMoveText_data();
    void badGraphicsStatesDoNotMoveText();
    void contentWithoutEndIsSaid();
    void everyCharacterComesBack();
    void steepWordsStayWhole();
    void longRunsStayOnTheirLine();
    void secondRunReplacesTheFirst();
    void oddPagesAreFine();

  private:
    QString path(const QString& name) const { return folder_.filePath(name); }
    QString written(SearchablePdf& pdf, const QString& name) {
        pdf.write(path(name), true);
        return path(name);
    }

    QTemporaryDir folder_;
};

void SearchablePdfPagesTest::otherPagesAreNotTouched() {
    PdfBuilder builder;
    const int font = builder.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    const int fonts = builder.add("<< /F1 " + reference(font) + " >>");
    const int resources = builder.add("<< /Font " + reference(fonts) + " >>");
    const int content = builder.addStream("BT /F1 20 Tf 50 100 Td (Printed words) Tj ET");
    const QByteArray page = "/MediaBox [0 0 300 200] /Contents " + reference(content);
    QVERIFY(save(path("shared.pdf"),
                 documentOf(builder, {page, page, page}, "/Resources " + reference(resources))));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("shared.pdf"));
    pdf.addText(1, pageWith("laid", 300, 200));
    pdf.addText(2, Page{300, 200});  // nothing was found there
    written(pdf, "shared-after.pdf");

    QPDF after;
    after.processFile(QFile::encodeName(path("shared-after.pdf")).constData());
    for (const int i : {0, 2}) {
        QPDFPageObjectHelper other =
            QPDFPageDocumentHelper(after).getAllPages().at(static_cast<std::size_t>(i));
        QVERIFY(!other.getObjectHandle().hasKey("/Resources"));
        QCOMPARE(contentsOf(after, i).size(), std::size_t{1});
        QCOMPARE(other.getAttribute("/Resources", false).getKey("/Font").getKeys().size(), std::size_t{1});
    }
    const QStringList texts = textOf(path("shared-after.pdf")).split('\f');
    QCOMPARE(texts[0].trimmed(), QString("Printed words"));
    QCOMPARE(texts[1].simplified(), QString("Printed words laid"));
    QCOMPARE(texts[2].trimmed(), QString("Printed words"));
}

void SearchablePdfPagesTest::inheritedAttributesAndUserUnitsCount() {
    PdfBuilder builder;
    const int content = builder.addStream("0 0 1 rg 240 300 60 20 re f");
    const QByteArray shared = "/MediaBox [100 100 500 400] /CropBox [200 120 490 390] /Rotate -270";
    const QByteArray page = "/Contents " + reference(content);
    QVERIFY(save(path("inherited.pdf"), documentOf(builder, {page, page + " /UserUnit 2.5"}, shared)));
    const std::vector<QImage> pictures = picturesOf(path("inherited.pdf"), dpi, folder_.path());
    QCOMPARE(pictures.size(), std::size_t{2});
    SearchablePdf pdf = SearchablePdf::fromDocument(path("inherited.pdf"));
    std::vector<QPointF> expected;
    for (int i = 0; i < 2; ++i) {
        const QImage& picture = pictures[static_cast<std::size_t>(i)];
        const auto centres = centresOf(picture);
        QVERIFY(centres.contains(qRgb(0, 0, 255)));
        const QPointF centre = centres.at(qRgb(0, 0, 255));
        expected.push_back(centre * 72 / dpi);
        const double unit = i == 1 && picture.width() > pictures[0].width() ? 2.5 : 1;
        pdf.addText(i, pageOf(picture.width(), picture.height(),
                              {lineOf({wordAt("upright", centre.x(), centre.y(), 20 * unit, 60 * unit)})}));
    }
    const auto found = wordsOf(written(pdf, "inherited-after.pdf"));
    QCOMPARE(found.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) {
        QCOMPARE(found[i].size(), std::size_t{1});
        QCOMPARE(found[i][0].text, QString("upright"));
        QVERIFY2(std::hypot(found[i][0].x - expected[i].x(), found[i][0].y - expected[i].y()) < 1,
                 qPrintable(QString("page %1").arg(i)));
    }
}

void SearchablePdfPagesTest::badGraphicsStatesDoNotMoveText_data() {
    QTest::addColumn<QByteArray>("content");
    const QByteArray box = "1 0 0 rg 100 100 80 20 re f ";
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("moved") << box + "2 0 0 3 70 80 cm";
    QTest::newRow("q without Q") << box + "q 2 0 0 3 70 80 cm q 0.1 0 0 0.1 0 0 cm";
    QTest::newRow("Q without q") << box + "q 0.5 0.1 0 3 70 80 cm Q 1 0 0 2 9 9 cm Q Q";
    QTest::newRow("Q without q, then q") << box + "3 0 0 3 0 0 cm Q q q 0.5 0.1 0 3 70 80 cm";
    QTest::newRow("text left open") << box + "BT 3 0 0 3 9 9 Tm 50 Tz 9 Tw 5 Tc 1 Ts";
    QTest::newRow("marks left open") << box + "/Span BMC /Span << /X (]>) >> BDC";
    QTest::newRow("q in a string and in a picture")
        << box + "(q q q) pop BI /W 1 /H 1 /CS /G /BPC 8 ID q EI 4 0 0 4 0 0 cm";
    QTest::newRow("rubbish") << box + "]] >> ) /";
}

void SearchablePdfPagesTest::badGraphicsStatesDoNotMoveText() {
    QFETCH(QByteArray, content);
    PdfBuilder builder;
    QByteArray page = "/MediaBox [0 0 600 800] ";
    if (!content.isEmpty()) page += "/Contents " + reference(builder.addStream(content));
    QVERIFY(save(path("state.pdf"), documentOf(builder, {page})));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("state.pdf"));
    pdf.addText(0, pageOf(600, 800, {lineOf({wordAt("here", 400, 300, 90, 30)})}));
    written(pdf, "state-after.pdf");
    QVERIFY(picturesOf(path("state.pdf"), dpi, folder_.path()) ==
            picturesOf(path("state-after.pdf"), dpi, folder_.path()));
    const auto found = wordsOf(path("state-after.pdf"));
    QCOMPARE(found.at(0).size(), std::size_t{1});
    QCOMPARE(found[0][0].text, QString("here"));
    QVERIFY2(std::hypot(found[0][0].x - 400, found[0][0].y - 300) < 1,
             qPrintable(QString("%1 %2").arg(found[0][0].x).arg(found[0][0].y)));
}

void SearchablePdfPagesTest::contentWithoutEndIsSaid() {
    for (const char* end : {"(never closed", "<< /Never /Closed", "[1 2 3"}) {
        PdfBuilder builder;
        const int content = builder.addStream(QByteArray("1 0 0 rg 100 100 80 20 re f ") + end);
        QVERIFY(save(path("cut.pdf"),
                     documentOf(builder, {"/MediaBox [0 0 600 800] /Contents " + reference(content)})));
        SearchablePdf pdf = SearchablePdf::fromDocument(path("cut.pdf"));
        pdf.addText(0, pageWith("here"));
        written(pdf, "cut-after.pdf");
        QCOMPARE(pdf.warnings(),
                 QStringList{"Page 1: its content is damaged, the text may be misplaced or missing."});
        QVERIFY(picturesOf(path("cut.pdf"), dpi, folder_.path()) ==
                picturesOf(path("cut-after.pdf"), dpi, folder_.path()));
    }
}

void SearchablePdfPagesTest::everyCharacterComesBack() {
    const QStringList words = {"(a\\b)<c>%{/}",
                               "ﬁn",
                               "naïve",
                               QString::fromUcs4(U"e\u0301te\u0301"),
                               QString::fromUcs4(U"\U00020BB7野家"),
                               QString::fromUcs4(U"ok\U0001F600"),
                               "日本語カタカナ",
                               "ﾊﾝｶｸ",
                               "Ωδός",
                               "Привет",
                               "한국어",
                               "€100",
                               "中"};
    PdfBuilder builder;
    QVERIFY(save(path("blank.pdf"), documentOf(builder, {"/MediaBox [0 0 600 800]"})));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("blank.pdf"));
    std::vector<Line> lines;
    for (int i = 0; i < words.size(); ++i)
        lines.push_back(lineOf({wordAt(words[i], 150, 50 + 40 * i, 120, 20)}));
    lines.push_back(lineOf({wordAt(QString("con\u0007trol\uffff"), 150, 700, 120, 20)}));
    pdf.addText(0, pageOf(600, 800, lines));
    const QStringList text = textOf(written(pdf, "characters.pdf")).trimmed().split('\n');
    QCOMPARE(text, words + QStringList{"control"});
    QCOMPARE(pdf.warnings(), QStringList{"Page 1: 2 characters cannot be written and were left out."});
    const Output check = run("qpdf", {"--check", path("characters.pdf")});
    QVERIFY2(check.exit_code == 0, check.text.constData());
}

void SearchablePdfPagesTest::steepWordsStayWhole() {
    PdfBuilder builder;
    QVERIFY(save(path("steep.pdf"), documentOf(builder, {"/MediaBox [0 0 600 800]"})));
    for (const double degrees : {12.0, -12.0, 20.0}) {
        SearchablePdf pdf = SearchablePdf::fromDocument(path("steep.pdf"));
        std::vector<Word> words;
        int i = 0;
        for (const char* text : {"steep", "lines", "stay", "lines"}) {
            const double along = 90.0 * i++;
            words.push_back(wordAt(text, 150 + along * std::cos(degrees * pi / 180),
                                   300 + along * std::sin(degrees * pi / 180), 80, 20, degrees));
        }
        pdf.addText(0, pageOf(600, 800, {lineOf(words)}));
        QCOMPARE(textOf(written(pdf, "steep-after.pdf")).simplified(), QString("steep lines stay lines"));
    }
}

void SearchablePdfPagesTest::longRunsStayOnTheirLine() {
    const QString run_text = QString("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒");
    PdfBuilder builder;
    QVERIFY(save(path("run.pdf"), documentOf(builder, {"/MediaBox [0 0 600 800]"})));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("run.pdf"));
    constexpr double height = 14;
    const double width = height * static_cast<double>(run_text.size());
    pdf.addText(0, pageOf(600, 800, {lineOf({wordAt(run_text, 300, 400, width, height, 3)})}));
    written(pdf, "run-after.pdf");
    QCOMPARE(textOf(path("run-after.pdf")).trimmed(), run_text);
    const auto found = wordsOf(path("run-after.pdf"));
    QVERIFY(found.at(0).size() > 1);
    for (const FoundWord& piece : found[0]) {
        const qsizetype at = run_text.indexOf(piece.text);
        QVERIFY(at >= 0);
        const double along =
            (static_cast<double>(at) + static_cast<double>(piece.text.size()) / 2) * height - width / 2;
        QVERIFY2(std::abs(piece.x - (300 + along * std::cos(3 * pi / 180))) < 2, qPrintable(piece.text));
        QVERIFY2(std::abs(piece.y - (400 + along * std::sin(3 * pi / 180))) < 2, qPrintable(piece.text));
    }
}

void SearchablePdfPagesTest::secondRunReplacesTheFirst() {
    PdfBuilder blank;
    const QByteArray blank_page = "/MediaBox [0 0 600 800]";
    QVERIFY(save(path("blank.pdf"), documentOf(blank, {blank_page, blank_page, blank_page})));
    SearchablePdf first = SearchablePdf::fromDocument(path("blank.pdf"));
    first.addText(0, pageWith("wrong"));
    first.addText(0, pageWith("earlier"));  // before it was ever written
    first.addText(1, pageWith("kept"));
    written(first, "first.pdf");
    SearchablePdf second = SearchablePdf::fromDocument(path("first.pdf"));
    second.addText(0, pageWith("later"));
    second.addText(2, pageWith("new"));
    written(second, "second.pdf");
    QCOMPARE(second.warnings(), QStringList());
    const QStringList text = textOf(path("second.pdf")).split('\f');
    QCOMPARE(text[0].trimmed(), QString("later"));
    QCOMPARE(text[1].trimmed(), QString("kept"));
    QCOMPARE(text[2].trimmed(), QString("new"));
    SearchablePdf third = SearchablePdf::fromDocument(path("second.pdf"));
    third.addText(0, Page{600, 800});
    QCOMPARE(textOf(written(third, "third.pdf")).split('\f')[0].trimmed(), QString());

    // Text of another program stays, and that is said.
    PdfBuilder builder;
    const int font = builder.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    const int content = builder.addStream("BT 3 Tr /F1 20 Tf 50 100 Td (theirs) Tj ET");
    QVERIFY(save(path("theirs.pdf"),
                 documentOf(builder, {"/MediaBox [0 0 300 200] /Resources << /Font << /F1 " +
                                      reference(font) + " >> >> /Contents " + reference(content)})));
    SearchablePdf other = SearchablePdf::fromDocument(path("theirs.pdf"));
    other.addText(0, pageWith("ours", 300, 200));
    QCOMPARE(textOf(written(other, "both.pdf")).simplified(), QString("theirs ours"));
    QCOMPARE(other.warnings(),
             QStringList{"Page 1 has invisible text already: what was read is there besides it."});
}

void SearchablePdfPagesTest::oddPagesAreFine() {
    PdfBuilder builder;
    QVERIFY(
        save(path("odd.pdf"), documentOf(builder, {"", "/MediaBox [0 0 0 0] /Rotate 45 /Contents null"})));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("odd.pdf"));
    Page page = pageWith("fine", 612, 792);
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    page.blocks[0].lines.push_back(
        lineOf({wordAt("nowhere", none, 20, 30, 40), wordAt("flat", 20, 20, 30, 0)}));
    Line bare;  // words were not told apart
    bare.text = "two words";
    bare.quad = quadOf({100, 500, 300, 520});
    page.blocks[0].lines.push_back(bare);
    pdf.addText(0, page);
    pdf.addText(1, page);
    const QStringList text = textOf(written(pdf, "odd-after.pdf")).split('\f');
    QCOMPARE(text[0].trimmed(), QString("fine\ntwo words"));
    QCOMPARE(text[1].trimmed(), QString("fine\ntwo words"));

    const auto refused = [&pdf](int number, const Page& text_of) {
        try {
            pdf.addText(number, text_of);
        } catch (const Error& error) {
            return error.kind() == ErrorKind::invalid_input;
        }
        return false;
    };
    QVERIFY(refused(-1, page));
    QVERIFY(refused(2, page));
    page.width = 0;
    QVERIFY(refused(0, page));

    PdfBuilder empty;
    QVERIFY(save(path("empty.pdf"), documentOf(empty, {})));
    SearchablePdf nothing = SearchablePdf::fromDocument(path("empty.pdf"));
    QCOMPARE(nothing.pageCount(), 0);
    written(nothing, "empty-after.pdf");
    QCOMPARE(SearchablePdf::fromDocument(path("empty-after.pdf")).pageCount(), 0);
}

QTEST_GUILESS_MAIN(SearchablePdfPagesTest)
#include "searchable_pdf_pages_test.moc"
