// The ask panel without its window: a conversation of its own, the picture looked at beforehand, and the
// scripted engine of tests/app/chat/scripted_inference.cpp.
#include "app/ask/ask_controller.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>

#include "app/ask/ask_prompts.h"
#include "app/chat/running_replies.h"
#include "app/values/conversation_tree.h"
#include "tests/app/chat/chat_fixture.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

namespace {

QImage picture(int width, int height = 64) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::darkCyan);
    image.setPixelColor(0, 0, Qt::yellow);
    return image;
}

}  // namespace

class AskControllerTest : public QObject {
    Q_OBJECT

    std::unique_ptr<ChatFixture> f;
    std::unique_ptr<AskController> panel;
    std::unique_ptr<QAbstractItemModelTester> tester;
    // Of the worker, in their order: what ended, and how.
    QList<std::pair<quint64, ReplyEnd>> ends;

    bool restart(bool start_worker = true) {
        tester.reset();
        panel.reset();
        f->restart(false);
        ends.clear();
        connect(f->worker.get(), &ModelWorker::finished, this, [this](quint64 ticket, const ReplyEnd& end) {
            ends.append({ticket, end});
        });
        panel = std::make_unique<AskController>(f->chat->sharedParts(), *f->settings);
        tester = std::make_unique<QAbstractItemModelTester>(
            panel->messages(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        if (!start_worker) return true;
        f->worker->start();
        // The speed of the machine is measured first.
        const bool ready =
            f->becomesReady() && QTest::qWaitFor([this] { return f->worker->pending() == 0; }, enough_ms);
        ends.clear();
        return ready;
    }
    QVariant row(int number, const QByteArray& role) const {
        const QAbstractItemModel& model = *panel->messages();
        return model.index(number, 0).data(model.roleNames().key(role, -1));
    }
    QString last(const QByteArray& role = "text") const {
        return row(panel->messages()->rowCount() - 1, role).toString();
    }
    bool isAnswered(int rows) {
        return QTest::qWaitFor(
            [&] { return panel->messages()->rowCount() == rows && !panel->busy() && !panel->waiting(); },
            enough_ms);
    }
    bool pictureIsThere() {
        return QTest::qWaitFor([this] { return !panel->picture().isEmpty(); }, enough_ms);
    }
    std::optional<ConversationTree> kept(const QString& id) {
        std::optional<ConversationTree> found;
        bool answered = false;
        f->history->load(this, id, [&](const Outcome<std::optional<ConversationTree>>& outcome) {
            if (outcome.value) found = *outcome.value;
            answered = true;
        });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(answered, enough_ms); }();
        return found;
    }

  private Q_SLOTS:
    void init() {
        f = std::make_unique<ChatFixture>(test_paths::scriptedInference());
        f->keeps_history = true;
        QVERIFY(restart());
    }
    void cleanup() {
        tester.reset();
        panel.reset();
        f.reset();
    }

    void answersAndIsInTheHistoryWithItsPicture();
    void mainWindowIsNotDisturbed();
    void pictureIsLookedAtBeforeAnybodyAsks();
    void questionWaitsForWhatIsLookedAt();
    void questionWaitsForTheModel();
    void unloadedModelIsLoadedWhenTheRegionIsChosen();
    void readerAnswersAtOnce();
    void unreadablePictureIsSaid();
    void secondQuestionGoesOn();
    void againIsABranch();
    void stopTakesBackWhatWaits();
    void closingLetsTheAnswerGoOn();
    void nextPictureIsAnotherConversation();
    void goesBeforeTheLongReplyOfTheMainWindow();
    void queueThatIsFullIsSaid();
    void continuesElsewhere();
    void withoutAModelOnlyTheReaderAnswers();
    void prompts();
};

void AskControllerTest::answersAndIsInTheHistoryWithItsPicture() {
    panel->begin(picture(96), "Screen");
    QVERIFY(panel->isOpen());
    QCOMPARE(panel->sizeText(), QString("96 × 64"));
    panel->ask("  turns ");
    QVERIFY(isAnswered(2));
    QCOMPARE(row(0, "text").toString(), QString("turns"));
    QCOMPARE(last(), QString("1/1"));  // one message with one picture
    QVERIFY(!panel->priceText().isEmpty());
    panel->copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("1/1"));

    const auto tree = kept(panel->conversationId());
    QVERIFY(tree);
    QCOMPARE(tree->messages.size(), std::size_t{2});
    QCOMPARE(tree->messages[0].parts.size(), std::size_t{2});
    QVERIFY(tree->messages[0].parts[0].attachment);
    QCOMPARE(tree->messages[0].parts[0].attachment->size, QSize(96, 64));
    QCOMPARE(tree->messages[1].text(), QString("1/1"));
    QCOMPARE(tree->messages[1].facts->stop_reason, StopReason::end_of_turn);
}

