// The log, its filter, and what is written into it of real work on the inference thread.
#include "app/models/event_log.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/models/event_recorder.h"
#include "app/models/model_worker.h"
#include "tests/test_paths.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 120'000;

QString cell(const QAbstractItemModel& model, int row, const QByteArray& role) {
    return model.index(row, 0).data(model.roleNames().key(role, -1)).toString();
}

Prompt prompt(const std::string& text) {
    Prompt made;
    made.messages.push_back({Role::user, {TextPart{text}}, {}});
    return made;
}

}  // namespace

class EventLogTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void newestComesLast();
    void oldestGoWhenItIsFull();
    void anEventIsOneLine();
    void filterShowsOneKind();
    void allTextIsForTheClipboard();
    void loadsAndRepliesAreRecorded();
    void errorsKeepTheirDetails();
    void lengthOfAReplyIsNotPretended();

  private:
    void start(EventRecorder*& recorder);
    bool logged(const EventLog& log, const QString& part) const;

    QTemporaryDir folder_;
    std::unique_ptr<ModelWorker> worker_;
    std::unique_ptr<EventRecorder> recorder_;
};

void EventLogTest::newestComesLast() {
    EventLog log;
    QAbstractItemModelTester tester(&log, QAbstractItemModelTester::FailureReportingMode::Fatal);
    log.append({LogEvent::Source::app, "one", {}, false, {}});
    log.append({LogEvent::Source::reader, "two", "why", true, {}});
    QCOMPARE(log.rowCount(), 2);
    QCOMPARE(cell(log, 0, "text"), QString("one"));
    QCOMPARE(cell(log, 0, "source"), QString("app"));
    QCOMPARE(cell(log, 1, "source"), QString("reader"));
    QCOMPARE(cell(log, 1, "detail"), QString("why"));
    QCOMPARE(cell(log, 1, "error"), QString("true"));
    QCOMPARE(cell(log, 0, "time").size(), 12);
    QVERIFY(cell(log, 0, "time") <= cell(log, 1, "time") || cell(log, 1, "time").startsWith("00:"));
    QCOMPARE(log.errors(), 1);
}

void EventLogTest::oldestGoWhenItIsFull() {
    EventLog log;
    const int many = 3 * EventLog::most_rows;
    // It looks at every row with every change, so only while the oldest go.
    std::unique_ptr<QAbstractItemModelTester> tester;
    for (int i = 0; i < many; ++i) {
        tester.reset();
        if (log.rowCount() == EventLog::most_rows)
            tester = std::make_unique<QAbstractItemModelTester>(
                &log, QAbstractItemModelTester::FailureReportingMode::Fatal);
        log.append({LogEvent::Source::app, QString::number(i), {}, false, {}});
        QVERIFY(log.rowCount() <= EventLog::most_rows);
    }
    QVERIFY(log.rowCount() > EventLog::most_rows / 2);
    QCOMPARE(cell(log, log.rowCount() - 1, "text"), QString::number(many - 1));
    for (int row = 1; row < log.rowCount(); ++row)
        QCOMPARE(cell(log, row, "text").toInt(), cell(log, row - 1, "text").toInt() + 1);
}

void EventLogTest::anEventIsOneLine() {
    EventLog log;
    log.append({LogEvent::Source::app, "a\n b\tc\r\n", "d\ne", true, {}});
    QCOMPARE(cell(log, 0, "text"), QString("a b c"));
    QCOMPARE(cell(log, 0, "detail"), QString("d e"));
    log.append({LogEvent::Source::app, QString(1'000'000, 'x'), {}, false, {}});
    QCOMPARE(cell(log, 1, "text").size(), EventLog::longest_line);
    // A detail that the sentence has already is not said twice.
    log.append({LogEvent::Source::app, "It failed: out of cheese.", "out of cheese", true, {}});
    QCOMPARE(cell(log, 2, "detail"), QString());
}

