// Conversations come back from the disk as they were put there: whole trees, drafts, settings, titles; trash,
// duplicates, upgrades and erasing.
#include <sys/stat.h>

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>

#include "app/history/computed_files.h"
#include "app/history/history_schema.h"
#include "app/history/history_store.h"
#include "app/history/sql.h"
#include "inference/files/cache_place.h"
#include "tests/app/history/history_fixture.h"
#include "tests/inference/failure.h"

using namespace sightline;
using namespace sightline::test;

namespace {

constexpr int newest_first = 0;

std::vector<QString> idsOf(const std::vector<ConversationSummary>& summaries) {
    std::vector<QString> ids;
    for (const ConversationSummary& summary : summaries)
        ids.push_back(summary.id);
    return ids;
}

unsigned permissionsOf(const QString& path) {
    struct stat state {};
    return ::stat(QFile::encodeName(path).constData(), &state) == 0 ? state.st_mode & 07777 : 0;
}

}  // namespace

class HistoryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void treesWalkBetweenBranches();
    void aSubtreeGoesWithWhatFollowsIt();
    void everythingComesBack();
    void aMessageIsReplacedNotAdded();
    void streamingBecomesInterrupted();
    void draftsAndSettingsAreKept();
    void titles();
    void theListIsInOrder();
    void trashAndRestore();
    void duplicatesAreIndependent();
    void removedMessagesTakeTheirFollowersAndComeBack();
    void wrongIdsAreRefused();
    void onlyTheOwnerCanRead();
    void theConnectionIsSafe();
    void upgradesKeepACopyAndFailWhole();
    void newerFilesAreLeftAlone();
    void erasedTextIsInNoFile();
    void wipedTextIsInNoFile();
    void computedGoesWithWhatWasSaid();

  private:
    QString path() const { return folder_->path() + QStringLiteral("/kept"); }
    std::unique_ptr<QTemporaryDir> folder_;
};

void HistoryTest::treesWalkBetweenBranches() {
    ConversationTree tree = talk("t", {"q1", "a1", "q2", "a2"});
    const QString first = tree.messages[0].id, answer = tree.messages[1].id, second = tree.messages[2].id;
    append(tree, said(Role::user, "q2 edited"), answer);
    const QString edited = tree.head.leaf;
    append(tree, said(Role::assistant, "a2 edited"), edited);
    QCOMPARE(shownConversation(tree).messages.size(), std::size_t{4});
    QCOMPARE(shownConversation(tree).messages[2].text(), QString("q2 edited"));
    const Siblings siblings = siblingsOf(tree, edited);
    QCOMPARE(siblings.ids, (std::vector<QString>{second, edited}));
    QCOMPARE(siblings.index, 1);
    QCOMPARE(siblingsOf(tree, first).ids.size(), std::size_t{1});
    QVERIFY(siblingsOf(tree, "unknown").ids.empty());

    showBranch(tree, second);
    QCOMPARE(shownConversation(tree).messages.back().text(), QString("a2"));
    showBranch(tree, answer);  // is shown already: the branch stays
    QCOMPARE(shownConversation(tree).messages.back().text(), QString("a2"));
    showBranch(tree, edited);
    QCOMPARE(shownConversation(tree).messages.back().text(), QString("a2 edited"));
    append(tree, said(Role::user, "another beginning"), {});
    QCOMPARE(shownConversation(tree).messages.size(), std::size_t{1});
    QCOMPARE(siblingsOf(tree, first).ids.size(), std::size_t{2});
    QCOMPARE(pathTo(tree, "unknown").size(), std::size_t{0});
}

