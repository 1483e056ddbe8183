// Replies that go on while another conversation is shown.
#include <QDir>
#include <QHash>
#include <QSignalSpy>

#include "app/chat/running_replies.h"
#include "app/chat/shared_parts.h"
#include "app/models/program_status.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

class RunningRepliesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFixture> f;
    std::unique_ptr<QAbstractItemModelTester> list_tester;
    QHash<quint64, qsizetype> said;  // characters by ticket
    quint64 newest = 0;              // the reply that was heard of last

    bool restart() {
        list_tester.reset();
        f->restart(false);
        said.clear();
        connect(f->worker.get(), &ModelWorker::textArrived, this,
                [this](quint64 ticket, const QString& text) {
                    said[ticket] += text.size();
                    newest = ticket;
                });
        list_tester = std::make_unique<QAbstractItemModelTester>(
            f->shelf->conversations(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        f->worker->start();
        // The speed of the machine is measured first.
        return f->becomesReady() && QTest::qWaitFor([this] { return f->worker->pending() == 0; }, enough_ms);
    }
    // Asks without end and waits for the first words. Returns the conversation.
    QString askForever() {
        f->ask("forever");
        [&] { QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > 20, enough_ms); }();
        return f->chat->conversationId();
    }
    bool open(const QString& id) {
        f->shelf->open(id);
        return QTest::qWaitFor([&] { return f->chat->conversationId() == id; }, enough_ms);
    }
    bool grows(quint64 ticket) {
        const qsizetype before = said.value(ticket);
        return QTest::qWaitFor([&] { return said.value(ticket) > before + 20; }, enough_ms);
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
    bool openModel(const QString& name) {
        if (!QDir(f->folder.path()).mkpath(name)) return false;
        f->chat->openModelFolder(QUrl::fromLocalFile(f->folder.filePath(name)));
        return QTest::qWaitFor([&] { return f->chat->modelName() == name; }, enough_ms) && f->becomesReady();
    }
    QVariant last(const QByteArray& role) const { return f->message(f->messages() - 1, role); }

  private Q_SLOTS:
    void init() {
        f = std::make_unique<ChatFixture>(test_paths::scriptedInference());
        f->keeps_history = true;
        QVERIFY(restart());
    }
    void cleanup() {
        list_tester.reset();
        f.reset();
    }

    void goesOnAndIsThereAgain();
    void endsOutOfSightAndIsKept();
    void endThatTheDiskDoesNotHaveYet();
    void theShownOneGoesFirst();
    void removedConversationStopsIt();
    void endOfTheProgramInterruptsAll();
    void atMostSoMany();
    void whatIsNotKeptStops();
    void keptAfterAll();
    void anotherModelStopsAll();
    void tooLongOutOfSightIsTold();
    void goesOnOnTheProcessor();
    void stopsWhileItMoves();
    void endsWhereNoProcessorTakesIt();
};

void RunningRepliesTest::goesOnAndIsThereAgain() {
    const QString first = askForever();
    const quint64 ticket = newest;
    const qsizetype when_left = f->lastText().size();
    f->chat->newConversation();
    QVERIFY(!f->chat->busy());
    QCOMPARE(f->messages(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString("answering"), enough_ms);
    QVERIFY(grows(ticket));
    QVERIFY(open(first));
    QVERIFY(f->chat->busy());
    QCOMPARE(f->messages(), 2);
    QVERIFY(last("streaming").toBool());
    QVERIFY(!last("phases").toList().isEmpty());
    QVERIFY(f->lastText().size() > when_left);
    QCOMPARE(f->lastText().size(), said.value(ticket));  // nothing twice, nothing lost
    QVERIFY(grows(ticket));
    QCOMPARE(f->lastText().size(), said.value(ticket));
    // Stop reaches it here.
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    QCOMPARE(last("stopReason").toString(), QString("cancelled"));
    QCOMPARE(f->lastText().size(), said.value(ticket));
    QVERIFY(f->lastText().startsWith("w1 w2 w3 "));
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString(), enough_ms);
}

void RunningRepliesTest::endsOutOfSightAndIsKept() {
    f->ask("say 300");
    const QString first = f->chat->conversationId();
    f->chat->newConversation();
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString("answered"), enough_ms);
    QCOMPARE(f->chat->contextUsed(), 0);  // of the conversation that is shown
    QVERIFY(open(first));
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString(), enough_ms);
    QVERIFY(!f->chat->busy());
    QVERIFY(f->lastText().endsWith("w299 w300 "));
    const QString facts = last("facts").toString();
    QVERIFY(!facts.isEmpty());
    QVERIFY(restart());
    QTRY_COMPARE_WITH_TIMEOUT(f->messages(), 2, enough_ms);
    QVERIFY(f->lastText().endsWith("w299 w300 "));
    QCOMPARE(last("facts").toString(), facts);
}

