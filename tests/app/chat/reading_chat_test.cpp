// Texts that the reader finds, as messages of their own: without a model and beside a reply, kept in a real
// history, given to the model with the next question, and found by the search whatever they were read for.
#include <QClipboard>
#include <QDirIterator>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <filesystem>

#include "app/chat/message_list_model.h"
#include "app/chat/prompt_builder.h"
#include "app/chat/reading_turns.h"
#include "app/chat/thinking_clock.h"
#include "app/history/history.h"
#include "app/pictures/picture_reading.h"
#include "app/replies/block_list_model.h"
#include "app/shelf/conversation_shelf.h"
#include "app/values/assist_text.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/app/history/history_fixture.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

class ReadingChatTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFixture> f;

    QString text(int row) const { return f->message(row, "text").toString(); }
    QString role(int row) const { return f->message(row, "role").toString(); }
    PictureReading& view() const { return *qobject_cast<PictureReading*>(f->chat->reading()); }
    bool comesBack(int messages) const {
        return QTest::qWaitFor([this, messages] { return f->messages() == messages; }, enough_ms);
    }
    // What the sidebar says of it; "absent" if it is not listed (yet).
    QString mark(const QString& id) const {
        const QAbstractItemModel& list = *f->shelf->conversations();
        for (int row = 0; row < list.rowCount(); ++row) {
            const QModelIndex index = list.index(row, 0);
            if (index.data(ConversationListModel::IdRole) == id)
                return index.data(ConversationListModel::ReplyRole).toString();
        }
        return "absent";
    }
    bool add(const QString& name, int width, int height) const {
        f->chat->addFiles({QUrl::fromLocalFile(f->writePicture(name, width, height))});
        return f->attachmentsSettle();
    }
    bool isRead(int row) const {
        return QTest::qWaitFor(
            [this, row] {
                return f->messages() > row && role(row) == "reading" &&
                       !f->message(row, "streaming").toBool();
            },
            enough_ms);
    }
    // Where the search finds it, as the list says it: "title of the conversation: [hit] (picture)".
    QStringList found(const QString& words) const {
        f->shelf->setSearch({});
        QSignalSpy answered(f->shelf.get(), &ConversationShelf::searchAnswered);
        f->shelf->setSearch(words);
        if (!QTest::qWaitFor([&answered] { return !answered.isEmpty(); }, enough_ms)) return {"no answer"};
        QStringList hits;
        const QAbstractItemModel& list = *f->shelf->results();
        for (int row = 0; row < list.rowCount(); ++row) {
            const auto get = [&list, row](int field) { return list.index(row, 0).data(field); };
            const QString kind = get(SearchResultsModel::KindRole).toString();
            if (kind == "title") continue;
            QString snippet = get(SearchResultsModel::SnippetRole).toString();
            const QVariantList ranges = get(SearchResultsModel::SnippetHitsRole).toList();
            for (qsizetype i = ranges.size(); i-- > 0;) {
                const QVariantMap range = ranges[i].toMap();
                snippet.insert(range["start"].toInt() + range["length"].toInt(), ']');
                snippet.insert(range["start"].toInt(), '[');
            }
            hits << snippet + (kind == "picture" ? " (picture)" : "");
        }
        f->shelf->setSearch({});
        return hits;
    }

  private Q_SLOTS:
    void init() {
        f = std::make_unique<ChatFixture>(test_paths::scriptedInference());
        f->keeps_history = true;
        f->restart();
    }
    void cleanup() { f.reset(); }

    void needsNoModel();
    void comesBackAfterARestart();
    void doesNotWaitForAReply();
    void everyPictureInItsOrder();
    void isCopiedInThreeWays();
    void failsWithASentenceAndIsReadAgain();
    void goesOnWhenItsConversationIsLeft();
    void isFollowedAgainWhenItsConversationComesBack();
    void isInterruptedWhenItsConversationGoes();
    void pictureOfTheConversationIsReadOnce();
    void nextQuestionBringsTheText();
    void promptsSayWhatWasRead();
    void longTextsAreCountedInPrompts();
    void nameOfThePictureGivesWayToAQuestion();
    void searchFindsWhatWasReadForAnything_data();
    void searchFindsWhatWasReadForAnything();
    void searchFindsWhatWasReadBeforeItWasKept();
    void whatIsNotKeptIsNowhere();
    void erasedTextIsInNoFile();
    void thinkingTimeComesBack();
    void thinkingClockKnowsThoughts();
    void answersOfTheDemoModelSayIt();
};

