// The list shows sections in their order, follows changes without losing the place, and shows what a search
// found.
#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include "app/shelf/conversation_list_model.h"

using namespace sightline;

namespace {

const QDate today(2026, 3, 20);

ConversationSummary summary(const QString& id, const QDate& day, bool pinned = false) {
    ConversationSummary made;
    made.id = id;
    made.title = "title " + id;
    made.updated = day.startOfDay().addSecs(3600).toUTC();
    made.pinned = pinned;
    made.said = true;
    return made;
}

QStringList column(const ConversationListModel& model, int role) {
    QStringList values;
    for (int row = 0; row < model.rowCount(); ++row)
        values << model.data(model.index(row), role).toString();
    return values;
}

}  // namespace

class ConversationListModelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }
    void sectionsAreInOrder();
    void emptyConversationsAreLeftOut();
    void changesKeepTheRest();
    void anyChangeEndsRight();
};

void ConversationListModelTest::sectionsAreInOrder() {
    ConversationListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setToday(today);
    model.setConversations({summary("future", today.addDays(1)), summary("a", today),
                            summary("b", today.addDays(-1)), summary("c", today.addDays(-2)),
                            summary("d", today.addDays(-8)), summary("e", today.addDays(-9)),
                            summary("f", QDate(2026, 2, 28)), summary("g", QDate(2025, 3, 19), true),
                            summary("h", QDate(2025, 3, 1))});
    QCOMPARE(column(model, ConversationListModel::IdRole),
             (QStringList{"g", "future", "a", "b", "c", "d", "e", "f", "h"}));
    QCOMPARE(column(model, ConversationListModel::SectionRole),
             (QStringList{"Pinned", "Today", "Today", "Yesterday", "Previous 7 days", "Previous 7 days",
                          "March", "February", "March 2025"}));
    model.setToday(today.addDays(1));
    QCOMPARE(column(model, ConversationListModel::SectionRole)[2], QString("Yesterday"));
    QCOMPARE(model.indexOf("c"), 4);
    QCOMPARE(model.indexOf("none"), -1);
}

void ConversationListModelTest::emptyConversationsAreLeftOut() {
    ConversationListModel model;
    std::vector<ConversationSummary> all = {summary("a", today), summary("b", today), summary("c", today)};
    all[0].said = all[1].said = all[2].said = false;
    all[1].draft = true;
    all[2].title.clear();
    model.setConversations(all, "c");
    QCOMPARE(column(model, ConversationListModel::IdRole), (QStringList{"b", "c"}));
    QCOMPARE(column(model, ConversationListModel::TitleRole)[1], QString("New conversation"));
    QVERIFY(model.data(model.index(0), ConversationListModel::DraftRole).toBool());
}

void ConversationListModelTest::changesKeepTheRest() {
    ConversationListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const ConversationSummary a = summary("a", today), b = summary("b", today), c = summary("c", today),
                              d = summary("d", today);
    model.setConversations({a, b, c});
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset),
        inserted(&model, &QAbstractItemModel::rowsInserted),
        removed(&model, &QAbstractItemModel::rowsRemoved), moved(&model, &QAbstractItemModel::rowsMoved);
    const QPersistentModelIndex place = model.index(1);
    model.setConversations({d, a, b, c});
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(place.row(), 2);
    model.setConversations({d, b, c});
    QCOMPARE(removed.size(), 1);
    QCOMPARE(place.row(), 1);
    model.setConversations({c, d, b});
    QCOMPARE(moved.size(), 1);
    QCOMPARE(place.row(), 2);
    QCOMPARE(place.data(ConversationListModel::IdRole).toString(), QString("b"));
    QCOMPARE(reset.size(), 0);
    QCOMPARE(model.count(), 3);
}

void ConversationListModelTest::anyChangeEndsRight() {
    ConversationListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QRandomGenerator random(3);
    for (int i = 0; i < 300; ++i) {
        std::vector<ConversationSummary> all;
        QStringList pinned, others;
        for (const char* id : {"a", "b", "c", "d", "e", "f"}) {
            if (random.bounded(3) == 0) continue;
            all.insert(all.begin() + random.bounded(static_cast<int>(all.size()) + 1),
                       summary(id, today, random.bounded(4) == 0));
        }
        for (const ConversationSummary& one : all)
            (one.pinned ? pinned : others) << one.id;
        // Whatever a view has remembered still means the same conversation, or nothing.
        std::vector<std::pair<QPersistentModelIndex, QString>> places;
        for (int row = 0; row < model.count(); ++row)
            places.emplace_back(model.index(row),
                                model.data(model.index(row), ConversationListModel::IdRole).toString());
        model.setConversations(all);
        QCOMPARE(column(model, ConversationListModel::IdRole), pinned + others);
        for (const auto& [place, id] : places) {
            if (place.isValid()) QCOMPARE(place.data(ConversationListModel::IdRole).toString(), id);
        }
    }
}

QTEST_GUILESS_MAIN(ConversationListModelTest)
#include "conversation_list_model_test.moc"
