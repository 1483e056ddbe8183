// The shelf over a real history in a temporary folder.
#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <memory>

#include "app/shelf/conversation_shelf.h"
#include "tests/app/history/history_fixture.h"

using namespace sightline;
using namespace sightline::test;

namespace {

// A history with these conversations, from the oldest to the newest, and a shelf over it.
class Shelf {
  public:
    explicit Shelf(const std::vector<ConversationTree>& trees, ConversationShelf::Timing timing = {}) {
        {
            HistoryStore store(folder_.path());
            for (const ConversationTree& tree : trees)
                store.save(tree.head, tree.messages);
        }
        open(timing);
    }
    void open(ConversationShelf::Timing timing = {}) {
        shelf_.reset();
        testers_.clear();
        history_.reset();
        history_ = std::make_unique<History>(folder_.path());
        shelf_ = std::make_unique<ConversationShelf>(*history_, timing);
        for (QAbstractItemModel* model : {shelf_->conversations(), shelf_->trash(), shelf_->results()})
            testers_.push_back(std::make_unique<QAbstractItemModelTester>(
                model, QAbstractItemModelTester::FailureReportingMode::QtTest));
    }
    ~Shelf() { testers_.clear(); }

    ConversationShelf* operator->() { return shelf_.get(); }
    ConversationShelf& operator*() { return *shelf_; }
    History& history() { return *history_; }
    bool ready() {
        return QTest::qWaitFor([&] { return shelf_->ready(); });
    }
    // Until everything that was asked of the history before is answered.
    bool settle() {
        bool answered = false;
        history_->search(shelf_.get(), QStringLiteral("x"), 1,
                         [&](const Outcome<SearchResults>&) { answered = true; });
        return QTest::qWaitFor([&] { return answered; });
    }
    QStringList titles() { return texts(*shelf_->conversations(), "title"); }
    SearchResultsModel& results() { return *qobject_cast<SearchResultsModel*>(shelf_->results()); }
    QStringList found() { return texts(results(), "title"); }
    QStringList trashed() { return texts(*shelf_->trash(), "title"); }
    QVariant cell(int row, const QByteArray& role) {
        const QAbstractItemModel& model = *shelf_->conversations();
        return model.data(model.index(row, 0), model.roleNames().key(role, -1));
    }
    std::optional<ConversationTree> stored(const QString& id) {
        std::optional<ConversationTree> tree;
        bool answered = false;
        history_->load(shelf_.get(), id, [&](const Outcome<std::optional<ConversationTree>>& outcome) {
            answered = true;
            if (outcome.value) tree = *outcome.value;
        });
        if (!QTest::qWaitFor([&] { return answered; })) qFatal("the history does not answer");
        return tree;
    }

  private:
    static QStringList texts(const QAbstractItemModel& model, const QByteArray& role) {
        QStringList list;
        for (int row = 0; row < model.rowCount(); ++row)
            list << model.data(model.index(row, 0), model.roleNames().key(role, -1)).toString();
        return list;
    }

    QTemporaryDir folder_;
    std::unique_ptr<History> history_;
    std::unique_ptr<ConversationShelf> shelf_;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers_;
};

ConversationTree ago(int minutes, const QString& title, const QStringList& texts) {
    ConversationTree tree = talk(title, texts);
    tree.head.updated = QDateTime::currentDateTimeUtc().addSecs(-60 * minutes);
    return tree;
}

}  // namespace

class ConversationShelfTest : public QObject {
    Q_OBJECT

    const ConversationTree invoice_ = ago(30, "Invoice", {"What is the total?", "It is 1,204.50."});
    const ConversationTree rivers_ = ago(20, "Rivers", {"How high?", "The total rise is 149 cm."});
    const ConversationTree recipe_ = ago(10, "配方", {"写了什么?", "三个鸡蛋"});

  private Q_SLOTS:
    void listsWhatIsThere() {
        Shelf shelf({invoice_, rivers_, recipe_});
        QVERIFY(!shelf->ready());
        QVERIFY(shelf.ready());
        QCOMPARE(shelf.titles(), QStringList({"配方", "Rivers", "Invoice"}));
        QCOMPARE(shelf->problem(), QString());
        QCOMPARE(shelf->report(), QString());
    }

