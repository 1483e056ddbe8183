// The conversation from the first start to the last reply, with an engine that does what the question says
// (see scripted_inference.cpp).
#include "app/chat_controller.h"

#include <sys/stat.h>

#include <QBuffer>
#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>

#include "app/attachment_tray.h"
#include "app/installation.h"
#include "tests/app/chat_fixture.h"

using namespace sightline;
using test::enough_ms;

class ChatControllerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { f.reset(); }

    void firstStartOpensTheDemoModel();
    void chosenModelIsOpenedAgain();
    void failedModelLeavesTheOneInUse();
    void failedFirstModelLeavesAUsableWindow();
    void modelWhoseLoadWasNotSurvivedIsNotOpened();
    void modelFoldersAreOnThisComputer();

    void replyIsShownWithItsFacts();
    void sendingNeedsAQuestionAndAModel();
    void everyTurnIsSentWithItsPictures();
    void stopKeepsWhatWasWritten();
    void phasesAreShownWhileTheReplyIsMade();
    void failedReplyIsTriedAgain();
    void questionThatDoesNotFitComesBack();
    void contextThatFillsUpIsExplained();
    void newConversationDropsTheReply();
    void changedModelFileIsTold();
    void closingWhileBusyIsQuick();

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
    void copyPutsTextOnTheClipboard();
    void draftSurvivesARestart();
    void parametersAreKeptPerModel();

  private:
    std::unique_ptr<test::ChatFixture> f;
};

void ChatControllerTest::init() {
    f = std::make_unique<test::ChatFixture>(SIGHTLINE_SCRIPTED_INFERENCE);
    f->restart();
}

void ChatControllerTest::firstStartOpensTheDemoModel() {
    QVERIFY(!demoModelFolder().isEmpty());
    QCOMPARE(f->chat->modelState(), QString("loading"));
    QVERIFY(!f->chat->sendProblem().isEmpty());
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->modelName(), QString("demo-model"));
    QCOMPARE(f->chat->modelNotice(), QString("scripted"));
    QCOMPARE(f->chat->deviceText(), QString("CPU bf16"));
    QCOMPARE(f->chat->contextLength(), 1000);
    QVERIFY(f->chat->modelError().isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->memoryText(), QString("3 MiB"), enough_ms);
    QVERIFY(f->settings->modelFolder().isEmpty());
}

void ChatControllerTest::chosenModelIsOpenedAgain() {
    QVERIFY(f->becomesReady());
    f->chat->openModelFolder(QUrl::fromLocalFile("/models/mine"));
    QCOMPARE(f->chat->modelState(), QString("loading"));
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->modelName(), QString("mine"));
    f->restart();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->modelName(), QString("mine"));
    f->chat->useDemoModel();
    QVERIFY(f->becomesReady());
    f->restart();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->modelName(), QString("demo-model"));
}

void ChatControllerTest::failedModelLeavesTheOneInUse() {
    QVERIFY(f->becomesReady());
    f->chat->openModelFolder(QUrl::fromLocalFile("/models/broken"));
    QVERIFY(f->becomesReady());
    QVERIFY(f->chat->modelError().contains("config.json: hidden_size is missing"));
    QCOMPARE(f->chat->modelName(), QString("demo-model"));
    f->ask("say 2");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("w1 w2 "));
    f->restart();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->modelName(), QString("demo-model"));
}

void ChatControllerTest::failedFirstModelLeavesAUsableWindow() {
    f->settings->setModelFolder("/models/broken");
    f->restart();
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("failed"), enough_ms);
    QVERIFY(f->chat->modelError().contains("hidden_size"));
    f->chat->setDraft("say 1");
    QVERIFY(!f->chat->canSend());
    QVERIFY(!f->chat->sendProblem().isEmpty());
    f->chat->send();
    QCOMPARE(f->messages(), 0);
    f->chat->useDemoModel();
    QVERIFY(f->becomesReady());
    QVERIFY(f->chat->canSend());
}

void ChatControllerTest::modelWhoseLoadWasNotSurvivedIsNotOpened() {
    const auto leaveMarker = [this](const QString& folder) {
        f->close();
        QVERIFY(QDir().mkpath(f->folder.filePath("cache")));
        QFile marker(f->folder.filePath("cache/loading"));
        QVERIFY(marker.open(QIODevice::WriteOnly));
        marker.write(folder.toUtf8());
    };
    QVERIFY(f->becomesReady());
    f->settings->setModelFolder("/models/heavy");
    leaveMarker("/models/heavy/");
    f->restart();
    QCOMPARE(f->chat->modelState(), QString("failed"));
    QVERIFY(f->chat->modelError().contains("heavy"));
    QVERIFY(!f->worker->loading());
    f->chat->useDemoModel();
    QVERIFY(f->becomesReady());
    QVERIFY(f->chat->modelError().isEmpty());

    leaveMarker("/models/other");
    f->restart();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->modelName(), QString("demo-model"));
    QVERIFY(f->chat->modelError().contains("other"));
    f->restart();
    QVERIFY(f->becomesReady());
    QVERIFY(f->chat->modelError().isEmpty());
}