void HistoryTest::aSubtreeGoesWithWhatFollowsIt() {
    ConversationTree tree = talk("t", {"q1", "a1", "q2", "a2"});
    const QString answer = tree.messages[1].id, second = tree.messages[2].id;
    append(tree, said(Role::user, "other"), answer);
    const QString other = tree.head.leaf;
    showBranch(tree, second);
    const std::vector<QString> gone = removeSubtree(tree, second);
    QCOMPARE(gone.size(), std::size_t{2});
    QCOMPARE(gone.front(), second);
    QCOMPARE(tree.head.leaf, other);
    QCOMPARE(removeSubtree(tree, other).size(), std::size_t{1});
    QCOMPARE(tree.head.leaf, answer);
    QCOMPARE(removeSubtree(tree, tree.messages[0].id).size(), std::size_t{2});
    QVERIFY(tree.head.leaf.isEmpty());
    QVERIFY(tree.messages.empty());
    QVERIFY(removeSubtree(tree, "unknown").empty());
}

void HistoryTest::everythingComesBack() {
    ConversationTree tree = talk(QString::fromUtf8("Rechnung 发票 “quoted”"), {"what?"});
    QString file;
    {
        HistoryStore store(path());
        file = store.addAttachment("bytes of a picture", "image/png", {640, 480});
        tree.messages[0].parts.insert(tree.messages[0].parts.begin(),
                                      ChatPart{{}, kept(file, "a.png"), {{}, "high", {}}});
        ChatMessage answer = said(Role::assistant, QString::fromUtf8("line one\nline \0two\t\U0001F600", 19));
        answer.thinking = "hm";
        answer.facts = ReplyFacts{
            "demo", StopReason::max_tokens, {11, 7, 5, 1, 3, 0.5, 0.25, 1.0 / 3, 0.125}, 0.75, 2.5, "e", 0.5,
            true};
        append(tree, answer, tree.head.leaf);
        ChatMessage read = said(Role::assistant, "read text");
        read.kind = MessageKind::reading;
        read.parts[0].plain_text = "read  text\n";
        append(tree, read, tree.messages[0].id);
        append(tree, said(Role::system, "s"), {});
        append(tree, said(Role::tool, "t"), tree.head.leaf);
        tree.head.pinned = true;
        tree.head.title_given = true;
        tree.head.settings = R"({"temperature":0.5})";
        tree.head.draft = {"unsent", {{{}, kept(file, "b.png"), {{}, "low", {}}}}};
        store.save(tree.head, tree.messages);
        QCOMPARE(describe(*store.load(tree.head.id)), describe(tree));
    }
    HistoryStore again(path());
    QCOMPARE(describe(*again.load(tree.head.id)), describe(tree));
    QCOMPARE(again.attachment(file), QByteArray("bytes of a picture"));
    QCOMPARE(again.report().interrupted, 0);
    QVERIFY(again.report().set_aside.isEmpty());
    QVERIFY(!again.load("unknown"));
}

void HistoryTest::aMessageIsReplacedNotAdded() {
    HistoryStore store(path());
    ConversationTree tree = talk("t", {"q"});
    store.save(tree.head, tree.messages);
    ChatMessage reply = said(Role::assistant, "so", ReplyState::streaming);
    append(tree, reply, tree.head.leaf);
    store.saveMessage(tree.head.id, tree.messages[1]);
    tree.messages[1].parts[0].text = "so far";
    tree.messages[1].state = ReplyState::complete;
    store.save(tree.head, {tree.messages[1]});
    QCOMPARE(describe(*store.load(tree.head.id)), describe(tree));
}

void HistoryTest::streamingBecomesInterrupted() {
    ConversationTree tree = talk("t", {"q"});
    append(tree, said(Role::assistant, "half a sent", ReplyState::streaming), tree.head.leaf);
    {
        HistoryStore store(path());
        store.save(tree.head, tree.messages);
        QCOMPARE(store.load(tree.head.id)->messages[1].state, ReplyState::streaming);
        QCOMPARE(store.search("half").hits.size(), std::size_t{0});
    }
    HistoryStore again(path());
    QCOMPARE(again.report().interrupted, 1);
    const ConversationTree found = *again.load(tree.head.id);
    QCOMPARE(found.messages[1].state, ReplyState::interrupted);
    QCOMPARE(found.messages[1].text(), QString("half a sent"));
    QCOMPARE(again.search("half").hits.size(), std::size_t{1});
}