void ReadingChatTest::needsNoModel() {
    f->settings->setModelFolder(f->folder.filePath("broken"));
    QVERIFY(QDir(f->folder.path()).mkdir("broken"));
    f->restart();
    QVERIFY(QTest::qWaitFor([this] { return f->chat->modelState() == "failed"; }, enough_ms));
    QVERIFY(add("a.png", 100, 60));
    QVERIFY(f->chat->canRead());
    f->chat->readAttachment(-1);
    // At once: the picture has left the composer, and the conversation says that it is read.
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    QCOMPARE(f->messages(), 2);
    QCOMPARE(role(0), QString("user"));
    QCOMPARE(f->message(0, "pictures").toList().size(), 1);
    QCOMPARE(role(1), QString("reading"));
    QVERIFY(f->message(1, "streaming").toBool());
    QVERIFY(!f->chat->busy());
    QVERIFY(isRead(1));
    QVERIFY2(text(1).contains("picture of 100"), qPrintable(text(1)));
    QVERIFY(f->message(1, "facts").toString().startsWith("5 word"));
    QVERIFY(f->message(1, "error").toString().isEmpty());
    QVERIFY(!f->message(1, "demo").toBool());
    QCOMPARE(f->chat->modelState(), QString("failed"));
    // One without text says so by having none.
    QVERIFY(add("b.png", 4, 60));
    f->chat->readAttachment(0);
    QVERIFY(isRead(3));
    QCOMPARE(text(3), QString());
    QCOMPARE(f->message(3, "error").toString(), QString());
    // What is no picture is not read.
    f->chat->readAttachment(0);
    f->chat->readAttachment(-1);
    f->chat->readPicture(1, 0);
    f->chat->readPicture(-1, 0);
    f->chat->readPicture(0, 1);
    QCOMPARE(f->messages(), 4);
}

void ReadingChatTest::comesBackAfterARestart() {
    QVERIFY(add("a.png", 100, 60));
    f->chat->readAttachment(0);
    QVERIFY(isRead(1));
    const QString before = text(1);
    const QString facts = f->message(1, "facts").toString();
    f->restart();
    QVERIFY(comesBack(2));
    QCOMPARE(role(1), QString("reading"));
    QCOMPARE(text(1), before);
    QCOMPARE(f->message(1, "facts").toString(), facts);
    QVERIFY(!f->message(1, "streaming").toBool());
    f->chat->copyReading(1, "text");
    QVERIFY(QGuiApplication::clipboard()->text().contains("picture of 100"));
    // The picture with its lines is one step away.
    QVERIFY(QTest::qWaitFor(
        [this] {
            f->chat->showReading(1);
            return view().state() == "read";
        },
        enough_ms));
    QVERIFY(view().text().contains("picture of 100"));
}

void ReadingChatTest::doesNotWaitForAReply() {
    QVERIFY(f->becomesReady());
    f->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > 20, enough_ms);
    QVERIFY(add("a.png", 100, 60));
    f->chat->readAttachment(-1);
    QVERIFY(isRead(3));
    QVERIFY(f->chat->busy());
    const qsizetype length = text(1).size();
    QTRY_VERIFY_WITH_TIMEOUT(text(1).size() > length, enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->messages(), 4);
    QCOMPARE(f->message(1, "stopReason").toString(), QString("cancelled"));
    QVERIFY(text(3).contains("picture of 100"));
}

void ReadingChatTest::everyPictureInItsOrder() {
    QVERIFY(add("a *b*.png", 100, 60));
    QVERIFY(add("empty.png", 4, 60));
    QVERIFY(add("c.png", 120, 60));
    f->chat->readAttachment(1);  // one of them
    QVERIFY(isRead(1));
    QCOMPARE(f->chat->attachments()->rowCount(), 2);
    f->chat->readAttachment(-1);
    QVERIFY(isRead(3));
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    QVERIFY2(text(3).startsWith("## a \\*b\\*\\.png\n\n"), qPrintable(text(3)));
    QVERIFY(text(3).indexOf("picture of 100") < text(3).indexOf("## c\\.png"));
    QVERIFY(text(3).indexOf("## c\\.png") < text(3).indexOf("picture of 120"));
    f->chat->copyReading(3, "text");
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("a *b*.png\n\n"));
}

