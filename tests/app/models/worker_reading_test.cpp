// Reading pictures on the inference thread, beside replies, with a reader that does what the picture's size
// says (see scripted_inference.cpp).
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/models/model_worker.h"
#include "tests/test_paths.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait

std::shared_ptr<const Picture> pictureOf(int width, int height) {
    auto picture = std::make_shared<Picture>();
    picture->width = width;
    picture->height = height;
    return picture;
}

}  // namespace

class WorkerReadingTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { worker_.reset(); }

    void readsWithoutAModel();
    void orderFromBeforeTheStartIsKept();
    void readsWhileAReplyIsMade();
    void stopDoesNotWaitForAReading();
    void cancelledReadingIsNotReported();
    void waitingPictureIsTakenBack();
    void missingFolderIsNamed();
    void brokenFilesAreASentence();
    void freshReaderAfterAFailure();
    void refusedPictureKeepsTheReader();
    void fullQueueRefuses();
    void endsWhileReading();
    void pictureAndModelAreBothTaken();
    void readsAndAnswersWhileAModelIsPacked();

  private:
    void startWorker(const QString& reader);
    std::optional<ModelWorker::Ticket> submit(const std::string& order);
    QString textOf(ModelWorker::Ticket ticket);  // waits for it
    QString failureOf(ModelWorker::Ticket ticket);
    bool isInWork(ModelWorker::Ticket ticket) {
        return QTest::qWaitFor([&] { return !progress_[ticket].isEmpty(); }, enough_ms);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<ModelWorker> worker_;
    QMap<quint64, QString> pages_;
    QMap<quint64, Problem> failures_;
    QMap<quint64, QList<double>> progress_;
    QMap<quint64, QString> replies_;
    QMap<quint64, StopReason> ends_;
};

void WorkerReadingTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    startWorker(folder_->path());
}

void WorkerReadingTest::startWorker(const QString& reader) {
    pages_.clear();
    failures_.clear();
    progress_.clear();
    replies_.clear();
    ends_.clear();
    ModelWorkerOptions options;
    options.library = test_paths::scriptedInference();
    options.text_reader = reader.toStdString();
    options.cache_folder = folder_->path();
    options.capacity = 3;
    worker_ = std::make_unique<ModelWorker>(options);
    connect(worker_.get(), &ModelWorker::pageRead, this,
            [this](quint64 ticket, const std::shared_ptr<const Page>& page) {
                QVERIFY(!pages_.contains(ticket));
                pages_[ticket] = QString::fromStdString(page->blocks.front().lines.front().text);
            });
    connect(worker_.get(), &ModelWorker::readFailed, this, [this](quint64 ticket, const Problem& problem) {
        QVERIFY(!failures_.contains(ticket));
        failures_[ticket] = problem;
    });
    connect(worker_.get(), &ModelWorker::readProgressed, this, [this](quint64 ticket, double progress) {
        QVERIFY(!pages_.contains(ticket));
        progress_[ticket] << progress;
    });
    connect(worker_.get(), &ModelWorker::textArrived, this,
            [this](quint64 ticket, const QString& text) { replies_[ticket] += text; });
    connect(worker_.get(), &ModelWorker::finished, this,
            [this](quint64 ticket, const ReplyEnd& end) { ends_[ticket] = end.reason; });
}

std::optional<ModelWorker::Ticket> WorkerReadingTest::submit(const std::string& order) {
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    worker_->openModel("/models/plain");
    worker_->start();
    if (!QTest::qWaitFor([&] { return !loaded.isEmpty(); }, enough_ms)) return {};
    Prompt prompt;
    prompt.messages.push_back({Role::user, {TextPart{order}}, {}});
    GenerationOptions options;
    options.max_tokens = 1'000'000;
    return worker_->submit(prompt, options);
}

QString WorkerReadingTest::textOf(ModelWorker::Ticket ticket) {
    return QTest::qWaitFor([&] { return pages_.contains(ticket); }, enough_ms) ? pages_[ticket] : QString();
}

QString WorkerReadingTest::failureOf(ModelWorker::Ticket ticket) {
    return QTest::qWaitFor([&] { return failures_.contains(ticket); }, enough_ms) ? failures_[ticket].sentence
                                                                                  : QString();
}

