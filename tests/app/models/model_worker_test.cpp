// The inference thread, with an engine that does what the question says (see scripted_inference.cpp).
#include "app/models/model_worker.h"
#include "tests/test_paths.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace sightline;

namespace {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait

Prompt ask(const std::string& text) {
    Prompt prompt;
    prompt.messages.push_back({Role::user, {TextPart{text}}, {}});
    return prompt;
}

GenerationOptions options() {
    GenerationOptions made;
    made.max_tokens = 1'000'000;
    return made;
}

}  // namespace

class ModelWorkerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QVERIFY(QFile::exists(test_paths::scriptedInference())); }
    void init();
    void cleanup() { worker_.reset(); }

    void missingLibraryIsAFailedLoad();  // first: a library that was opened once stays
    void ordersFromBeforeTheStartAreKept();
    void failedLoadKeepsTheModel();
    void loadIsGivenUpForANewOne();
    void nothingIsTakenWithoutAModel();
    void textArrivesWholeAndGathered();
    void cancelledReplyEndsAndTheNextOneWorks();
    void endComesAfterAllText();
    void fullQueueRefuses();
    void costsAreAnsweredWhileAReplyIsMade();
    void costWithoutAModelFails();
    void surprisesBecomeErrors();
    void changedFileTakesTheModelAway();
    void markerIsThereOnlyWhileLoading();
    void interruptedLoadIsToldUntilALoadEnds();
    void endsQuickly_data();
    void endsQuickly();
    void repliesInProgressEndBeforeALoad();
    void unloadGivesTheModelBack();
    void unloadIsGivenUpForALoad();
    void factsAreToldWithoutALoad();

  private:
    void loadPlain();
    ReplyEnd endOf(ModelWorker::Ticket ticket);
    ModelWorkerOptions workerOptions() const;

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ModelWorker> worker_;
    std::map<quint64, QString> texts_;
    std::map<quint64, ReplyEnd> ends_;
};

ModelWorkerOptions ModelWorkerTest::workerOptions() const {
    ModelWorkerOptions made;
    made.library = test_paths::scriptedInference();
    made.cache_folder = folder_->path();
    made.capacity = 4;
    return made;
}

void ModelWorkerTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    texts_.clear();
    ends_.clear();
    worker_ = std::make_unique<ModelWorker>(workerOptions());
    connect(worker_.get(), &ModelWorker::textArrived, this,
            [this](quint64 ticket, const QString& text) { texts_[ticket] += text; });
    connect(worker_.get(), &ModelWorker::finished, this,
            [this](quint64 ticket, const ReplyEnd& end) { QVERIFY(ends_.emplace(ticket, end).second); });
}

void ModelWorkerTest::loadPlain() {
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    worker_->openModel("/models/plain");
    worker_->start();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
}

ReplyEnd ModelWorkerTest::endOf(ModelWorker::Ticket ticket) {
    if (!QTest::qWaitFor([&] { return ends_.count(ticket) == 1; }, enough_ms)) qWarning("no end");
    return ends_[ticket];
}

void ModelWorkerTest::missingLibraryIsAFailedLoad() {
    ModelWorkerOptions broken = workerOptions();
    broken.library = "/nowhere/libsightline_inference.so";
    worker_ = std::make_unique<ModelWorker>(broken);
    QSignalSpy failed(worker_.get(), &ModelWorker::loadFailed);
    for (int attempt = 1; attempt <= 2; ++attempt) {
        worker_->openModel("/models/plain");
        worker_->start();
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), attempt, enough_ms);
        QVERIFY(failed.last().at(1).value<Problem>().sentence.contains("/nowhere/libsightline_inference.so"));
        QCOMPARE(failed.last().at(2).toBool(), false);
    }
    QVERIFY(!worker_->submit(ask("say 1"), options()));
}

void ModelWorkerTest::ordersFromBeforeTheStartAreKept() {
    QSignalSpy started(worker_.get(), &ModelWorker::loadStarted);
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    QSignalSpy memory(worker_.get(), &ModelWorker::memoryChanged);
    EngineOptions wanted;
    wanted.threads = 3;
    worker_->openModel("/models/plain", wanted);
    QVERIFY(worker_->loading());
    QCoreApplication::processEvents();
    QCOMPARE(started.size(), 0);
    worker_->start();
    worker_->start();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
    QCOMPARE(started.size(), 1);
    QCOMPARE(started.front().front().toString(), QString("/models/plain"));
    const auto model = loaded.front().front().value<LoadedModel>();
    QCOMPARE(model.facts.name, std::string("plain"));
    QCOMPARE(model.options.threads, 3);
    QCOMPARE(model.device_name, QString("CPU"));
    QVERIFY(!worker_->loading());
    QTRY_COMPARE_WITH_TIMEOUT(memory.size(), 1, enough_ms);
    QCOMPARE(memory.front().front().value<MemoryUse>().weights_bytes, std::size_t{3} << 20);
}

