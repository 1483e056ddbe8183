// The whole chat path with the demo model and the real engine: what a person sees after the first start.
#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>

#include "app/chat/parameters.h"
#include "app/common/installation.h"
#include "app/common/process_memory.h"
#include "app/models/model_library.h"
#include "inference/library.h"
#include "tests/app/chat/chat_fixture.h"

using namespace sightline;
using test::enough_ms;

class DemoChatTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void missingLibraryLeavesAWindow();  // first: a library that was opened once stays
    void demoModelReadsTheSample();
    void secondTurnReusesThePicture();
    void stopInTheMiddle();
    void brokenFolderKeepsTheDemoModel();
    void manyQuestionsInARow();
    void closingWhileEncodingIsQuick();
    void unloadingGivesTheMemoryBack();

  private:
    void start();
    bool addSampleAndAsk();

    std::unique_ptr<test::ChatFixture> f;
};

void DemoChatTest::start() {
    f = std::make_unique<test::ChatFixture>(inferenceLibraryPath());
    f->restart();
    QVERIFY(f->becomesReady());
    // A model this small gains nothing from several threads, and on a machine that does other work they wait
    // for each other at every layer.
    EngineOptions one_thread;
    one_thread.threads = 1;
    QSignalSpy loaded(f->worker.get(), &ModelWorker::modelLoaded);
    f->worker->openModel(demoModelFolder(), one_thread);
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
    // Greedy, so that the reply is the same every time.
    f->chat->parameters().setTemperature(0);
}

bool DemoChatTest::addSampleAndAsk() {
    f->chat->addSample();
    if (!f->attachmentsSettle() || !f->chat->canSend()) return false;
    f->chat->send();
    return f->becomesIdle();
}

void DemoChatTest::missingLibraryLeavesAWindow() {
    f = std::make_unique<test::ChatFixture>("/nowhere/lib/libsightline_inference.so");
    f->restart();
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("failed"), enough_ms);
    QVERIFY(f->chat->modelError().contains("/nowhere/lib/libsightline_inference.so"));
    f->chat->addSample();
    QVERIFY(f->attachmentsSettle());
    QVERIFY(f->attachment(0, "error").toString().isEmpty());
    QVERIFY(!f->chat->canSend());
    QVERIFY(!f->chat->sendProblem().isEmpty());
}

void DemoChatTest::demoModelReadsTheSample() {
    start();
    QVERIFY2(f->chat->modelNotice().contains("demo"), qPrintable(f->chat->modelNotice()));
    QVERIFY(f->chat->contextLength() > 0);
    QVERIFY(!f->chat->memoryText().isEmpty());
    QString streamed;
    connect(f->worker.get(), &ModelWorker::textArrived, this,
            [&](quint64, const QString& text) { streamed += text; });
    f->chat->addSample();
    QVERIFY(f->attachmentsSettle());
    QTRY_VERIFY_WITH_TIMEOUT(!f->attachment(0, "tokensText").toString().isEmpty(), enough_ms);
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QVERIFY2(f->message(1, "error").toString().isEmpty(), qPrintable(f->message(1, "error").toString()));
    // The sample says "The file could not be opened. It may be in use by another program."; the model is
    // small.
    QVERIFY2(f->lastText().contains("file could not be"), qPrintable(f->lastText()));
    QCOMPARE(f->lastText(), streamed);
    QCOMPARE(f->message(1, "stopReason").toString(), QString("end_of_turn"));
    QVERIFY(f->message(1, "facts").toString().contains("tokens"));
    QVERIFY(f->chat->contextUsed() > 10);
}

void DemoChatTest::secondTurnReusesThePicture() {
    start();
    QVERIFY(addSampleAndAsk());
    QSignalSpy ends(f->worker.get(), &ModelWorker::finished);
    f->ask("Read the text in this image.");
    QVERIFY(f->becomesIdle());
    QCOMPARE(ends.size(), 1);
    const auto end = ends.front().at(1).value<ReplyEnd>();
    QVERIFY(end.reason == StopReason::end_of_turn);
    QVERIFY(end.statistics.picture_tokens > 0);
    QVERIFY2(end.statistics.reused_tokens >= end.statistics.picture_tokens,
             qPrintable(QString::number(end.statistics.reused_tokens)));
    QCOMPARE(end.statistics.encode_seconds, 0.0);
}