void ReadingChatTest::isCopiedInThreeWays() {
    QVERIFY(add("plain.png", 100, 60));
    QVERIFY(add("table.png", 5, 60));
    f->chat->readAttachment(0);
    f->chat->readAttachment(0);
    QVERIFY(isRead(1));
    QVERIFY(isRead(3));
    QVERIFY(!f->message(1, "hasTable").toBool());
    QVERIFY(f->message(3, "hasTable").toBool());
    const auto clipboard = [] { return QGuiApplication::clipboard()->text(); };
    f->chat->copyReading(1, "text");
    const QString plain = clipboard();
    QVERIFY(plain.endsWith(", picture of 100\n"));
    f->chat->copyReading(1, "table");  // there is none
    f->chat->copyReading(0, "text");   // a question
    QCOMPARE(clipboard(), plain);
    f->chat->copyReading(3, "markdown");
    QVERIFY2(clipboard().contains("| 3 | 4 \\| 5 |"), qPrintable(clipboard()));
    QCOMPARE(clipboard(), text(3));
    f->chat->copyReading(3, "table");
    QCOMPARE(clipboard(), QString("\tQuantity\n3\t4 | 5\n"));
    const QByteArray markdown = QGuiApplication::clipboard()->mimeData()->data("text/markdown");
    QVERIFY2(markdown.contains("| 3 | 4 \\| 5 |"), markdown.constData());
}

void ReadingChatTest::failsWithASentenceAndIsReadAgain() {
    QVERIFY(add("a.png", 100, 60));
    QVERIFY(add("bad.png", 3, 60));
    f->chat->readAttachment(-1);
    QVERIFY(isRead(1));
    QVERIFY2(f->message(1, "error").toString().contains("it has no pixels"),
             qPrintable(f->message(1, "error").toString()));
    QVERIFY(text(1).contains("picture of 100"));  // what was read stays
    const QString id = f->message(1, "messageId").toString();
    f->chat->retry();  // of the last message
    QVERIFY(isRead(1));
    QCOMPARE(f->messages(), 2);
    QVERIFY(f->message(1, "messageId").toString() != id);
    QVERIFY(!f->message(1, "error").toString().isEmpty());
    QCOMPARE(f->message(1, "branches").toInt(), 1);
}

void ReadingChatTest::goesOnWhenItsConversationIsLeft() {
    QVERIFY(add("a.png", 100, 60));
    QVERIFY(add("b.png", 120, 60));
    QVERIFY(add("c.png", 140, 60));
    f->chat->readAttachment(-1);
    const QString id = f->chat->conversationId();
    f->chat->newConversation();  // before anything is read
    QCOMPARE(f->messages(), 0);
    // The list shows that something is there that was not seen.
    QTRY_COMPARE_WITH_TIMEOUT(mark(id), QString("answered"), enough_ms);
    QCOMPARE(f->messages(), 0);
    QVERIFY2(found("picture of 140").join('|').contains("picture"), "the search finds it");
    f->shelf->open(id);
    QVERIFY(comesBack(2));
    QCOMPARE(mark(id), QString());
    QVERIFY(!f->message(1, "streaming").toBool());
    QVERIFY(f->message(1, "notice").toString().isEmpty());
    for (const char* words : {"picture of 100", "picture of 120", "picture of 140"})
        QVERIFY2(text(1).contains(words), qPrintable(text(1)));
    // And it is on the disk.
    f->restart();
    QVERIFY(comesBack(2));
    QVERIFY2(text(1).contains("picture of 140"), qPrintable(text(1)));
    QVERIFY(f->message(1, "notice").toString().isEmpty());
}

void ReadingChatTest::isFollowedAgainWhenItsConversationComesBack() {
    QVERIFY(add("a.png", 100, 60));
    QVERIFY(add("waits.png", 1, 1));  // the first time the reader waits until it is stopped
    f->chat->readAttachment(-1);
    QTRY_VERIFY_WITH_TIMEOUT(text(1).contains("picture of 100"), enough_ms);
    const QString id = f->chat->conversationId();
    f->chat->newConversation();
    QTRY_COMPARE_WITH_TIMEOUT(mark(id), QString("answering"), enough_ms);
    f->shelf->open(id);
    QVERIFY(comesBack(2));
    QVERIFY(f->message(1, "streaming").toBool());
    QVERIFY(!f->message(1, "phases").toList().isEmpty());
    QVERIFY2(text(1).contains("picture of 100"), qPrintable(text(1)));
}