void ChatControllerTest::modelFoldersAreOnThisComputer() {
    QVERIFY(f->becomesReady());
    for (const char* place : {"http://example.com/model", "file://server/share/model", "qrc:/model", ""}) {
        f->chat->openModelFolder(QUrl(place));
        QCOMPARE(f->chat->modelState(), QString("ready"));
        QVERIFY(f->chat->modelError().contains("on this computer"));
        QVERIFY(!f->worker->loading());
    }
}

void ChatControllerTest::replyIsShownWithItsFacts() {
    QVERIFY(f->becomesReady());
    QSignalSpy busy(f->chat.get(), &ChatController::busyChanged);
    f->ask("  say 3\n");
    QVERIFY(f->chat->busy());
    QVERIFY(!f->chat->canSend());
    QVERIFY(f->chat->draft().isEmpty());
    QCOMPARE(f->messages(), 2);
    QCOMPARE(f->message(0, "role").toString(), QString("user"));
    QCOMPARE(f->message(0, "text").toString(), QString("say 3"));
    QCOMPARE(f->message(1, "role").toString(), QString("assistant"));
    QVERIFY(f->message(1, "streaming").toBool());
    QVERIFY(f->becomesIdle());
    QCOMPARE(busy.size(), 2);
    QCOMPARE(f->lastText(), QString("w1 w2 w3 "));
    QVERIFY(!f->message(1, "streaming").toBool());
    QVERIFY(f->message(1, "phases").toList().isEmpty());
    QVERIFY2(f->message(1, "facts").toString().startsWith("3 tokens"),
             qPrintable(f->message(1, "facts").toString()));
    QCOMPARE(f->message(1, "stopReason").toString(), QString("end_of_turn"));
    QVERIFY(f->message(1, "error").toString().isEmpty());
    QVERIFY(f->message(1, "notice").toString().isEmpty());
    QCOMPARE(f->chat->title(), QString("say 3"));
    QCOMPARE(f->chat->contextUsed(), 13);
}

void ChatControllerTest::sendingNeedsAQuestionAndAModel() {
    QVERIFY(f->becomesReady());
    f->chat->send();
    f->ask(" \n ");
    QCOMPARE(f->messages(), 0);
    QVERIFY(f->chat->sendProblem().isEmpty());
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 40, 40))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(!f->chat->canSend());
    QVERIFY(!f->chat->sendProblem().isEmpty());
    f->chat->setDraft("say 1");
    QVERIFY(f->chat->canSend());
    QVERIFY(f->chat->sendProblem().isEmpty());
    f->chat->send();
    f->ask("say 2");
    QCOMPARE(f->messages(), 2);
    QCOMPARE(f->chat->draft(), QString("say 2"));
    QVERIFY(f->becomesIdle());
    QVERIFY(f->chat->canSend());
}

void ChatControllerTest::everyTurnIsSentWithItsPictures() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(64, 32, QImage::Format_ARGB32_Premultiplied), "capture");
    QVERIFY(f->attachmentsSettle());
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/1"));
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    const QVariantList pictures = f->message(0, "pictures").toList();
    QCOMPARE(pictures.size(), 1);
    QCOMPARE(pictures[0].toMap()["name"].toString(), QString("capture"));
    QVERIFY(pictures[0].toMap()["caption"].toString().startsWith(QString::fromUtf8("64 × 32")));
    const QString source = pictures[0].toMap()["source"].toString();
    QVERIFY(source.startsWith("image://pictures/"));
    QCOMPARE(f->chat->pictures()->find(source.section('/', -1)).size(), QSize(64, 32));
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("3/1"));
}

void ChatControllerTest::stopKeepsWhatWasWritten() {
    QVERIFY(f->becomesReady());
    f->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > 50, enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QVERIFY(f->lastText().startsWith("w1 w2 w3 "));
    QCOMPARE(f->message(1, "stopReason").toString(), QString("cancelled"));
    QVERIFY(f->message(1, "facts").toString().contains("stopped by you"));
    f->chat->stop();
    f->ask("encode");
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    // The reply that was stopped before its first word is no turn.
    QCOMPARE(f->lastText(), QString("4/0"));
}

