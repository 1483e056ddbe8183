// Searchable PDFs in Qt Pdf, with which the program itself shows and reads pages: what it renders is what the
// reader's pixels mean, and it finds the text there again.
#include <QPdfDocument>
#include <QPdfSelection>
#include <QTemporaryDir>
#include <QTest>

#include "app/documents/searchable_pdf.h"
#include "tests/app/documents/pdf_fixture.h"

using namespace sightline;
using namespace pdf_fixture;

namespace {

constexpr double scale = 1.7;  // pixels of the picture that is "read" for a point

// The place of what is red.
QRectF redPart(const QImage& picture) {
    QRect red;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const QRgb pixel = picture.pixel(x, y);
            if (qRed(pixel) > 200 && qGreen(pixel) < 60) red |= QRect(x, y, 1, 1);
        }
    }
    return red;
}

QImage rendered(QPdfDocument& document, int page) {
    QImage shown = document.render(page, (document.pagePointSize(page) * scale).toSize());
    QImage paper(shown.size(), QImage::Format_RGB888);
    for (int y = 0; y < shown.height(); ++y) {
        for (int x = 0; x < shown.width(); ++x) {
            const QRgb pixel = shown.pixel(x, y);
            paper.setPixel(x, y, qAlpha(pixel) == 0 ? qRgb(255, 255, 255) : pixel);
        }
    }
    return paper;
}

}  // namespace

class SearchablePdfViewTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void textIsWhereItIsShown_data();
    void textIsWhereItIsShown();
    void linesComeInOrder();
    void skewedLinesStayLines_data();
    void skewedLinesStayLines();

  private:
    QTemporaryDir folder_;
};

void SearchablePdfViewTest::textIsWhereItIsShown_data() {
    QTest::addColumn<QByteArray>("page");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QRectF>("user_space");  // of the drawn box, y up
    const QRectF box_place(230, 300, 90, 24);
    const QRectF lying_place(260, 300, 24, 90);
    const QByteArray box = "1 0 0 rg 230 300 90 24 re f ";
    const QByteArray lying = "1 0 0 rg 260 300 24 90 re f ";
    const QByteArray media = "/MediaBox [-20 30 580 830] ";
    QTest::newRow("plain") << media << box << box_place;
    for (const int rotation : {90, 180, 270, -90, 450}) {
        const QByteArray turned = "/Rotate " + QByteArray::number(rotation) + ' ';
        const QRectF& place = rotation % 180 == 0 ? box_place : lying_place;
        const QByteArray& drawn = rotation % 180 == 0 ? box : lying;
        QTest::addRow("turned by %d", rotation) << media + turned << drawn << place;
        QTest::addRow("turned by %d, cropped", rotation)
            << media + turned + "/CropBox [100 210 480 555.5]" << drawn << place;
    }
    QTest::newRow("crop box over the media box")
        << media + "/CropBox [100 -300 900 500] /Rotate 90" << lying << lying_place;
    QTest::newRow("crop box backwards") << media + "/CropBox [480 555 100 210]" << box << box_place;
    QTest::newRow("user unit") << media + "/UserUnit 2" << box << box_place;
    QTest::newRow("Q without q, then painted")
        << media << "0.5 0 0 0.5 0 0 cm Q " + box + "1 0.2 0 3 7 9 cm Q" << QRectF(115, 150, 45, 12);
    QTest::newRow("state left changed") << media << "q q " + box + "1 0.2 0 3 7 9 cm" << box_place;
}

void SearchablePdfViewTest::textIsWhereItIsShown() {
    QFETCH(QByteArray, page);
    QFETCH(QByteArray, content);
    QFETCH(QRectF, user_space);
    PdfBuilder builder;
    const int stream = builder.addStream(content);
    const QString source = folder_.filePath("source.pdf");
    const QString target = folder_.filePath("target.pdf");
    QVERIFY(save(source, documentOf(builder, {page + " /Contents " + reference(stream)})));
    QPdfDocument before;
    before.load(source);
    const QImage picture = rendered(before, 0);
    const QRectF red = redPart(picture);
    QVERIFY(red.width() > 30);

    SearchablePdf pdf = SearchablePdf::fromDocument(source);
    const QPointF centre = red.center() + QPointF(0.5, 0.5);
    pdf.addText(0,
                pageOf(picture.width(), picture.height(),
                       {lineOf({wordAt("发票Invoice", centre.x(), centre.y(), red.width(), red.height())})}));
    pdf.write(target, true);
    QPdfDocument after;
    after.load(target);
    QVERIFY(rendered(after, 0) == picture);
    const QPdfSelection all = after.getAllText(0);
    QCOMPARE(all.text(), QString("发票Invoice"));
    // Some versions of Qt give places in user space, turned over but without the page's origin and rotation.
    const QRectF found = all.boundingRectangle();
    const double height = after.pagePointSize(0).height();
    const QRectF upright(red.topLeft() / scale, red.size() / scale);
    const QRectF turned(user_space.left(), height - user_space.bottom(), user_space.width(),
                        user_space.height());
    const auto near = [&found](const QRectF& place) {
        return std::abs(found.left() - place.left()) < 2 && std::abs(found.right() - place.right()) < 2 &&
               std::abs(found.top() - place.top()) < 2 && std::abs(found.bottom() - place.bottom()) < 2;
    };
    QVERIFY2(
        near(upright) || near(turned),
        qPrintable(
            QString("%1, %2, %3 x %4").arg(found.x()).arg(found.y()).arg(found.width()).arg(found.height())));
}

