// Conversations with a model, kept in a real history: branches, edits, drafts and pictures, over restarts.
#include <QDirIterator>
#include <QSignalSpy>
#include <QTest>
#include <filesystem>

#include "app/chat/message_list_model.h"
#include "app/chat/parameters.h"
#include "app/history/history.h"
#include "app/shelf/conversation_shelf.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

class KeptChatTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFixture> f;

    QVariant shown(int row, const QByteArray& role) const { return f->message(row, role); }
    QStringList texts() const {
        QStringList all;
        for (int row = 0; row < f->messages(); ++row)
            all << shown(row, "text").toString().trimmed();
        return all;
    }
    bool ask(const QString& question) {
        f->ask(question);
        return f->becomesIdle() && !f->lastText().isEmpty();
    }
    bool restart() {
        f->restart();
        return f->becomesReady();
    }
    bool comesBack(int messages) {
        return QTest::qWaitFor([this, messages] { return f->messages() == messages; }, enough_ms);
    }

  private Q_SLOTS:
    void init() {
        f = std::make_unique<ChatFixture>(test_paths::scriptedInference());
        f->keeps_history = true;
        QVERIFY(restart());
    }
    void cleanup() { f.reset(); }

    void conversationComesBack();
    void answeringAgainIsABranch();
    void editedQuestionIsABranch();
    void deletedTurnComesBackByUndo();
    void cutReplyGoesOn();
    void draftWithPictureComesBack();
    void picturesOfAConversationComeBack();
    void goingFromOneToAnother();
    void settingsBelongToTheConversation();
    void whatComesFirstIsNotSweptAway();
    void whatIsNotKeptIsNowhere();
    void removedConversationIsLeft();
};

void KeptChatTest::conversationComesBack() {
    QVERIFY(ask("say 2"));
    QVERIFY(ask("say 3"));
    const QStringList before = texts();
    const QString facts = shown(1, "facts").toString();
    QVERIFY(restart());
    QVERIFY(comesBack(4));
    QCOMPARE(texts(), before);
    QCOMPARE(shown(1, "facts").toString(), facts);
    QCOMPARE(f->chat->title(), QString("say 2"));
    QVERIFY(ask("say 1"));
    QCOMPARE(f->messages(), 6);
}

void KeptChatTest::answeringAgainIsABranch() {
    QVERIFY(ask("say 2"));
    const QString first = shown(1, "messageId").toString();
    f->chat->regenerate(1);
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->messages(), 2);
    QCOMPARE(shown(1, "branches").toInt(), 2);
    QCOMPARE(shown(1, "branch").toInt(), 1);
    QVERIFY(ask("say 3"));
    f->chat->showBranch(1, -1);
    QCOMPARE(shown(1, "messageId").toString(), first);
    QCOMPARE(f->messages(), 2);
    QVERIFY(restart());
    QVERIFY(comesBack(2));
    QCOMPARE(shown(1, "messageId").toString(), first);
    f->chat->showBranch(1, 1);
    QCOMPARE(f->messages(), 4);
}

void KeptChatTest::editedQuestionIsABranch() {
    QVERIFY(ask("say 2"));
    f->chat->editQuestion(0, " say 3 ");
    QVERIFY(f->becomesIdle());
    QCOMPARE(texts(), QStringList({"say 3", "w1 w2 w3"}));
    QCOMPARE(shown(0, "branches").toInt(), 2);
    QVERIFY(restart());
    QVERIFY(comesBack(2));
    f->chat->showBranch(0, -1);
    QCOMPARE(texts(), QStringList({"say 2", "w1 w2"}));
    f->chat->editQuestion(0, "say 2");  // nothing was changed
    QCOMPARE(shown(0, "branches").toInt(), 2);
}

