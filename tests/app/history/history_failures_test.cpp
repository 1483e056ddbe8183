// What goes wrong on a disk: damage is set aside and salvaged, a full, read-only or locked disk costs nothing
// that was stored, and what was interrupted is finished.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QFileInfo>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/history/history.h"
#include "app/history/history_rescue.h"
#include "app/history/history_schema.h"
#include "tests/app/history/history_fixture.h"
#include "tests/app/history/small_disk.h"

using namespace sightline;
using namespace sightline::test;

namespace {

std::optional<StorageProblem> problemOf(const std::function<void()>& call, QString* sentence = nullptr) {
    try {
        call();
    } catch (const StorageError& error) {
        if (sentence) *sentence = error.sentence();
        return error.problem();
    }
    return std::nullopt;
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

}  // namespace

class HistoryFailuresTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { dir_ = std::make_unique<QTemporaryDir>(); }

    void damageInTheMiddleLosesOnlyWhatItHit();
    void aFileThatIsNoDatabaseIsSetAside();
    void aCutFileIsSalvaged();
    void anyDamageIsSurvived();
    void theWindowsObjectMendsWhileItRuns();
    void aRescueThatWasInterruptedIsFinished();
    void aSmallDiskRunsFull();
    void filesThatMayNotGrow();
    void aReadOnlyDiskCanBeRead();
    void aLockedDatabaseIsTriedAgain();
    void whatCannotBeSavedWaits();
    void aNewerHistoryIsSaidAndStaysSaid();
    void erasingThatWasInterruptedIsFinished();
    void wipingThatWasInterruptedIsFinished();

  private:
    QString folder() const { return dir_->path() + QStringLiteral("/kept"); }
    QString database() const { return folder() + QStringLiteral("/history.sqlite"); }
    std::vector<ConversationTree> fill(int conversations, int messages);
    // Every message that is there is one that was saved, in its place.
    static int soundMessages(HistoryStore& store, const std::vector<ConversationTree>& saved);

    std::unique_ptr<QTemporaryDir> dir_;
};

std::vector<ConversationTree> HistoryFailuresTest::fill(int conversations, int messages) {
    HistoryStore store(folder());
    std::vector<ConversationTree> saved;
    for (int c = 0; c < conversations; ++c) {
        QStringList texts;
        for (int m = 0; m < messages; ++m)
            texts << QString("c%1 m%2 ").arg(c).arg(m) + QString("some words of a text ").repeated(10);
        ConversationTree tree = talk(QString("title %1").arg(c), texts);
        if (c == 0) {
            const QString file = store.addAttachment("a picture", "image/png", {1, 1});
            tree.messages[0].parts.push_back({{}, kept(file, "p.png"), {}});
            store.save(tree.head, tree.messages);
            store.saveReading(file, {"readword", {}});
        }
        store.save(tree.head, tree.messages);
        saved.push_back(tree);
    }
    return saved;
}

int HistoryFailuresTest::soundMessages(HistoryStore& store, const std::vector<ConversationTree>& saved) {
    QHash<QString, QString> texts;
    for (const ConversationTree& tree : saved) {
        for (const ChatMessage& message : tree.messages)
            texts.insert(message.id, message.text());
    }
    int count = 0;
    for (const ConversationSummary& summary : store.conversations()) {
        const ConversationTree tree = *store.load(summary.id);
        if (!tree.messages.empty() && shownConversation(tree).messages.empty()) return -1;
        for (const ChatMessage& message : tree.messages) {
            if (texts.take(message.id) != message.text()) return -1;
            ++count;
        }
    }
    return count;
}

void HistoryFailuresTest::damageInTheMiddleLosesOnlyWhatItHit() {
    const std::vector<ConversationTree> saved = fill(40, 10);
    // The first page of the table that holds this text and nothing of the index.
    QByteArray bytes = bytesOf(database());
    const qsizetype hit = bytes.indexOf(R"([{"text":"c20 m5 some words)");
    QVERIFY(hit > 0);
    const qsizetype page = hit / 4096 * 4096;
    bytes.replace(page, 4096, QByteArray(4096, '\xA5'));
    QVERIFY(write(database(), bytes));

    HistoryStore store(folder());
    QCOMPARE(problemOf([&] { store.check(); }), std::optional(StorageProblem::damaged));
    store.mend();
    store.check();
    const OpeningReport report = store.report();
    QCOMPARE(bytesOf(report.set_aside), bytes);
    const int there = soundMessages(store, saved);
    QVERIFY2(there >= 360 && there < 400, qPrintable(QString::number(there)));
    QCOMPARE(report.saved_messages, there);
    QCOMPARE(report.saved_conversations, 40);
    QCOMPARE(report.lost_messages, 400 - there);
    QCOMPARE(store.search("c7").hits.size(), std::size_t{10});
    QCOMPARE(store.search("readword").hits.size(), std::size_t{1});
    QCOMPARE(store.attachment(store.load(saved[0].head.id)->messages[0].parts[1].attachment->file),
             QByteArray("a picture"));
    // It goes on, and files of a database that was set aside stay.
    store.save(saved[20].head, saved[20].messages);
    QCOMPARE(describe(*store.load(saved[20].head.id)), describe(saved[20]));
}