void EventLogTest::filterShowsOneKind() {
    EventLog log;
    EventFilter filter(log);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
    log.append({LogEvent::Source::app, "app", {}, false, {}});
    log.append({LogEvent::Source::engine, "engine", {}, false, {}});
    log.append({LogEvent::Source::app, "app failed", {}, true, {}});
    QCOMPARE(filter.rowCount(), 3);
    filter.setKind("errors");
    QCOMPARE(filter.rowCount(), 1);
    log.append({LogEvent::Source::reader, "reader failed", {}, true, {}});
    QCOMPARE(filter.rowCount(), 2);
    QCOMPARE(cell(filter, 1, "text"), QString("reader failed"));
    filter.setKind("engine");
    QCOMPARE(filter.rowCount(), 2);
    QCOMPARE(cell(filter, 0, "text"), QString("engine"));
    filter.setKind("all");
    QCOMPARE(filter.rowCount(), 4);
}

void EventLogTest::allTextIsForTheClipboard() {
    EventLog log;
    log.append({LogEvent::Source::app, "one", {}, false, {}});
    log.append({LogEvent::Source::engine, "two", "why", true, {}});
    const QStringList lines = log.allText().split('\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines[0].endsWith("\tapp\tone"));
    QVERIFY(lines[1].endsWith("\tengine\ttwo [why]"));
}

void EventLogTest::start(EventRecorder*& recorder) {
    recorder_.reset();
    ModelWorkerOptions options;
    options.library = test_paths::scriptedInference();
    options.cache_folder = folder_.path();
    worker_ = std::make_unique<ModelWorker>(options);
    recorder_ = std::make_unique<EventRecorder>(*worker_);
    recorder = recorder_.get();
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    worker_->openModel("/models/plain");
    worker_->start();
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
}

bool EventLogTest::logged(const EventLog& log, const QString& part) const {
    for (int row = 0; row < log.rowCount(); ++row) {
        if (cell(log, row, "text").contains(part)) return true;
    }
    return false;
}

void EventLogTest::loadsAndRepliesAreRecorded() {
    EventRecorder* recorder = nullptr;
    start(recorder);
    EventLog& log = recorder->log();
    QVERIFY(logged(log, "loading plain"));
    QVERIFY(logged(log, "plain loaded"));
    QVERIFY(recorder->phases().last().toMap().value("done").toBool());
    QSignalSpy finished(worker_.get(), &ModelWorker::finished);
    QVERIFY(worker_->submit(prompt("say 5"), {}));
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, enough_ms);
    QVERIFY(logged(log, "decode of 5 tokens"));
    QVERIFY(logged(log, "ended (end_of_turn)"));
    const QVariantList phases = recorder->phases();
    QVERIFY(!phases.isEmpty());
    for (const QVariant& phase : phases)
        QVERIFY(phase.toMap().value("done").toBool());
    QVERIFY(phases.last().toMap().value("text").toString().startsWith("5 tokens"));
    QSignalSpy unloaded(worker_.get(), &ModelWorker::modelUnloaded);
    worker_->unloadModel();
    QTRY_COMPARE_WITH_TIMEOUT(unloaded.size(), 1, enough_ms);
    QVERIFY(logged(log, "model unloaded"));
    QCOMPARE(log.errors(), 0);
}

void EventLogTest::errorsKeepTheirDetails() {
    EventRecorder* recorder = nullptr;
    start(recorder);
    EventLog& log = recorder->log();
    QSignalSpy finished(worker_.get(), &ModelWorker::finished);
    QVERIFY(worker_->submit(prompt("surprise"), {}));
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, enough_ms);
    QCOMPARE(log.errors(), 1);
    QVERIFY(logged(log, "out of cheese"));
    QSignalSpy failed(worker_.get(), &ModelWorker::loadFailed);
    worker_->openModel("/models/broken");
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, enough_ms);
    QCOMPARE(log.errors(), 2);
    QVERIFY(logged(log, "hidden_size"));
}

void EventLogTest::lengthOfAReplyIsNotPretended() {
    EventRecorder* recorder = nullptr;
    start(recorder);
    const auto ticket = worker_->submit(prompt("forever"), {});
    QVERIFY(ticket);
    QTRY_VERIFY_WITH_TIMEOUT(!recorder->phases().isEmpty() &&
                                 recorder->phases().last().toMap().value("name").toString() == "Decode",
                             enough_ms);
    QCOMPARE(recorder->phases().last().toMap().value("progress").toDouble(), -1.0);
    QSignalSpy finished(worker_.get(), &ModelWorker::finished);
    worker_->cancel(*ticket);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, enough_ms);
    QVERIFY(recorder->phases().last().toMap().value("done").toBool());
}

QTEST_GUILESS_MAIN(EventLogTest)
#include "event_log_test.moc"