void ChatControllerTest::phasesAreShownWhileTheReplyIsMade() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(64, 32, QImage::Format_RGB888), "capture");
    QVERIFY(f->attachmentsSettle());
    f->ask("forever");
    const auto phase = [this](int number) { return f->message(1, "phases").toList().value(number).toMap(); };
    QCOMPARE(f->message(1, "phases").toList().size(), 3);
    QCOMPARE(phase(0)["state"].toString(), QString("waiting"));
    QTRY_COMPARE_WITH_TIMEOUT(phase(2)["state"].toString(), QString("running"), enough_ms);
    QCOMPARE(phase(0)["state"].toString(), QString("done"));
    QCOMPARE(phase(1)["state"].toString(), QString("done"));
    QTRY_VERIFY_WITH_TIMEOUT(phase(2)["seconds"].toDouble() > 0, enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QVERIFY(f->message(1, "phases").toList().isEmpty());
}

void ChatControllerTest::failedReplyIsTriedAgain() {
    QVERIFY(f->becomesReady());
    f->chat->retry();
    f->ask("surprise");
    QVERIFY(f->becomesIdle());
    QVERIFY(f->message(1, "error").toString().contains("out of cheese"));
    QCOMPARE(f->message(1, "stopReason").toString(), QString("error"));
    QVERIFY(f->chat->modelState() == "ready");
    f->chat->retry();
    QVERIFY(f->chat->busy());
    QVERIFY(f->message(1, "error").toString().isEmpty());
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->messages(), 2);
    QVERIFY(!f->message(1, "error").toString().isEmpty());
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    f->chat->retry();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->messages(), 4);
    QCOMPARE(f->lastText(), QString("w1 "));
}

void ChatControllerTest::questionThatDoesNotFitComesBack() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(64, 32, QImage::Format_RGB888), "capture");
    QVERIFY(f->attachmentsSettle());
    f->ask("too long");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->messages(), 0);
    QCOMPARE(f->chat->draft(), QString("too long"));
    QCOMPARE(f->chat->attachments()->rowCount(), 1);
    QVERIFY(f->chat->sendProblem().contains("2,000 tokens"));
    QVERIFY(!f->chat->canSend());
    QCOMPARE(f->chat->title(), QString("New conversation"));
    f->chat->setDraft("turns");
    QVERIFY(f->chat->sendProblem().isEmpty());
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/1"));
    // What was typed meanwhile is not overwritten: then the error stands in the conversation.
    f->ask("too long");
    f->chat->setDraft("another");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->chat->draft(), QString("another"));
    QVERIFY(f->message(3, "error").toString().contains("2,000 tokens"));
}

void ChatControllerTest::contextThatFillsUpIsExplained() {
    QVERIFY(f->becomesReady());
    f->ask("full");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->message(1, "stopReason").toString(), QString("context_full"));
    QVERIFY(!f->message(1, "notice").toString().isEmpty());
    QVERIFY(f->message(1, "error").toString().isEmpty());
    f->chat->setMaxTokens(5);
    f->ask("say 9");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("w1 w2 w3 w4 w5 "));
    QCOMPARE(f->message(3, "stopReason").toString(), QString("max_tokens"));
    QVERIFY(f->message(3, "notice").toString().contains("5 tokens"));
}

void ChatControllerTest::newConversationDropsTheReply() {
    QVERIFY(f->becomesReady());
    f->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(!f->lastText().isEmpty(), enough_ms);
    f->chat->setDraft("say 2");
    f->chat->newConversation();
    QVERIFY(!f->chat->busy());
    QCOMPARE(f->messages(), 0);
    QCOMPARE(f->chat->title(), QString("New conversation"));
    QCOMPARE(f->chat->contextUsed(), 0);
    QCOMPARE(f->chat->draft(), QString("say 2"));
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->messages(), 2);
    QCOMPARE(f->lastText(), QString("w1 w2 "));
}

void ChatControllerTest::changedModelFileIsTold() {
    QVERIFY(f->becomesReady());
    f->ask("file");
    QVERIFY(f->becomesIdle());
    QVERIFY(f->message(1, "error").toString().contains("model.safetensors"));
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("failed"), enough_ms);
    QVERIFY(f->chat->modelError().contains("model.safetensors"));
    f->chat->useDemoModel();
    QVERIFY(f->becomesReady());
}

void ChatControllerTest::closingWhileBusyIsQuick() {
    QVERIFY(f->becomesReady());
    f->ask("encode");
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 40, 40))});
    QElapsedTimer clock;
    clock.start();
    f->close();
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
}

