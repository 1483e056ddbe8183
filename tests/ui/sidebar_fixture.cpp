#include "tests/ui/sidebar_fixture.h"

#include <QQuickItem>
#include <QTest>

#include "tests/app/history/history_fixture.h"

namespace sightline::test {

namespace {

QStringList keep(const QString& folder, const std::vector<KeptTalk>& all) {
    HistoryStore store(folder);
    QStringList ids;
    for (const KeptTalk& one : all) {
        ConversationTree tree = talk(one.title, one.texts);
        tree.head.title_given = true;
        tree.head.updated = QDateTime::currentDateTime().addDays(-one.days).toUTC();
        store.save(tree.head, tree.messages);
        ids << tree.head.id;
    }
    return ids;
}

}  // namespace

const std::vector<KeptTalk> SidebarTestCase::some{
    {0,
     "Invoice from Aldine Press",
     {"What is the total?", "The total is <b>EUR 1,204.50</b> & due in May."}},
    {1, "River levels", {"How high?", "The total rise is 149 cm."}},
    {5, "<img src=\"http://localhost/x.png\"> of a recipe", {"Read it", "Three eggs"}},
    {400, "食谱", {"写了什么?", "三个鸡蛋"}},
};

WindowFixture& SidebarTestCase::show(int width, const std::vector<KeptTalk>& all) {
    ids_ = keep(makeFolder().path(), all);
    showKept().view().resize(width, 800);
    opened_.clear();
    connect(&shelf(), &ConversationShelf::openWanted, this,
            [this](const QString& conversation, const QString& message) {
                opened_.emplace_back(conversation, message);
                shelf().setCurrent(conversation);
            });
    if (!QTest::qWaitFor([this] { return shelf().ready(); })) qFatal("the history is not read");
    return *window_;
}

bool SidebarTestCase::listHasFocus() {
    return QTest::qWaitFor([&] {
        const QQuickItem* item = window_->item("conversationList");
        return item != nullptr && item->hasActiveFocus() &&
               window_->view().activeFocusItem()->objectName() != "renameField";
    });
}

}  // namespace sightline::test
