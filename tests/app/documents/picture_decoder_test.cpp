// Pictures by Qt: the same pixels as the reference decodes, and everything a file can get wrong.
#include "app/documents/picture_decoder.h"

#include <sys/stat.h>

#include <QBuffer>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QImageWriter>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include "tests/inference/failure.h"
#include "tests/test_paths.h"

using namespace sightline;
using sightline::test::failureOf;

namespace {

QString dataPath(const QString& name) {
    return test_paths::data("pictures/") + name;
}

QByteArray encoded(const QImage& image, const char* format) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!QImageWriter(&buffer, format).write(image)) qFatal("cannot write %s", format);
    return bytes;
}

QImage noise(int width, int height) {
    QImage image(width, height, QImage::Format_RGB888);
    quint32 state = 1;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < 3 * width; ++x) {
            state = state * 1664525u + 1013904223u;
            image.scanLine(y)[x] = static_cast<uchar>(state >> 24);
        }
    }
    return image;
}

// A PNG whose header promises a size that its data does not have.
QByteArray pngWithSize(quint32 width, quint32 height) {
    QByteArray png = encoded(noise(4, 4), "png");
    qToBigEndian(width, png.data() + 16);
    qToBigEndian(height, png.data() + 20);
    quint32 crc = 0xffffffffu;
    for (int i = 12; i < 29; ++i) {
        crc ^= static_cast<uchar>(png.at(i));
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0);
    }
    qToBigEndian(crc ^ 0xffffffffu, png.data() + 29);
    return png;
}

}  // namespace

class PictureDecoderTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void samePixelsAsTheReference_data();
    void samePixelsAsTheReference();
    void cutFilesAreRefused_data();
    void cutFilesAreRefused();
    void badContentIsRefused_data();
    void badContentIsRefused();
    void losslessFormatsKeepEveryPixel_data();
    void losslessFormatsKeepEveryPixel();
    void transparencyIsShownOnWhite();
    void whiteOnNothingIsShownOnBlack();
    void sixteenBitBecomesEight();
    void onlyRegularFilesAreRead();
    void rowsWithPaddingBecomeTight();
};

void PictureDecoderTest::samePixelsAsTheReference_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("sha256");
    QFile index(dataPath("index.json"));
    QVERIFY(index.open(QIODevice::ReadOnly));
    const QJsonObject pictures = QJsonDocument::fromJson(index.readAll()).object();
    QVERIFY(pictures.size() >= 5);
    for (auto picture = pictures.begin(); picture != pictures.end(); ++picture) {
        const QJsonObject entry = picture.value().toObject();
        QTest::newRow(qPrintable(picture.key()))
            << entry["file"].toString() << entry["rgb_sha256"].toString().toLatin1();
    }
}

void PictureDecoderTest::samePixelsAsTheReference() {
    QFETCH(const QString, file);
    QFETCH(const QByteArray, sha256);
    const Picture picture = toPicture(decodeImage(readPictureFile(dataPath(file))));
    const QByteArrayView bytes(picture.rgb.data(), static_cast<qsizetype>(picture.rgb.size()));
    QCOMPARE(QCryptographicHash::hash(bytes.toByteArray(), QCryptographicHash::Sha256).toHex(), sha256);
}

void PictureDecoderTest::cutFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("format");
    for (const char* format : {"png", "jpeg", "webp", "bmp", "ppm", "tiff"}) {
        if (QImageWriter::supportedImageFormats().contains(format))
            QTest::newRow(format) << QByteArray(format);
    }
}

void PictureDecoderTest::cutFilesAreRefused() {
    QFETCH(const QByteArray, format);
    const QByteArray whole = encoded(noise(80, 60), format.constData());
    QCOMPARE(decodeImage(whole).size(), QSize(80, 60));
    for (const int percent : {99, 90, 50, 10, 2}) {
        const QByteArray cut = whole.left(whole.size() * percent / 100);
        const auto failure = failureOf([&] { decodeImage(cut); });
        QVERIFY2(failure, qPrintable(QString("%1 %").arg(percent)));
        QVERIFY(failure->kind == ErrorKind::invalid_input);
        QVERIFY2(test::isOneSentence(failure->sentence), failure->sentence.c_str());
    }
}