void WorkerReadingTest::readsWithoutAModel() {
    worker_->start();
    const auto first = worker_->read(pictureOf(40, 30));
    const auto second = worker_->read(pictureOf(50, 30));
    QVERIFY(first != second && first != 0);
    QVERIFY(textOf(first).endsWith("picture of 40"));
    QVERIFY(textOf(second).endsWith("picture of 50"));
    // One reader for all.
    QCOMPARE(pages_[first].section(',', 0, 0), pages_[second].section(',', 0, 0));
    QVERIFY(failures_.isEmpty());
}

void WorkerReadingTest::orderFromBeforeTheStartIsKept() {
    const auto ticket = worker_->read(pictureOf(40, 30));
    QCoreApplication::processEvents();
    QVERIFY(pages_.isEmpty());
    worker_->start();
    QVERIFY(textOf(ticket).endsWith("picture of 40"));
}

void WorkerReadingTest::readsWhileAReplyIsMade() {
    const auto reply = submit("forever");
    QVERIFY(reply);
    QTRY_VERIFY_WITH_TIMEOUT(!replies_[*reply].isEmpty(), enough_ms);
    QVERIFY(textOf(worker_->read(pictureOf(40, 30))).endsWith("picture of 40"));
    QVERIFY(!ends_.contains(*reply));
    const auto length = replies_[*reply].size();
    QTRY_VERIFY_WITH_TIMEOUT(replies_[*reply].size() > length, enough_ms);  // it goes on
    worker_->cancel(*reply);
    QTRY_VERIFY_WITH_TIMEOUT(ends_.contains(*reply), enough_ms);
}

void WorkerReadingTest::stopDoesNotWaitForAReading() {
    const auto reply = submit("forever");
    QVERIFY(reply);
    QTRY_VERIFY_WITH_TIMEOUT(!replies_[*reply].isEmpty(), enough_ms);
    const auto reading = worker_->read(pictureOf(1, 1));
    QVERIFY(isInWork(reading));
    worker_->cancel(*reply);
    QTRY_VERIFY_WITH_TIMEOUT(ends_.contains(*reply), enough_ms);
    QVERIFY(ends_[*reply] == StopReason::cancelled);
    // The reading gave way and begins again, without going back in the user's eyes.
    QVERIFY(textOf(reading).endsWith("picture of 1"));
    QVERIFY(std::is_sorted(progress_[reading].begin(), progress_[reading].end()));
    QCOMPARE(progress_[reading].count(0.25), 1);
}

void WorkerReadingTest::cancelledReadingIsNotReported() {
    worker_->start();
    const auto endless = worker_->read(pictureOf(1, 1000));
    QVERIFY(isInWork(endless));
    worker_->cancelReading(endless);
    worker_->cancelReading(endless);
    worker_->cancelReading(777);
    QVERIFY(textOf(worker_->read(pictureOf(40, 30))).endsWith("picture of 40"));
    QVERIFY(!pages_.contains(endless));
    QVERIFY(failures_.isEmpty());
}

void WorkerReadingTest::waitingPictureIsTakenBack() {
    const auto unwanted = worker_->read(pictureOf(40, 30));
    const auto wanted = worker_->read(pictureOf(50, 30));
    worker_->cancelReading(unwanted);
    worker_->start();
    QVERIFY(textOf(wanted).endsWith("picture of 50"));
    QVERIFY(!pages_.contains(unwanted));
    QVERIFY(!progress_.contains(unwanted));
}

void WorkerReadingTest::missingFolderIsNamed() {
    const QString folder = folder_->filePath("later");
    startWorker(folder);
    worker_->start();
    const QString sentence = failureOf(worker_->read(pictureOf(40, 30)));
    QVERIFY2(sentence.contains(folder) && sentence.endsWith('.') && sentence.count('\n') == 0,
             qPrintable(sentence));
    // Once it is there it is used, without a new start.
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(textOf(worker_->read(pictureOf(40, 30))).endsWith("picture of 40"));
}