// The conversation is being read from the disk when its reply ends: what was read is older than the reply.
void RunningRepliesTest::endThatTheDiskDoesNotHaveYet() {
    const QString first = askForever();
    const quint64 ticket = newest;
    f->chat->newConversation();
    QSignalSpy finished(f->worker.get(), &ModelWorker::finished);
    // What the history is busy with until the reply has ended.
    f->history->keepAttachment(QByteArray(96 << 20, 'x'), "image/png", QSize(1, 1));
    f->shelf->open(first);
    f->worker->cancel(ticket);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, enough_ms);
    QVERIFY2(f->chat->conversationId() != first, "The history was quicker: nothing is tried here.");
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->conversationId(), first, enough_ms);
    QVERIFY(!f->chat->busy());
    QVERIFY(!last("streaming").toBool());
    QCOMPARE(last("stopReason").toString(), QString("cancelled"));
    QCOMPARE(f->lastText().size(), said.value(ticket));
}

void RunningRepliesTest::theShownOneGoesFirst() {
    auto* status = qobject_cast<ProgramStatus*>(f->chat->status());
    const QString first = askForever();
    const quint64 hidden = newest;
    QCOMPARE(status->queueLength(), 0);
    f->chat->newConversation();
    const QString second = askForever();
    const quint64 shown = newest;
    QVERIFY(shown != hidden);
    QCOMPARE(status->queueLength(), 1);  // the hidden one stands still
    const qsizetype still = said.value(hidden);
    for (int i = 0; i < 5; ++i)
        QVERIFY(grows(shown));
    QCOMPARE(said.value(hidden), still);
    // Back at the first, it is the other one that waits.
    QVERIFY(open(first));
    QVERIFY(grows(hidden));
    const qsizetype waits = said.value(shown);
    QVERIFY(grows(hidden));
    QCOMPARE(said.value(shown), waits);
    QCOMPARE(status->queueLength(), 1);
    // Where neither is shown, they share the model: none waits.
    f->chat->newConversation();
    QVERIFY(grows(hidden));
    QVERIFY(grows(shown));
    QCOMPARE(status->queueLength(), 0);
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString("answering"), enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(mark(second), QString("answering"), enough_ms);
}

void RunningRepliesTest::removedConversationStopsIt() {
    const QString first = askForever();
    f->chat->newConversation();
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString("answering"), enough_ms);
    f->shelf->remove(first);
    QTRY_COMPARE_WITH_TIMEOUT(f->worker->pending(), std::size_t{0}, enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->trash()->rowCount(), 1, enough_ms);
    f->shelf->undo();
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString(), enough_ms);
    QVERIFY(open(first));
    QVERIFY(!f->chat->busy());
    QCOMPARE(last("stopReason").toString(), QString("cancelled"));
    QVERIFY(f->lastText().size() > 20);
    // The open one too.
    f->chat->continueReply();
    QVERIFY(f->chat->busy());
    f->shelf->remove(first);
    QVERIFY(f->chat->conversationId() != first);
    QTRY_COMPARE_WITH_TIMEOUT(f->worker->pending(), std::size_t{0}, enough_ms);
    QTRY_COMPARE_WITH_TIMEOUT(f->shelf->trash()->rowCount(), 1, enough_ms);
}

void RunningRepliesTest::endOfTheProgramInterruptsAll() {
    const QString first = askForever();
    const quint64 hidden = newest;
    f->chat->newConversation();
    const QString second = askForever();
    const qsizetype had = said.value(hidden);
    QVERIFY(restart());
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->conversationId(), second, enough_ms);
    QCOMPARE(last("stopReason").toString(), QString("interrupted"));
    QVERIFY(f->lastText().size() > 20);
    QVERIFY(open(first));
    QCOMPARE(last("stopReason").toString(), QString("interrupted"));
    QCOMPARE(f->lastText().size(), had);
    QVERIFY(!f->chat->busy());
}

void RunningRepliesTest::atMostSoMany() {
    QStringList all;
    for (int i = 0; i < RunningReplies::most; ++i) {
        f->ask("forever");
        QVERIFY(f->chat->busy());
        all << f->chat->conversationId();
        f->chat->newConversation();
    }
    f->ask("forever");
    QVERIFY(f->becomesIdle());
    QCOMPARE(last("stopReason").toString(), QString("error"));
    QVERIFY(last("error").toString().contains("Too many questions"));
    QVERIFY(open(all.first()));
    QVERIFY(f->chat->busy());
    f->chat->stop();
    QVERIFY(f->becomesIdle());
    f->chat->newConversation();
    f->ask("say 1");  // there is room again
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("w1 "));
}