void ModelWorkerTest::failedLoadKeepsTheModel() {
    loadPlain();
    QSignalSpy failed(worker_.get(), &ModelWorker::loadFailed);
    worker_->openModel("/models/broken");
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QCOMPARE(failed.front().at(0).toString(), QString("/models/broken"));
    const auto problem = failed.front().at(1).value<Problem>();
    QVERIFY(problem.kind == ErrorKind::invalid_model);
    QVERIFY(problem.sentence.contains("config.json: hidden_size is missing"));
    QCOMPARE(failed.front().at(2).toBool(), true);
    const auto ticket = worker_->submit(ask("say 2"), options());
    QVERIFY(ticket);
    QVERIFY(endOf(*ticket).reason == StopReason::end_of_turn);
    QCOMPARE(texts_[*ticket], QString("w1 w2 "));
}

void ModelWorkerTest::loadIsGivenUpForANewOne() {
    QSignalSpy started(worker_.get(), &ModelWorker::loadStarted);
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    QSignalSpy failed(worker_.get(), &ModelWorker::loadFailed);
    worker_->openModel("/models/slow");
    worker_->start();
    QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, enough_ms);
    worker_->openModel("/models/plain");
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
    QCOMPARE(loaded.front().front().value<LoadedModel>().facts.name, std::string("plain"));
    QCOMPARE(failed.size(), 0);
}

void ModelWorkerTest::nothingIsTakenWithoutAModel() {
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    worker_->start();
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    worker_->cancel(77);
}

void ModelWorkerTest::textArrivesWholeAndGathered() {
    loadPlain();
    QSignalSpy pieces(worker_.get(), &ModelWorker::textArrived);
    QSignalSpy progress(worker_.get(), &ModelWorker::progressed);
    const auto ticket = worker_->submit(ask("say 5000"), options());
    QVERIFY(ticket);
    const ReplyEnd end = endOf(*ticket);
    QString expected;
    for (int word = 1; word <= 5000; ++word)
        expected += "w" + QString::number(word) + " ";
    QCOMPARE(texts_[*ticket], expected);
    QCOMPARE(end.statistics.reply_tokens, 5000);
    QVERIFY2(pieces.size() < 1000, qPrintable(QString::number(pieces.size())));
    QVERIFY(progress.size() < 1000);
    QVERIFY(!progress.isEmpty());
}

void ModelWorkerTest::cancelledReplyEndsAndTheNextOneWorks() {
    loadPlain();
    for (const char* endless : {"forever", "encode"}) {
        const auto ticket = worker_->submit(ask(endless), options());
        QVERIFY(ticket);
        if (qstrcmp(endless, "forever") == 0)
            QTRY_VERIFY_WITH_TIMEOUT(texts_[*ticket].size() > 100, enough_ms);
        worker_->cancel(*ticket);
        QVERIFY(endOf(*ticket).reason == StopReason::cancelled);
        worker_->cancel(*ticket);
        const auto next = worker_->submit(ask("say 1"), options());
        QVERIFY(next);
        QVERIFY(endOf(*next).reason == StopReason::end_of_turn);
        QCOMPARE(texts_[*next], QString("w1 "));
    }
}

void ModelWorkerTest::endComesAfterAllText() {
    loadPlain();
    quint64 finished_ticket = 0;
    int late = 0;
    connect(worker_.get(), &ModelWorker::finished, this, [&](quint64 ticket) { finished_ticket = ticket; });
    connect(worker_.get(), &ModelWorker::textArrived, this,
            [&](quint64 ticket) { late += ticket == finished_ticket; });
    for (int i = 0; i < 20; ++i) {
        const auto ticket = worker_->submit(ask("say 50"), options());
        QVERIFY(ticket);
        QCOMPARE(endOf(*ticket).statistics.reply_tokens, 50);
        QVERIFY(texts_[*ticket].endsWith("w50 "));
    }
    QCOMPARE(late, 0);
}

void ModelWorkerTest::fullQueueRefuses() {
    loadPlain();
    std::vector<ModelWorker::Ticket> tickets;
    for (int i = 0; i < 4; ++i) {
        const auto ticket = worker_->submit(ask("encode"), options());
        QVERIFY(ticket);
        tickets.push_back(*ticket);
    }
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    for (const auto ticket : tickets)
        worker_->cancel(ticket);
    for (const auto ticket : tickets)
        QVERIFY(endOf(ticket).reason == StopReason::cancelled);
    QVERIFY(worker_->submit(ask("say 1"), options()));
}

