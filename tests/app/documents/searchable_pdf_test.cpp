// Text over the pages of a PDF: where it stands, in which order it comes out, and that the pages stay as they
// are. Nothing is read here: the words and their places are known, because the pages are drawn from them.
#include "app/documents/searchable_pdf.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <set>

#include "tests/app/documents/pdf_fixture.h"

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
        // All of the new text is invisible: its mode is set before it is shown, and stays.
        const std::string layer = decodedBytes(new_streams.back());
        const std::size_t mode = layer.find(" Tr");
        QVERIFY(mode != std::string::npos && mode > 0);
        QCOMPARE(layer[mode - 1], '3');
        QVERIFY(mode < layer.find(" Tj"));
        QCOMPARE(layer.find(" Tr", mode + 1), std::string::npos);
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

// A string without an end takes everything behind it. The page is still written, but not silently.
// Beyond ten degrees words keep their angle.
// Lines of Chinese are one word: at three degrees its ends would lie on the neighbouring lines.
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
