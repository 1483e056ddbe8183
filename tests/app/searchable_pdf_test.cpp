// Text over the pages of a PDF: where it stands, in which order it comes out, and that the pages stay as they
// are. Nothing is read here: the words and their places are known, because the pages are drawn from them.
#include "app/searchable_pdf.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <limits>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <set>

#include "inference/error.h"
#include "tests/app/pdf_fixture.h"

using namespace sightline;
using namespace pdf_fixture;

namespace {

constexpr int dpi = 100;  // of the pictures that are "read"
constexpr double pi = 3.14159265358979323846;

// Drawn words: boxes of one colour each, in points of the page as it is shown, from its upper left corner.
struct DrawnWord {
    QString text;
    double x = 0;
    double y = 0;
    double width = 0;
    QRgb colour = 0;
};
constexpr double word_height = 12;

struct Kind {
    int rotation = 0;
    bool cropped = false;
    double skew = 0;  // degrees clockwise
    QString name() const {
        return QStringLiteral("turned by %1, %2, skewed by %3")
            .arg(rotation)
            .arg(cropped ? "cropped" : "whole")
            .arg(skew);
    }
};

const QStringList drawn_lines = {
    "The invoice number 20471 from Northampton", "is due within thirty days of receipt.",
    "Gesamtbetrag überwiesen à José Ωμέγα",      "第一章 总则与适用范围 说明文件",
    "发票号码 开票日期二零二四年 合计金额",      "Terms: 5% (net), see § 12 below"};

std::vector<std::vector<DrawnWord>> drawnWords(double left, double top) {
    std::vector<std::vector<DrawnWord>> lines;
    int number = 0;
    for (const QString& text : drawn_lines) {
        lines.emplace_back();
        double x = left;
        for (const QString& word : text.split(' ')) {
            double width = 0;
            for (const QChar unit : word)
                width += unit.unicode() < 0x2e80 ? 6.2 : 12;
            ++number;
            lines.back().push_back({word, x + width / 2, top + 26.0 * static_cast<double>(lines.size()),
                                    width, qRgb(number * 5, 40 + number % 3 * 80, 250 - number * 6)});
            x += width + 5;
        }
    }
    return lines;
}

// From what is shown (points, y down, of a crop box of w x h in user space) to user space.
QByteArray shownToUser(int rotation, double left, double bottom, double w, double h) {
    const auto matrix = [](std::initializer_list<double> values) {
        QByteArray text;
        for (const double value : values)
            text += QByteArray::number(value, 'f', 4) + ' ';
        return text + "cm\n";
    };
    switch (rotation) {
        case 90:  // what is shown on top is the left side
            return matrix({0, 1, 1, 0, left, bottom});
        case 180:
            return matrix({-1, 0, 0, 1, left + w, bottom});
        case 270:
            return matrix({0, -1, -1, 0, left + w, bottom + h});
        default:
            return matrix({1, 0, 0, -1, left, bottom + h});
    }
}

QByteArray boxesOf(const std::vector<std::vector<DrawnWord>>& lines, double skew, QPointF middle) {
    const double c = std::cos(skew * pi / 180);
    const double s = std::sin(skew * pi / 180);
    QByteArray content;
    for (const auto& line : lines) {
        for (const DrawnWord& word : line) {
            const double dx = word.x - middle.x();
            const double dy = word.y - middle.y();
            content += "q ";
            for (const double value :
                 {c, s, -s, c, middle.x() + c * dx - s * dy, middle.y() + s * dx + c * dy})
                content += QByteArray::number(value, 'f', 5) + ' ';
            content += "cm ";
            for (const int part : {qRed(word.colour), qGreen(word.colour), qBlue(word.colour)})
                content += QByteArray::number(part / 255.0, 'f', 5) + ' ';
            content += "rg " + QByteArray::number(-word.width / 2) + ' ' +
                       QByteArray::number(-word_height / 2) + ' ' + QByteArray::number(word.width) + ' ' +
                       QByteArray::number(word_height) + " re f Q\n";
        }
    }
    return content;
}

// Where a colour is in a picture: the centre of its pixels.
std::map<QRgb, QPointF> centresOf(const QImage& picture) {
    std::map<QRgb, std::array<double, 3>> sums;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            auto& sum = sums[picture.pixel(x, y) | 0xff000000];
            sum[0] += x + 0.5;
            sum[1] += y + 0.5;
            sum[2] += 1;
        }
    }
    std::map<QRgb, QPointF> centres;
    for (const auto& [colour, sum] : sums)
        centres[colour] = {sum[0] / sum[2], sum[1] / sum[2]};
    return centres;
}

