// Documents through the real helper process: every format, and what a bad file does to the helper.
#include "app/documents/document_decoder.h"

#include <signal.h>

#include <QColor>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

#include "app/documents/picture_decoder.h"
#include "tests/app/documents/document_builder.h"
#include "tests/inference/failure.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

namespace {

QString dataPath(const QString& name) {
    return test_paths::data(name);
}

DecoderOptions withHelper() {
    DecoderOptions options;
    options.page_seconds = 200;  // where no hang is tried, a slow machine is none
    options.program = test_paths::program();
    return options;
}

QImage imageOf(const Picture& picture) {
    return QImage(picture.rgb.data(), picture.width, picture.height, 3 * picture.width, QImage::Format_RGB888)
        .copy();
}

int inkIn(const QImage& image, const QRect& rect) {
    int ink = 0;
    const QRect inside = rect.intersected(image.rect());
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x)
            ink += qGray(image.pixel(x, y)) < 128;
    }
    return ink;
}

std::string textOf(const TextLayer& layer) {
    std::string text;
    for (const std::vector<LayerWord>& line : layer.lines) {
        for (const LayerWord& word : line)
            text += word.text + ' ';
        text += '\n';
    }
    return text;
}

QImage numbered(int number) {
    QImage image(40 + number, 30, QImage::Format_RGB888);
    image.fill(QColor(10 * number, 10 * number, 10 * number));
    return image;
}

}  // namespace

class DocumentDecoderTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aPdfHasPagesAndText();
    void wordsStandOnTheirInk_data();
    void wordsStandOnTheirInk();
    void hugePagesAreScaled();
    void pixelsOnlyWhereThereIsNoText();
    void thumbnailsAreSmall();
    void pagesOfATiffAreCounted();
    void animationsTellWhatIsLeftOut();
    void picturesAreDecodedAsInTheProgram_data();
    void picturesAreDecodedAsInTheProgram();
    void heicIsRead();
    void encryptedPdfsWantTheirPassword();
    void badFilesAreRefused_data();
    void badFilesAreRefused();
    void thePageTenThousandIsThere();
    void endlessPagesAreGivenUp();
    void hungryPagesAreGivenUp();
    void aStoppedHelperIsReplaced();
    void aHelperThatDiesBetweenPagesIsNobodysFault();
    void aStopIsHeard();
    void lyingHelpersAreNotBelieved_data();
    void lyingHelpersAreNotBelieved();
    void aMissingHelperIsTold();

  private:
    QString write(const QString& name, const QByteArray& bytes) {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write");
        return file.fileName();
    }
    void otherPagesAreRead(DocumentDecoder& decoder, const std::string& reason);

    QTemporaryDir folder_;
};

void DocumentDecoderTest::aPdfHasPagesAndText() {
    PdfBuilder pdf;
    const QString path =
        write("two.pdf", pdf.build({{textAt(72, 700, "First page"), {}},
                                    {textAt(72, 700, "Second one") + textAt(72, 680, "has two lines"), {}}}));
    DocumentDecoder decoder(withHelper());
    const DocumentFacts facts = decoder.open(path);
    QCOMPARE(facts.format, QString("PDF"));
    QCOMPARE(facts.pages, 2);
    QVERIFY2(
        decoder.limitsInForce().contains("4096 MiB") || decoder.limitsInForce().contains("no core dumps"),
        qPrintable(decoder.limitsInForce()));
    const DecodedPage page = decoder.page(1, {.text_layer = true});
    QCOMPARE(page.points, QSizeF(612, 792));
    QCOMPARE(page.dpi, 200.0);
    QCOMPARE(page.width, 1700);
    QCOMPARE(page.height, 2200);
    QVERIFY(page.picture);
    QCOMPARE(page.picture->rgb.size(), std::size_t{3} * 1700 * 2200);
    QVERIFY(page.text_layer);
    QCOMPARE(textOf(*page.text_layer), std::string("Second one \nhas two lines \n"));
    const DecodedPage first = decoder.page(0, {.text_layer = true});
    QCOMPARE(textOf(*first.text_layer), std::string("First page \n"));
    QVERIFY(!decoder.page(0).text_layer);
}