    void opensByTellingWhoeverShows() {
        Shelf shelf({invoice_});
        const QSignalSpy wanted(&*shelf, &ConversationShelf::openWanted);
        shelf->open(invoice_.head.id);
        shelf->openAt(invoice_.head.id, invoice_.messages[1].id);
        shelf->open({});
        QCOMPARE(wanted.size(), 2);
        QCOMPARE(wanted[0], QVariantList({invoice_.head.id, QString()}));
        QCOMPARE(wanted[1], QVariantList({invoice_.head.id, invoice_.messages[1].id}));
    }

    void renamesAndPins() {
        Shelf shelf({invoice_, rivers_, recipe_});
        QVERIFY(shelf.ready());
        const QSignalSpy renamed(&*shelf, &ConversationShelf::renamed);
        const QSignalSpy pinned(&*shelf, &ConversationShelf::pinned);
        shelf->rename(invoice_.head.id, "  Aldine\n Press ");
        QCOMPARE(renamed.value(0), QVariantList({invoice_.head.id, "Aldine Press"}));
        QTRY_COMPARE(shelf.titles(), QStringList({"配方", "Rivers", "Aldine Press"}));
        shelf->setPinned(invoice_.head.id, true);
        QCOMPARE(pinned.value(0), QVariantList({invoice_.head.id, true}));
        QTRY_COMPARE(shelf.titles().first(), QString("Aldine Press"));
        QVERIFY(shelf.cell(0, "pinned").toBool());
        shelf->setPinned(invoice_.head.id, false);
        QTRY_COMPARE(shelf.titles().last(), QString("Aldine Press"));
        shelf->rename(invoice_.head.id, "");
        QTRY_COMPARE(shelf.titles().last(), QString("What is the total?"));
        QCOMPARE(shelf->undoText(), QString());
    }

    void deletesWithUndo() {
        Shelf shelf({invoice_, rivers_});
        QVERIFY(shelf.ready());
        const QSignalSpy gone(&*shelf, &ConversationShelf::currentRemoved);
        const QSignalSpy wanted(&*shelf, &ConversationShelf::openWanted);
        shelf->remove(invoice_.head.id);
        QTRY_COMPARE(shelf->undoText(), QString("“Invoice” is in the trash"));
        QTRY_COMPARE(shelf.titles(), QStringList("Rivers"));
        QTRY_COMPARE(shelf.trashed(), QStringList("Invoice"));
        QCOMPARE(gone.size(), 0);
        shelf->undo();
        QCOMPARE(shelf->undoText(), QString());
        QTRY_COMPARE(shelf.titles(), QStringList({"Rivers", "Invoice"}));
        QTRY_COMPARE(shelf.trashed(), QStringList());
        QCOMPARE(wanted.size(), 0);
        shelf->undo();  // there is nothing any more
        QVERIFY(shelf.settle());
        QCOMPARE(shelf.titles().size(), 2);
    }

