// A history of version 1 and programs that are newer: it opens with everything in it, keeps a copy, survives
// a kill at every call and a step that fails; and one that is too new is left alone, to the byte.
#include <QFileInfo>
#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "app/history/history_store.h"
#include "tests/app/history/history_fixture.h"
#include "tests/system/second_version.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

class HistoryUpgradeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void versionOneHasTheTablesOfVersionOne();
    void versionOneOpensWithEverythingInIt();
    void theNextVersionsKeepEverythingAndACopy();
    void aFailingStepLeavesTheFileAsItWas();
    void killedAtEveryCallOfTheUpgrade();
    void aNewerOneIsLeftAlone();

  private:
    static constexpr const char* calls = "?write,?pwrite64,?fdatasync,?fsync,?rename,?unlink,?ftruncate";

    QString folder() const { return dir_->path() + "/kept"; }
    QString database() const { return folder() + "/history.sqlite"; }
    // As version 1 left it, with the picture's file.
    bool make(const QString& where) const;
    static QByteArray bytesOf(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static QStringList contentsOf(const QString& path) {
        Sql sql(path, Sql::Access::read_only);
        return contents(sql);
    }
    // Counts calls if `options` say so; the program's exit code, -1 if it was killed.
    static int upgradeTraced(const QString& path, const QStringList& options, QMap<QString, int>* counts);

    std::unique_ptr<QTemporaryDir> dir_;
};

bool HistoryUpgradeTest::make(const QString& where) const {
    return QDir().mkpath(where) && makeVersionOne(where + "/history.sqlite") &&
           AttachmentStore(where).add("a picture that version 1 kept").startsWith("5142f0e9");
}

void HistoryUpgradeTest::init() {
    dir_ = std::make_unique<QTemporaryDir>();
    QVERIFY(make(folder()));
}

// So that nobody changes what version 1 is: histories like this are on disks.
void HistoryUpgradeTest::versionOneHasTheTablesOfVersionOne() {
    const auto tables = [](Sql& sql) {
        QStringList lines{sql.value("PRAGMA application_id").toString()};
        QSqlQuery query = sql.run("SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name");
        while (sql.next(query))
            lines << query.value(0).toString();
        return lines;
    };
    Sql kept(database(), Sql::Access::read_only);
    Sql made(dir_->path() + "/made.sqlite", Sql::Access::read_write);
    upgrade(made, {historyMigrations().front()});
    QCOMPARE(tables(made), tables(kept));
}

void HistoryUpgradeTest::versionOneOpensWithEverythingInIt() {
    HistoryStore store(folder());
    QCOMPARE(store.report().backup.isEmpty(), historyMigrations().back().version == 1);
    QCOMPARE(store.report().interrupted, 1);
    store.check();
    const std::vector<ConversationSummary> list = store.conversations();
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(list[0].id, QString("conversation-two"));
    QCOMPARE(store.trash().size(), std::size_t{1});
    const ConversationTree tree = *store.load("conversation-one");
    QCOMPARE(tree.head.title, QString("Invoice of May"));
    QVERIFY(tree.head.pinned && tree.head.title_given);
    QCOMPARE(tree.head.settings, QString("{\"temperature\":0.5}"));
    QCOMPARE(tree.messages.size(), std::size_t{4});
    const ConversationTree& t = tree;
    QCOMPARE(pathTo(t, t.head.leaf), (std::vector<QString>{"message-1", "message-2", "message-4"}));
    QCOMPARE(siblingsOf(t, "message-3").ids.size(), std::size_t{2});
    const ChatMessage& reply = *findMessage(t, "message-2");
    QCOMPARE(reply.text(), QString::fromUtf8("The total is **EUR 1,204.50**. 发票号码 2024-17."));
    QCOMPARE(reply.thinking, QString("The total is at the bottom."));
    QCOMPARE(reply.facts->statistics.prompt_tokens, 88);
    const ChatPart& picture = findMessage(t, "message-1")->parts[0];
    QCOMPARE(picture.attachment->name, QString("invoice.png"));
    QCOMPARE(picture.sight.detail, QString("low"));
    QCOMPARE(store.attachment(picture.attachment->file), QByteArray("a picture that version 1 kept"));
    const ConversationTree cut = *store.load("conversation-two");
    QCOMPARE(findMessage(cut, "message-6")->state, ReplyState::interrupted);
    QCOMPARE(findMessage(cut, "message-6")->text(), QString("It was still being"));
    QCOMPARE(cut.head.draft.text, QString("not sent yet"));
    QCOMPARE(cut.head.draft.parts.size(), std::size_t{1});
    QCOMPARE(store.search(QString::fromUtf8("发票")).hits.size(), std::size_t{2});
    QCOMPARE(store.search("still").hits.size(), std::size_t{1});
}

void HistoryUpgradeTest::theNextVersionsKeepEverythingAndACopy() {
    const QStringList before = contentsOf(database());
    QVERIFY(before.size() > 20);
    {
        Sql sql(database(), Sql::Access::read_write);
        prepareConnection(sql);
        QCOMPARE(upgrade(sql, laterMigrations()), folder() + "/history.before-2.sqlite");
        QCOMPARE(schemaVersion(sql), 3);
        QCOMPARE(sql.value("SELECT text FROM thoughts").toString(), QString("The total is at the bottom."));
        QCOMPARE(sql.value("PRAGMA integrity_check").toString(), QString("ok"));
        QVERIFY(sql.value("SELECT count(*) FROM pragma_foreign_key_check").toInt() == 0);
    }
    QCOMPARE(contentsOf(database()), before);
    QCOMPARE(contentsOf(folder() + "/history.before-2.sqlite"), before);
    Sql copy(folder() + "/history.before-2.sqlite", Sql::Access::read_only);
    QCOMPARE(schemaVersion(copy), 1);
    QVERIFY(!QFileInfo::exists(folder() + "/history.before-3.sqlite"));
}