void ModelWorkerTest::costsAreAnsweredWhileAReplyIsMade() {
    loadPlain();
    QSignalSpy known(worker_.get(), &ModelWorker::pictureCostKnown);
    QSignalSpy failed(worker_.get(), &ModelWorker::pictureCostFailed);
    const auto ticket = worker_->submit(ask("forever"), options());
    QVERIFY(ticket);
    QTRY_VERIFY_WITH_TIMEOUT(!texts_[*ticket].isEmpty(), enough_ms);
    const auto question = worker_->askPictureCost(100, 60);
    const auto wrong = worker_->askPictureCost(10000, 10);
    QTRY_COMPARE_WITH_TIMEOUT(known.size(), 1, enough_ms);
    QCOMPARE(known.front().at(0).toULongLong(), question);
    QCOMPARE(known.front().at(1).value<PictureCost>().tokens, 10);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QCOMPARE(failed.front().at(0).toULongLong(), wrong);
    QCOMPARE(ends_.count(*ticket), std::size_t{0});
    worker_->cancel(*ticket);
    endOf(*ticket);
}

void ModelWorkerTest::costWithoutAModelFails() {
    QSignalSpy failed(worker_.get(), &ModelWorker::pictureCostFailed);
    worker_->start();
    const auto question = worker_->askPictureCost(100, 60);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QCOMPARE(failed.front().at(0).toULongLong(), question);
}

void ModelWorkerTest::surprisesBecomeErrors() {
    loadPlain();
    const auto ticket = worker_->submit(ask("surprise"), options());
    const ReplyEnd end = endOf(*ticket);
    QVERIFY(end.reason == StopReason::error);
    QVERIFY(end.problem.kind == ErrorKind::internal);
    QVERIFY(end.problem.sentence.contains("out of cheese"));
    const auto too_long = worker_->submit(ask("too long"), options());
    QVERIFY(endOf(*too_long).problem.kind == ErrorKind::context_full);
    const auto next = worker_->submit(ask("say 1"), options());
    QVERIFY(endOf(*next).reason == StopReason::end_of_turn);
}

void ModelWorkerTest::changedFileTakesTheModelAway() {
    loadPlain();
    QSignalSpy lost(worker_.get(), &ModelWorker::modelLost);
    const auto ticket = worker_->submit(ask("file"), options());
    QVERIFY(endOf(*ticket).problem.kind == ErrorKind::file_changed);
    QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, enough_ms);
    QVERIFY(lost.front().front().value<Problem>().sentence.contains("model.safetensors"));
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    loadPlain();
    const auto next = worker_->submit(ask("say 1"), options());
    QVERIFY(endOf(*next).reason == StopReason::end_of_turn);
}

void ModelWorkerTest::markerIsThereOnlyWhileLoading() {
    const QString marker = folder_->filePath("loading");
    QSignalSpy progress(worker_.get(), &ModelWorker::loadProgressed);
    QSignalSpy failed(worker_.get(), &ModelWorker::loadFailed);
    worker_->openModel("/models/slow");
    worker_->start();
    QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), enough_ms);
    QFile file(marker);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("/models/slow"));
    worker_->openModel("/models/broken");
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(marker), enough_ms);
    loadPlain();
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(marker), enough_ms);
}

void ModelWorkerTest::interruptedLoadIsToldUntilALoadEnds() {
    QFile marker(folder_->filePath("loading"));
    QVERIFY(marker.open(QIODevice::WriteOnly));
    marker.write("/models/heavy");
    marker.close();
    worker_ = std::make_unique<ModelWorker>(workerOptions());
    QCOMPARE(worker_->interruptedLoad(), QString("/models/heavy"));
    worker_.reset();
    worker_ = std::make_unique<ModelWorker>(workerOptions());
    QCOMPARE(worker_->interruptedLoad(), QString("/models/heavy"));
    loadPlain();
    QVERIFY(worker_->interruptedLoad().isEmpty());
}

void ModelWorkerTest::endsQuickly_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("question");
    QTest::newRow("never started") << QString() << QString();
    QTest::newRow("idle") << "/models/plain" << QString();
    QTest::newRow("loading") << "/models/slow" << QString();
    QTest::newRow("encoding") << "/models/plain"
                              << "encode";
    QTest::newRow("decoding") << "/models/plain"
                              << "forever";
}

