// The conversation from the first start to the last reply, with an engine that does what the question says
// (see scripted_inference.cpp).
#include "app/chat/chat_controller.h"

#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QSignalSpy>

#include "app/chat/parameters.h"
#include "app/common/installation.h"
#include "app/models/model_library.h"
#include "app/models/program_status.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/test_paths.h"

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
    void questionWaitsForTheModel();
    void waitingQuestionIsTakenBack();
    void questionWaitsForItsPictures();
    void everyTurnIsSentWithItsPictures();
    void stopKeepsWhatWasWritten();
    void phasesAreShownWhileTheReplyIsMade();
    void failedReplyIsTriedAgain();
    void questionThatDoesNotFitComesBack();
    void contextThatFillsUpIsExplained();
    void newConversationDropsTheReply();
    void changedModelFileIsTold();
    void closingWhileBusyIsQuick();

    void copyPutsTextOnTheClipboard();
    void draftSurvivesARestart();
    void parametersGoOverTheModelsOwn();
    void systemPromptIsSent();
    void changedContextLoadsTheModelAgain();
    void unloadedModelComesBack();
    void waitingPictureDoesNotWakeTheModel();
    void detailChangesWhatPicturesCost();
    void queueCountsWhatWaits();

  private:
    std::unique_ptr<test::ChatFixture> f;
};

void ChatControllerTest::init() {
    f = std::make_unique<test::ChatFixture>(test_paths::scriptedInference());
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
    // The empty field says itself what is missing.
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

void ChatControllerTest::questionWaitsForTheModel() {
    f->restart(false);
    f->ask("say 2");
    QVERIFY(f->chat->sendWaits());
    QCOMPARE(f->messages(), 0);
    QCOMPARE(f->chat->draft(), QString("say 2"));
    QVERIFY(f->chat->sendProblem().contains("as soon as the model is ready"));
    f->worker->start();
    QTRY_COMPARE_WITH_TIMEOUT(f->messages(), 2, enough_ms);
    QVERIFY(!f->chat->sendWaits());
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("w1 w2 "));
    QVERIFY(f->chat->draft().isEmpty());
}

void ChatControllerTest::waitingQuestionIsTakenBack() {
    f->restart(false);
    f->ask("say 2");
    f->chat->setDraft("say 3");  // whoever goes on writing has not finished
    QVERIFY(!f->chat->sendWaits());
    f->chat->send();
    QVERIFY(f->chat->sendWaits());
    f->chat->stop();
    QVERIFY(!f->chat->sendWaits());
    f->worker->start();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->messages(), 0);
    QCOMPARE(f->chat->draft(), QString("say 3"));

    // A model that cannot be loaded asks nothing and keeps the question.
    f->settings->setModelFolder("/models/broken");
    f->restart(false);
    f->ask("say 4");
    QVERIFY(f->chat->sendWaits());
    f->worker->start();
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("failed"), enough_ms);
    QVERIFY(!f->chat->sendWaits());
    QCOMPARE(f->messages(), 0);
    QCOMPARE(f->chat->draft(), QString("say 4"));
}

void ChatControllerTest::questionWaitsForItsPictures() {
    QVERIFY(f->becomesReady());
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("big.png", 2000, 1500))});
    QVERIFY(f->attachment(0, "loading").toBool());
    f->ask("say 1");
    QVERIFY(f->chat->sendWaits());
    QTRY_COMPARE_WITH_TIMEOUT(f->messages(), 2, enough_ms);
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->message(0, "pictures").toList().size(), 1);
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
    const auto phase = [this](int number) { return f->message(1, "phases").toList().value(number).toMap(); };
    QString first;  // before the model says anything
    connect(f->chat->messages(), &QAbstractItemModel::dataChanged, this, [&] {
        if (first.isEmpty() && f->message(1, "phases").toList().size() == 3)
            first = phase(0)["state"].toString();
    });
    f->ask("forever");
    QTRY_COMPARE_WITH_TIMEOUT(first, QString("waiting"), enough_ms);
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
    f->chat->parameters().setMaxTokens(5);
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

void ChatControllerTest::parametersGoOverTheModelsOwn() {
    QVERIFY(f->becomesReady());
    Parameters& parameters = f->chat->parameters();
    QCOMPARE(parameters.temperature(), 0.5);  // of the scripted model
    QVERIFY(parameters.changedNames().isEmpty());
    parameters.setMaxTokens(1'000'000);
    QCOMPARE(parameters.maxTokens(), 1000);  // the context that it was opened with
    parameters.setMaxTokens(3);
    f->ask("say 9");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("w1 w2 w3 "));
    // A new conversation begins with the same, and so does the next start.
    f->chat->newConversation();
    QCOMPARE(parameters.maxTokens(), 3);
    f->restart();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->parameters().maxTokens(), 3);
}

void ChatControllerTest::systemPromptIsSent() {
    QVERIFY(f->becomesReady());
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("1/0"));
    f->chat->parameters().setSystemPrompt("Answer from the picture only.");
    f->chat->newConversation();
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("2/0"));
}