void SearchablePdfViewTest::linesComeInOrder() {
    PdfBuilder builder;
    const QString source = folder_.filePath("source.pdf");
    const QString target = folder_.filePath("target.pdf");
    QVERIFY(save(source, documentOf(builder, {"/MediaBox [0 0 600 800]"})));
    // Two columns: the right one is read last, though it begins higher up.
    Page page = pageOf(600, 800,
                       {lineOf({wordAt("left", 90, 100, 40, 12), wordAt("column", 150, 100, 60, 12)}),
                        lineOf({wordAt("𠮷野家的菜单", 110, 120, 80, 12)})});
    const Page right =
        pageOf(600, 800, {lineOf({wordAt("right", 390, 90, 40, 12), wordAt("one", 440, 90, 30, 12)})});
    page.blocks.push_back(right.blocks[0]);
    SearchablePdf pdf = SearchablePdf::fromDocument(source);
    pdf.addText(0, page);
    pdf.write(target, true);
    QPdfDocument document;
    document.load(target);
    QCOMPARE(document.getAllText(0).text().replace("\r\n", "\n").trimmed(),
             QString("left column\n𠮷野家的菜单\nright one"));
    // What lies under a rectangle, as a selection by mouse asks.
    QCOMPARE(document.getSelection(0, QPointF(121, 100), QPointF(179, 100)).text(), QString("column"));
}

void SearchablePdfViewTest::skewedLinesStayLines_data() {
    QTest::addColumn<int>("rotation");
    QTest::addColumn<double>("degrees");
    for (const int rotation : {0, 90, 180, 270}) {
        for (const double degrees : {0.0, 1.5, -3.0})
            QTest::addRow("turned by %d, skewed by %.1f", rotation, degrees) << rotation << degrees;
    }
}

void SearchablePdfViewTest::skewedLinesStayLines() {
    QFETCH(int, rotation);
    QFETCH(double, degrees);
    PdfBuilder builder;
    const QString source = folder_.filePath("source.pdf");
    const QString target = folder_.filePath("target.pdf");
    QVERIFY(save(source,
                 documentOf(builder, {"/MediaBox [0 0 700 700] /Rotate " + QByteArray::number(rotation)})));
    const QStringList text = {"The invoice number is 20471", "and due within thirty days",
                              "合计金额 一千二百元整"};
    const double angle = degrees * 3.14159265358979323846 / 180;
    std::vector<Line> lines;
    for (int i = 0; i < text.size(); ++i) {
        std::vector<Word> words;
        double along = 0;
        for (const QString& word : text[i].split(' ')) {
            const double width =
                (word.at(0).unicode() < 0x2e80 ? 7.0 : 13.0) * static_cast<double>(word.size());
            const double down = 22.0 * i;
            const double middle = along + width / 2;
            words.push_back(wordAt(word, 150 + middle * std::cos(angle) - down * std::sin(angle),
                                   200 + middle * std::sin(angle) + down * std::cos(angle), width, 14,
                                   degrees));
            along += width + 5;
        }
        lines.push_back(lineOf(words));
    }
    SearchablePdf pdf = SearchablePdf::fromDocument(source);
    pdf.addText(0, pageOf(700, 700, lines));
    pdf.write(target, true);
    QPdfDocument document;
    document.load(target);
    const QString found = document.getAllText(0).text().replace("\r\n", "\n").trimmed();
    QCOMPARE(found.simplified(), text.join(' '));
    // A line that is more askew may come out in pieces, but in order.
    if (std::abs(degrees) < 3) QCOMPARE(found, text.join('\n'));
}

QTEST_MAIN(SearchablePdfViewTest)
#include "searchable_pdf_view_test.moc"