void WorkerReadingTest::brokenFilesAreASentence() {
    QVERIFY(QDir(folder_->path()).mkdir("broken"));
    startWorker(folder_->filePath("broken"));
    worker_->start();
    const QString sentence = failureOf(worker_->read(pictureOf(40, 30)));
    QVERIFY2(sentence.contains("alphabet.txt is missing"), qPrintable(sentence));
    QVERIFY(failures_.first().kind == ErrorKind::invalid_model);
}

void WorkerReadingTest::freshReaderAfterAFailure() {
    worker_->start();
    const QString before = textOf(worker_->read(pictureOf(40, 30)));
    QVERIFY(failureOf(worker_->read(pictureOf(2, 2))).contains("out of ink"));
    const QString after = textOf(worker_->read(pictureOf(40, 30)));
    QVERIFY(!after.isEmpty() && after != before);
}

void WorkerReadingTest::refusedPictureKeepsTheReader() {
    worker_->start();
    const QString before = textOf(worker_->read(pictureOf(40, 30)));
    QVERIFY(failureOf(worker_->read(pictureOf(3, 3))).contains("it has no pixels"));
    QCOMPARE(textOf(worker_->read(pictureOf(40, 30))), before);
}

void WorkerReadingTest::fullQueueRefuses() {
    QList<quint64> taken;
    for (int i = 0; i < 3; ++i)
        taken << worker_->read(pictureOf(40, 30));
    const auto refused = worker_->read(pictureOf(40, 30));
    QVERIFY(!failures_.contains(refused));  // reported, never from inside of the call
    QVERIFY(failureOf(refused).endsWith('.'));
    worker_->start();
    for (const quint64 ticket : taken)
        QVERIFY(!textOf(ticket).isEmpty());
    QVERIFY(!textOf(worker_->read(pictureOf(40, 30))).isEmpty());
}

void WorkerReadingTest::endsWhileReading() {
    worker_->start();
    const auto endless = worker_->read(pictureOf(1, 1000));
    worker_->read(pictureOf(40, 30));
    QVERIFY(isInWork(endless));
    worker_->stop();
    QCoreApplication::processEvents();
    QVERIFY(pages_.isEmpty() && failures_.isEmpty());
    worker_->read(pictureOf(40, 30));
    worker_->cancelReading(endless);
}

void WorkerReadingTest::pictureAndModelAreBothTaken() {
    QSignalSpy loaded(worker_.get(), &ModelWorker::modelLoaded);
    worker_->openModel("/models/plain");
    const auto ticket = worker_->read(pictureOf(40, 30));
    worker_->start();
    QVERIFY(!textOf(ticket).isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, enough_ms);
}

void WorkerReadingTest::readsAndAnswersWhileAModelIsPacked() {
    QSignalSpy progress(worker_.get(), &ModelWorker::loadProgressed);
    QSignalSpy facts(worker_.get(), &ModelWorker::modelFactsKnown);
    QSignalSpy ended(worker_.get(), &ModelWorker::loadFailed);
    worker_->start();
    worker_->openModel("/models/packs");
    QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), enough_ms);
    const auto first = worker_->read(pictureOf(40, 30));
    worker_->askModelFacts("/models/plain");
    QVERIFY(textOf(first).endsWith("picture of 40"));
    QTRY_COMPARE_WITH_TIMEOUT(facts.size(), 1, enough_ms);
    QVERIFY(worker_->loading());
    // Packing goes on behind a reading that does not end by itself, when that is taken back.
    const auto endless = worker_->read(pictureOf(1, 1'000'000));
    QVERIFY(isInWork(endless));
    worker_->cancelReading(endless);
    const auto seen = progress.size();
    QTRY_VERIFY_WITH_TIMEOUT(progress.size() > seen, enough_ms);
    worker_->unloadModel();
    QTRY_VERIFY_WITH_TIMEOUT(!worker_->loading(), enough_ms);
    QVERIFY(ended.size() <= 1);
    QVERIFY(textOf(worker_->read(pictureOf(50, 30))).endsWith("picture of 50"));
}

QTEST_GUILESS_MAIN(WorkerReadingTest)
#include "worker_reading_test.moc"