void PictureDecoderTest::badContentIsRefused_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("text") << QByteArray("Dear reader, this is a letter.") << QByteArray("not a picture");
    QTest::newRow("SVG") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
                         << QByteArray("not a picture");
    QTest::newRow("PDF") << QByteArray("%PDF-1.7\n") << QByteArray("not a picture");
    QTest::newRow("60,000 wide") << pngWithSize(60000, 10) << QByteArray("60000 x 10");
    QTest::newRow("bomb") << pngWithSize(32000, 32000) << QByteArray("at most 200 million");
    QTest::newRow("no pixels") << pngWithSize(0, 10) << QByteArray("damaged");
    QTest::newRow("lies about its size") << pngWithSize(400, 400) << QByteArray("damaged or truncated");
}

void PictureDecoderTest::badContentIsRefused() {
    QFETCH(const QByteArray, file);
    QFETCH(const QByteArray, reason);
    COMPARE_FAILURE(failureOf([&] { decodeImage(file); }), ErrorKind::invalid_input, reason.toStdString());
}

void PictureDecoderTest::losslessFormatsKeepEveryPixel_data() {
    QTest::addColumn<QByteArray>("format");
    for (const char* format : {"png", "bmp", "ppm", "tiff"}) {
        if (QImageWriter::supportedImageFormats().contains(format))
            QTest::newRow(format) << QByteArray(format);
    }
}

void PictureDecoderTest::losslessFormatsKeepEveryPixel() {
    QFETCH(const QByteArray, format);
    const QImage original = noise(33, 17);
    QCOMPARE(decodeImage(encoded(original, format.constData())), original);
}

void PictureDecoderTest::whiteOnNothingIsShownOnBlack() {
    QImage image(40, 20, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter(&image).fillRect(5, 5, 10, 10, Qt::white);
    QCOMPARE(opaqueImage(image).pixelColor(10, 10), QColor(Qt::white));
    QCOMPARE(opaqueImage(image).pixelColor(1, 1), QColor(Qt::black));
    QCOMPARE(opaqueImage(image, Ground::paper).pixelColor(1, 1), QColor(Qt::white));  // a page of a document
    // Something dark on the light part: a window with a soft edge.
    QPainter(&image).fillRect(8, 8, 2, 2, Qt::black);
    QCOMPARE(opaqueImage(image).pixelColor(1, 1), QColor(Qt::white));
}

void PictureDecoderTest::transparencyIsShownOnWhite() {
    QImage image(2, 1, QImage::Format_ARGB32);
    image.setPixel(0, 0, qRgba(200, 100, 50, 0));
    image.setPixel(1, 0, qRgba(10, 20, 30, 128));
    const QImage decoded = decodeImage(encoded(image, "png"));
    QCOMPARE(decoded.pixel(0, 0), qRgb(255, 255, 255));
    QCOMPARE(decoded.pixel(1, 0), qRgb(132, 137, 142));  // half of it, half of white
    QCOMPARE(toPicture(image).rgb[3], 132);
}

void PictureDecoderTest::sixteenBitBecomesEight() {
    QImage image(1, 1, QImage::Format_RGBX64);
    image.setPixelColor(0, 0, QColor::fromRgba64(0xffff, 0x8080, 0x0000));
    QCOMPARE(decodeImage(encoded(image, "png")).pixel(0, 0), qRgb(255, 128, 0));
}

void PictureDecoderTest::onlyRegularFilesAreRead() {
    QTemporaryDir folder;
    const QString pipe = folder.filePath("pipe.png");
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    COMPARE_FAILURE(failureOf([&] { readPictureFile(pipe); }), ErrorKind::invalid_input,
                    "not a regular file");
    COMPARE_FAILURE(failureOf([&] { readPictureFile(folder.path()); }), ErrorKind::invalid_input, "folder");
    COMPARE_FAILURE(failureOf([&] { readPictureFile(folder.filePath("gone")); }), ErrorKind::invalid_input,
                    "does not exist");
    COMPARE_FAILURE(failureOf([&] { readPictureFile("/dev/zero"); }), ErrorKind::invalid_input,
                    "not a regular file");
}

void PictureDecoderTest::rowsWithPaddingBecomeTight() {
    const QImage image = noise(5, 3);  // 15 bytes a row in 16
    const Picture picture = toPicture(image);
    QCOMPARE(picture.rgb.size(), std::size_t{45});
    QCOMPARE(picture.rgb[15], image.constScanLine(1)[0]);
    QCOMPARE(picture.rgb[44], image.constScanLine(2)[14]);
    COMPARE_FAILURE(failureOf([] { toPicture(QImage()); }), ErrorKind::invalid_input, "");
}

QTEST_GUILESS_MAIN(PictureDecoderTest)
#include "picture_decoder_test.moc"