void DocumentDecoderTest::wordsStandOnTheirInk_data() {
    QTest::addColumn<QByteArray>("media");
    QTest::addColumn<QByteArray>("entries");
    QTest::addColumn<int>("rotation");
    for (const int rotation : {0, 90, 180, 270}) {
        const QByteArray turn = "/Rotate " + QByteArray::number(rotation);
        QTest::addRow("turned by %d", rotation) << QByteArray("[0 0 612 792]") << turn << rotation;
        QTest::addRow("turned by %d and cropped", rotation)
            << QByteArray("[0 0 612 792]") << turn + " /CropBox [50 300 500 780]" << rotation;
        QTest::addRow("turned by %d, origin elsewhere", rotation)
            << QByteArray("[-100 -50 600 900]") << turn << rotation;
    }
}

// Boxes that are misplaced, turned or flipped would lie on white paper, and leave ink outside.
void DocumentDecoderTest::wordsStandOnTheirInk() {
    QFETCH(const QByteArray, media);
    QFETCH(const QByteArray, entries);
    QFETCH(const int, rotation);
    PdfBuilder pdf;
    pdf.media_box = media;
    QByteArray content;
    for (int line = 0; line < 6; ++line)
        content += textAt(72 + 10 * line, 700 - 40 * line, "Amount due in June: 4711 euros", 14);
    const QString path = write("ink.pdf", pdf.build({{content, entries}}));
    DocumentDecoder decoder(withHelper());
    decoder.open(path);
    const DecodedPage page = decoder.page(0, {.text_layer = true});
    QCOMPARE(page.rotation, rotation);
    const QImage image = imageOf(*page.picture);
    QImage rest = image;
    QPainter eraser(&rest);
    int words = 0;
    for (const std::vector<LayerWord>& line : page.text_layer->lines) {
        QCOMPARE(line.size(), std::size_t{6});
        for (const LayerWord& word : line) {
            const Box box = boundingBox(word.quad);
            const QRect rect = QRectF(box.left, box.top, box.width(), box.height()).toAlignedRect();
            QVERIFY2(inkIn(image, rect) * 20 > rect.width() * rect.height(), word.text.c_str());
            eraser.fillRect(rect.adjusted(-3, -3, 3, 3), Qt::white);
            ++words;
        }
    }
    eraser.end();
    QCOMPARE(words, 36);
    QVERIFY(inkIn(image, image.rect()) > 1000);
    QVERIFY2(inkIn(rest, rest.rect()) * 100 < inkIn(image, image.rect()),
             qPrintable(QString::number(inkIn(rest, rest.rect()))));
    // The text runs as the page shows it: from corner 0 to corner 1.
    const Quad& quad = page.text_layer->lines[0][0].quad;
    const double dx = quad[1].x - quad[0].x;
    const double dy = quad[1].y - quad[0].y;
    const double expected_x = rotation == 0 ? 1 : rotation == 180 ? -1 : 0;
    const double expected_y = rotation == 90 ? 1 : rotation == 270 ? -1 : 0;
    QVERIFY(dx * expected_x + dy * expected_y > 0.99 * std::hypot(dx, dy));
}

void DocumentDecoderTest::hugePagesAreScaled() {
    PdfBuilder pdf;
    pdf.media_box = "[0 0 14400 720]";
    const QString path = write("poster.pdf", pdf.build({{textAt(9, 9, "wide"), {}}}));
    DocumentDecoder decoder(withHelper());
    decoder.open(path);
    const DecodedPage page = decoder.page(0);
    QCOMPARE(page.width, 10000);
    QCOMPARE(page.height, 500);
    QCOMPARE(page.dpi, 50.0);
}

void DocumentDecoderTest::pixelsOnlyWhereThereIsNoText() {
    PdfBuilder pdf;
    const QString path =
        write("mixed.pdf", pdf.build({{textAt(72, 700, "text"), {}}, {"0 0 m 99 99 l S", {}}}));
    DocumentDecoder decoder(withHelper());
    decoder.open(path);
    const PageRequest request{.pixels = Pixels::unless_text_layer, .text_layer = true};
    const DecodedPage with_text = decoder.page(0, request);
    QVERIFY(!with_text.picture);
    QCOMPARE(with_text.width, 1700);
    const DecodedPage without = decoder.page(1, request);
    QVERIFY(without.picture);
    QVERIFY(without.text_layer && without.text_layer->empty());
}

