// Reading a picture from the window's side, with the real reader: text, places both ways, giving up, and what
// happens without a model or without the reader's files.
#include "app/pictures/picture_reading.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/common/installation.h"
#include "app/documents/picture_decoder.h"
#include "app/models/model_worker.h"
#include "app/pictures/picture_store.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 120'000;

}  // namespace

class PictureReadingTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void textIsReadWithoutAModel();
    void placesLeadBothWays();
    void blankPictureIsSaidToBeEmpty();
    void closingGivesUp();
    void missingFilesAreASentence();

  private:
    AttachmentRef sample() const;
    AttachmentRef attachmentOf(const QImage& image) const;
    bool settles() {
        return QTest::qWaitFor([this] { return reading_->state() != QLatin1String("reading"); }, enough_ms);
    }

    QTemporaryDir folder_;
    std::shared_ptr<PictureStore> store_ = std::make_shared<PictureStore>();
    std::unique_ptr<ModelWorker> worker_;
    std::unique_ptr<PictureReading> reading_;
};

void PictureReadingTest::init() {
    ModelWorkerOptions options;
    options.cache_folder = folder_.filePath("cache");
    options.text_reader = textReaderFolder().toStdString();
    worker_ = std::make_unique<ModelWorker>(options);
    worker_->start();
    reading_ = std::make_unique<PictureReading>(*worker_, store_);
}

void PictureReadingTest::cleanup() {
    reading_.reset();
    worker_.reset();
    QCOMPARE(store_->size(), 0);
}

AttachmentRef PictureReadingTest::attachmentOf(const QImage& image) const {
    auto attachment = std::make_shared<Attachment>();
    attachment->name = "picture";
    attachment->size = image.size();
    attachment->picture = std::make_shared<const Picture>(toPicture(image));
    return attachment;
}

AttachmentRef PictureReadingTest::sample() const {
    return attachmentOf(decodeImage(readPictureFile(samplePicture())));
}

void PictureReadingTest::textIsReadWithoutAModel() {
    QSignalSpy progress(reading_.get(), &PictureReading::progressChanged);
    reading_->open({sample()});
    QCOMPARE(reading_->state(), QString("reading"));
    QVERIFY(settles());
    QVERIFY2(reading_->state() == QLatin1String("read"), qPrintable(reading_->problem()));
    QCOMPARE(reading_->text().simplified(),
             QString("The file could not be opened. It may be in use by another program."));
    QVERIFY(reading_->facts().startsWith("14 word"));
    QVERIFY(!progress.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(!reading_->source().isEmpty(), enough_ms);
    reading_->copyText(reading_->text());
    QCOMPARE(QGuiApplication::clipboard()->text(), reading_->text());
    reading_->close();
    QCOMPARE(reading_->state(), QString("closed"));
    QVERIFY(reading_->text().isEmpty());
}

void PictureReadingTest::placesLeadBothWays() {
    reading_->open({sample()});
    QVERIFY(settles());
    const QVariantList lines = reading_->lines();
    QCOMPARE(lines.size(), 2);
    for (int i = 0; i < lines.size(); ++i) {
        const QVariantMap line = lines[i].toMap();
        const int begin = reading_->lineBegin(i);
        const int end = reading_->lineEnd(i);
        QVERIFY(begin < end);
        const QString words = reading_->text().mid(begin, end - begin);
        QVERIFY2(words.contains(i == 0 ? "could not be opened" : "another program"), qPrintable(words));
        QCOMPARE(reading_->lineAt(line["x"].toDouble(), line["y"].toDouble()), i);
        QCOMPARE(reading_->lineOfPosition(begin + 2), i);
        QVERIFY(line["width"].toDouble() > 5 * line["height"].toDouble());
        QVERIFY(qAbs(line["angle"].toDouble()) < 2);
    }
    QVERIFY(lines[0].toMap()["y"].toDouble() < lines[1].toMap()["y"].toDouble());
    QCOMPARE(reading_->lineAt(-5, -5), -1);
}

void PictureReadingTest::blankPictureIsSaidToBeEmpty() {
    QImage blank(300, 200, QImage::Format_RGB888);
    blank.fill(Qt::white);
    reading_->open({attachmentOf(blank)});
    QVERIFY(settles());
    QCOMPARE(reading_->state(), QString("empty"));
    QVERIFY(reading_->text().isEmpty());
}

void PictureReadingTest::closingGivesUp() {
    QImage page(3000, 4000, QImage::Format_RGB888);
    page.fill(Qt::white);
    QPainter painter(&page);
    QFont font;
    font.setPixelSize(30);
    painter.setFont(font);
    for (int y = 60; y < 3900; y += 50)
        painter.drawText(100, y,
                         QString("Line %1 of a page with a great many words in it").arg(y).repeated(3));
    painter.end();
    reading_->open({attachmentOf(page)});
    reading_->close();
    QCOMPARE(reading_->state(), QString("closed"));
    // The next picture does not wait for the whole page before it, and gets its own text.
    reading_->open({sample()});
    QVERIFY(settles());
    QVERIFY(reading_->text().contains("could not be opened"));
}

void PictureReadingTest::missingFilesAreASentence() {
    reading_.reset();
    ModelWorkerOptions options;
    options.cache_folder = folder_.filePath("cache");
    options.text_reader = folder_.filePath("nothing").toStdString();
    worker_ = std::make_unique<ModelWorker>(options);
    worker_->start();
    reading_ = std::make_unique<PictureReading>(*worker_, store_);
    reading_->open({sample()});
    QVERIFY(settles());
    QCOMPARE(reading_->state(), QString("failed"));
    QVERIFY2(reading_->problem().contains("nothing") && reading_->problem().endsWith('.'),
             qPrintable(reading_->problem()));
}

QTEST_MAIN(PictureReadingTest)
#include "picture_reading_test.moc"