void ChatControllerTest::changedContextLoadsTheModelAgain() {
    QVERIFY(f->becomesReady());
    Parameters& parameters = f->chat->parameters();
    QCOMPARE(f->chat->contextLength(), 1000);
    QCOMPARE(parameters.longestContext(), 4000);
    parameters.setContextLength(2000);
    QVERIFY(parameters.contextWaits());
    QCOMPARE(f->chat->contextLength(), 1000);
    f->chat->reloadModel();
    QCOMPARE(f->chat->modelState(), QString("loading"));
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->contextLength(), 2000);
    QVERIFY(!parameters.contextWaits());
    // It is kept for this model and no other.
    f->chat->openModelFolder(QUrl::fromLocalFile("/models/mine"));
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->contextLength(), 1000);
    QVERIFY(!parameters.changedNames().contains("contextLength"));
    f->restart();
    f->chat->useDemoModel();
    QVERIFY(f->becomesReady());
    QCOMPARE(f->chat->contextLength(), 2000);
}

void ChatControllerTest::unloadedModelComesBack() {
    QVERIFY(f->becomesReady());
    auto* library = qobject_cast<ModelLibrary*>(f->chat->models());
    QVERIFY(library);
    f->ask("say 2");
    QVERIFY(f->becomesIdle());
    // Written to: it loads while the question is written.
    library->unload();
    QCOMPARE(f->chat->modelState(), QString("unloaded"));
    QCOMPARE(f->chat->modelName(), QString("demo-model"));
    QCOMPARE(f->messages(), 2);
    f->chat->setDraft("s");
    QCOMPARE(f->chat->modelState(), QString("loading"));
    QVERIFY(f->becomesReady());
    // Sent: the question waits for it.
    f->chat->setDraft("say 3");
    library->unload();
    QVERIFY(!f->chat->canSend());
    f->chat->send();
    QVERIFY(f->chat->sendWaits());
    QTRY_COMPARE_WITH_TIMEOUT(f->lastText(), QString("w1 w2 w3 "), enough_ms);
    QVERIFY(f->becomesIdle());
    // Retried.
    library->unload();
    QSignalSpy busy(f->chat.get(), &ChatController::busyChanged);
    f->chat->retry();
    QTRY_VERIFY_WITH_TIMEOUT(busy.size() >= 2, enough_ms);
    QCOMPARE(f->lastText(), QString("w1 w2 w3 "));
    QCOMPARE(f->messages(), 4);
}

// A picture that waits already is no reason to load what was just unloaded.
void ChatControllerTest::waitingPictureDoesNotWakeTheModel() {
    QVERIFY(f->becomesReady());
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 64, 64))});
    QVERIFY(f->attachmentsSettle());
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "tokensText").toString().isEmpty(), enough_ms);
    QSignalSpy unloaded(f->worker.get(), &ModelWorker::modelUnloaded);
    qobject_cast<ModelLibrary*>(f->chat->models())->unload();
    QTRY_COMPARE_WITH_TIMEOUT(unloaded.size(), 1, enough_ms);
    QCOMPARE(f->chat->modelState(), QString("unloaded"));
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("b.png", 32, 32))});
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("ready"), enough_ms);
}

void ChatControllerTest::detailChangesWhatPicturesCost() {
    QVERIFY(f->becomesReady());
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 64, 64))});
    QVERIFY(f->attachmentsSettle());
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "tokensText").toString().isEmpty(), enough_ms);
    auto* status = qobject_cast<ProgramStatus*>(f->chat->status());
    QTRY_COMPARE_WITH_TIMEOUT(status->contextPending(), 6, enough_ms);
    // The conversation's detail counts where none was chosen for the picture itself.
    f->chat->parameters().setDetail("low");
    QCOMPARE(f->attachment(0, "detail").toString(), QString("low"));
    f->chat->chooseDetail(0, "high");
    f->chat->parameters().setDetail("exact");
    QCOMPARE(f->attachment(0, "detail").toString(), QString("high"));
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    QCOMPARE(status->contextPending(), 0);
}

void ChatControllerTest::queueCountsWhatWaits() {
    QVERIFY(f->becomesReady());
    auto* status = qobject_cast<ProgramStatus*>(f->chat->status());
    // The speed of the machine is measured first.
    QTRY_VERIFY_WITH_TIMEOUT(f->worker->pending() == 0, enough_ms);
    f->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(!f->lastText().isEmpty(), enough_ms);
    QCOMPARE(status->queueLength(), 0);  // the one in work does not wait
    f->worker->submit(Prompt{{{Role::user, {TextPart{"say 1"}}, {}}}, {}, false, {}}, {},
                      Priority::background);
    status->refresh();
    QCOMPARE(status->queueLength(), 1);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QTRY_COMPARE_WITH_TIMEOUT(status->queueLength(), 0, enough_ms);
    QVERIFY(!status->memoryText().isEmpty() && status->memoryDetail().contains(status->memoryText()));
}

QTEST_MAIN(ChatControllerTest)
#include "chat_controller_test.moc"
