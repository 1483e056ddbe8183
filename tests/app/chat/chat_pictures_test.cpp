// Pictures on their way into a question: from files, clipboard and captures, with what they cost and why some
// are refused. The engine does what the question says (see scripted_inference.cpp).
#include <sys/stat.h>

#include <QBuffer>
#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QMimeData>

#include "app/pictures/attachment_tray.h"
#include "app/pictures/picture_reading.h"
#include "app/pictures/picture_viewer.h"
#include "app/replies/reply_places.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/app/documents/document_builder.h"
#include "tests/test_paths.h"

using namespace sightline;
using test::enough_ms;

class ChatPicturesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        f = std::make_unique<test::ChatFixture>(test_paths::scriptedInference());
        f->restart();
    }
    void cleanup() { f.reset(); }

    void picturesShowWhatTheyCost();
    void speedIsShownOnceItWasMeasured();
    void whatIsNoPictureStaysWithItsReason();
    void namesAreShownAsPlainText();
    void atMostSixteenPictures();
    void picturesThatFillTheContextAreRefused();
    void pictureThatNoModelTakesIsRefused();
    void sampleBringsItsQuestion();
    void picturesLeaveTheMemoryWithTheConversation();
    void imagesArePastedBeforeFilesBeforeText();
    void documentsBecomeTheirPages();
    void pagesAreChosen();
    void automaticReadsWhatItCannotShow();
    void detailIsChosenForEachPicture();
    void withoutAReaderAPictureIsJustSmaller();
    void closingDropsWhatIsBeingOpened();
    void picturesAreOpenedLarge();
    void placesAreCopiedAndAskedAbout();
    void textIsReadOfPicturesThatWait();
    void textIsReadOfPicturesThatWereSent();

  private:
    PictureViewer& viewer() { return *qobject_cast<PictureViewer*>(f->chat->viewer()); }
    QUrl writePdf(const QString& name, int pages) {
        QList<test::PdfPage> all;
        for (int page = 1; page <= pages; ++page)
            all << test::PdfPage{test::textAt(72, 700, "page " + QByteArray::number(page)),
                                 "/MediaBox [0 0 30 40]"};
        QFile file(f->folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(test::PdfBuilder().build(all)) <= 0)
            qFatal("cannot write");
        return QUrl::fromLocalFile(file.fileName());
    }
    int rowOf(const QString& name) {
        for (int row = 0; row < f->chat->attachments()->rowCount(); ++row) {
            if (f->attachment(row, "name").toString() == name) return row;
        }
        return -1;
    }
    QStringList notes() {
        QStringList all;
        for (int row = 0; row < f->chat->attachments()->rowCount(); ++row) {
            const QString note = f->attachment(row, "note").toString();
            if (!note.isEmpty() && f->attachment(row, "error").toString().isEmpty()) all << note;
        }
        return all;
    }
    // The machine's speed is known: 5 ms a token to encode, and 5 ms to prefill.
    void measured() {
        QVERIFY(f->becomesReady());
        QTRY_COMPARE_WITH_TIMEOUT(
            f->settings->pictureSpeed(f->chat->modelName(), f->chat->deviceText()).samples().size(),
            std::size_t{2}, enough_ms);
    }
    PictureReading& reading() { return *qobject_cast<PictureReading*>(f->chat->reading()); }
    QString readText() {
        const bool ended = QTest::qWaitFor([this] { return reading().state() == "read"; }, enough_ms);
        return ended ? reading().text() : reading().state() + reading().problem();
    }
    std::unique_ptr<test::ChatFixture> f;
};

void ChatPicturesTest::picturesShowWhatTheyCost() {
    f->restart(false);
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 100, 60))});
    QCOMPARE(f->chat->attachments()->rowCount(), 1);
    QVERIFY(f->attachment(0, "loading").toBool());
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->attachment(0, "name").toString(), QString("a.png"));
    QCOMPARE(f->attachment(0, "sizeText").toString(), QString::fromUtf8("100 × 60"));
    QVERIFY(f->attachment(0, "tokensText").toString().isEmpty());
    const QString thumbnail = f->attachment(0, "thumbnail").toString();
    QCOMPARE(f->chat->pictures()->find(thumbnail.section('/', -1)).size(), QSize(100, 60));
    f->worker->start();
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "tokensText").toString(), QString("10 tokens"), enough_ms);
    QCOMPARE(f->attachment(0, "sizeText").toString(), QString::fromUtf8("100 × 60 → 128 × 64"));
    f->chat->removeAttachment(0);
    f->chat->removeAttachment(0);
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    QCOMPARE(f->chat->pictures()->size(), 0);
}

