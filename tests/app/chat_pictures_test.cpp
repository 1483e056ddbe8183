// Pictures on their way into a question: from files, clipboard and captures, with what they cost and why some
// are refused. The engine does what the question says (see scripted_inference.cpp).
#include <sys/stat.h>

#include <QBuffer>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include "app/attachment_tray.h"
#include "app/picture_reading.h"
#include "tests/app/chat_fixture.h"

using namespace sightline;
using test::enough_ms;

class ChatPicturesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        f = std::make_unique<test::ChatFixture>(SIGHTLINE_SCRIPTED_INFERENCE);
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
    void textIsReadOfPicturesThatWait();
    void textIsReadOfPicturesThatWereSent();

  private:
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
    QVERIFY(f->attachment(0, "secondsText").toString().isEmpty());
    f->chat->removeAttachment(0);
    f->chat->removeAttachment(0);
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    QCOMPARE(f->chat->pictures()->size(), 0);
}

void ChatPicturesTest::speedIsShownOnceItWasMeasured() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(64, 32, QImage::Format_RGB888), "a");
    QVERIFY(f->attachmentsSettle());
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    f->restart();
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(640, 640, QImage::Format_RGB888), "b");
    // 0.5 s for 100 tokens were measured, and this one has 402.
    QTRY_COMPARE_WITH_TIMEOUT(f->attachment(0, "secondsText").toString(), QString("~2 s"), enough_ms);
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
    const QStringList reasons = {"not a picture",      "folder",
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

void ChatPicturesTest::textIsReadOfPicturesThatWait() {
    QVERIFY(!f->chat->canRead());
    f->chat->readAttachment(-1);
    f->chat->readAttachment(0);
    QCOMPARE(reading().state(), QString("closed"));
    f->chat->addFiles({QUrl("https://example.com/a.png"),
                       QUrl::fromLocalFile(f->writePicture("b.png", 100, 60)),
                       QUrl::fromLocalFile(f->writePicture("c.png", 120, 60))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->chat->canRead());
    f->chat->readAttachment(0);  // was refused
    f->chat->readAttachment(3);
    QCOMPARE(reading().state(), QString("closed"));

    f->chat->readAttachment(2);
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
    f->chat->readAttachment(-1);
    QCOMPARE(reading().name(), QString("b.png"));
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
    f->chat->readPicture(1, 0);  // a reply has none
    f->chat->readPicture(-1, 0);
    f->chat->readPicture(7, 0);
    QCOMPARE(reading().state(), QString("closed"));
    f->chat->readPicture(0, 1);
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