void DocumentDecoderTest::thumbnailsAreSmall() {
    PdfBuilder pdf;
    DocumentDecoder decoder(withHelper());
    decoder.open(write("thumb.pdf", pdf.build({{textAt(72, 700, "text"), {}}})));
    QCOMPARE(decoder.page(0, {.longest_side = 99}).height, 99);
    decoder.open(dataPath("pictures/exif_rotated.jpg"));
    const DecodedPage page = decoder.page(0, {.longest_side = 10});
    QCOMPARE(std::max(page.width, page.height), 10);
    QCOMPARE(page.picture->rgb.size(), std::size_t{3} * page.width * page.height);
}

void DocumentDecoderTest::pagesOfATiffAreCounted() {
    const QString path = write("pages.tif", tiffOf({numbered(1), numbered(2), numbered(3)}));
    DocumentDecoder decoder(withHelper());
    const DocumentFacts facts = decoder.open(path);
    QCOMPARE(facts.format, QString("TIFF"));
    QCOMPARE(facts.pages, 3);
    QVERIFY(facts.notes.isEmpty());
    for (const int index : {2, 0, 1}) {
        const DecodedPage page = decoder.page(index);
        QCOMPARE(page.width, 41 + index);
        QCOMPARE(page.picture->rgb[7], static_cast<std::uint8_t>(10 * (index + 1)));
    }
    COMPARE_FAILURE(failureOf([&] { decoder.page(3); }), ErrorKind::invalid_input, "no such page");
}

void DocumentDecoderTest::animationsTellWhatIsLeftOut() {
    DocumentDecoder decoder(withHelper());
    const DocumentFacts facts = decoder.open(dataPath("pictures/animated.webp"));
    QCOMPARE(facts.pages, 1);
    QVERIFY(facts.notes.join(' ').contains("only the first of its"));
    QVERIFY(decoder.page(0).picture);
}