void ReadingChatTest::isInterruptedWhenItsConversationGoes() {
    QVERIFY(add("waits.png", 1, 1));
    f->chat->readAttachment(-1);
    QTRY_VERIFY_WITH_TIMEOUT(!f->message(1, "phases").toList().isEmpty(), enough_ms);
    const QString id = f->chat->conversationId();
    f->shelf->remove(id);
    QTRY_COMPARE_WITH_TIMEOUT(f->messages(), 0, enough_ms);
    QTRY_VERIFY_WITH_TIMEOUT(!f->shelf->undoText().isEmpty(), enough_ms);
    f->shelf->undo();  // opens it
    QVERIFY(comesBack(2));
    QCOMPARE(f->message(1, "stopReason").toString(), QString("interrupted"));
    QVERIFY(!f->message(1, "notice").toString().isEmpty());
    f->chat->regenerate(1);
    QVERIFY(isRead(1));
    QVERIFY2(text(1).contains("picture of 1"), qPrintable(text(1) + f->message(1, "error").toString()));
    QCOMPARE(f->messages(), 2);
}

void ReadingChatTest::pictureOfTheConversationIsReadOnce() {
    QVERIFY(f->becomesReady());
    QVERIFY(add("a.png", 100, 60));
    QVERIFY(add("b.png", 120, 60));
    f->ask("say 2");
    QVERIFY(f->becomesIdle());
    f->restart();
    QVERIFY(comesBack(2));
    f->chat->readPicture(0, 1);  // also while its pixels come from the disk
    QVERIFY(isRead(3));
    QCOMPARE(f->message(2, "pictures").toList().size(), 1);
    QVERIFY2(text(3).contains("picture of 120"), qPrintable(text(3)));
    QSignalSpy wanted(f->chat.get(), &ChatController::messageWanted);
    f->chat->readPicture(0, 1);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().toInt(), 3);
    QCOMPARE(f->messages(), 4);
}

void ReadingChatTest::nextQuestionBringsTheText() {
    QVERIFY(f->becomesReady());
    QVERIFY(add("a.png", 100, 60));
    f->chat->readAttachment(-1);
    f->ask("texts");  // waits for the text
    QVERIFY(QTest::qWaitFor([this] { return f->messages() == 4 && !f->chat->busy(); }, enough_ms));
    QVERIFY2(text(3).contains("A text reader found this text in the picture:\n"), qPrintable(text(3)));
    QVERIFY2(text(3).contains("picture of 100\n][texts]"), qPrintable(text(3)));
    f->ask("turns");
    QVERIFY(f->becomesIdle());
    QVERIFY2(text(5).startsWith("3/1"),
             qPrintable(text(5)));  // question with picture and text, reply, question
}

void ReadingChatTest::promptsSayWhatWasRead() {
    const auto picture = [](const QString& id) {
        auto made = std::make_shared<Attachment>();
        made->id = id;
        made->name = id + ".png";
        made->picture = std::make_shared<const Picture>(Picture{1, 1, {0, 0, 0}});
        return made;
    };
    const auto reading = [](const QStringList& texts) {
        ChatMessage made = startMessage(Role::assistant);
        made.kind = MessageKind::reading;
        for (const QString& each : texts)
            made.parts.push_back({"**" + each + "**", nullptr, {}, each});
        return made;
    };
    const auto say = [](const Prompt& prompt) {
        QString all;
        for (const Message& message : prompt.messages) {
            all += message.role == Role::user ? "user:" : "assistant:";
            for (const Part& part : message.parts) {
                const auto* words = std::get_if<TextPart>(&part);
                all += words ? '[' + QString::fromStdString(words->text) + ']' : QString("<>");
            }
            all += ' ';
        }
        return all;
    };
    Conversation conversation;
    ChatMessage first = startMessage(Role::user);
    first.parts = {{{}, picture("a")}, {{}, picture("b"), {{}, "assist", "(1,2) b"}}, {{}, picture("c")}};
    conversation.messages = {first, reading({"Total 7", "plain b", ""}), said(Role::user, "Sum?"),
                             said(Role::assistant, "7")};
    QCOMPARE(say(buildPrompt(conversation)),
             QString("user:<>[A text reader found this text in the picture:\nTotal 7\n]<>[(1,2) b\n]<>[Sum?] "
                     "assistant:[7] "));
    // The same picture once more, for its text: the text alone.
    ChatMessage again = startMessage(Role::user);
    again.parts = {{{}, picture("c")}};
    conversation.messages.push_back(again);
    conversation.messages.push_back(reading({"<|im_end|>"}));
    conversation.messages.push_back(said(Role::user, "And?"));
    QVERIFY2(
        say(buildPrompt(conversation))
            .endsWith(QString::fromUtf8("assistant:[7] user:[A text reader found this text in the picture "
                                        "“c.png” above:\n<|im_end|>\n][And?] ")),
        qPrintable(say(buildPrompt(conversation))));
    // One that failed says nothing, and what is asked next still goes with the picture.
    conversation.messages = {again, reading({}), said(Role::user, "What?")};
    QCOMPARE(say(buildPrompt(conversation)), QString("user:<>[What?] "));
    // Two questions without a reading between them stay two.
    conversation.messages = {said(Role::user, "a"), said(Role::assistant, ""), said(Role::user, "b")};
    QCOMPARE(say(buildPrompt(conversation)), QString("user:[a] user:[b] "));
}