void HistoryTest::draftsAndSettingsAreKept() {
    ConversationTree tree = startTree();
    QString file;
    {
        HistoryStore store(path());
        store.save(tree.head);
        file = store.addAttachment("draft picture", "image/jpeg", {3, 2});
        store.saveDraft(tree.head.id, {"typed", {{{}, kept(file, "x.jpg", {3, 2}), {{}, "auto", {}}}}});
        store.saveSettings(tree.head.id, "{\"seed\":1}");
        const ConversationSummary summary = store.conversations().front();
        QVERIFY(summary.draft);
        QVERIFY(!summary.said);
    }
    {
        HistoryStore again(path());
        const ConversationHead head = again.load(tree.head.id)->head;
        QCOMPARE(head.draft.text, QString("typed"));
        QCOMPARE(head.draft.parts.size(), std::size_t{1});
        QCOMPARE(head.draft.parts[0].sight.detail, QString("auto"));
        QCOMPARE(head.settings, QString("{\"seed\":1}"));
        QCOMPARE(again.attachment(file), QByteArray("draft picture"));
        again.saveDraft(tree.head.id, {});
        QVERIFY(!again.conversations().front().draft);
    }
    HistoryStore last(path());  // nothing uses the file any more
    QVERIFY(!last.attachments().contains(file));
}

void HistoryTest::titles() {
    HistoryStore store(path());
    ConversationTree tree = talk("first question", {"first question\nmore", "a"});
    store.save(tree.head, tree.messages);
    store.rename(tree.head.id, "  My  own ");
    QCOMPARE(store.conversations().front().title, QString("My own"));
    QVERIFY(store.load(tree.head.id)->head.title_given);
    QCOMPARE(store.search("own").hits.size(), std::size_t{1});
    QCOMPARE(store.load(tree.head.id)->head.updated.toMSecsSinceEpoch(),
             tree.head.updated.toMSecsSinceEpoch());
    store.rename(tree.head.id, "");
    QCOMPARE(store.conversations().front().title, QString("first question"));
    QVERIFY(!store.load(tree.head.id)->head.title_given);
    QCOMPARE(store.search("own").hits.size(), std::size_t{0});
}

void HistoryTest::theListIsInOrder() {
    HistoryStore store(path());
    const QDateTime start = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
    std::vector<QString> ids;
    for (const int minutes : {5, 1, 3}) {
        ConversationTree tree = talk(QString::number(minutes), {"q"});
        tree.head.updated = start.addSecs(60 * minutes);
        store.save(tree.head, tree.messages);
        ids.push_back(tree.head.id);
    }
    QCOMPARE(idsOf(store.conversations()), (std::vector<QString>{ids[0], ids[2], ids[1]}));
    store.pin(ids[1], true);
    const std::vector<ConversationSummary> all = store.conversations();
    QVERIFY(all[2].pinned && all[2].said && !all[2].draft);
    QCOMPARE(all[newest_first].updated, start.addSecs(300));
    ChatMessage later = said(Role::user, "later");
    store.saveMessage(ids[1], later);
    QCOMPARE(store.conversations().front().id, ids[1]);
}

void HistoryTest::trashAndRestore() {
    HistoryStore store(path());
    ConversationTree a = talk("apple", {"pear"}), b = talk("berry", {"plum"});
    store.save(a.head, a.messages);
    store.save(b.head, b.messages);
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(1'700'000'000'123, Qt::UTC);
    store.moveToTrash({a.head.id}, when);
    QCOMPARE(idsOf(store.conversations()), std::vector<QString>{b.head.id});
    QCOMPARE(idsOf(store.trash()), std::vector<QString>{a.head.id});
    QCOMPARE(store.trash().front().trashed, when);
    QVERIFY(store.search("pear").hits.empty());
    QVERIFY(store.search("apple").hits.empty());
    store.restore({a.head.id});
    QVERIFY(store.trash().empty());
    QCOMPARE(store.search("pear").hits.size(), std::size_t{1});
    QCOMPARE(describe(*store.load(a.head.id)), describe(a));
}