// 5 ms a token to encode it and 5 ms to prefill it: measured in the background, and known at the next start.
void ChatPicturesTest::speedIsShownOnceItWasMeasured() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(640, 640, QImage::Format_RGB888), "a");
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "secondsText").toString(), QString("~4 s"), enough_ms);
    QCOMPARE(f->attachment(0, "tokensText").toString(), QString("402 tokens"));
    // What is written about it takes its time too.
    f->chat->setDraft(QString("words about this ").repeated(400));
    QTRY_VERIFY2(f->attachment(0, "secondsText").toString().mid(1).chopped(2).toInt() > 5,
                 qPrintable(f->attachment(0, "secondsText").toString()));
    f->chat->setDraft({});
    QTRY_COMPARE(f->attachment(0, "secondsText").toString(), QString("~4 s"));
    const QString model = f->chat->modelName();
    QVERIFY(f->settings->pictureSpeed(model, f->chat->deviceText()).known());
    f->restart();
    QVERIFY(f->becomesReady());
    const PictureSpeed before = f->settings->pictureSpeed(model, f->chat->deviceText());
    f->chat->addImage(QImage(640, 640, QImage::Format_RGB888), "b");
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "secondsText").toString(), QString("~4 s"), enough_ms);
    QCOMPARE(f->settings->pictureSpeed(model, f->chat->deviceText()), before);
    // Every reply teaches something.
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    QVERIFY(!(f->settings->pictureSpeed(model, f->chat->deviceText()) == before));
}

void ChatPicturesTest::whatIsNoPictureStaysWithItsReason() {
    QVERIFY(f->becomesReady());
    const QString text = f->folder.filePath("letter.png");
    QFile file(text);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("Dear reader");
    file.close();
    const QString pipe = f->folder.filePath("pipe.png");
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    f->chat->addFiles({QUrl::fromLocalFile(text), QUrl::fromLocalFile(f->folder.path()),
                       QUrl::fromLocalFile(f->folder.filePath("gone.png")), QUrl::fromLocalFile(pipe),
                       QUrl("http://example.com/a.png"), QUrl("file://server/share/a.png"),
                       QUrl("data:image/png,x"), QUrl::fromLocalFile(f->writePicture("good.png", 40, 40))});
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->attachments()->rowCount(), 8);
    const QStringList reasons = {"nor a picture",      "folder",
                                 "does not exist",     "not a regular file",
                                 "nothing is fetched", "nothing is fetched",
                                 "nothing is fetched"};
    for (int row = 0; row < 7; ++row) {
        const QString error = f->attachment(row, "error").toString();
        QVERIFY2(error.contains(reasons[row]), qPrintable(error));
        QVERIFY(f->attachment(row, "thumbnail").toString().isEmpty());
    }
    QVERIFY(f->attachment(7, "error").toString().isEmpty());
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/1"));
    QCOMPARE(f->chat->attachments()->rowCount(), 7);
}

void ChatPicturesTest::namesAreShownAsPlainText() {
    QVERIFY(f->becomesReady());
    const QString hostile = QString("<b>x<img src='http:") + QChar(0x202E) + "a\nb.png";
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture(hostile, 40, 40))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->attachment(0, "error").toString().isEmpty());
    const QString mark(QChar::ReplacementCharacter);
    QCOMPARE(f->attachment(0, "name").toString(), "<b>x<img src='http:" + mark + "a" + mark + "b.png");
    QVERIFY(!f->attachment(0, "thumbnail").toString().contains("img"));
}

void ChatPicturesTest::atMostSixteenPictures() {
    QVERIFY(f->becomesReady());
    const QUrl picture = QUrl::fromLocalFile(f->writePicture("a.png", 40, 40));
    f->chat->addFiles(QList<QUrl>(1000, picture));
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->attachments()->rowCount(), AttachmentTray::most_attachments + 1);
    QVERIFY(f->attachment(16, "name").toString().contains("984"));
    QVERIFY(f->attachment(16, "error").toString().contains("16"));
    f->chat->removeAttachment(16);
    f->chat->removeAttachment(0);
    f->chat->addFiles({picture});
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->attachments()->rowCount(), 16);
    QVERIFY(f->attachment(15, "error").toString().isEmpty());
}