void DemoChatTest::stopInTheMiddle() {
    start();
    f->chat->addSample();
    QVERIFY(f->attachmentsSettle());
    QSignalSpy texts(f->worker.get(), &ModelWorker::textArrived);
    f->chat->send();
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->message(1, "stopReason").toString(), QString("cancelled"));
    const QString kept = f->lastText();
    f->chat->retry();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->message(1, "stopReason").toString(), QString("end_of_turn"));
    QVERIFY2(f->lastText().startsWith(kept), qPrintable(kept));
}

void DemoChatTest::brokenFolderKeepsTheDemoModel() {
    start();
    const QString broken = f->folder.filePath("broken");
    QVERIFY(QDir().mkpath(broken));
    for (const char* name : {"config.json", "tokenizer.model", "preprocessor_config.json"}) {
        QVERIFY(QFile::copy(demoModelFolder() + "/" + name, broken + "/" + name));
    }
    f->chat->openModelFolder(QUrl::fromLocalFile(broken));
    QTRY_VERIFY_WITH_TIMEOUT(f->chat->modelState() != "loading", enough_ms);
    QCOMPARE(f->chat->modelState(), QString("ready"));
    QVERIFY2(f->chat->modelError().contains("safetensors"), qPrintable(f->chat->modelError()));
    f->chat->openModelFolder(QUrl::fromLocalFile(f->folder.filePath("gone")));
    QTRY_VERIFY_WITH_TIMEOUT(f->chat->modelState() != "loading", enough_ms);
    QVERIFY(!f->chat->modelError().isEmpty());
    QVERIFY(addSampleAndAsk());
    QVERIFY(f->lastText().contains("file"));
}

void DemoChatTest::manyQuestionsInARow() {
    start();
    QString first;
    for (int i = 0; i < 5; ++i) {
        f->chat->newConversation();
        QVERIFY(addSampleAndAsk());
        QCOMPARE(f->messages(), 2);
        if (first.isEmpty()) first = f->lastText();
        QCOMPARE(f->lastText(), first);
    }
    QVERIFY(!first.isEmpty());
}

void DemoChatTest::closingWhileEncodingIsQuick() {
    start();
    QImage large(1600, 1200, QImage::Format_RGB888);
    large.fill(Qt::white);
    f->chat->addImage(large, "large");
    QVERIFY(f->attachmentsSettle());
    QSignalSpy progress(f->worker.get(), &ModelWorker::progressed);
    f->ask("What is this?");
    QTRY_VERIFY_WITH_TIMEOUT(f->chat->busy() && !progress.isEmpty(), enough_ms);
    QElapsedTimer clock;
    clock.start();
    f->close();
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
}

void DemoChatTest::unloadingGivesTheMemoryBack() {
    start();
    QVERIFY(addSampleAndAsk());
    const QString before = f->lastText();
    // Until what the loading left behind is gone, a second look says what the model itself holds.
    QSignalSpy told(f->worker.get(), &ModelWorker::memoryChanged);
    const std::size_t loaded = residentMemory().value();
    auto* library = qobject_cast<ModelLibrary*>(f->chat->models());
    library->unload();
    QCOMPARE(f->chat->modelState(), QString("unloaded"));
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, enough_ms);
    const std::size_t unloaded = residentMemory().value();
    constexpr std::size_t weights = std::size_t{13} << 20;
    QVERIFY2(unloaded + weights / 2 < loaded,
             qPrintable(QString("%1 KiB -> %2 KiB").arg(loaded >> 10).arg(unloaded >> 10)));
    // Of libtorch some 60 MiB of code had run: nothing is left to let go of.
    returnLibraryCode();
    const std::size_t without_code = residentMemory().value();
    QVERIFY2(unloaded < without_code + (std::size_t{16} << 20),
             qPrintable(QString("%1 KiB -> %2 KiB").arg(unloaded >> 10).arg(without_code >> 10)));
    // The next question brings it back, with the same answer.
    f->chat->newConversation();
    f->chat->addSample();
    QVERIFY(f->becomesReady());
    QVERIFY(f->attachmentsSettle());
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), before);
    const std::size_t with_code = residentMemory().value();
    returnLibraryCode();
    QVERIFY(residentMemory().value() + (std::size_t{16} << 20) < with_code);
}

QTEST_MAIN(DemoChatTest)
#include "demo_chat_test.moc"