void AskControllerTest::mainWindowIsNotDisturbed() {
    f->ask("say 3");
    QVERIFY(f->becomesIdle());
    const QString shown = f->chat->conversationId();
    f->chat->setDraft("half a ques");
    panel->begin(picture(96), "Screen");
    panel->ask("say 2");
    QVERIFY(isAnswered(2));
    QCOMPARE(f->chat->conversationId(), shown);
    QVERIFY(panel->conversationId() != shown);
    QCOMPARE(f->messages(), 2);
    QCOMPARE(f->lastText(), QString("w1 w2 w3 "));
    QCOMPARE(f->chat->draft(), QString("half a ques"));
    QCOMPARE(f->chat->attachments()->rowCount(), 0);
    QCOMPARE(last(), QString("w1 w2 "));
}

void AskControllerTest::pictureIsLookedAtBeforeAnybodyAsks() {
    panel->begin(picture(96), "Screen");
    QTRY_VERIFY_WITH_TIMEOUT(!ends.isEmpty() && f->worker->pending() == 0, enough_ms);
    QCOMPARE(ends.size(), 1);
    QCOMPARE(ends[0].second.statistics.picture_tokens, 8);  // 3 x 2 and the two around them
    QCOMPARE(ends[0].second.statistics.reply_tokens, 1);
    QVERIFY(panel->messages()->rowCount() == 0);
    // Once, whatever changes: nothing was asked.
    panel->prepare();
    QVERIFY(QTest::qWaitFor([this] { return f->worker->pending() == 0; }, enough_ms));
    QCOMPARE(ends.size(), 1);
    QVERIFY(!kept(panel->conversationId()));
    QCOMPARE(f->keptByTheEngine(), QByteArray());  // nor does the engine leave anything of it on the disk
    panel->ask("turns");
    QVERIFY(isAnswered(2));
    QCOMPARE(ends.size(), 2);
    QCOMPARE(f->keptByTheEngine(), QByteArray("[turns]\n"));
    QCOMPARE(last(), QString("1/1"));
}

// A picture that is being looked at is not looked at a second time: the question comes after it.
void AskControllerTest::questionWaitsForWhatIsLookedAt() {
    QSignalSpy asked(panel.get(), &AskController::asked);
    panel->begin(picture(640, 480), "Screen");
    panel->ask("turns");
    QVERIFY(isAnswered(2));
    QCOMPARE(last(), QString("1/1"));
    QCOMPARE(asked.count(), 1);
}

void AskControllerTest::questionWaitsForTheModel() {
    QVERIFY(restart(false));
    panel->begin(picture(96), "Screen");
    QVERIFY(pictureIsThere());
    panel->ask("say 2");
    QVERIFY(panel->waiting());
    QVERIFY2(panel->hindrance().contains("model"), qPrintable(panel->hindrance()));
    QCOMPARE(panel->messages()->rowCount(), 0);
    f->worker->start();
    QVERIFY(isAnswered(2));
    QCOMPARE(last(), QString("w1 w2 "));
    QVERIFY(panel->hindrance().isEmpty());
}

void AskControllerTest::unloadedModelIsLoadedWhenTheRegionIsChosen() {
    f->settings->setIdleMinutes(0.0005);
    f->ask("say 1");
    QVERIFY(f->becomesIdle());
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("unloaded"), enough_ms);
    f->settings->setIdleMinutes(10);
    panel->prepare();
    QCOMPARE(f->chat->modelState(), QString("loading"));
    QVERIFY(f->becomesReady());
}

void AskControllerTest::readerAnswersAtOnce() {
    panel->begin(picture(200), "Screen");
    panel->readText();
    QVERIFY(isAnswered(2));
    QVERIFY2(last().contains("picture of 200"), qPrintable(last()));
    panel->copy();
    QVERIFY(QGuiApplication::clipboard()->text().contains("picture of 200"));
    const auto tree = kept(panel->conversationId());
    QVERIFY(tree);
    QCOMPARE(tree->messages[1].kind, MessageKind::reading);
    QVERIFY(tree->messages[0].parts[0].attachment);
    QCOMPARE(tree->messages[0].parts.size(), std::size_t{1});
    // As every reading has it: the model is given it, and the main window copies it.
    QVERIFY2(tree->messages[1].parts[0].plain_text.contains("picture of 200"),
             qPrintable(tree->messages[1].parts[0].plain_text));
    // And the model can be asked about it afterwards; what was read is part of the question.
    panel->ask("turns");
    QVERIFY(isAnswered(4));
    QCOMPARE(last(), QString("1/1"));
}