void ChatPicturesTest::picturesThatFillTheContextAreRefused() {
    QVERIFY(f->becomesReady());
    f->chat->setDraft("say 1");
    f->chat->addImage(QImage(1024, 1024, QImage::Format_RGB888), "big");
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "choices").toList().isEmpty(), enough_ms);
    f->chat->chooseDetail(0, "exact");
    QTRY_VERIFY_WITH_TIMEOUT(f->chat->sendProblem().contains("1,026"), enough_ms);
    QVERIFY(!f->chat->canSend());
    f->chat->removeAttachment(0);
    QVERIFY(f->chat->canSend());
}

void ChatPicturesTest::pictureThatNoModelTakesIsRefused() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(3000, 4, QImage::Format_RGB888), "line");
    QTRY_VERIFY_WITH_TIMEOUT(f->attachment(0, "error").toString().contains("200:1"), enough_ms);
    f->chat->addImage(QImage(), "nothing");
    QVERIFY(f->attachmentsSettle());
    QVERIFY(!f->attachment(1, "error").toString().isEmpty());
}

void ChatPicturesTest::sampleBringsItsQuestion() {
    QVERIFY(f->becomesReady());
    f->chat->addSample();
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->attachments()->rowCount(), 1);
    QVERIFY(f->attachment(0, "error").toString().isEmpty());
    QVERIFY(f->chat->canSend());
    f->chat->setDraft("mine");
    f->chat->addSample();
    QCOMPARE(f->chat->draft(), QString("mine"));
}

void ChatPicturesTest::picturesLeaveTheMemoryWithTheConversation() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(64, 32, QImage::Format_RGB888), "a");
    QVERIFY(f->attachmentsSettle());
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->chat->pictures()->size(), 1);
    f->chat->newConversation();
    QCOMPARE(f->chat->pictures()->size(), 0);
}

void ChatPicturesTest::imagesArePastedBeforeFilesBeforeText() {
    QVERIFY(f->becomesReady());
    QClipboard* clipboard = QGuiApplication::clipboard();
    const QUrl file = QUrl::fromLocalFile(f->writePicture("file.png", 40, 40));
    QImage image(64, 32, QImage::Format_RGB888);
    image.fill(Qt::red);
    QByteArray png;
    QBuffer buffer(&png);
    QVERIFY(buffer.open(QIODevice::WriteOnly) && image.save(&buffer, "png"));

    clipboard->setText("only text");
    QVERIFY(!f->chat->pasteFromClipboard());

    auto* links = new QMimeData;
    links->setUrls({QUrl("https://example.com/a.png")});
    links->setText("https://example.com/a.png");
    clipboard->setMimeData(links);
    QVERIFY(!f->chat->pasteFromClipboard());
    QCOMPARE(f->chat->attachments()->rowCount(), 0);

    auto* files = new QMimeData;
    files->setUrls({file});
    files->setText("file.png");
    clipboard->setMimeData(files);
    QVERIFY(f->chat->pasteFromClipboard());
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->attachment(0, "name").toString(), QString("file.png"));

    auto* everything = new QMimeData;
    everything->setImageData(image);
    everything->setUrls({file});
    everything->setText("text");
    clipboard->setMimeData(everything);
    QVERIFY(f->chat->pasteFromClipboard());
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->attachments()->rowCount(), 2);
    QVERIFY(f->attachment(1, "sizeText").toString().startsWith(QString::fromUtf8("64 × 32")));

    auto* only_png = new QMimeData;
    only_png->setData("image/png", png);
    clipboard->setMimeData(only_png);
    QVERIFY(f->chat->pasteFromClipboard());
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->attachment(2, "sizeText").toString().startsWith(QString::fromUtf8("64 × 32")));
}

