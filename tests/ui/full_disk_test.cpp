// The disk runs full while somebody chats: the reply stays on the screen, a banner tells, and when there is
// room again everything is saved without a word or a key.
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/history/small_disk.h"
#include "window_fixture.h"

using namespace sightline;
using namespace sightline::test;

class FullDiskTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { dressApplication(*qGuiApp, QStringLiteral("en")); }

    void theReplyStaysAndIsSavedWhenThereIsRoom() {
        const SmallDisk disk("4m");
        if (!disk) QSKIP("no small disk can be mounted here");
        const QString filler = disk.folder() + "/filler", kept = disk.folder() + "/kept";
        constexpr int enough_ms = 60'000;
        {
            WindowFixture w(true, WindowFixture::withSample(), {}, kept);
            QVERIFY(w.waitUntilReady());
            QTRY_VERIFY(w.shelf().ready());
            QVERIFY(!w.item("historyProblem"));
            QVERIFY(disk.fill(filler));
            w.chat().addFiles({WindowFixture::sampleFile("message.png")});
            w.chat().setDraft("Read the text in this image.");
            w.chat().send();
            QTRY_VERIFY_WITH_TIMEOUT(w.item("historyProblem"), enough_ms);
            const QString sentence = w.item("historyProblem")->property("sentence").toString();
            QVERIFY2(sentence.contains("disk is full"), qPrintable(sentence));
            QTRY_VERIFY_WITH_TIMEOUT(w.message(1, "text").toString().contains("could not be opened"),
                                     enough_ms);
            QVERIFY(w.waitForReply());
            // The next question is answered too.
            w.chat().setDraft("And again?");
            w.chat().send();
            QTRY_COMPARE_WITH_TIMEOUT(w.chat().messages()->rowCount(), 4, enough_ms);
            QVERIFY(w.waitForReply());
            QVERIFY(w.item("historyProblem"));

            QVERIFY(QFile::remove(filler));
            QTRY_VERIFY_WITH_TIMEOUT(!w.item("historyProblem"), enough_ms);
            QCOMPARE(w.chat().messages()->rowCount(), 4);
        }
        HistoryStore store(kept);
        store.check();
        QCOMPARE(store.conversations().size(), std::size_t{1});
        const ConversationTree tree = *store.load(store.conversations()[0].id);
        QCOMPARE(tree.messages.size(), std::size_t{4});
        for (const ChatMessage& message : tree.messages)
            QCOMPARE(message.state, ReplyState::complete);
        QVERIFY(tree.messages[1].text().contains("could not be opened"));
        QVERIFY(!store.attachment(tree.messages[0].parts[0].attachment->file).isEmpty());
    }
};

QTEST_MAIN(FullDiskTest)
#include "full_disk_test.moc"