void AskControllerTest::unreadablePictureIsSaid() {
    panel->begin(picture(3), "Screen");
    panel->readText();
    QVERIFY(isAnswered(2));
    QVERIFY(!last("error").isEmpty());
    QVERIFY(!panel->answered());
}

void AskControllerTest::secondQuestionGoesOn() {
    panel->begin(picture(96), "Screen");
    panel->ask("turns");
    QVERIFY(isAnswered(2));
    panel->ask("turns");
    QVERIFY(isAnswered(4));
    QCOMPARE(last(), QString("3/1"));
    const auto tree = kept(panel->conversationId());
    QCOMPARE(tree->messages.size(), std::size_t{4});
    QVERIFY(!tree->messages[2].parts[0].attachment);  // the picture is said once
}

void AskControllerTest::againIsABranch() {
    panel->begin(picture(96), "Screen");
    panel->ask("say 2");
    QVERIFY(isAnswered(2));
    panel->again();
    QVERIFY(panel->busy());
    QVERIFY(isAnswered(2));
    QCOMPARE(last(), QString("w1 w2 "));
    const auto tree = kept(panel->conversationId());
    QCOMPARE(tree->messages.size(), std::size_t{3});
    QCOMPARE(tree->messages[1].parent, tree->messages[2].parent);
}

void AskControllerTest::stopTakesBackWhatWaits() {
    QVERIFY(restart(false));
    panel->begin(picture(96), "Screen");
    panel->ask("say 2");
    QVERIFY(panel->waiting());
    panel->stop();
    QVERIFY(!panel->waiting());
    f->worker->start();
    QVERIFY(f->becomesReady());
    QVERIFY(QTest::qWaitFor([this] { return f->worker->pending() == 0; }, enough_ms));
    QCOMPARE(panel->messages()->rowCount(), 0);
    panel->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(last().size() > 20, enough_ms);
    panel->stop();
    QVERIFY(isAnswered(2));
    QCOMPARE(last("stopReason"), QString("cancelled"));
}

void AskControllerTest::closingLetsTheAnswerGoOn() {
    panel->begin(picture(96), "Screen");
    panel->ask("say 300");
    QTRY_COMPARE_WITH_TIMEOUT(panel->messages()->rowCount(), 2, enough_ms);  // it was asked
    const QString id = panel->conversationId();
    panel->close();
    QVERIFY(!panel->isOpen());
    QTRY_VERIFY_WITH_TIMEOUT(!panel->busy(), enough_ms);
    QTRY_VERIFY_WITH_TIMEOUT(kept(id)->messages[1].text().endsWith("w300 "), enough_ms);
}

void AskControllerTest::nextPictureIsAnotherConversation() {
    panel->begin(picture(96), "Screen");
    panel->ask("say 300");
    QTRY_COMPARE_WITH_TIMEOUT(panel->messages()->rowCount(), 2, enough_ms);  // it was asked
    const QString first = panel->conversationId();
    panel->begin(picture(128), "Screen");
    QVERIFY(!panel->busy());
    QCOMPARE(panel->messages()->rowCount(), 0);
    QCOMPARE(panel->sizeText(), QString("128 × 64"));
    panel->ask("turns");
    QVERIFY(isAnswered(2));
    QVERIFY(panel->conversationId() != first);
    QCOMPARE(last(), QString("1/1"));
    QTRY_VERIFY_WITH_TIMEOUT(kept(first)->messages[1].text().endsWith("w300 "), enough_ms);
}

// What the main window is being answered stands still until the panel's answer has begun; then both go on.
void AskControllerTest::goesBeforeTheLongReplyOfTheMainWindow() {
    f->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > 20, enough_ms);
    panel->begin(picture(96), "Screen");
    QTRY_VERIFY_WITH_TIMEOUT(!ends.isEmpty(), enough_ms);  // it was looked at, in spite of the other
    qsizetype main_when_asked = 0;
    qsizetype main_when_answered = 0;
    connect(panel.get(), &AskController::asked, this, [&] { main_when_asked = f->lastText().size(); });
    bool begun = false;
    connect(panel->messages(), &QAbstractItemModel::dataChanged, this, [&] {
        if (begun || panel->messages()->rowCount() < 2 || last().isEmpty()) return;
        begun = true;
        main_when_answered = f->lastText().size();
    });
    panel->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(begun, enough_ms);
    const qsizetype panel_text = last().size();
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > main_when_answered + 20, enough_ms);
    QTRY_VERIFY_WITH_TIMEOUT(last().size() > panel_text + 20, enough_ms);
    panel->stop();
    f->chat->stop();
    QVERIFY(f->becomesIdle());
}