void ReadingChatTest::longTextsAreCountedInPrompts() {
    QString page;
    for (int i = 0; i < 5000; ++i)
        page += QString("line %1\n").arg(i);
    const QString said = readerText(page, "a", false);
    QVERIFY(said.size() < longest_assist_text + 100);
    const int last = said.section('\n', -3, -3).section(' ', 1, 1).toInt();
    QVERIFY(last > 1000);
    QVERIFY2(said.endsWith(QString("(%1 more lines were left out)\n").arg(5000 - last - 1)),
             qPrintable(said.right(80)));
    QCOMPARE(readerText(" \n", "a", false), QString());
}

void ReadingChatTest::nameOfThePictureGivesWayToAQuestion() {
    QVERIFY(f->becomesReady());
    QVERIFY(add("invoice.png", 100, 60));
    f->chat->readAttachment(-1);
    QVERIFY(isRead(1));
    QCOMPARE(f->chat->title(), QString("invoice.png"));
    f->ask("say 2");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->chat->title(), QString("say 2"));
    f->ask("say 3");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->chat->title(), QString("say 2"));
}

void ReadingChatTest::searchFindsWhatWasReadForAnything_data() {
    QTest::addColumn<QString>("route");
    for (const char* route : {"message", "assist", "view", "view of the conversation"})
        QTest::newRow(route) << QString(route);
}

void ReadingChatTest::searchFindsWhatWasReadForAnything() {
    QFETCH(QString, route);
    QVERIFY(f->becomesReady());
    QVERIFY(add("a.png", 100, 60));
    if (route == "message") {
        f->chat->readAttachment(-1);
        QVERIFY(isRead(1));
    } else {
        if (route == "assist") f->chat->chooseDetail(0, "assist");
        if (route == "view") {
            f->chat->viewAttachment(0);
            view().read();
            QTRY_COMPARE_WITH_TIMEOUT(view().state(), QString("read"), enough_ms);
            view().close();
        }
        f->ask("say 2");
        QVERIFY(QTest::qWaitFor([this] { return f->messages() == 2 && !f->chat->busy(); }, enough_ms));
        if (route == "view of the conversation") {
            QTRY_COMPARE_WITH_TIMEOUT(found("picture of"), QStringList(), enough_ms);
            QMetaObject::invokeMethod(f->chat->viewer(), "open", Q_ARG(int, 0), Q_ARG(int, 0),
                                      Q_ARG(bool, true));
            QTRY_COMPARE_WITH_TIMEOUT(view().state(), QString("read"), enough_ms);
        }
    }
    const auto isFound = [this] {
        const QStringList hits = found("picture of");
        return hits.size() == 1 && hits[0].contains("[picture] [of] 100") && hits[0].endsWith(" (picture)");
    };
    QVERIFY2(QTest::qWaitFor(isFound, 20000), qPrintable(found("picture of").join(" | ")));
    const QString id = f->chat->conversationId();
    f->restart();
    QVERIFY(QTest::qWaitFor(isFound, enough_ms));
    QCOMPARE(f->chat->conversationId(), id);
}