void HistoryTest::duplicatesAreIndependent() {
    HistoryStore store(path());
    const QString file = store.addAttachment("picture", "image/png", {2, 2});
    ConversationTree tree = talk("t", {"q1", "a1"});
    tree.messages[0].parts.push_back({{}, kept(file, "p.png"), {}});
    append(tree, said(Role::assistant, "a1 again"), tree.messages[0].id);
    tree.head.draft.text = "unsent";
    tree.head.pinned = true;
    store.save(tree.head, tree.messages);
    const QString id = store.duplicate(tree.head.id, "t (copy)");
    const ConversationTree copy = *store.load(id);
    QCOMPARE(copy.head.title, QString("t (copy)"));
    QVERIFY(!copy.head.pinned && copy.head.draft.text.isEmpty());
    QCOMPARE(copy.messages.size(), tree.messages.size());
    QCOMPARE(shownConversation(copy).messages.back().text(), QString("a1 again"));
    for (std::size_t i = 0; i < copy.messages.size(); ++i)
        QVERIFY(copy.messages[i].id != tree.messages[i].id);
    QCOMPARE(siblingsOf(copy, copy.head.leaf).ids.size(), std::size_t{2});
    store.moveToTrash({tree.head.id}, QDateTime::currentDateTimeUtc());
    QCOMPARE(store.emptyTrash(), 1);
    QCOMPARE(store.attachment(file), QByteArray("picture"));  // the copy shows it still
    QCOMPARE(store.load(id)->messages.size(), copy.messages.size());
    store.moveToTrash({id}, QDateTime::currentDateTimeUtc());
    store.emptyTrash();
    QVERIFY(!store.attachments().contains(file));
}

void HistoryTest::removedMessagesTakeTheirFollowersAndComeBack() {
    HistoryStore store(path());
    const ConversationTree tree = talk("t", {"q1", "a1", "q2 word", "a2"});
    store.save(tree.head, tree.messages);
    ConversationTree less = tree;
    const std::vector<QString> gone = removeSubtree(less, tree.messages[2].id);
    store.removeMessages(tree.head.id, {gone.front()}, less.head.leaf);
    QCOMPARE(describe(*store.load(tree.head.id)), describe(less));
    QVERIFY(store.search("word").hits.empty());
    store.save(tree.head, {tree.messages[2], tree.messages[3]});
    QCOMPARE(describe(*store.load(tree.head.id)), describe(tree));
    QCOMPARE(store.search("word").hits.size(), std::size_t{1});
}

void HistoryTest::wrongIdsAreRefused() {
    HistoryStore store(path());
    ConversationTree tree = talk("t", {"q"});
    COMPARE_FAILURE(failureOf([&] { store.saveMessage("none", tree.messages[0]); }), ErrorKind::invalid_input,
                    "conversation");
    COMPARE_FAILURE(failureOf([&] { store.pin("none", true); }), ErrorKind::invalid_input, "conversation");
    COMPARE_FAILURE(failureOf([&] { store.duplicate("none", "x"); }), ErrorKind::invalid_input,
                    "conversation");
    tree.messages[0].parts.push_back({{}, kept(QString(64, 'a'), "never.png"), {}});
    COMPARE_FAILURE(failureOf([&] { store.save(tree.head, tree.messages); }), ErrorKind::invalid_input,
                    "picture");
    QVERIFY(store.conversations().empty());  // as a whole or not at all
    COMPARE_FAILURE(failureOf([&] {
                        store.saveReading(QString(64, 'a'), {"x", {}});
                    }),
                    ErrorKind::invalid_input, "attachment");
}

void HistoryTest::onlyTheOwnerCanRead() {
    const mode_t before = ::umask(0);
    {
        HistoryStore store(path());
        store.addAttachment("picture", "image/png", {1, 1});
        const ConversationTree tree = talk("t", {"q"});
        store.save(tree.head, tree.messages);
        QCOMPARE(permissionsOf(path()), 0700u);
        int files = 0;
        for (const QString& file : filesIn(path())) {
            QCOMPARE(permissionsOf(path() + '/' + file), 0600u);
            ++files;
        }
        QVERIFY(files >= 4);  // database, its log and shared memory, the attachment
        QCOMPARE(permissionsOf(path() + "/attachments"), 0700u);
    }
    ::chmod(QFile::encodeName(path()).constData(), 0755);
    ::chmod(QFile::encodeName(path() + "/history.sqlite").constData(), 0644);
    const HistoryStore again(path());
    ::umask(before);
    QCOMPARE(permissionsOf(path()), 0700u);
    QCOMPARE(permissionsOf(again.databasePath()), 0600u);
}

