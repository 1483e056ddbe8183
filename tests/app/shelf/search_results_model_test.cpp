// What a search found, by kind and in both orders; and that the better answer is taken for the better one.
#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTest>

#include "app/history/history_store.h"
#include "app/shelf/search_results_model.h"
#include "tests/app/history/history_fixture.h"

using namespace sightline;
using namespace sightline::test;

namespace {

SearchHit hit(const char* title, SearchHit::Where where, int minutes_ago, double score) {
    SearchHit one;
    one.conversation = QString("c ") + title;
    one.title = title;
    one.where = where;
    one.when = QDateTime(QDate(2026, 5, 4), QTime(12, 0)).addSecs(-60 * minutes_ago);
    one.score = score;
    one.snippet = {"a hit", {{2, 3}}};
    one.picture = where == SearchHit::Where::title ? "" : "sha";
    return one;
}

QStringList titles(const SearchResultsModel& model) {
    QStringList all;
    for (int row = 0; row < model.count(); ++row)
        all << model.index(row).data(SearchResultsModel::TitleRole).toString();
    return all;
}

}  // namespace

class SearchResultsModelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void ordersAndKinds() {
        SearchResultsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(!model.answered());
        SearchResults results;
        results.question = "total";
        results.hits = {hit("old title", SearchHit::Where::title, 90, 2),
                        hit("newest", SearchHit::Where::message, 1, 0.1),
                        hit("scan", SearchHit::Where::picture, 5, 0.9),
                        hit("older", SearchHit::Where::message, 7, 0.9)};
        model.show(results);
        QVERIFY(model.answered());
        QCOMPARE(titles(model), QStringList({"newest", "scan", "older", "old title"}));
        model.setBestFirst(true);
        QCOMPARE(titles(model), QStringList({"old title", "scan", "older", "newest"}));
        QCOMPARE(QList<int>({model.total(), model.titles(), model.messages(), model.pictures()}),
                 QList<int>({4, 1, 2, 1}));
        model.setKind("message");
        QCOMPARE(titles(model), QStringList({"older", "newest"}));
        QCOMPARE(model.total(), 4);
        model.show(results);  // the same search once more, as when something was deleted
        QCOMPARE(model.kind(), QString("message"));
        results.question = "totals";
        model.show(results);
        QCOMPARE(model.kind(), QString());
        QVERIFY(model.bestFirst());
        QCOMPARE(model.index(1).data(SearchResultsModel::PictureRole).toString(),
                 QString("image://pictures/kept/sha"));
        QCOMPARE(model.index(0).data(SearchResultsModel::PictureRole).toString(), QString());
        const QVariantMap marked =
            model.index(0).data(SearchResultsModel::SnippetHitsRole).toList().value(0).toMap();
        QCOMPARE(marked["start"].toInt(), 2);
        model.clear();
        QCOMPARE(model.count(), 0);
        QVERIFY(!model.answered());
    }

    void theBetterAnswerComesFirst() {
        const QTemporaryDir folder;
        HistoryStore store(folder.path());
        const auto keep = [&store](const QString& title, const QString& text) {
            ConversationTree tree = talk(title, {text});
            tree.head.title_given = true;
            store.save(tree.head, tree.messages);
        };
        keep("said often", "the river, a river, and one more river");
        keep("in a long text",
             "river " + QString("and much else that has nothing to do with it ").repeated(40));
        keep("begins so", "riverside");
        keep("River trip", "packing list");
        keep("once", "one river among other words");
        SearchResultsModel model;
        model.setBestFirst(true);
        model.show(store.search("river"));
        QCOMPARE(titles(model),
                 QStringList({"River trip", "said often", "once", "begins so", "in a long text"}));
    }
};

QTEST_GUILESS_MAIN(SearchResultsModelTest)
#include "search_results_model_test.moc"
