// Files of attachments are named by their content, whole or not there, and go when nothing uses them.
#include <sys/stat.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/history/attachment_store.h"
#include "app/history/history_store.h"
#include "tests/app/history/history_fixture.h"
#include "tests/inference/failure.h"

using namespace sightline;
using namespace sightline::test;

class AttachmentStoreTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aFileHasItsContentsName();
    void theSameFileIsKeptOnce();
    void changedFilesAreRefusedAndMended();
    void namesThatAreNoneAreRefused();
    void unusedFilesAreSwept();
    void unfinishedFilesGoAtTheNextStart();
    void aFileStaysWhileItIsUsedAnywhere();
};

void AttachmentStoreTest::aFileHasItsContentsName() {
    QTemporaryDir folder;
    AttachmentStore store(folder.path());
    QVERIFY(filesIn(folder.path()).isEmpty());
    const QString name = store.add("abc");
    QCOMPARE(name, QString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(filesIn(folder.path()), QStringList{"attachments/ba/" + name});
    QCOMPARE(store.path(name), folder.path() + "/attachments/ba/" + name);
    QCOMPARE(store.read(name), QByteArray("abc"));
    QVERIFY(store.contains(name));
    struct stat state {};
    QCOMPARE(::stat(QFile::encodeName(store.path(name)).constData(), &state), 0);
    QCOMPARE(state.st_mode & 07777, 0600u);
    COMPARE_FAILURE(failureOf([&] { store.add({}); }), ErrorKind::invalid_input, "empty");
}

void AttachmentStoreTest::theSameFileIsKeptOnce() {
    QTemporaryDir folder;
    AttachmentStore store(folder.path());
    const QString name = store.add("abc");
    struct stat before {
    }, after{};
    QCOMPARE(::stat(QFile::encodeName(store.path(name)).constData(), &before), 0);
    QCOMPARE(store.add("abc"), name);
    QCOMPARE(::stat(QFile::encodeName(store.path(name)).constData(), &after), 0);
    QCOMPARE(before.st_ino, after.st_ino);
    QCOMPARE(store.all(), QSet<QString>{name});
}

void AttachmentStoreTest::changedFilesAreRefusedAndMended() {
    QTemporaryDir folder;
    AttachmentStore store(folder.path());
    const QString name = store.add("abc");
    QFile file(store.path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("abd");
    file.close();
    COMPARE_FAILURE(failureOf([&] { store.read(name); }), ErrorKind::invalid_input, "changed");
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.close();
    QCOMPARE(store.add("abc"), name);  // another length: written again
    QCOMPARE(store.read(name), QByteArray("abc"));
}

void AttachmentStoreTest::namesThatAreNoneAreRefused() {
    QTemporaryDir folder;
    AttachmentStore store(folder.path());
    for (const QString& name : {QString(), QString("../../etc/passwd"), QString(64, 'g'), QString(64, 'A'),
                                QString(63, 'a'), QString("..") + QString(62, '/')}) {
        COMPARE_FAILURE(failureOf([&] { store.path(name); }), ErrorKind::invalid_input, "name");
        QVERIFY(!store.contains(name));
    }
    COMPARE_FAILURE(failureOf([&] { store.read(QString(64, 'a')); }), ErrorKind::invalid_input, "missing");
    store.remove(QString(64, 'a'));
}

void AttachmentStoreTest::unusedFilesAreSwept() {
    QTemporaryDir folder;
    AttachmentStore store(folder.path());
    const QString used = store.add("used"), unused = store.add("unused");
    QCOMPARE(store.sweep({used}), 1);
    QCOMPARE(store.all(), QSet<QString>{used});
    QCOMPARE(store.sweep({used}), 0);
    store.remove(used);
    QVERIFY(filesIn(folder.path()).isEmpty());
    QVERIFY(!QFile::exists(folder.path() + "/attachments/" + used.left(2)));
    QVERIFY(unused != used);
}

void AttachmentStoreTest::unfinishedFilesGoAtTheNextStart() {
    QTemporaryDir folder;
    AttachmentStore files(folder.path());
    const QString orphan = files.add("whole, but its row never came");
    QFile half(folder.path() + "/attachments/" + orphan.left(2) + "/.new-half");
    QVERIFY(half.open(QIODevice::WriteOnly));
    half.write("ha");
    half.close();
    const HistoryStore store(folder.path());
    QVERIFY(files.all().isEmpty());
    QVERIFY(!half.exists());
}

void AttachmentStoreTest::aFileStaysWhileItIsUsedAnywhere() {
    QTemporaryDir folder;
    ConversationTree a = talk("a", {"q"}), b = talk("b", {"q"});
    const QDateTime now = QDateTime::currentDateTimeUtc();
    HistoryStore store(folder.path());
    const QString shared = store.addAttachment("shared", "image/png", {1, 1});
    const QString fresh = store.addAttachment("in the tray of the composer", "image/png", {1, 1});
    a.messages[0].parts.push_back({{}, kept(shared, "p"), {}});
    store.save(a.head, a.messages);
    b.head.draft.parts.push_back({{}, kept(shared, "p"), {}});
    store.save(b.head, b.messages);
    store.moveToTrash({a.head.id}, now);
    store.emptyTrash();
    QVERIFY(store.attachments().contains(shared));  // a draft uses it
    QVERIFY(store.attachments().contains(fresh));   // it was just added
    store.saveDraft(b.head.id, {{}, {{{}, kept(fresh, "f"), {}}}});
    store.emptyTrash();
    QVERIFY(!store.attachments().contains(shared));
    QVERIFY(store.attachments().contains(fresh));
    store.saveDraft(b.head.id, {});
    store.emptyTrash();
    QVERIFY(!store.attachments().contains(fresh));
}

QTEST_GUILESS_MAIN(AttachmentStoreTest)
#include "attachment_store_test.moc"