void KeptChatTest::deletedTurnComesBackByUndo() {
    QVERIFY(ask("say 1"));
    QVERIFY(ask("say 2"));
    const QStringList before = texts();
    f->chat->deleteMessage(2);
    QCOMPARE(f->messages(), 2);
    QVERIFY(f->chat->canUndoDelete());
    f->chat->undoDelete();
    QCOMPARE(texts(), before);
    QVERIFY(restart());
    QVERIFY(comesBack(4));
    f->chat->deleteMessage(0);
    QCOMPARE(f->messages(), 0);
    QVERIFY(restart());
    QTest::qWait(50);
    QCOMPARE(f->messages(), 0);
}

void KeptChatTest::cutReplyGoesOn() {
    f->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > 20, enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    const QString cut = f->lastText();
    f->chat->continueReply();
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > cut.size() + 20, enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QVERIFY(f->lastText().startsWith(cut));
    QCOMPARE(f->messages(), 2);
    QCOMPARE(shown(1, "branches").toInt(), 1);
}

void KeptChatTest::draftWithPictureComesBack() {
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 64, 48))});
    QVERIFY(f->attachmentsSettle());
    f->chat->chooseDetail(0, "high");
    f->chat->setDraft("half a thought");
    QVERIFY(QFile::remove(f->folder.filePath("a.png")));
    QVERIFY(restart());
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->draft(), QString("half a thought"), enough_ms);
    QCOMPARE(f->chat->attachments()->rowCount(), 1);
    QVERIFY(f->attachmentsSettle());
    QCOMPARE(f->attachment(0, "name").toString(), QString("a.png"));
    QCOMPARE(f->attachment(0, "detail").toString(), QString("high"));
    QVERIFY(f->attachment(0, "error").toString().isEmpty());
    // Sent: the draft is gone, also from the disk.
    f->chat->setDraft("say 1");
    f->chat->send();
    QVERIFY(f->becomesIdle());
    QVERIFY(restart());
    QVERIFY(comesBack(2));
    QCOMPARE(f->chat->draft(), QString());
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
}

void KeptChatTest::picturesOfAConversationComeBack() {
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 64, 48))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(ask("pictures"));
    const QString answer = f->lastText();
    QVERIFY(QFile::remove(f->folder.filePath("a.png")));
    QVERIFY(restart());
    QVERIFY(comesBack(2));
    const auto source = [this] {
        return shown(0, "pictures").toList().value(0).toMap().value("source").toString();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!source().isEmpty(), enough_ms);
    QCOMPARE(f->chat->pictures()->find(source().section('/', 3)).size(), QSize(64, 48));
    // The model sees it again, as it did.
    f->chat->regenerate(1);
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), answer);
}

void KeptChatTest::goingFromOneToAnother() {
    QVERIFY(ask("say 1"));
    const QString first = f->chat->conversationId();
    f->chat->setDraft("unsent");
    f->chat->newConversation();
    QCOMPARE(f->messages(), 0);
    QCOMPARE(f->chat->draft(), QString());
    QVERIFY(ask("say 2"));
    const QString second = f->chat->conversationId();
    QVERIFY(first != second);
    f->shelf->open(first);
    QVERIFY(QTest::qWaitFor([&] { return f->chat->conversationId() == first; }, enough_ms));
    QCOMPARE(texts(), QStringList({"say 1", "w1"}));
    QCOMPARE(f->chat->draft(), QString("unsent"));
    QCOMPARE(f->shelf->current(), first);
}

void KeptChatTest::settingsBelongToTheConversation() {
    f->chat->parameters().setTopK(3);
    QVERIFY(ask("say 1"));
    const QString first = f->chat->conversationId();
    f->chat->parameters().setSystemPrompt("Be brief.");
    f->chat->newConversation();
    f->chat->parameters().setTopK(7);
    f->chat->parameters().setSystemPrompt({});
    QVERIFY(ask("say 2"));
    f->shelf->open(first);
    QVERIFY(QTest::qWaitFor([&] { return f->chat->conversationId() == first; }, enough_ms));
    QCOMPARE(f->chat->parameters().topK(), 3);
    QCOMPARE(f->chat->parameters().systemPrompt(), QString("Be brief."));
    // Also those that a conversation took over and that were never touched in it.
    f->chat->newConversation();
    QVERIFY(ask("say 3"));
    const QString heir = f->chat->conversationId();
    f->chat->newConversation();
    f->chat->parameters().setTopK(9);
    QVERIFY(ask("say 1"));
    f->shelf->open(heir);
    QVERIFY(QTest::qWaitFor([&] { return f->chat->conversationId() == heir; }, enough_ms));
    QCOMPARE(f->chat->parameters().topK(), 3);
}