std::vector<QPDFObjectHandle> contentsOf(QPDF& pdf, int page) {
    return QPDFPageDocumentHelper(pdf).getAllPages().at(static_cast<std::size_t>(page)).getPageContents();
}

std::string rawBytes(QPDFObjectHandle stream) {
    const auto buffer = stream.getRawStreamData();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

std::string decodedBytes(QPDFObjectHandle stream) {
    const auto buffer = stream.getStreamData();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

}  // namespace

class SearchablePdfTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();

    void wordsStandWhereTheyAreDrawn();
    void textComesInReadingOrder();
    void pagesLookAsBefore();
    void streamsStayByteForByte();
    void resultIsSound();

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
    void equalCallsGiveEqualBytes();

  private:
    QString path(const QString& name) const { return folder_.filePath(name); }
    QString written(SearchablePdf& pdf, const QString& name) {
        pdf.write(path(name), true);
        return path(name);
    }

    QTemporaryDir folder_;
    std::vector<Kind> kinds_;
    std::vector<Page> pages_;                         // what was "read" on each
    std::vector<std::vector<FoundWord>> true_words_;  // centres in points
    QString before_;
    QString after_;
};

// One document with a page of each kind: drawn, looked at as pictures, and given its text.
void SearchablePdfTest::initTestCase() {
    for (const int rotation : {0, 90, 180, 270}) {
        for (const bool cropped : {false, true}) {
            for (const double skew : {0.0, 3.0, -6.0})
                kinds_.push_back({rotation, cropped, skew});
        }
    }
    PdfBuilder builder;
    std::vector<QByteArray> dictionaries;
    std::vector<std::vector<std::vector<DrawnWord>>> drawn;
    for (const Kind& kind : kinds_) {
        const bool lying = kind.rotation % 180 != 0;
        const double width = kind.cropped ? 420 : 500;  // of what is shown
        const double height = kind.cropped ? 380 : 600;
        const double w = lying ? height : width;
        const double h = lying ? width : height;
        const double left = kind.cropped ? 17 : -30;
        const double bottom = kind.cropped ? 111 : 20;
        drawn.push_back(drawnWords(70, 70));
        // The second stream leaves the state changed in every way that matters.
        const QByteArray drawing = "q\n" + shownToUser(kind.rotation, left, bottom, w, h) +
                                   boxesOf(drawn.back(), kind.skew, {width / 2, height / 2}) + "Q\n";
        const int first = builder.addStream(qCompress(drawing).mid(4), "/Filter /FlateDecode");
        const int second =
            builder.addStream("q 1.3 0 0 0.7 50 -20 cm q 2 0.1 0 2 0 0 cm 40 Tz 7 Tc 3 Ts /Span BMC");
        const auto box = [](double x0, double y0, double x1, double y1) {
            QByteArray text = "[";
            for (const double value : {x0, y0, x1, y1})
                text += QByteArray::number(value) + ' ';
            return text + "] ";
        };
        QByteArray page = kind.cropped ? "/MediaBox " + box(-40, -10, 700, 760) + "/CropBox " +
                                             box(left, bottom, left + w, bottom + h)
                                       : "/MediaBox " + box(left, bottom, left + w, bottom + h);
        page += "/Rotate " + QByteArray::number(kind.rotation) + " /Contents [" + reference(first) + ' ' +
                reference(second) + ']';
        dictionaries.push_back(page);
    }
    before_ = path("before.pdf");
    after_ = path("after.pdf");
    QVERIFY(save(before_, documentOf(builder, dictionaries)));

    const std::vector<QImage> pictures = picturesOf(before_, dpi, folder_.path());
    QCOMPARE(pictures.size(), kinds_.size());
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
        const std::map<QRgb, QPointF> centres = centresOf(pictures[i]);
        std::vector<Line> lines;
        true_words_.emplace_back();
        for (const auto& line : drawn[i]) {
            std::vector<Word> words;
            for (const DrawnWord& word : line) {
                const auto found = centres.find(word.colour);
                QVERIFY2(found != centres.end(),
                         qPrintable(kinds_[i].name() + ": " + word.text + " is not drawn"));
                const QPointF centre = found->second;
                words.push_back(wordAt(word.text, centre.x(), centre.y(), word.width * dpi / 72,
                                       word_height * dpi / 72, kinds_[i].skew));
                true_words_.back().push_back({word.text, centre.x() * 72 / dpi, centre.y() * 72 / dpi});
            }
            lines.push_back(lineOf(words));
        }
        pages_.push_back(pageOf(pictures[i].width(), pictures[i].height(), lines));
    }
    SearchablePdf pdf = SearchablePdf::fromDocument(before_);
    QCOMPARE(pdf.pageCount(), static_cast<int>(kinds_.size()));
    for (std::size_t i = 0; i < pages_.size(); ++i)
        pdf.addText(static_cast<int>(i), pages_[i]);
    pdf.write(after_, false);
    QCOMPARE(pdf.warnings(), QStringList());
}