void ChatControllerTest::picturesShowWhatTheyCost() {
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

void ChatControllerTest::speedIsShownOnceItWasMeasured() {
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

void ChatControllerTest::whatIsNoPictureStaysWithItsReason() {
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

void ChatControllerTest::namesAreShownAsPlainText() {
    QVERIFY(f->becomesReady());
    const QString hostile = QString("<b>x<img src='http:") + QChar(0x202E) + "a\nb.png";
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture(hostile, 40, 40))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->attachment(0, "error").toString().isEmpty());
    const QString mark(QChar::ReplacementCharacter);
    QCOMPARE(f->attachment(0, "name").toString(), "<b>x<img src='http:" + mark + "a" + mark + "b.png");
    QVERIFY(!f->attachment(0, "thumbnail").toString().contains("img"));
}

void ChatControllerTest::atMostSixteenPictures() {
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

void ChatControllerTest::picturesThatFillTheContextAreRefused() {
    QVERIFY(f->becomesReady());
    f->chat->setDraft("say 1");
    f->chat->addImage(QImage(1024, 1024, QImage::Format_RGB888), "big");
    QTRY_VERIFY_WITH_TIMEOUT(f->chat->sendProblem().contains("1,026"), enough_ms);
    QVERIFY(!f->chat->canSend());
    f->chat->removeAttachment(0);
    QVERIFY(f->chat->canSend());
}

void ChatControllerTest::pictureThatNoModelTakesIsRefused() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(3000, 4, QImage::Format_RGB888), "line");
    QTRY_VERIFY_WITH_TIMEOUT(f->attachment(0, "error").toString().contains("200:1"), enough_ms);
    f->chat->addImage(QImage(), "nothing");
    QVERIFY(f->attachmentsSettle());
    QVERIFY(!f->attachment(1, "error").toString().isEmpty());
}

void ChatControllerTest::sampleBringsItsQuestion() {
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

void ChatControllerTest::picturesLeaveTheMemoryWithTheConversation() {
    QVERIFY(f->becomesReady());
    f->chat->addImage(QImage(64, 32, QImage::Format_RGB888), "a");
    QVERIFY(f->attachmentsSettle());
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->chat->pictures()->size(), 1);
    f->chat->newConversation();
    QCOMPARE(f->chat->pictures()->size(), 0);
}

void ChatControllerTest::imagesArePastedBeforeFilesBeforeText() {
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

void ChatControllerTest::copyPutsTextOnTheClipboard() {
    f->chat->copyText("a *b* c");
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("a *b* c"));
}

void ChatControllerTest::draftSurvivesARestart() {
    f->chat->setDraft("half a quest");
    f->restart();
    QCOMPARE(f->chat->draft(), QString("half a quest"));
    QVERIFY(f->becomesReady());
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    f->restart();
    QVERIFY(f->chat->draft().isEmpty());
    f->chat->setDraft("saved without closing");
    QTRY_COMPARE_WITH_TIMEOUT(f->settings->draft(), QString("saved without closing"), enough_ms);
}

void ChatControllerTest::parametersAreKeptPerModel() {
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->temperature(), 0.5);
    QVERIFY(!f->chat->isTemperatureChanged());
    f->chat->setTemperature(1.25);
    f->chat->setTopP(0.001);
    f->chat->setMaxTokens(1'000'000);
    QCOMPARE(f->chat->temperature(), 1.25);
    QCOMPARE(f->chat->topP(), 0.01);
    QCOMPARE(f->chat->maxTokens(), 1000);
    QVERIFY(f->chat->isTemperatureChanged() && f->chat->isTopPChanged() && f->chat->isMaxTokensChanged());
    f->chat->openModelFolder(QUrl::fromLocalFile("/models/mine"));
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->temperature(), 0.5);
    f->chat->useDemoModel();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->temperature(), 1.25);
    f->chat->setTemperature(0.5);
    QVERIFY(!f->chat->isTemperatureChanged());
    f->chat->setTemperature(std::nan(""));
    QCOMPARE(f->chat->temperature(), 0.5);
    f->chat->setTemperature(99);
    QCOMPARE(f->chat->temperature(), 2.0);
    QSignalSpy changed(f->chat.get(), &ChatController::parametersChanged);
    f->chat->resetParameters();
    QCOMPARE(changed.size(), 1);
    QVERIFY(!f->chat->isTemperatureChanged() && !f->chat->isTopPChanged() && !f->chat->isMaxTokensChanged());
}

QTEST_MAIN(ChatControllerTest)
#include "chat_controller_test.moc"