void DocumentDecoderTest::picturesAreDecodedAsInTheProgram_data() {
    QTest::addColumn<QString>("path");
    const QDir folder(dataPath("pictures"));
    for (const QString& name : folder.entryList(QDir::Files)) {
        if (!name.endsWith(".json") && !name.endsWith(".py") && !name.endsWith(".md"))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
}

void DocumentDecoderTest::picturesAreDecodedAsInTheProgram() {
    QFETCH(const QString, path);
    DocumentDecoder decoder(withHelper());
    decoder.open(path);
    const Picture expected = toPicture(decodeImage(readPictureFile(path)));
    const DecodedPage page = decoder.page(0);
    QCOMPARE(page.width, expected.width);
    QCOMPARE(page.height, expected.height);
    QVERIFY(page.picture->rgb == expected.rgb);
}

// 48 x 32 stored, turned by 90 degrees clockwise for display: red was on the left, blue on the right.
void DocumentDecoderTest::heicIsRead() {
    DocumentDecoder decoder(withHelper());
    const auto failure =
        failureOf([&] { QCOMPARE(decoder.open(dataPath("documents/turned.heic")).format, QString("HEIC")); });
    if (failure && failure->kind == ErrorKind::unsupported) QSKIP("built without libheif");
    QVERIFY2(!failure, failure ? failure->sentence.c_str() : "");
    const DecodedPage page = decoder.page(0);
    QCOMPARE(page.width, 32);
    QCOMPARE(page.height, 48);
    const QImage image = imageOf(*page.picture);
    QVERIFY(image.pixelColor(16, 8).red() > 200 && image.pixelColor(16, 8).blue() < 60);
    QVERIFY(image.pixelColor(16, 40).blue() > 200 && image.pixelColor(16, 40).red() < 60);
    QFile file(dataPath("documents/turned.heic"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    for (const int percent : {90, 50, 10}) {
        const auto cut = failureOf([&] {
            decoder.openBytes(bytes.left(bytes.size() * percent / 100));
            decoder.page(0);
        });
        QVERIFY2(cut && cut->kind == ErrorKind::invalid_input, qPrintable(QString::number(percent)));
    }
}

void DocumentDecoderTest::encryptedPdfsWantTheirPassword() {
    if (QStandardPaths::findExecutable("qpdf").isEmpty()) QSKIP("qpdf is not installed");
    PdfBuilder pdf;
    const QString plain = write("plain.pdf", pdf.build({{textAt(72, 700, "Secret words"), {}}}));
    for (const QString& bits : {QStringLiteral("128"), QStringLiteral("256")}) {
        const QString locked = folder_.filePath("locked" + bits + ".pdf");
        QStringList arguments{"--encrypt", "s\u00e9same", "owner", bits, "--", plain, locked};
        if (bits == "128") arguments.insert(4, "--use-aes=y");
        const int code = QProcess::execute("qpdf", arguments);
        QVERIFY2(code == 0 || code == 3, qPrintable(bits));
        DocumentDecoder decoder(withHelper());
        try {
            decoder.open(locked);
            QFAIL("it opened without a password");
        } catch (const PasswordError& error) {
            QVERIFY(std::string(error.what()).find("needed") != std::string::npos);
        }
        try {
            decoder.open(locked, "guess");
            QFAIL("it opened with a wrong password");
        } catch (const PasswordError& error) {
            QVERIFY(std::string(error.what()).find("wrong") != std::string::npos);
        }
        decoder.open(locked, bits == "256" ? "s\u00e9same" : "owner");
        const DecodedPage page = decoder.page(0, {.text_layer = true});
        QCOMPARE(textOf(*page.text_layer), std::string("Secret words \n"));
    }
}

void DocumentDecoderTest::badFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("reason");
    PdfBuilder pdf;
    const QByteArray whole = pdf.build({{textAt(72, 700, "text"), {}}});
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("letter") << QByteArray("Dear reader,") << QByteArray("neither a PDF nor a picture");
    QTest::newRow("PDF header alone") << QByteArray("%PDF-1.7\n") << QByteArray("damaged");
    QTest::newRow("cut PDF") << whole.left(200) << QByteArray("");
    QTest::newRow("no pages") << pdf.build({}) << QByteArray("no pages");
    QTest::newRow("cut TIFF") << tiffOf({numbered(1)}).left(600) << QByteArray("");
}

void DocumentDecoderTest::badFilesAreRefused() {
    QFETCH(const QByteArray, file);
    QFETCH(const QByteArray, reason);
    DocumentDecoder decoder(withHelper());
    COMPARE_FAILURE(failureOf([&] {
                        decoder.openBytes(file);
                        decoder.page(0);
                    }),
                    ErrorKind::invalid_input, reason.toStdString());
    // The decoder goes on.
    QCOMPARE(decoder.openBytes(tiffOf({numbered(1)})).pages, 1);
    const QString path = folder_.path();
    COMPARE_FAILURE(failureOf([&] { decoder.open(path); }), ErrorKind::invalid_input, "folder");
    COMPARE_FAILURE(failureOf([&] { decoder.open("/dev/zero"); }), ErrorKind::invalid_input, "regular");
    COMPARE_FAILURE(failureOf([&] { decoder.open(path + "/gone"); }), ErrorKind::invalid_input, "not exist");
}

void DocumentDecoderTest::thePageTenThousandIsThere() {
    PdfBuilder pdf;
    QList<PdfPage> pages(10000);
    pages.last().content = textAt(72, 700, "The last one");
    DocumentDecoder decoder(withHelper());
    QCOMPARE(decoder.openBytes(pdf.build(pages)).pages, 10000);
    const DecodedPage page = decoder.page(9999, {.pixels = Pixels::never, .text_layer = true});
    QCOMPARE(textOf(*page.text_layer), std::string("The last one \n"));
}

// Page 3 of 5 fails for the reason; 1, 2, 4 and 5 are read.
void DocumentDecoderTest::otherPagesAreRead(DocumentDecoder& decoder, const std::string& reason) {
    for (int index = 0; index < 5; ++index) {
        if (index == 2) {
            COMPARE_FAILURE(failureOf([&] { decoder.page(2, {.dpi = 50}); }), ErrorKind::invalid_input,
                            reason);
            continue;
        }
        const DecodedPage page = decoder.page(index, {.text_layer = true, .dpi = 50});
        QCOMPARE(textOf(*page.text_layer), "This is page " + std::to_string(index + 1) + " \n");
        QVERIFY(inkIn(imageOf(*page.picture), QRect(0, 0, page.width, page.height)) > 20);
    }
}

void DocumentDecoderTest::endlessPagesAreGivenUp() {
    DecoderOptions options = withHelper();
    options.page_seconds = 1;
    DocumentDecoder decoder(options);
    QCOMPARE(decoder.openBytes(endlessPdf()).pages, 5);
    otherPagesAreRead(decoder, "longer than 1 second");
}

void DocumentDecoderTest::hungryPagesAreGivenUp() {
    DecoderOptions options = withHelper();
    options.memory_mib = 600;
    DocumentDecoder decoder(options);
    decoder.openBytes(endlessPdf());
    if (!decoder.limitsInForce().contains("600 MiB")) QSKIP("no limit of memory under this sanitizer");
    const qint64 first_helper = decoder.helperProcess();
    otherPagesAreRead(decoder, "crash");
    QVERIFY(decoder.helperProcess() != first_helper);
}

void DocumentDecoderTest::aStoppedHelperIsReplaced() {
    DecoderOptions options = withHelper();
    options.page_seconds = 1;
    DocumentDecoder decoder(options);
    decoder.openBytes(tiffOf({numbered(1), numbered(2)}));
    const qint64 helper = decoder.helperProcess();
    QCOMPARE(::kill(static_cast<pid_t>(helper), SIGSTOP), 0);
    COMPARE_FAILURE(failureOf([&] { decoder.page(0); }), ErrorKind::invalid_input, "longer than 1 second");
    QCOMPARE(decoder.page(1).width, 42);
    QVERIFY(decoder.helperProcess() != helper);
    QCOMPARE(::kill(static_cast<pid_t>(helper), 0), -1);  // it is gone, not only forgotten
}

void DocumentDecoderTest::aHelperThatDiesBetweenPagesIsNobodysFault() {
    DocumentDecoder decoder(withHelper());
    decoder.openBytes(tiffOf({numbered(1), numbered(2)}));
    decoder.page(0);
    const auto helper = static_cast<pid_t>(decoder.helperProcess());
    QCOMPARE(::kill(helper, SIGKILL), 0);
    // Until the kernel has ended it, which the decoder sees as a zombie of its own.
    QTRY_VERIFY([helper] {
        QFile status(QString("/proc/%1/stat").arg(helper));
        return !status.open(QIODevice::ReadOnly) || status.readAll().contains(") Z");
    }());
    QCOMPARE(decoder.page(1).width, 42);
}

void DocumentDecoderTest::aStopIsHeard() {
    DocumentDecoder decoder(withHelper());
    decoder.openBytes(endlessPdf());
    std::stop_source stop;
    const auto helper = static_cast<pid_t>(decoder.helperProcess());
    std::jthread stopper([&stop, helper] {
        // It works on the page as soon as it has used a tenth of a second of processor time.
        for (;;) {
            QFile status(QString("/proc/%1/stat").arg(helper));
            if (!status.open(QIODevice::ReadOnly)) break;
            const QList<QByteArray> fields = status.readAll().split(' ');
            if (fields[13].toInt() > 10) break;
            std::this_thread::yield();
        }
        stop.request_stop();
    });
    COMPARE_FAILURE(failureOf([&] { decoder.page(2, {}, stop.get_token()); }), ErrorKind::cancelled,
                    "stopped");
    QVERIFY(decoder.page(0).picture);
}

void DocumentDecoderTest::lyingHelpersAreNotBelieved_data() {
    QTest::addColumn<QString>("lie");
    for (const char* lie :
         {"nonsense", "endless-message", "no-memory", "short-memory", "huge-sides", "zero-sides",
          "negative-text", "bad-text", "many-descriptors", "control-characters"})
        QTest::newRow(lie) << QString(lie);
}

void DocumentDecoderTest::lyingHelpersAreNotBelieved() {
    QFETCH(const QString, lie);
    qputenv("SIGHTLINE_TEST_LIE", lie.toUtf8());
    DecoderOptions options;
    options.program = test_paths::testProgram("lying_helper");
    DocumentDecoder decoder(options);
    decoder.openBytes("anything");
    COMPARE_FAILURE(failureOf([&] { decoder.page(0, {.text_layer = true}); }), ErrorKind::invalid_input,
                    lie == "control-characters" ? "[2J red" : "makes no sense");
}

void DocumentDecoderTest::aMissingHelperIsTold() {
    DecoderOptions options;
    options.program = folder_.filePath("nothing");
    DocumentDecoder decoder(options);
    COMPARE_FAILURE(failureOf([&] { decoder.openBytes("x"); }), ErrorKind::internal, "cannot be started");
}

QTEST_GUILESS_MAIN(DocumentDecoderTest)
#include "document_decoder_test.moc"