void ModelWorkerTest::endsQuickly() {
    QFETCH(const QString, folder);
    QFETCH(const QString, question);
    QSignalSpy progress(worker_.get(), &ModelWorker::loadProgressed);
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    QSignalSpy texts(worker_.get(), &ModelWorker::textArrived);
    if (!folder.isEmpty()) {
        worker_->openModel(folder);
        worker_->start();
        QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), enough_ms);
    }
    if (!question.isEmpty()) {
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
        for (int i = 0; i < 3; ++i)
            QVERIFY(worker_->submit(ask(question.toStdString()), options()));
        if (question == "forever") QTRY_VERIFY_WITH_TIMEOUT(!texts.isEmpty(), enough_ms);
    }
    QElapsedTimer clock;
    clock.start();
    worker_->stop();
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(!QFile::exists(folder_->filePath("loading")));
    QCoreApplication::processEvents();
    QVERIFY(ends_.empty());
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    worker_->openModel("/models/plain");
    worker_->start();
    worker_->stop();
}

void ModelWorkerTest::repliesInProgressEndBeforeALoad() {
    loadPlain();
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    const auto ticket = worker_->submit(ask("say 2000"), options());
    QVERIFY(ticket);
    worker_->openModel("/models/other");
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
    QCOMPARE(ends_.count(*ticket), std::size_t{1});
    QCOMPARE(ends_[*ticket].statistics.reply_tokens, 2000);
}

void ModelWorkerTest::unloadGivesTheModelBack() {
    loadPlain();
    QSignalSpy unloaded(worker_.get(), &ModelWorker::modelUnloaded);
    QSignalSpy memory(worker_.get(), &ModelWorker::memoryChanged);
    const auto ticket = worker_->submit(ask("say 3"), options());
    QVERIFY(ticket);
    worker_->unloadModel();
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    // A reply in progress ends first.
    const ReplyEnd end = endOf(*ticket);
    QVERIFY(end.reason == StopReason::end_of_turn);
    QTRY_COMPARE_WITH_TIMEOUT(unloaded.size(), 1, enough_ms);
    QTRY_VERIFY_WITH_TIMEOUT(!memory.isEmpty(), enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(memory.last().first().value<MemoryUse>().weights_bytes, std::size_t{0},
                              enough_ms);
    QVERIFY(!worker_->submit(ask("say 1"), options()));
    QCOMPARE(worker_->pending(), std::size_t{0});
    QSignalSpy failed(worker_.get(), &ModelWorker::pictureCostFailed);
    worker_->askPictureCost(64, 64);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    // It can be loaded again.
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    worker_->openModel("/models/plain");
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
    const auto again = worker_->submit(ask("say 1"), options());
    QVERIFY(again);
    QVERIFY(endOf(*again).reason == StopReason::end_of_turn);
}

void ModelWorkerTest::unloadIsGivenUpForALoad() {
    loadPlain();
    QSignalSpy unloaded(worker_.get(), &ModelWorker::modelUnloaded);
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    worker_->unloadModel();
    worker_->openModel("/models/other");
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
    QCOMPARE(unloaded.size(), 0);
    QVERIFY(worker_->submit(ask("say 1"), options()));
    // And a load for an unload.
    worker_->openModel("/models/slow");
    worker_->unloadModel();
    QTRY_COMPARE_WITH_TIMEOUT(unloaded.size(), 1, enough_ms);
    QCOMPARE(loaded.size(), 1);
    QVERIFY(!worker_->loading());
    QVERIFY(!worker_->submit(ask("say 1"), options()));
}

void ModelWorkerTest::factsAreToldWithoutALoad() {
    worker_->start();
    QSignalSpy known(worker_.get(), &ModelWorker::modelFactsKnown);
    QSignalSpy failed(worker_.get(), &ModelWorker::modelFactsFailed);
    const auto good = worker_->askModelFacts("/models/plain");
    const auto bad = worker_->askModelFacts("/models/broken");
    QTRY_COMPARE_WITH_TIMEOUT(known.size(), 1, enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QCOMPARE(known.first().at(0).toULongLong(), good);
    QCOMPARE(known.first().at(1).value<ModelFacts>().name, std::string("plain"));
    QCOMPARE(failed.first().at(0).toULongLong(), bad);
    QVERIFY(failed.first().at(1).value<Problem>().sentence.contains("hidden_size"));
    // Also while a reply is made that does not end by itself.
    loadPlain();
    const auto ticket = worker_->submit(ask("forever"), options());
    QVERIFY(ticket);
    worker_->askModelFacts("/models/other");
    QTRY_COMPARE_WITH_TIMEOUT(known.size(), 2, enough_ms);
    QVERIFY(ends_.count(*ticket) == 0);
    worker_->cancel(*ticket);
    QVERIFY(endOf(*ticket).reason == StopReason::cancelled);
}

QTEST_GUILESS_MAIN(ModelWorkerTest)
#include "model_worker_test.moc"