void RunningRepliesTest::whatIsNotKeptStops() {
    f->chat->setTemporary(true);
    askForever();
    f->chat->newConversation();
    QTRY_COMPARE_WITH_TIMEOUT(f->worker->pending(), std::size_t{0}, enough_ms);
    QVERIFY(!f->chat->busy());
}

void RunningRepliesTest::keptAfterAll() {
    f->chat->setTemporary(true);
    const QString first = askForever();
    const quint64 ticket = newest;
    f->chat->setTemporary(false);
    f->chat->newConversation();
    QVERIFY(grows(ticket));
    const qsizetype had = said.value(ticket);
    QVERIFY(restart());
    QTRY_VERIFY_WITH_TIMEOUT(mark(first) != "absent", enough_ms);
    QVERIFY(open(first));
    QVERIFY(f->lastText().size() >= had);
}

void RunningRepliesTest::anotherModelStopsAll() {
    const QString first = askForever();
    f->chat->newConversation();
    askForever();
    QVERIFY(openModel("other"));
    QVERIFY(!f->chat->busy());
    QVERIFY(open(first));
    QVERIFY(!f->chat->busy());
    QCOMPARE(last("stopReason").toString(), QString("cancelled"));
}

// Nobody is there to change it, and what is being typed elsewhere is another question.
void RunningRepliesTest::tooLongOutOfSightIsTold() {
    f->ask("too long");
    const QString first = f->chat->conversationId();
    f->chat->newConversation();
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString("answered"), enough_ms);
    QCOMPARE(f->chat->draft(), QString());
    QVERIFY(open(first));
    QCOMPARE(f->messages(), 2);
    QCOMPARE(f->message(0, "text").toString(), QString("too long"));
    QVERIFY(!last("error").toString().isEmpty());
}

// A GPU whose memory ends in the middle of an answer: nothing of it is lost, and the processor says the rest.
void RunningRepliesTest::goesOnOnTheProcessor() {
    QVERIFY(openModel("gpu"));
    QVERIFY(f->chat->deviceText().contains("CUDA"));
    f->ask("spill");
    const QString first = f->chat->conversationId();
    f->chat->newConversation();
    f->ask("spill");
    QVERIFY(f->becomesIdle());
    QTRY_COMPARE_WITH_TIMEOUT(mark(first), QString("answered"), enough_ms);
    const auto isWhole = [&] {
        QCOMPARE(f->messages(), 2);
        QCOMPARE(f->lastText(), QString("w1 w2 [w1 w2 ]"));
        QCOMPARE(last("stopReason").toString(), QString("end_of_turn"));
        QVERIFY(last("error").toString().isEmpty());
        QVERIFY2(last("notice").toString().contains("processor"), qPrintable(last("notice").toString()));
        QVERIFY2(last("facts").toString().startsWith("3 tokens"), qPrintable(last("facts").toString()));
    };
    isWhole();
    QVERIFY(f->chat->deviceText().contains("CPU"));
    QVERIFY(open(first));
    isWhole();
    // It says so for good.
    QVERIFY(restart());
    QVERIFY(open(first));
    isWhole();
}

void RunningRepliesTest::stopsWhileItMoves() {
    QVERIFY(openModel("gpu"));
    bool was_busy = false;
    // At once: the scripted model is loaded before the event loop comes round.
    connect(&f->chat->sharedParts().replies, &RunningReplies::movedFromGpu, f->chat.get(), [&] {
        was_busy = f->chat->busy();
        f->chat->stop();
    });
    f->ask("spill");
    QVERIFY(f->becomesIdle());
    QVERIFY(was_busy);
    QCOMPARE(f->lastText(), QString("w1 w2 "));
    QCOMPARE(last("stopReason").toString(), QString("cancelled"));
    QVERIFY(f->becomesReady());
    QTRY_COMPARE_WITH_TIMEOUT(f->worker->pending(), std::size_t{0}, enough_ms);
    QCOMPARE(f->lastText(), QString("w1 w2 "));
    QCOMPARE(last("notice").toString(), QString());  // the processor has not gone on with anything
}

void RunningRepliesTest::endsWhereNoProcessorTakesIt() {
    QVERIFY(openModel("gpu alone"));
    f->ask("spill");
    QVERIFY(f->becomesIdle());
    QCOMPARE(f->lastText(), QString("w1 w2 "));
    QCOMPARE(last("stopReason").toString(), QString("error"));
    QVERIFY(last("error").toString().contains("memory"));
    QCOMPARE(last("notice").toString(), QString());
    QCOMPARE(f->chat->modelState(), QString("failed"));
}

QTEST_MAIN(RunningRepliesTest)
#include "running_replies_test.moc"