void ChatPicturesTest::documentsBecomeTheirPages() {
    QVERIFY(f->becomesReady());
    f->chat->addFiles({writePdf("report.pdf", 12), QUrl::fromLocalFile(f->writePicture("a.png", 40, 40))});
    QVERIFY(f->attachmentsSettle());
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->attachments()->rowCount(), 2 + AttachmentTray::first_pages, enough_ms);
    QVERIFY(f->attachmentsSettle());
    const int head = rowOf("report.pdf");
    QCOMPARE(f->attachment(head, "pageCount").toInt(), 12);
    QCOMPARE(f->attachment(head, "pages").toString(), QString("1-8"));
    QCOMPARE(notes(), QStringList({"Page 1 of 12", "Page 2 of 12", "Page 3 of 12", "Page 4 of 12",
                                   "Page 5 of 12", "Page 6 of 12", "Page 7 of 12", "Page 8 of 12"}));
    // A head is no picture.
    f->chat->readAttachment(head);
    f->chat->viewAttachment(head);
    f->chat->chooseDetail(head, "low");
    QCOMPARE(reading().state(), QString("closed"));
    // It goes when its pages are sent, or with them.
    f->chat->setDraft("turns");
    QVERIFY(f->chat->canSend());
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/9"));
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    f->chat->addFiles({writePdf("other.pdf", 3)});
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->attachments()->rowCount(), 4, enough_ms);
    f->chat->removeAttachment(0);
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
}

void ChatPicturesTest::pagesAreChosen() {
    QVERIFY(f->becomesReady());
    f->chat->addFiles({writePdf("report.pdf", 30)});
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->attachments()->rowCount(), 9, enough_ms);
    QVERIFY(f->attachmentsSettle());
    for (const char* nonsense : {"", "x", "3-1", "0", "1,,2", "1-"}) {
        if (QByteArray(nonsense) != "1-") {
            QVERIFY2(!f->chat->choosePages(0, nonsense).isEmpty(), nonsense);
        } else {
            QVERIFY(f->chat->choosePages(0, nonsense).contains("16"));  // thirty pages are too many
        }
    }
    QVERIFY(f->chat->choosePages(0, "31-40").contains("30"));
    QVERIFY(f->chat->choosePages(1, "1").isEmpty());  // a page is no document
    QCOMPARE(f->chat->attachments()->rowCount(), 9);
    QCOMPARE(f->chat->choosePages(0, QString::fromUtf8("2, 28\xe2\x80\x93"
                                                       "30")),
             QString());
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(notes(), QStringList({"Page 2 of 30", "Page 28 of 30", "Page 29 of 30", "Page 30 of 30"}));
    QCOMPARE(f->attachment(0, "pages").toString(), QString("2, 28-30"));
    QCOMPARE(f->chat->choosePages(0, "1-16"), QString());
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->attachment(0, "pages").toString(), QString("1-16"));
    QVERIFY(f->attachment(16, "error").toString().isEmpty());
    // One page goes with its own cross, and the last one takes the head with it.
    f->chat->removeAttachment(1);
    QCOMPARE(f->attachment(0, "pages").toString(), QString("2-16"));
    QCOMPARE(f->chat->choosePages(0, "5"), QString());
    f->chat->removeAttachment(1);
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
}

// 500 tokens in 5 seconds are not enough for lines of 12 pixels in 3 megapixels.
void ChatPicturesTest::automaticReadsWhatItCannotShow() {
    measured();
    f->chat->addImage(QImage(2000, 1500, QImage::Format_RGB888), "page");
    QTRY_COMPARE_WITH_TIMEOUT(
        f->attachment(0, "detailText").toString().section(QString::fromUtf8(" \xc2\xb7"), 0, 0),
        QString("Auto: small picture + 2 word(s) read"), enough_ms);
    QCOMPARE(f->attachment(0, "detail").toString(), QString("auto"));
    QCOMPARE(f->attachment(0, "secondsText").toString(), QString("~2 s"));
    f->ask("texts");
    QVERIFY(f->becomesIdle());
    QVERIFY2(f->lastText().contains("\n(10,10) reader") && f->lastText().contains("picture of 2000\n") &&
                 f->lastText().endsWith("[texts]"),
             qPrintable(f->lastText()));
    // What fits within the time is not read.
    f->chat->addImage(QImage(600, 600, QImage::Format_RGB888), "small");
    QTRY_VERIFY_WITH_TIMEOUT(f->attachment(0, "detailText").toString().startsWith("Auto "), enough_ms);
    f->ask("texts");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("[texts]"));
}

