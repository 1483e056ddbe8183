// The history for the window works on a thread of its own: answers come in order, later, and nothing that was
// given is lost at the end.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QTimer>

#include "app/history/history.h"
#include "tests/app/history/history_fixture.h"

using namespace sightline;
using namespace sightline::test;

class HistoryThreadTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void answersComeInOrder();
    void aStreamingReplyIsSavedInTime();
    void theEndSavesWhatWasGiven();
    void onlyTheLastQuestionIsSearched();

  private:
    QString path() const { return folder_->path() + QStringLiteral("/kept"); }
    std::unique_ptr<QTemporaryDir> folder_;
};

void HistoryThreadTest::answersComeInOrder() {
    ConversationTree tree = talk("t", {"question", "answer"});
    QStringList order;
    History history(path());
    QSignalSpy opened(&history, &History::opened), changed(&history, &History::changed);
    history.save(tree.head, tree.messages, [&](const QString& problem) { order << "saved" + problem; });
    history.pin("none", true,
                [&](const QString& problem) { order << (problem.isEmpty() ? "?" : "refused"); });
    history.load(this, tree.head.id, [&](const Outcome<std::optional<ConversationTree>>& outcome) {
        order << "loaded";
        QCOMPARE(QThread::currentThread(), thread());
        QCOMPARE(describe(**outcome.value), describe(tree));
    });
    history.search(this, "ans", 10, [&](const Outcome<SearchResults>& outcome) {
        order << QString("found %1").arg(outcome.value->hits.size());
    });
    {
        QObject gone;
        history.conversations(&gone, [&](const auto&) { order << "answered nobody"; });
    }
    history.duplicate(this, tree.head.id, "copy", [&](const Outcome<QString>& outcome) {
        order << (outcome.value ? "duplicated" : "not duplicated");
    });
    history.conversations(
        this, [&](const auto& outcome) { order << QString("%1 listed").arg(outcome.value->size()); });
    QVERIFY(order.isEmpty());
    QTRY_COMPARE(order.size(), 6);
    QCOMPARE(order, (QStringList{"saved", "refused", "loaded", "found 1", "duplicated", "2 listed"}));
    QCOMPARE(opened.size(), 1);
    QVERIFY(changed.size() >= 2);
}

void HistoryThreadTest::aStreamingReplyIsSavedInTime() {
    ConversationTree tree = talk("t", {"question"});
    append(tree, said(Role::assistant, "", ReplyState::streaming), tree.head.leaf);
    History history(path(), {50, 3000});
    history.save(tree.head, tree.messages);
    QString stored;
    int steps = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        tree.messages[1].parts[0].text += QString("w%1 ").arg(++steps);
        history.stream(tree.head.id, tree.messages[1]);
        history.load(this, tree.head.id, [&](const Outcome<std::optional<ConversationTree>>& outcome) {
            stored = (*outcome.value)->messages[1].text();
        });
    });
    timer.start(5);
    // It is saved while it still grows, more than once.
    QTRY_VERIFY(!stored.isEmpty());
    const QString before = stored;
    QTRY_VERIFY(stored.size() > before.size());
    QVERIFY(stored.startsWith(before));
    timer.stop();
    tree.messages[1].state = ReplyState::complete;
    history.saveMessage(tree.head.id, tree.messages[1]);
    ConversationTree last;
    history.load(this, tree.head.id, [&](const auto& outcome) { last = **outcome.value; });
    QTRY_VERIFY(!last.messages.empty());
    QCOMPARE(describe(last), describe(tree));
}

void HistoryThreadTest::theEndSavesWhatWasGiven() {
    ConversationTree tree = talk("t", {"question"});
    append(tree, said(Role::assistant, "grows", ReplyState::streaming), tree.head.leaf);
    {
        History history(path());
        history.save(tree.head, {tree.messages[0]});
        history.stream(tree.head.id, tree.messages[1]);
    }
    HistoryStore store(path());
    QCOMPARE(store.load(tree.head.id)->messages.size(), std::size_t{2});
    QCOMPARE(store.load(tree.head.id)->messages[1].text(), QString("grows"));
}

void HistoryThreadTest::onlyTheLastQuestionIsSearched() {
    const ConversationTree tree = talk("t", {"some words"});
    History history(path());
    history.save(tree.head, tree.messages);
    QStringList answered;
    for (const char* question : {"s", "so", "som"})
        history.search(this, question, 10,
                       [&](const Outcome<SearchResults>& outcome) { answered << outcome.value->question; });
    QTRY_VERIFY(answered.contains("som"));
    QVERIFY(answered.size() <= 3);
    QCOMPARE(answered.back(), QString("som"));
}

QTEST_GUILESS_MAIN(HistoryThreadTest)
#include "history_thread_test.moc"