// As with a picture or a question on the command line, or a user who is quicker than the disk.
void KeptChatTest::whatComesFirstIsNotSweptAway() {
    QVERIFY(ask("say 2"));
    f->restart();
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 64, 48))});
    QVERIFY(f->becomesReady());
    QVERIFY(f->attachmentsSettle());
    QTRY_VERIFY_WITH_TIMEOUT(f->shelf->ready(), enough_ms);
    QCOMPARE(f->chat->attachments()->rowCount(), 1);
    QCOMPARE(f->messages(), 0);
    // What is typed while another conversation is read from the disk stays with the one it was typed in.
    QVERIFY(ask("say 1"));
    const QString here = f->chat->conversationId();
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->conversations()->rowCount(), 2, enough_ms);
    const int other = f->shelf->conversations()->index(0, 0).data(ConversationListModel::IdRole) == here;
    const QString there =
        f->shelf->conversations()->index(other, 0).data(ConversationListModel::IdRole).toString();
    f->shelf->open(there);
    f->chat->setDraft("late");
    QVERIFY(QTest::qWaitFor([&] { return f->chat->conversationId() == there; }, enough_ms));
    QCOMPARE(f->chat->draft(), QString());
    f->shelf->open(here);
    QVERIFY(QTest::qWaitFor([&] { return f->chat->conversationId() == here; }, enough_ms));
    QCOMPARE(f->chat->draft(), QString("late"));
}

void KeptChatTest::whatIsNotKeptIsNowhere() {
    QVERIFY(f->chat->canBeTemporary());
    f->chat->setTemporary(true);
    f->chat->setDraft("say 2 planted-marker");
    f->chat->addFiles({QUrl::fromLocalFile(f->writePicture("a.png", 64, 48))});
    QVERIFY(f->attachmentsSettle());
    QVERIFY(ask("say 2 planted-marker"));
    f->chat->setDraft("another planted-marker");
    f->close();
    QDirIterator files(f->folder.path(), QDir::Files, QDirIterator::Subdirectories);
    int looked = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("planted-marker"), qPrintable(file.fileName()));
        ++looked;
    }
    QVERIFY(looked > 1);
    QVERIFY(!f->keptByTheEngine().contains("planted-marker"));
    // Kept after all: everything of it.
    QVERIFY(restart());
    f->chat->setTemporary(true);
    QVERIFY(ask("say 3"));
    f->chat->setTemporary(false);
    QVERIFY(!f->keptByTheEngine().contains("say 3"));
    QVERIFY(ask("say 4"));
    QVERIFY(f->keptByTheEngine().contains("say 4"));
    QVERIFY(!f->keptByTheEngine().contains("invoice"));  // the question that measures the machine
    QVERIFY(restart());
    QVERIFY(comesBack(4));
    QVERIFY(!f->chat->canBeTemporary());
}

void KeptChatTest::removedConversationIsLeft() {
    QVERIFY(ask("say 1"));
    const QString id = f->chat->conversationId();
    QTRY_VERIFY_WITH_TIMEOUT(f->shelf->conversations()->rowCount() > 0, enough_ms);
    f->shelf->remove(id);
    QVERIFY(f->chat->conversationId() != id);
    QCOMPARE(f->messages(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(!f->shelf->undoText().isEmpty(), enough_ms);
    f->shelf->undo();
    QVERIFY(QTest::qWaitFor([&] { return f->chat->conversationId() == id; }, enough_ms));
    QCOMPARE(f->messages(), 2);
    f->shelf->rename(id, "Another name");
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->title(), QString("Another name"), enough_ms);
}

QTEST_MAIN(KeptChatTest)
#include "kept_chat_test.moc"