void HistoryTest::theConnectionIsSafe() {
    { const HistoryStore store(path()); }
    Sql sql(path() + "/history.sqlite", Sql::Access::read_write);
    prepareConnection(sql);
    QCOMPARE(sql.value("PRAGMA synchronous").toInt(), 2);
    QCOMPARE(sql.value("PRAGMA journal_mode").toString(), QString("wal"));
    QCOMPARE(sql.value("PRAGMA foreign_keys").toInt(), 1);
    QCOMPARE(schemaVersion(sql), historyMigrations().back().version);
}

void HistoryTest::upgradesKeepACopyAndFailWhole() {
    const ConversationTree tree = talk("t", {"kept through upgrades"});
    {
        HistoryStore store(path());
        store.save(tree.head, tree.messages);
        QVERIFY(store.report().backup.isEmpty());
    }
    const QString file = path() + "/history.sqlite";
    std::vector<Migration> migrations = historyMigrations();
    const int version = migrations.back().version;
    migrations.push_back({version + 1, [](Sql& sql) { sql.run("CREATE TABLE extra (x)"); }});
    migrations.push_back({version + 2, [](Sql& sql) {
                              sql.run("DELETE FROM messages");
                              sql.run("INSERT INTO extra VALUES (1)");
                              throw StorageError(StorageProblem::disk_full,
                                                 "no space in the middle of a step");
                          }});
    {
        Sql sql(file, Sql::Access::read_write);
        prepareConnection(sql);
        COMPARE_FAILURE(failureOf([&] { upgrade(sql, migrations); }), ErrorKind::invalid_input, "middle");
        QCOMPARE(schemaVersion(sql), version + 1);
        QCOMPARE(sql.value("SELECT count(*) FROM messages").toInt(), 1);
        QCOMPARE(sql.value("SELECT count(*) FROM extra").toInt(), 0);
    }
    const QString backup = path() + QString("/history.before-%1.sqlite").arg(version + 1);
    QCOMPARE(permissionsOf(backup), 0600u);
    {
        Sql copy(backup, Sql::Access::read_only);
        QCOMPARE(schemaVersion(copy), version);
        QCOMPARE(copy.value("SELECT count(*) FROM messages").toInt(), 1);
    }
    migrations.back().run = [](Sql& sql) { sql.run("INSERT INTO extra VALUES (2)"); };
    Sql sql(file, Sql::Access::read_write);
    prepareConnection(sql);
    QCOMPARE(upgrade(sql, migrations), path() + QString("/history.before-%1.sqlite").arg(version + 2));
    QCOMPARE(schemaVersion(sql), version + 2);
    QCOMPARE(sql.value("SELECT x FROM extra").toInt(), 2);
    QVERIFY(upgrade(sql, migrations).isEmpty());
}

void HistoryTest::newerFilesAreLeftAlone() {
    { const HistoryStore store(path()); }
    {
        Sql sql(path() + "/history.sqlite", Sql::Access::read_write);
        sql.run("PRAGMA user_version = 999");
    }
    try {
        const HistoryStore store(path());
        QFAIL("it was opened");
    } catch (const StorageError& error) {
        QCOMPARE(error.problem(), StorageProblem::too_new);
        QVERIFY(error.sentence().contains("newer"));
    }
    Sql sql(path() + "/history.sqlite", Sql::Access::read_only);
    QCOMPARE(schemaVersion(sql), 999);
}