void ChatPicturesTest::detailIsChosenForEachPicture() {
    measured();
    f->chat->addImage(QImage(2000, 1500, QImage::Format_RGB888), "a");
    f->chat->addImage(QImage(640, 480, QImage::Format_RGB888), "b");
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "choices").toList().size(), 5, enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(1, "choices").toList().size(), 5, enough_ms);
    f->chat->chooseDetail(0, "high");
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "tokensText").toString(), QString("2,963 tokens"), enough_ms);
    QCOMPARE(f->attachment(0, "sizeText").toString(), QString::fromUtf8("2000 × 1500 → 2016 × 1504"));
    QVERIFY(
        f->attachment(0, "detailText").toString().startsWith(QString::fromUtf8("High · 2,963 tokens · ~")));
    QCOMPARE(f->attachment(1, "detail").toString(), QString("auto"));
    f->chat->chooseDetail(0, "low");
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "sizeText").toString(),
                              QString::fromUtf8("2000 × 1500 → 512 × 384"), enough_ms);
    f->chat->chooseDetail(0, "nonsense");
    f->chat->chooseDetail(7, "low");
    QCOMPARE(f->attachment(0, "detail").toString(), QString("low"));
    f->chat->chooseDetail(1, "assist");
    QTRY_VERIFY_WITH_TIMEOUT(f->attachment(1, "detailText").toString().startsWith("Reading assist: small"),
                             enough_ms);
    const QVariantMap current = f->attachment(1, "choices").toList().at(4).toMap();
    QCOMPARE(current["id"].toString(), QString("assist"));
    QVERIFY(current["current"].toBool());
    QVERIFY2(current["text"].toString().contains("+ 2 word(s)"), qPrintable(current["text"].toString()));
    f->ask("texts");
    QVERIFY(f->becomesIdle());
    QVERIFY(f->lastText().contains("picture of 640"));
    QVERIFY(!f->lastText().contains("picture of 2000"));
}

void ChatPicturesTest::withoutAReaderAPictureIsJustSmaller() {
    measured();
    f->chat->addImage(QImage(2, 2'000'000 / 2, QImage::Format_RGB888), "no");  // refused: too long
    f->chat->removeAttachment(0);
    // The reader fails on pictures three pixels wide; this one needs more than five seconds.
    QImage image(3, 500, QImage::Format_RGB888);
    image.fill(Qt::white);
    f->chat->addImage(image, "narrow");
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "choices").toList().isEmpty(), enough_ms);
    f->chat->chooseDetail(0, "assist");
    f->ask("texts");
    QTRY_VERIFY_WITH_TIMEOUT(f->messages() == 2 && !f->chat->busy(), enough_ms);
    QCOMPARE(f->lastText(), QString("[texts]"));
}

void ChatPicturesTest::closingDropsWhatIsBeingOpened() {
    QVERIFY(f->becomesReady());
    const QString path = f->folder.filePath("huge.ppm");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("P6\n14000 13500\n255\n") > 0);
    QVERIFY(file.resize(file.size() + qint64{3} * 14000 * 13500));
    file.close();
    f->chat->addFiles(QList<QUrl>(6, QUrl::fromLocalFile(path)));
    QElapsedTimer clock;
    clock.start();
    f->close();
    QVERIFY2(clock.elapsed() < 3'000, qPrintable(QString::number(clock.elapsed())));
}

void ChatPicturesTest::picturesAreOpenedLarge() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(100, 60, QImage::Format_RGB888), "a");
    f->chat->addImage(QImage(320, 64, QImage::Format_RGB888), "b");
    QVERIFY(f->attachmentsSettle());
    f->chat->viewAttachment(1);
    QCOMPARE(reading().state(), QString("viewing"));  // it is not read until somebody asks
    QCOMPARE(reading().count(), 2);
    QCOMPARE(viewer().message(), -1);
    QTRY_COMPARE_WITH_TIMEOUT(viewer().columns(), 10, enough_ms);
    QCOMPARE(viewer().rows(), 2);
    QVERIFY(viewer().modelText().contains(QString::fromUtf8("320 × 64")));
    QTRY_VERIFY_WITH_TIMEOUT(!reading().source().isEmpty(), enough_ms);
    reading().show(0);
    QTRY_COMPARE_WITH_TIMEOUT(viewer().columns(), 4, enough_ms);
    QCOMPARE(reading().state(), QString("viewing"));
    reading().read();
    QVERIFY2(readText().contains("picture of 100"), qPrintable(readText()));
    reading().show(1);  // from now on they are
    QVERIFY(readText().contains("picture of 320"));
    reading().close();
    // What was read is there at once.
    f->chat->viewAttachment(0);
    QCOMPARE(reading().state(), QString("read"));
    reading().close();
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    viewer().open(0, 1);
    QCOMPARE(reading().name(), QString("b"));
    viewer().open(0, 2);
    viewer().open(1, 0);
    viewer().open(-7, 0);
    QCOMPARE(reading().name(), QString("b"));
}