    void deletingTheOpenOneSaysSoAndUndoOpensIt() {
        Shelf shelf({invoice_, rivers_});
        QVERIFY(shelf.ready());
        shelf->setCurrent(rivers_.head.id);
        const QSignalSpy gone(&*shelf, &ConversationShelf::currentRemoved);
        const QSignalSpy wanted(&*shelf, &ConversationShelf::openWanted);
        shelf->remove(rivers_.head.id);
        QCOMPARE(gone.size(), 1);
        shelf->setCurrent({});
        QTRY_VERIFY(!shelf->undoText().isEmpty());
        shelf->undo();
        QTRY_COMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toString(), rivers_.head.id);
        QVERIFY(!shelf.stored(rivers_.head.id)->head.trashed.isValid());
    }

    // What is saved in answer to currentRemoved() goes to the trash with the conversation.
    void lastWordsGoToTheTrashToo() {
        Shelf shelf({invoice_});
        QVERIFY(shelf.ready());
        shelf->setCurrent(invoice_.head.id);
        ConversationTree last = invoice_;
        append(last, said(Role::user, "And the tax?"), last.head.leaf);
        connect(&*shelf, &ConversationShelf::currentRemoved, &*shelf,
                [&] { shelf.history().save(last.head, last.messages); });
        shelf->remove(invoice_.head.id);
        QTRY_VERIFY(!shelf->undoText().isEmpty());
        QVERIFY(shelf.settle());
        QTRY_COMPARE(shelf.trashed(), QStringList("Invoice"));
        QVERIFY(shelf.stored(invoice_.head.id)->head.trashed.isValid());
        QCOMPARE(shelf.stored(invoice_.head.id)->messages.size(), last.messages.size());
    }

    void undoEndsWithTimeAndWithTheNextAction() {
        Shelf shelf({invoice_, rivers_, recipe_}, {.undo_milliseconds = 50});
        QVERIFY(shelf.ready());
        QSignalSpy changes(&*shelf, &ConversationShelf::undoChanged);
        shelf->remove(invoice_.head.id);
        QTRY_COMPARE(changes.size(), 2);  // it came and went
        QCOMPARE(shelf->undoText(), QString());

        shelf.open();
        QVERIFY(shelf.ready());
        shelf->remove(rivers_.head.id);
        QTRY_VERIFY(!shelf->undoText().isEmpty());
        shelf->setPinned(recipe_.head.id, true);
        QCOMPARE(shelf->undoText(), QString());
        shelf->undo();
        QVERIFY(shelf.settle());
        QTRY_COMPARE(shelf.trashed().size(), 2);
    }

    void duplicatesAndOpensTheCopy() {
        Shelf shelf({invoice_});
        QVERIFY(shelf.ready());
        const QSignalSpy wanted(&*shelf, &ConversationShelf::openWanted);
        shelf->duplicate(invoice_.head.id);
        QTRY_COMPARE(wanted.size(), 1);
        QVERIFY(wanted[0][0].toString() != invoice_.head.id);
        QTRY_COMPARE(shelf.titles().size(), 2);
        QVERIFY(shelf.titles().contains("Invoice (copy)"));
        QCOMPARE(shelf.stored(wanted[0][0].toString())->messages.size(), invoice_.messages.size());
        shelf->duplicate("nowhere");
        QTRY_VERIFY(!shelf->problem().isEmpty());
        shelf->setPinned(invoice_.head.id, true);
        QTRY_COMPARE(shelf->problem(), QString());
    }

    void trashIsRestoredAndEmptied() {
        Shelf shelf({invoice_, rivers_, recipe_});
        QVERIFY(shelf.ready());
        for (const ConversationTree* tree : {&invoice_, &rivers_, &recipe_})
            shelf->remove(tree->head.id);
        QTRY_COMPARE(shelf.trashed().size(), 3);
        QCOMPARE(shelf.titles(), QStringList());
        shelf->restore(rivers_.head.id);
        QTRY_COMPARE(shelf.trashed().size(), 2);
        QVERIFY(!shelf.trashed().contains("Rivers"));
        QTRY_COMPARE(shelf.titles(), QStringList("Rivers"));
        shelf->remove(rivers_.head.id);
        QTRY_VERIFY(!shelf->undoText().isEmpty());
        shelf->restore(rivers_.head.id);
        shelf->emptyTrash();
        QCOMPARE(shelf->undoText(), QString());
        QTRY_COMPARE(shelf.trashed(), QStringList());
        QVERIFY(!shelf.stored(invoice_.head.id));
        QVERIFY(shelf.stored(rivers_.head.id));
    }

    void searchesAsOneTypes() {
        Shelf shelf({invoice_, rivers_, recipe_});
        QVERIFY(shelf.ready());
        QSignalSpy answers(&*shelf, &ConversationShelf::searchAnswered);
        for (const char* typed : {"t", "to", "tot", "tota", "total"})
            shelf->setSearch(typed);
        QTRY_COMPARE(shelf.found(), QStringList({"Rivers", "Invoice"}));
        QCOMPARE(shelf.results().data(shelf.results().index(0), SearchResultsModel::MessageRole).toString(),
                 rivers_.messages[1].id);
        QCOMPARE(shelf.titles().size(), 3);  // the list goes on showing everything
        answers.clear();
        shelf->setSearch("total ");  // the same question
        QVERIFY(shelf.settle());
        QCOMPARE(answers.size(), 0);
        shelf->setSearch("蛋");
        QTRY_COMPARE(shelf.found(), QStringList("配方"));
        shelf->setSearch("zebra");
        QTRY_COMPARE(shelf.results().question(), QString("zebra"));
        QVERIFY(shelf.results().answered());
        QCOMPARE(shelf.found(), QStringList());
        shelf->setSearch("rivers");
        shelf->setSearch("");  // its answer comes too late
        QVERIFY(!shelf.results().answered());
        QVERIFY(shelf.settle());
        QVERIFY(!shelf.results().answered());
        QCOMPARE(shelf.found(), QStringList());
    }

    void whatIsDeletedIsNotFoundAnyMore() {
        Shelf shelf({invoice_, rivers_});
        QVERIFY(shelf.ready());
        shelf->setSearch("total");
        QTRY_COMPARE(shelf.found().size(), 2);
        shelf->remove(rivers_.head.id);
        QTRY_COMPARE(shelf.found(), QStringList("Invoice"));
        shelf->undo();
        QTRY_COMPARE(shelf.found().size(), 2);
    }

    void saysThatTheHistoryWasDamaged() {
        QTemporaryDir folder;
        {
            QFile file(folder.filePath("history.sqlite"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(8192, 'x'));
        }
        History history(folder.path());
        ConversationShelf damaged(history);
        QTRY_VERIFY(damaged.report().contains("damaged"));
        QVERIFY(damaged.reportOfLoss());
        QVERIFY(damaged.report().contains(QDir::toNativeSeparators(folder.path())));
        QTRY_VERIFY(damaged.ready());
        damaged.dismissReport();
        QCOMPARE(damaged.report(), QString());
        QVERIFY(!damaged.reportOfLoss());
    }

    void saysThatNothingCanBeSaved() {
        QTemporaryDir folder;
        QFile file(folder.filePath("history"));  // a file where a folder should be
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        History history(file.fileName(), {.retry_milliseconds = 20});
        ConversationShelf shelf(history);
        QTRY_VERIFY(!shelf.problem().isEmpty());
        QVERIFY(!shelf.ready());
        QVERIFY(file.remove());
        QTRY_COMPARE(shelf.problem(), QString());  // and the list is read then
        QTRY_VERIFY(shelf.ready());
    }

    void emptyConversationIsListedWhileItIsOpen() {
        const ConversationTree empty = startTree();
        Shelf shelf({invoice_, empty});
        QVERIFY(shelf.ready());
        QCOMPARE(shelf.titles(), QStringList("Invoice"));
        shelf->setCurrent(empty.head.id);
        QCOMPARE(shelf.titles().size(), 2);
        shelf->setCurrent(invoice_.head.id);
        QCOMPARE(shelf.titles(), QStringList("Invoice"));
    }

    // No call and no answer holds the window up; 50 ms is what the window allows itself.
    void fiveThousandConversations() {
        QTemporaryDir folder;
        keepMany(folder.path(), 5000);
        History history(folder.path());
        ConversationShelf shelf(history);
        double longest = 0;
        const auto turn = [&longest](const std::function<bool()>& until) {
            QElapsedTimer whole;
            whole.start();
            while (!until() && whole.elapsed() < 30000) {
                const double before = computed();
                QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
                longest = std::max(longest, computed() - before);
            }
            return until();
        };
        QAbstractItemModel& list = *shelf.conversations();
        QVERIFY(turn([&] { return list.rowCount() == 5000; }));
        shelf.setPinned("c4000", true);
        QVERIFY(turn([&] { return list.data(list.index(0, 0), Qt::DisplayRole) == "Conversation 4000"; }));
        shelf.remove("c2500");
        QVERIFY(turn([&] { return list.rowCount() == 4999; }));
        shelf.setSearch("3999");
        QAbstractItemModel& found = *shelf.results();
        QVERIFY(turn([&] { return found.rowCount() == 1; }));
        shelf.setSearch("");
        QVERIFY(turn([&] { return found.rowCount() == 0; }));
        qInfo("longest turn of the event loop: %.1f ms", longest);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        constexpr double limit = 500;  // this build is many times slower than what users run
#else
        constexpr double limit = 50;
#endif
        QVERIFY2(longest < limit, qPrintable(QString::number(longest)));
    }
};

QTEST_GUILESS_MAIN(ConversationShelfTest)
#include "conversation_shelf_test.moc"