void HistoryTest::erasedTextIsInNoFile() {
    const QByteArray marker = "zqxmarkerzqx";
    HistoryStore store(path());
    const ConversationTree stays = talk("stays", {"stays here", "and this"});
    store.save(stays.head, stays.messages);
    ConversationTree goes = talk("goes " + marker, {"says " + marker, "answers " + marker});
    const QString file = store.addAttachment("picture with " + marker, "image/png", {1, 1});
    goes.messages[0].parts.push_back({{}, kept(file, marker + ".png"), {}});
    goes.messages[1].thinking = "thinks " + marker;
    ChatMessage read = said(Role::assistant, "reads **" + marker + "**");
    read.kind = MessageKind::reading;
    read.parts[0].plain_text = "reads plainly " + marker;
    append(goes, read, goes.messages[0].id);
    goes.head.draft.text = marker;
    goes.head.settings = "{\"system\":\"" + marker + "\"}";
    store.save(goes.head, goes.messages);
    store.saveReading(file, {"reads " + marker, {}});
    for (int i = 0; i < 200; ++i) {  // so that the index has more than one segment
        goes.messages[1].parts[0].text = QString("answers %1 %2").arg(i).arg(QString::fromLatin1(marker));
        store.saveMessage(goes.head.id, goes.messages[1]);
    }
    QFile old(path() + "/history.before-1.sqlite"), damaged(path() + "/history.damaged-x.sqlite");
    for (QFile* copy : {&old, &damaged}) {
        QVERIFY(copy->open(QIODevice::WriteOnly));
        copy->write(marker);
        copy->close();
    }
    QVERIFY(filesWith(path(), marker).size() >= 4);
    QCOMPARE(store.search(marker).hits.size(), std::size_t{4});
    store.moveToTrash({goes.head.id}, QDateTime::currentDateTimeUtc());
    QCOMPARE(store.emptyTrash(), 1);
    QCOMPARE(filesWith(path(), marker), QStringList());
    QCOMPARE(filesWith(path(), file.toLatin1()), QStringList());
    QCOMPARE(describe(*store.load(stays.head.id)), describe(stays));
    QCOMPARE(store.search("stays").hits.size(), std::size_t{2});
    QCOMPARE(store.emptyTrash(), 0);
}

void HistoryTest::wipedTextIsInNoFile() {
    const QByteArray marker = "zqxmarkerzqx";
    HistoryStore store(path());
    const ConversationTree tree = talk(marker, {marker, marker});
    store.addAttachment("picture with " + marker, "image/png", {1, 1});
    store.save(tree.head, tree.messages);
    store.wipe();
    QCOMPARE(filesWith(path(), marker), QStringList());
    QVERIFY(store.conversations().empty());
    QVERIFY(store.attachments().all().isEmpty());
    const ConversationTree next = talk("next", {"works"});
    store.save(next.head, next.messages);
    QCOMPARE(store.search("works").hits.size(), std::size_t{1});
}

void HistoryTest::computedGoesWithWhatWasSaid() {
    // What an engine keeps, and an engine that still writes.
    const auto computes = [this] {
        const auto place = cachePlace(QFile::encodeName(computedFolder(path())).toStdString());
        std::ofstream(place / "v0123", std::ios::binary) << "features";
        return place;
    };
    HistoryStore store(path());
    const ConversationTree tree = talk("t", {"q", "a"});
    store.save(tree.head, tree.messages);
    auto place = computes();
    store.moveToTrash({tree.head.id}, QDateTime::currentDateTimeUtc());
    QVERIFY(std::filesystem::exists(place / "v0123"));  // Undo brings it all back
    QCOMPARE(store.emptyTrash(), 1);
    QVERIFY(!std::filesystem::exists(place));
    QCOMPARE(filesWith(path(), "features"), QStringList());
    place = computes();
    store.wipe();
    QVERIFY(!std::filesystem::exists(place));
    QCOMPARE(filesWith(path(), "features"), QStringList());
    QVERIFY(!computedFolder().startsWith(path()));
    QCOMPARE(computedFolder(), computedFolder(HistoryStore::defaultFolder()));
}

QTEST_GUILESS_MAIN(HistoryTest)
#include "history_test.moc"