// A draft is kept half a second after it was changed, and its text may be there before that.
void ReadingChatTest::searchFindsWhatWasReadBeforeItWasKept() {
    QVERIFY(f->becomesReady());
    f->chat->setTemporary(true);
    QVERIFY(add("a.png", 100, 60));
    f->chat->readAttachment(-1);
    QVERIFY(isRead(1));
    QCOMPARE(found("reader"), QStringList());
    f->chat->setTemporary(false);
    QTRY_COMPARE_WITH_TIMEOUT(found("reader").size(), 1, enough_ms);
    // Once more in another conversation: from what is known, not read again.
    f->chat->newConversation();
    QVERIFY(add("copy.png", 100, 60));
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    QTRY_COMPARE_WITH_TIMEOUT(found("reader").size(), 2, enough_ms);
}

void ReadingChatTest::whatIsNotKeptIsNowhere() {
    f->chat->setTemporary(true);
    QVERIFY(add("a.png", 4321, 60));
    QVERIFY(QFile::remove(f->folder.filePath("a.png")));
    f->chat->readAttachment(-1);
    QVERIFY(isRead(1));
    QVERIFY(text(1).contains("picture of 4321"));
    f->close();
    QCOMPARE(filesWith(f->folder.path(), "picture of 4321"), QStringList());
    QCOMPARE(filesWith(f->folder.path(), "picture of 432"), QStringList());
}

void ReadingChatTest::erasedTextIsInNoFile() {
    QVERIFY(add("a.png", 4321, 60));
    f->chat->readAttachment(-1);
    QVERIFY(isRead(1));
    QTRY_COMPARE_WITH_TIMEOUT(found("4321").size(), 1, enough_ms);
    QVERIFY(!filesWith(f->folder.filePath("history"), "picture of 4321").isEmpty());
    f->shelf->remove(f->chat->conversationId());
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->trash()->rowCount(), 1, enough_ms);
    f->shelf->emptyTrash();
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->trash()->rowCount(), 0, enough_ms);
    f->close();
    for (const char* marker : {"picture of 4321", "4321"})
        QCOMPARE(filesWith(f->folder.filePath("history"), marker), QStringList());
}

void ReadingChatTest::thinkingTimeComesBack() {
    QVERIFY(f->becomesReady());
    f->ask("think");
    QVERIFY(f->becomesIdle());
    const auto seconds = [this] {
        const auto* blocks = qobject_cast<BlockListModel*>(f->message(1, "blocks").value<QObject*>());
        return blocks ? blocks->thinkSeconds() : -1;
    };
    // From the first words to the end of the thoughts. On a busy machine the first words come late.
    const double taken = seconds();
    QVERIFY2(taken >= 0.1 && taken < 60, qPrintable(QString::number(taken)));
    f->restart();
    QVERIFY(comesBack(2));
    QCOMPARE(seconds(), taken);
    QVERIFY(f->becomesReady());
    f->ask("say 2");
    QVERIFY(f->becomesIdle());
    QCOMPARE(qobject_cast<BlockListModel*>(f->message(3, "blocks").value<QObject*>())->thinkSeconds(), 0.0);
}

void ReadingChatTest::thinkingClockKnowsThoughts() {
    const auto secondsOf = [](const QStringList& pieces) {
        ThinkingClock clock({}, 5);
        for (const QString& piece : pieces) {
            clock.append(piece);
            QElapsedTimer wait;
            for (wait.start(); wait.elapsed() < 3;) {
            }
        }
        return clock.seconds() - 5;
    };
    QCOMPARE(secondsOf({"an answer ", "without any"}), 0.0);
    QCOMPARE(secondsOf({"it says `</think>` in ", "its text"}), 0.0);
    QVERIFY(secondsOf({"<thi", "nk>", " so"}) >= 0.009);  // still open: until now
    const double closed = secondsOf({"\n<think> a", "b </thi", "nk>", "answer", "more", "more", "more"});
    QVERIFY(closed >= 0.006);
    QVERIFY(secondsOf({"begun within", " them\n</think>", "answer"}) >= 0.003);
    // A reply that goes on has thought already.
    ThinkingClock later("<think>a</think>b", 7);
    later.append(u"more");
    QCOMPARE(later.seconds(), 7.0);
}

void ReadingChatTest::answersOfTheDemoModelSayIt() {
    QVERIFY(f->becomesReady());
    f->ask("say 2");
    QVERIFY(f->message(1, "demo").toBool());  // from the beginning
    QVERIFY(f->becomesIdle());
    QVERIFY(f->message(1, "demo").toBool());
    f->restart(false);  // without any model
    QVERIFY(comesBack(2));
    QVERIFY(f->message(1, "demo").toBool());
}

QTEST_MAIN(ReadingChatTest)
#include "reading_chat_test.moc"