void SearchablePdfTest::wordsStandWhereTheyAreDrawn() {
    const auto found = wordsOf(after_);
    QCOMPARE(found.size(), kinds_.size());
    int latin = 0;
    int latin_right = 0;
    int chinese = 0;
    int chinese_right = 0;
    QStringList wrong;
    double worst = 0;
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
        for (const FoundWord& word : true_words_[i]) {
            double least = 1e9;
            for (const FoundWord& candidate : found[i]) {
                if (candidate.text == word.text)
                    least = std::min(least, std::hypot(candidate.x - word.x, candidate.y - word.y));
            }
            const bool right = least <= word_height / 2;
            const bool is_chinese = word.text.at(0).unicode() >= 0x2e80;
            (is_chinese ? chinese : latin) += 1;
            (is_chinese ? chinese_right : latin_right) += right;
            if (right) worst = std::max(worst, least);
            if (!right) wrong << kinds_[i].name() + ": " + word.text;
        }
    }
    qInfo("%d of %d Latin and Greek words, %d of %d Chinese ones; the farthest is off by %.2f points",
          latin_right, latin, chinese_right, chinese, worst);
    QVERIFY2(latin_right >= 0.99 * latin, qPrintable(wrong.join('\n')));
    QVERIFY2(chinese_right >= 0.99 * chinese, qPrintable(wrong.join('\n')));
}

void SearchablePdfTest::textComesInReadingOrder() {
    const QStringList pages = textOf(after_).split('\f', Qt::SkipEmptyParts);
    QCOMPARE(pages.size(), static_cast<qsizetype>(kinds_.size()));
    static const QRegularExpression gap("\\s+");
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
        const QString text = pages[static_cast<qsizetype>(i)].trimmed();
        const QString expected = drawn_lines.join('\n');
        // A line that is more askew may come out in pieces, but in order.
        if (std::abs(kinds_[i].skew) < 4) {
            QVERIFY2(text == expected, qPrintable(kinds_[i].name() + ":\n" + text));
        }
        QCOMPARE(text.split(gap), QString(expected).split(gap));
    }
}

void SearchablePdfTest::pagesLookAsBefore() {
    const std::vector<QImage> before = picturesOf(before_, dpi, folder_.path());
    const std::vector<QImage> after = picturesOf(after_, dpi, folder_.path());
    QCOMPARE(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i)
        QVERIFY2(before[i] == after[i], qPrintable(kinds_[i].name()));
}