void HistoryFailuresTest::aFileThatIsNoDatabaseIsSetAside() {
    fill(3, 3);
    const QByteArray bytes(50'000, 'x');
    QVERIFY(write(database(), bytes));
    const QStringList attachments = filesIn(folder() + "/attachments");
    HistoryStore store(folder());
    QVERIFY(!store.report().set_aside.isEmpty());
    QCOMPARE(bytesOf(store.report().set_aside), bytes);
    QCOMPARE(store.report().saved_messages, 0);
    QCOMPARE(store.report().lost_messages, -1);
    QVERIFY(store.conversations().empty());
    QCOMPARE(filesIn(folder() + "/attachments"), attachments);  // somebody may still read the damaged file
    const ConversationTree tree = talk("t", {"q"});
    store.save(tree.head, tree.messages);
    QCOMPARE(HistoryStore(folder()).conversations().size(), std::size_t{1});
}

void HistoryFailuresTest::aCutFileIsSalvaged() {
    const std::vector<ConversationTree> saved = fill(40, 10);
    QFile file(database());
    QVERIFY(file.resize(file.size() / 2));
    HistoryStore store(folder());
    if (store.report().set_aside.isEmpty()) store.mend();
    store.check();
    const int there = soundMessages(store, saved);
    QVERIFY2(there > 50, qPrintable(QString::number(there)));
}

void HistoryFailuresTest::anyDamageIsSurvived() {
    const std::vector<ConversationTree> saved = fill(12, 6);
    const QByteArray sound = bytesOf(database());
    QRandomGenerator random(7);
    int salvaged = 0;
    for (int i = 0; i < 40; ++i) {
        QTemporaryDir other;
        QByteArray bytes = sound;
        for (int damages = 1 + random.bounded(3); damages > 0; --damages) {
            const qsizetype at = random.bounded(static_cast<int>(bytes.size()));
            const qsizetype length = qMin<qsizetype>(1 + random.bounded(6000), bytes.size() - at);
            for (qsizetype b = at; b < at + length; ++b)
                bytes[b] = static_cast<char>(random.generate());
        }
        QVERIFY(write(other.path() + "/history.sqlite", bytes));
        HistoryStore store(other.path());
        const bool at_once = !store.report().set_aside.isEmpty();
        if (!at_once && problemOf([&] { store.check(); })) store.mend();
        store.check();
        const QString set_aside = store.report().set_aside;
        QVERIFY(set_aside.isEmpty() || bytesOf(set_aside) == bytes);
        const ConversationTree tree = talk("t", {"new after damage"});
        store.save(tree.head, tree.messages);
        QCOMPARE(store.search("new after").hits.size(), std::size_t{1});
        for (const ConversationSummary& summary : store.conversations())
            salvaged +=
                static_cast<int>(store.load(summary.id)->messages.size()) - (summary.id == tree.head.id);
    }
    QVERIFY2(salvaged > 40 * 72 / 3, qPrintable(QString::number(salvaged)));
}

void HistoryFailuresTest::theWindowsObjectMendsWhileItRuns() {
    const std::vector<ConversationTree> saved = fill(40, 10);
    QByteArray bytes = bytesOf(database());
    const qsizetype hit = bytes.indexOf(R"([{"text":"c20 m5 some words)");
    bytes.replace(hit / 4096 * 4096, 4096, QByteArray(4096, '\xA5'));
    QVERIFY(write(database(), bytes));
    History history(folder());
    QSignalSpy mended(&history, &History::mended);
    int loaded = -1;
    history.load(this, saved[20].head.id, [&](const Outcome<std::optional<ConversationTree>>& outcome) {
        loaded = outcome.value && *outcome.value ? static_cast<int>((*outcome.value)->messages.size()) : -2;
    });
    QTRY_VERIFY(loaded != -1);
    QVERIFY(loaded >= 0 && loaded < 10);
    QCOMPARE(mended.size(), 1);
    QString problem = "not yet";
    history.save(saved[20].head, saved[20].messages, [&](const QString& p) { problem = p; });
    QTRY_COMPARE(problem, QString());
}

void HistoryFailuresTest::aRescueThatWasInterruptedIsFinished() {
    const std::vector<ConversationTree> saved = fill(2, 2);
    QVERIFY(QFile::rename(database(), folder() + "/history.rescued.sqlite"));
    QVERIFY(write(database(), QByteArray(9000, 'x')));
    QVERIFY(write(database() + "-wal", QByteArray(9000, 'y')));
    HistoryStore store(folder());
    QVERIFY(store.report().set_aside.isEmpty());
    QCOMPARE(soundMessages(store, saved), 4);
    QVERIFY(!QFile::exists(folder() + "/history.rescued.sqlite"));
}

namespace {

// Saves until it fails, and again after `makeSpace`: everything that was saved is there, and nothing else.
void fillDisk(HistoryStore& store, const QString& folder, int too_large,
              const std::function<void()>& makeSpace) {
    ConversationTree tree = talk("full", {});
    store.save(tree.head);
    QString sentence;
    std::optional<StorageProblem> problem;
    while (!problem) {
        append(tree, said(Role::user, QString("words that fill the disk ").repeated(200)), tree.head.leaf);
        problem = problemOf([&] { store.save(tree.head, {tree.messages.back()}); }, &sentence);
        QVERIFY(tree.messages.size() < 10'000);
    }
    QCOMPARE(*problem, StorageProblem::disk_full);
    QVERIFY2(sentence.contains("full") && sentence.contains("safe"), qPrintable(sentence));
    ConversationTree before = tree;
    before.messages.pop_back();
    before.head.leaf = before.messages.empty() ? QString() : before.messages.back().id;
    before.head.updated = before.messages.back().created;
    QVERIFY(before.messages.size() > 5);
    QCOMPARE(store.load(tree.head.id)->messages.size(), before.messages.size());
    QCOMPARE(problemOf([&] {
                 store.addAttachment(QByteArray(too_large, 'p'), "image/png", {1, 1});
             }),
             std::optional(StorageProblem::disk_full));
    QVERIFY(store.attachments().all().isEmpty());
    QVERIFY(filesIn(folder).filter(".new-").isEmpty());
    QVERIFY(!store.search("words").hits.empty());
    makeSpace();
    store.save(tree.head, {tree.messages.back()});
    QCOMPARE(describe(*store.load(tree.head.id)), describe(tree));
    store.check();
}

}  // namespace

void HistoryFailuresTest::aSmallDiskRunsFull() {
    SmallDisk disk;
    if (!disk) QSKIP("no small disk can be mounted here");
    const QString filler = disk.folder() + "/filler";
    QVERIFY(write(filler, QByteArray(400'000, 'f')));
    const QString kept = disk.folder() + "/kept";
    {
        HistoryStore store(kept);
        fillDisk(store, kept, 900'000, [&] { QFile::remove(filler); });
    }
    HistoryStore again(kept);
    again.check();
    QCOMPARE(again.conversations().size(), std::size_t{1});
}

void HistoryFailuresTest::filesThatMayNotGrow() {
    // The same where no disk can be made: a file may not become longer than this.
    struct rlimit before {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = before;
    small.rlim_cur = 2'000'000;
    {
        HistoryStore store(folder());
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        fillDisk(store, folder(), 3'000'000, [&] { QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0); });
        ::setrlimit(RLIMIT_FSIZE, &before);
    }
    ::signal(SIGXFSZ, handler);
    HistoryStore again(folder());
    again.check();
    QCOMPARE(again.conversations().size(), std::size_t{1});
}

void HistoryFailuresTest::aReadOnlyDiskCanBeRead() {
    SmallDisk disk;
    if (!disk) QSKIP("no small disk can be mounted here");
    const QString kept = disk.folder() + "/kept";
    const ConversationTree tree = talk("t", {"question", "answer"});
    {
        HistoryStore store(kept);
        store.save(tree.head, tree.messages);
    }
    QVERIFY(disk.setReadOnly(true));
    HistoryStore store(kept);
    QVERIFY(store.report().read_only);
    QCOMPARE(describe(*store.load(tree.head.id)), describe(tree));
    QCOMPARE(store.search("answ").hits.size(), std::size_t{1});
    QString sentence;
    QCOMPARE(problemOf([&] { store.pin(tree.head.id, true); }, &sentence),
             std::optional(StorageProblem::read_only));
    QVERIFY2(sentence.contains("read-only"), qPrintable(sentence));
    QVERIFY(problemOf([&] { store.addAttachment("x", "image/png", {1, 1}); }) == StorageProblem::read_only);
    QCOMPARE(describe(*store.load(tree.head.id)), describe(tree));
    QVERIFY(disk.setReadOnly(false));
    store.pin(tree.head.id, true);
    QVERIFY(!store.report().read_only);
    QVERIFY(store.load(tree.head.id)->head.pinned);
}

void HistoryFailuresTest::aLockedDatabaseIsTriedAgain() {
    const ConversationTree tree = talk("t", {"question"});
    HistoryStore store(folder());
    store.save(tree.head, tree.messages);
    Sql other(database(), Sql::Access::read_write);
    QString sentence;
    {
        Transaction lock(other);
        QCOMPARE(problemOf([&] { store.pin(tree.head.id, true); }, &sentence),
                 std::optional(StorageProblem::locked));
        QVERIFY2(sentence.contains("Another program"), qPrintable(sentence));
        QCOMPARE(store.conversations().size(), std::size_t{1});  // reading goes on
    }
    store.pin(tree.head.id, true);
    QVERIFY(store.load(tree.head.id)->head.pinned);
}

void HistoryFailuresTest::whatCannotBeSavedWaits() {
    ConversationTree tree = talk("t", {"question"});
    { const HistoryStore store(folder()); }
    Sql other(database(), Sql::Access::read_write);
    auto lock = std::make_unique<Transaction>(other);
    History history(folder(), {20, 50});
    QSignalSpy failed(&history, &History::savingFailed), works(&history, &History::savingWorks);
    QStringList done;
    history.save(tree.head, tree.messages, [&](const QString& problem) { done << "first" + problem; });
    append(tree, said(Role::assistant, "a", ReplyState::streaming), tree.head.leaf);
    for (int i = 0; i < 5; ++i) {
        tree.messages[1].parts[0].text += "b";
        history.saveMessage(tree.head.id, tree.messages[1],
                            [&](const QString& problem) { done << "reply" + problem; });
    }
    tree.messages[1].state = ReplyState::complete;
    history.save(tree.head, {tree.messages[1]}, [&](const QString& problem) { done << "last" + problem; });
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
    QVERIFY(done.isEmpty());
    QVERIFY(failed[0][0].toString().contains("not saved yet"));
    lock.reset();
    QTRY_COMPARE_WITH_TIMEOUT(works.size(), 1, 60'000);
    QTRY_COMPARE(done, (QStringList{"first", "reply", "reply", "reply", "reply", "reply", "last"}));
    ConversationTree found;
    history.load(this, tree.head.id, [&](const auto& outcome) { found = **outcome.value; });
    QTRY_COMPARE(describe(found), describe(tree));
    QCOMPARE(failed.size(), 1);
}

void HistoryFailuresTest::aNewerHistoryIsSaidAndStaysSaid() {
    const std::vector<ConversationTree> saved = fill(1, 1);
    {
        Sql sql(database(), Sql::Access::read_write);
        sql.run("PRAGMA user_version = 999");
    }
    History history(folder(), {20, 20});
    QSignalSpy failed(&history, &History::savingFailed), works(&history, &History::savingWorks);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed[0][0].toString().contains("newer"));
    for (int i = 0; i < 3; ++i) {  // each takes its turn behind a try of the timer or before it
        QString problem;
        history.save(saved[0].head, saved[0].messages, [&](const QString& p) { problem = p; });
        QTRY_VERIFY(problem.contains("newer"));
    }
    bool answered = false;
    history.conversations(
        this, [&](const auto& outcome) { answered = !outcome.value && outcome.problem.contains("newer"); });
    QTRY_VERIFY(answered);
    QCOMPARE(failed.size(), 1);
    QCOMPARE(works.size(), 0);
}

void HistoryFailuresTest::erasingThatWasInterruptedIsFinished() {
    const QByteArray marker = "zqxmarkerzqx";
    {
        HistoryStore store(folder());
        ConversationTree tree = talk(marker, {marker});
        store.addAttachment("with " + marker, "image/png", {1, 1});
        store.save(tree.head, tree.messages);
        const ConversationTree stays = talk("stays", {"stays"});
        store.save(stays.head, stays.messages);
        Sql sql(database(), Sql::Access::read_write);
        prepareConnection(sql);
        sql.run("INSERT INTO pending VALUES ('erase')");
        sql.run("DELETE FROM conversations WHERE uuid = ?", {tree.head.id});
    }
    QVERIFY(!filesWith(folder(), marker).isEmpty());
    HistoryStore store(folder());
    QCOMPARE(filesWith(folder(), marker), QStringList());
    QCOMPARE(store.search("stays").hits.size(), std::size_t{2});
}

void HistoryFailuresTest::wipingThatWasInterruptedIsFinished() {
    const QByteArray marker = "zqxmarkerzqx";
    {
        HistoryStore store(folder());
        const ConversationTree tree = talk(marker, {marker});
        store.addAttachment("with " + marker, "image/png", {1, 1});
        store.save(tree.head, tree.messages);
    }
    markWipe(folder());
    HistoryStore store(folder());
    QVERIFY(store.conversations().empty());
    QCOMPARE(filesWith(folder(), marker), QStringList());
    QVERIFY(!wipeWasInterrupted(folder()));
}

QTEST_GUILESS_MAIN(HistoryFailuresTest)
#include "history_failures_test.moc"