void HistoryUpgradeTest::aFailingStepLeavesTheFileAsItWas() {
    const QStringList before = contentsOf(database());
    std::vector<Migration> migrations = laterMigrations();
    migrations[1].run = [](Sql& sql) {
        moveThoughts(sql);
        sql.run("DELETE FROM conversations");
        sql.run("INSERT INTO there_is_no_such_table VALUES (1)");
    };
    {
        Sql sql(database(), Sql::Access::read_write);
        prepareConnection(sql);
        QVERIFY_EXCEPTION_THROWN(upgrade(sql, migrations), StorageError);
        QCOMPARE(schemaVersion(sql), 1);
        QCOMPARE(contents(sql), before);
        QVERIFY(sql.value("SELECT 1 FROM sqlite_master WHERE name = 'thoughts'").isNull());
    }
    // The program that wrote it still works with it.
    HistoryStore store(folder());
    QCOMPARE(store.load("conversation-one")->messages.size(), std::size_t{4});
}

int HistoryUpgradeTest::upgradeTraced(const QString& path, const QStringList& options,
                                      QMap<QString, int>* counts) {
    const QTemporaryDir place;
    const QString log = place.path() + "/log";
    QProcess process;
    process.start("strace", QStringList{"-f", "-qq", "-o", log} + options +
                                QStringList{test_paths::testProgram("scripted_upgrade"), path});
    process.waitForFinished(120'000);
    if (counts) {
        const QRegularExpression name(R"(^\d+ +(\w+)\()");
        for (const QByteArray& line : bytesOf(log).split('\n')) {
            const QRegularExpressionMatch match = name.match(QString::fromUtf8(line));
            if (match.hasMatch()) ++(*counts)[match.captured(1)];
        }
    }
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

void HistoryUpgradeTest::killedAtEveryCallOfTheUpgrade() {
    QProcess probe;
    probe.start("strace", {"-o", "/dev/null", "true"});
    if (!probe.waitForFinished() || probe.exitCode() != 0) QSKIP("strace is missing or may not trace here");
    const QStringList before = contentsOf(database());
    QMap<QString, int> counts;
    QCOMPARE(upgradeTraced(database(), {"-e", QString("trace=") + calls}, &counts), 0);
    QCOMPARE(contentsOf(database()), before);
    QMap<int, int> found;  // how many kills left which version
    for (auto call = counts.constBegin(); call != counts.constEnd(); ++call) {
        for (int n = 1; n <= *call; ++n) {
            const QTemporaryDir place;
            QVERIFY(make(place.path()));
            const QString path = place.path() + "/history.sqlite";
            const QString what = QString("%1 number %2").arg(call.key()).arg(n);
            QCOMPARE(upgradeTraced(path,
                                   {"-e", "trace=" + call.key(), "-e",
                                    QString("inject=%1:signal=KILL:when=%2").arg(call.key()).arg(n)},
                                   nullptr),
                     -1);
            {
                Sql sql(path, Sql::Access::read_write);
                QCOMPARE(sql.value("PRAGMA integrity_check").toString(), QString("ok"));
                ++found[schemaVersion(sql)];
                QVERIFY2(contents(sql) == before, qPrintable(what));
                // A copy has its name only when it is whole; and no step is done without it.
                const QString copy = place.path() + "/history.before-2.sqlite";
                QVERIFY2(schemaVersion(sql) == 1 || QFileInfo::exists(copy), qPrintable(what));
                if (QFileInfo::exists(copy)) QVERIFY2(contentsOf(copy) == before, qPrintable(what));
                // The next start finishes it.
                prepareConnection(sql);
                upgrade(sql, laterMigrations());
                QCOMPARE(schemaVersion(sql), 3);
                QVERIFY2(contents(sql) == before, qPrintable(what));
            }
            QVERIFY2(filesIn(place.path()).filter(".new-").isEmpty(), qPrintable(what));
        }
    }
    qInfo("kills left version 1 %d, 2 %d, 3 %d times", found[1], found[2], found[3]);
    QVERIFY(found[1] > 10 && found[2] > 10);
}

void HistoryUpgradeTest::aNewerOneIsLeftAlone() {
    {
        Sql sql(database(), Sql::Access::read_write);
        prepareConnection(sql);
        upgrade(sql, laterMigrations());
        sql.run("PRAGMA user_version = 999");
        sql.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    const QByteArray before = bytesOf(database());
    const QStringList files = filesIn(folder());
    QString sentence;
    try {
        const HistoryStore store(folder());
    } catch (const StorageError& error) {
        QCOMPARE(error.problem(), StorageProblem::too_new);
        sentence = error.sentence();
    }
    QVERIFY2(sentence.contains("newer version of Sightline"), qPrintable(sentence));
    QCOMPARE(bytesOf(database()), before);
    QCOMPARE(filesIn(folder()), files);
}

QTEST_GUILESS_MAIN(HistoryUpgradeTest)
#include "history_upgrade_test.moc"