void AskControllerTest::queueThatIsFullIsSaid() {
    for (int number = 0; number < RunningReplies::most; ++number) {
        f->ask("forever");
        QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > 2, enough_ms);
        f->chat->newConversation();
    }
    panel->begin(picture(96), "Screen");
    panel->ask("say 1");
    QVERIFY(isAnswered(2));
    QVERIFY2(last("error").contains("Too many"), qPrintable(last("error")));
    QVERIFY(!panel->answered());
}

void AskControllerTest::continuesElsewhere() {
    QSignalSpy conversation(panel.get(), &AskController::continueWanted);
    QSignalSpy alone(panel.get(), &AskController::pictureWanted);
    panel->begin(picture(96), "Screen");
    QVERIFY(pictureIsThere());
    panel->continueElsewhere();
    QTRY_COMPARE_WITH_TIMEOUT(alone.count(), 1, enough_ms);
    QCOMPARE(QImage::fromData(alone[0][0].toByteArray()).size(), QSize(96, 64));
    panel->begin(picture(96), "Screen");
    panel->ask("forever");
    QTRY_VERIFY_WITH_TIMEOUT(panel->busy() && last().size() > 20, enough_ms);
    const QString id = panel->conversationId();
    panel->continueElsewhere();
    QCOMPARE(conversation.count(), 1);
    QCOMPARE(conversation[0][0].toString(), id);
    QVERIFY(!panel->isOpen());
    // In the main window it goes on as if it had been asked there.
    f->chat->openConversation(id);
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->conversationId(), id, enough_ms);
    QCOMPARE(f->messages(), 2);
    QVERIFY(f->chat->busy());
    const qsizetype before = f->lastText().size();
    QTRY_VERIFY_WITH_TIMEOUT(f->lastText().size() > before + 20, enough_ms);
    f->chat->stop();
    QVERIFY(f->becomesIdle());
}

void AskControllerTest::withoutAModelOnlyTheReaderAnswers() {
    f->chat->openModelFolder(QUrl::fromLocalFile("/nowhere/broken"));
    f->settings->setStartModel(QString("/nowhere/broken"));
    QVERIFY(restart(false));
    f->worker->start();
    QTRY_COMPARE_WITH_TIMEOUT(f->chat->modelState(), QString("failed"), enough_ms);
    panel->begin(picture(200), "Screen");
    QVERIFY(panel->modelMissing());
    QVERIFY(!panel->hindrance().isEmpty());
    panel->ask("say 1");
    QVERIFY(!panel->waiting());
    panel->readText();
    QVERIFY(isAnswered(2));
    QVERIFY(last().contains("picture of 200"));
}

void AskControllerTest::prompts() {
    AskPrompts& list = panel->promptList();
    QCOMPARE(list.rowCount(), 5);
    QVERIFY(list.isOriginal());
    QVERIFY(list.prompts()[0].reads);
    QVERIFY(!list.add("Name", "  "));
    QVERIFY(!list.change(1, "", "text"));
    QVERIFY(list.add(" My   own ", "turns"));
    list.move(5, -1);
    list.remove(1);
    QVERIFY(list.change(0, "Lies", "is ignored"));
    QVERIFY(restart());
    AskPrompts& kept_list = panel->promptList();
    QVERIFY(!kept_list.isOriginal());
    QCOMPARE(kept_list.rowCount(), 5);
    QCOMPARE(kept_list.prompts()[0].name, QString("Lies"));
    QVERIFY(kept_list.prompts()[0].reads && kept_list.prompts()[0].text.isEmpty());
    QCOMPARE(kept_list.prompts()[3].name, QString("My own"));
    panel->begin(picture(96), "Screen");
    panel->usePrompt(3);
    QVERIFY(isAnswered(2));
    QCOMPARE(last(), QString("1/1"));
    while (!kept_list.isFull())
        QVERIFY(kept_list.add("more", "more"));
    QVERIFY(!kept_list.add("more", "more"));
    kept_list.reset();
    QVERIFY(kept_list.isOriginal());
    QVERIFY(restart());
    QCOMPARE(panel->promptList().prompts(), AskPrompts::originals());
    // What somebody wrote into the file is no reason to show another file as an icon.
    const QJsonArray hostile{QJsonObject{{"name", "x"}, {"text", "y"}, {"glyph", "../../secret"}}, 3,
                             QJsonObject{{"name", "no text"}}};
    const auto read = AskPrompts::fromJson(hostile);
    QCOMPARE(read.size(), std::size_t{1});
    QCOMPARE(read[0].glyph, QString("chat"));
}

QTEST_MAIN(AskControllerTest)
#include "ask_controller_test.moc"