void SearchablePdfTest::streamsStayByteForByte() {
    QPDF before;
    QPDF after;
    before.processFile(QFile::encodeName(before_).constData());
    after.processFile(QFile::encodeName(after_).constData());
    std::set<QPDFObjGen> fonts;
    for (int i = 0; i < static_cast<int>(kinds_.size()); ++i) {
        auto old_streams = contentsOf(before, i);
        auto new_streams = contentsOf(after, i);
        QCOMPARE(new_streams.size(), old_streams.size() + 2);  // one before, one after
        for (std::size_t k = 0; k < old_streams.size(); ++k) {
            QVERIFY(rawBytes(old_streams[k]) == rawBytes(new_streams[k + 1]));
            QCOMPARE(new_streams[k + 1].getDict().unparse(), old_streams[k].getDict().unparse());
        }
        QPDFPageObjectHelper page =
            QPDFPageDocumentHelper(after).getAllPages().at(static_cast<std::size_t>(i));
        QPDFObjectHandle page_fonts = page.getAttribute("/Resources", false).getKey("/Font");
        QCOMPARE(page_fonts.getKeys().size(), std::size_t{1});
        QPDFObjectHandle font = page_fonts.getKey(*page_fonts.getKeys().begin());
        QVERIFY(font.isIndirect());
        fonts.insert(font.getObjGen());
    }
    QCOMPARE(fonts.size(), std::size_t{1});
}

void SearchablePdfTest::resultIsSound() {
    const Output check = run("qpdf", {"--check", after_});
    QVERIFY2(check.exit_code == 0 && check.errors.isEmpty(), (check.text + check.errors).constData());
    const QString fonts = QString::fromUtf8(run("pdffonts", {after_}).text);
    QVERIFY2(fonts.contains(
                 QRegularExpression("SightlineGlyphless\\s+CID TrueType\\s+Identity-H\\s+yes no\\s+yes")),
             qPrintable(fonts));
    // Every program that loads the font does so without a complaint.
    QVERIFY(run("pdftoppm", {"-r", "20", after_, path("small")}).errors.isEmpty());
}

void SearchablePdfTest::otherPagesAreNotTouched() {
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

void SearchablePdfTest::inheritedAttributesAndUserUnitsCount() {
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

void SearchablePdfTest::badGraphicsStatesDoNotMoveText_data() {
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

void SearchablePdfTest::badGraphicsStatesDoNotMoveText() {
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

// A string without an end takes everything behind it. The page is still written, but not silently.
void SearchablePdfTest::contentWithoutEndIsSaid() {
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

void SearchablePdfTest::everyCharacterComesBack() {
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

// Beyond ten degrees words keep their angle.
void SearchablePdfTest::steepWordsStayWhole() {
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

// Lines of Chinese are one word: at three degrees its ends would lie on the neighbouring lines.
void SearchablePdfTest::longRunsStayOnTheirLine() {
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

void SearchablePdfTest::secondRunReplacesTheFirst() {
    SearchablePdf first = SearchablePdf::fromDocument(before_);
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

void SearchablePdfTest::oddPagesAreFine() {
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

void SearchablePdfTest::equalCallsGiveEqualBytes() {
    SearchablePdf pdf = SearchablePdf::fromDocument(before_);
    for (std::size_t i = 0; i < pages_.size(); ++i)
        pdf.addText(static_cast<int>(i), pages_[i]);
    QVERIFY(contentOf(written(pdf, "again.pdf")) == contentOf(after_));
    QVERIFY(contentOf(written(pdf, "once-more.pdf")) == contentOf(after_));
    SearchablePdf backwards = SearchablePdf::fromDocument(before_);
    for (std::size_t i = pages_.size(); i-- > 0;)
        backwards.addText(static_cast<int>(i), pages_[i]);
    QVERIFY(contentOf(written(backwards, "backwards.pdf")) == contentOf(after_));
}

QTEST_GUILESS_MAIN(SearchablePdfTest)
#include "searchable_pdf_test.moc"
