// PNG files of our own: what is in them, that they can be stopped, and that nobody complains then.
#include "app/pictures/png_file.h"

#include <unistd.h>

#include <QBuffer>
#include <QImage>
#include <QImageWriter>
#include <QRandomGenerator>
#include <QTemporaryFile>
#include <QTest>

#include "app/pictures/picture_encoder.h"

using namespace sightline;

namespace {

Picture drawn(int width, int height, bool noise) {
    Picture picture{width, height, {}};
    QRandomGenerator random(7);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int channel = 0; channel < 3; ++channel)
                picture.rgb.push_back(static_cast<std::uint8_t>(
                    noise ? random.bounded(256) : (x * (channel + 1) + y * 2 + (x / 16 % 2) * 40)));
        }
    }
    return picture;
}

QImage viewOf(const Picture& picture) {
    return QImage(picture.rgb.data(), picture.width, picture.height, 3 * picture.width,
                  QImage::Format_RGB888);
}

}  // namespace

class PngFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyPixelComesBack_data();
    void everyPixelComesBack();
    void isAsSmallAsQts();
    void stopsWhenAsked();
    void stoppedEncodingSaysNothing();
};

void PngFileTest::everyPixelComesBack_data() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("noise");
    for (const QSize size : {QSize(1, 1), QSize(1, 9), QSize(7, 1), QSize(33, 20), QSize(640, 480)}) {
        for (const bool noise : {false, true})
            QTest::addRow("%dx%d%s", size.width(), size.height(), noise ? " noise" : "") << size << noise;
    }
}

void PngFileTest::everyPixelComesBack() {
    QFETCH(QSize, size);
    QFETCH(bool, noise);
    const Picture picture = drawn(size.width(), size.height(), noise);
    const auto file = pngFile(picture, {});
    QVERIFY(file);
    const QImage read = QImage::fromData(*file, "png");
    QCOMPARE(read.size(), size);
    QCOMPARE(read.convertToFormat(QImage::Format_RGB888), viewOf(picture));
}

void PngFileTest::isAsSmallAsQts() {
    const Picture picture = drawn(900, 700, false);
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    QImageWriter writer(&buffer, "png");
    writer.setCompression(20);
    QVERIFY(writer.write(viewOf(picture)));
    const auto file = pngFile(picture, {});
    QVERIFY2(file->size() <= buffer.size() * 11 / 10,
             qPrintable(QStringLiteral("%1, Qt %2").arg(file->size()).arg(buffer.size())));
}

void PngFileTest::stopsWhenAsked() {
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(!pngFile(drawn(40, 40, false), stop.get_token()));
}

void PngFileTest::stoppedEncodingSaysNothing() {
    auto picture = std::make_shared<Attachment>();
    picture->picture = std::make_shared<const Picture>(drawn(3000, 2000, true));
    QTemporaryFile heard;
    QVERIFY(heard.open());
    const int before = ::dup(STDERR_FILENO);
    ::dup2(heard.handle(), STDERR_FILENO);
    bool ended = false;
    {
        PictureEncoder encoder;
        const quint64 number = encoder.encode(picture, [](const AttachmentRef&, const QString&) {});
        encoder.cancel(number);
        // The one after it shows that it has ended.
        auto small = std::make_shared<Attachment>();
        small->picture = std::make_shared<const Picture>(drawn(2, 2, true));
        encoder.encode(small,
                       [&ended](const AttachmentRef& whole, const QString&) { ended = whole != nullptr; });
        ended = QTest::qWaitFor([&ended] { return ended; }, 60'000);
    }
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    QVERIFY(ended);
    heard.seek(0);
    QCOMPARE(heard.readAll(), QByteArray());
}

QTEST_GUILESS_MAIN(PngFileTest)
#include "png_file_test.moc"
