// The two list models that QML shows: rows, roles, and exactly what is reported as changed.
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "app/chat/message_list_model.h"
#include "app/pictures/attachment_list_model.h"

using namespace sightline;

namespace {

constexpr auto fatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

ShownMessage question(const QString& text) {
    ShownMessage message;
    message.role = "user";
    message.text = text;
    message.pictures = {{"image://pictures/1", "a.png", "9 × 9"}};
    return message;
}

ShownMessage streamingReply() {
    ShownMessage message;
    message.role = "assistant";
    message.streaming = true;
    message.phases = {{"Reading"}};
    return message;
}

AttachmentRow row(quint64 key, const QString& name) {
    AttachmentRow attachment;
    attachment.key = key;
    attachment.name = name;
    attachment.loading = true;
    return attachment;
}

QList<int> changedRoles(const QSignalSpy& spy) {
    QList<int> roles = spy.last().at(2).value<QList<int>>();
    std::sort(roles.begin(), roles.end());
    return roles;
}

}  // namespace

class AppModelsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void messagesHaveTheRolesOfTheContract();
    void textGrowsInPlace();
    void updateReportsOnlyWhatDiffers();
    void messagesAreRemovedFromTheEnd();
    void messageRowsOutOfRangeAreIgnored();
    void attachmentsHaveTheRolesOfTheContract();
    void attachmentsAreFoundByKeyAfterOthersLeft();
};

void AppModelsTest::messagesHaveTheRolesOfTheContract() {
    MessageListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    QSet<QByteArray> names;
    for (const QByteArray& name : model.roleNames())
        names.insert(name);
    QCOMPARE(names, (QSet<QByteArray>{"role", "text", "pictures", "streaming", "phases", "facts",
                                      "stopReason", "error", "notice", "blocks", "messageId", "branch",
                                      "branches", "demo", "hasTable"}));
    model.append(question("What is this?"));
    ShownMessage reply = streamingReply();
    reply.phases.front() = {"Reading", "running", 1.5, 0.25};
    model.append(reply);
    const QVariantMap picture = model.index(0).data(MessageListModel::Pictures).toList().value(0).toMap();
    QCOMPARE(picture["source"].toString(), QString("image://pictures/1"));
    QCOMPARE(picture["name"].toString(), QString("a.png"));
    QCOMPARE(picture["caption"].toString(), QString("9 × 9"));
    const QVariantMap phase = model.index(1).data(MessageListModel::Phases).toList().value(0).toMap();
    QCOMPARE(phase["name"].toString(), QString("Reading"));
    QCOMPARE(phase["state"].toString(), QString("running"));
    QCOMPARE(phase["seconds"].toDouble(), 1.5);
    QCOMPARE(phase["progress"].toDouble(), 0.25);
    QVERIFY(!model.index(0).data(MessageListModel::Streaming).toBool());
    QVERIFY(model.index(1).data(MessageListModel::Streaming).toBool());
}

void AppModelsTest::textGrowsInPlace() {
    MessageListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    model.append(question("a"));
    const int reply = model.append(streamingReply());
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.appendText(reply, "The total");
    model.appendText(reply, " is 7");
    model.appendText(reply, "");
    QCOMPARE(changes.size(), 2);
    QCOMPARE(changedRoles(changes), (QList<int>{Qt::DisplayRole, MessageListModel::Text}));
    QCOMPARE(changes.last().at(0).toModelIndex().row(), reply);
    QCOMPARE(changes.last().at(1).toModelIndex().row(), reply);
    QCOMPARE(model.index(reply).data(MessageListModel::Text).toString(), QString("The total is 7"));
}

void AppModelsTest::updateReportsOnlyWhatDiffers() {
    MessageListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    const int reply = model.append(streamingReply());
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    ShownMessage ended = model.rows().back();
    ended.streaming = false;
    ended.phases.clear();
    ended.facts = "3 tokens";
    model.update(reply, ended);
    QCOMPARE(changes.size(), 1);
    QCOMPARE(changedRoles(changes),
             (QList<int>{MessageListModel::Streaming, MessageListModel::Phases, MessageListModel::Facts}));
    model.update(reply, ended);
    QCOMPARE(changes.size(), 1);
}

void AppModelsTest::messagesAreRemovedFromTheEnd() {
    MessageListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    for (const char* text : {"a", "b", "c"})
        model.append(question(text));
    model.removeFrom(1);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.rows().front().text, QString("a"));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    model.clear();
}

void AppModelsTest::messageRowsOutOfRangeAreIgnored() {
    MessageListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    model.append(question("a"));
    model.appendText(-1, "x");
    model.appendText(1, "x");
    model.setPhases(7, {{"Reading"}});
    model.update(-1, {});
    model.removeFrom(9);
    QCOMPARE(model.rows().front().text, QString("a"));
    QVERIFY(!model.data(QModelIndex(), MessageListModel::Text).isValid());
}

void AppModelsTest::attachmentsHaveTheRolesOfTheContract() {
    AttachmentListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    QSet<QByteArray> names;
    for (const QByteArray& name : model.roleNames())
        names.insert(name);
    QCOMPARE(names, (QSet<QByteArray>{"name", "thumbnail", "sizeText", "tokensText", "secondsText", "error",
                                      "loading", "note", "detail", "detailText", "choices", "pages",
                                      "pageCount", "locked", "passwordWrong"}));
    model.append(row(4, "a.png"));
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    AttachmentRow refused = model.rows().front();
    refused.loading = false;
    refused.error = "no";
    model.update(refused);
    QCOMPARE(changedRoles(changes), (QList<int>{AttachmentListModel::Error, AttachmentListModel::Loading}));
    QCOMPARE(model.index(0).data(AttachmentListModel::Error).toString(), QString("no"));
    QVERIFY(!model.index(0).data(AttachmentListModel::Loading).toBool());
    QVERIFY(model.index(0).data(AttachmentListModel::SizeText).toString().isEmpty());
}

void AppModelsTest::attachmentsAreFoundByKeyAfterOthersLeft() {
    AttachmentListModel model;
    const QAbstractItemModelTester tester(&model, fatal);
    for (const quint64 key : {1, 2, 3})
        model.append(row(key, QString::number(key)));
    model.remove(0);
    model.remove(9);
    QCOMPARE(model.find(1), -1);
    QCOMPARE(model.find(3), 1);
    AttachmentRow gone = row(1, "late");
    model.update(gone);
    QCOMPARE(model.rowCount(), 2);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(AppModelsTest)
#include "app_models_test.moc"