void ChatPicturesTest::placesAreCopiedAndAskedAbout() {
    QVERIFY(f->becomesReady());
    QImage image(1280, 720, QImage::Format_RGB888);
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            image.setPixel(x, y, qRgb(x % 256, y % 256, x / 256));
    }
    f->chat->addImage(image, "screen");
    QVERIFY(f->attachmentsSettle());
    f->ask("box");
    QTRY_VERIFY_WITH_TIMEOUT(f->messages() == 2 && !f->chat->busy(), enough_ms);
    auto& places = *qobject_cast<ReplyPlaces*>(f->chat->places());
    QCOMPARE(places.onPicture(0, 0).size(), 1);
    QCOMPARE(places.onPicture(0, 0).at(0).toMap()["label"].toString(), QString("thing"));
    QCOMPARE(viewer().coordinates(0, 0, 0), QString("[128, 144, 384, 288]"));
    for (const auto& [message, picture, place] :
         {std::array{0, 0, 1}, {0, 0, -1}, {0, 1, 0}, {1, 0, 0}, {0, -1, 0}, {-1, 0, 0}}) {
        QVERIFY(viewer().coordinates(message, picture, place).isEmpty());
        viewer().askAbout(message, picture, place);
    }
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    viewer().copyCoordinates(0, 0, 0);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("[128, 144, 384, 288]"));
    viewer().open(0, 0);
    viewer().askAbout(0, 0, 0);
    QCOMPARE(reading().state(), QString("closed"));
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->chat->attachments()->rowCount(), 1);
    QVERIFY(f->attachment(0, "sizeText").toString().startsWith(QString::fromUtf8("256 × 144")));
    const QString thumbnail = f->attachment(0, "thumbnail").toString();
    const QImage part = f->chat->pictures()->find(thumbnail.section('/', -1));
    QCOMPARE(part.size(), QSize(256, 144));
    QCOMPARE(part.pixel(0, 0), qRgb(128, 144, 0));
    QCOMPARE(part.pixel(255, 143), qRgb(383 % 256, 287 % 256, 1));
}

void ChatPicturesTest::textIsReadOfPicturesThatWait() {
    QVERIFY(!f->chat->canRead());
    f->chat->viewAttachment(0);
    QCOMPARE(reading().state(), QString("closed"));
    f->chat->addFiles({QUrl("https://example.com/a.png"),
                       QUrl::fromLocalFile(f->writePicture("b.png", 100, 60)),
                       QUrl::fromLocalFile(f->writePicture("c.png", 120, 60))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->chat->canRead());
    f->chat->viewAttachment(0);  // was refused
    f->chat->viewAttachment(3);
    QCOMPARE(reading().state(), QString("closed"));

    f->chat->viewAttachment(2);
    reading().read();
    QCOMPARE(reading().name(), QString("c.png"));
    QCOMPARE(reading().pictureWidth(), 120);
    QVERIFY2(readText().contains("picture of 120"), qPrintable(readText()));
    QCOMPARE(reading().index(), 1);
    QCOMPARE(reading().count(), 2);
    reading().show(2);
    reading().show(-1);
    QCOMPARE(reading().index(), 1);
    reading().show(0);
    QCOMPARE(reading().name(), QString("b.png"));
    QVERIFY(reading().text().isEmpty());
    QVERIFY(readText().contains("picture of 100"));
    // They stay as they were, to be asked about.
    reading().close();
    QCOMPARE(f->chat->attachments()->rowCount(), 3);
}

void ChatPicturesTest::textIsReadOfPicturesThatWereSent() {
    QVERIFY(f->becomesReady());
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 100, 60)),
                       QUrl::fromLocalFile(f->writePicture("b.png", 120, 60))});
    QVERIFY(f->attachmentsSettle());
    f->ask("forever");
    QVERIFY(f->chat->busy());
    viewer().open(1, 0, true);  // a reply has none
    viewer().open(7, 0, true);
    QCOMPARE(reading().state(), QString("closed"));
    viewer().open(0, 1, true);
    QVERIFY2(readText().contains("picture of 120"), qPrintable(readText()));
    QCOMPARE(reading().count(), 2);
    QVERIFY(f->chat->busy());
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    f->chat->newConversation();
    QCOMPARE(reading().state(), QString("closed"));
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->pictures()->size(), 0, enough_ms);
}

QTEST_MAIN(ChatPicturesTest)
#include "chat_pictures_test.moc"
