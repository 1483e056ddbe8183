// The list of conversations, the trash and Undo in the real window over a real history.
#include <QAbstractItemModel>
#include <QAccessible>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QStyleHints>
#include <QTest>
#include <algorithm>
#include <functional>
#include <map>

#include "tests/app/history/history_fixture.h"
#include "tests/ui/sidebar_fixture.h"

using namespace sightline;
using namespace sightline::test;

class SidebarTest : public SidebarTestCase {
    Q_OBJECT

    QString row(int index, const char* property) {
        const QQuickItem* item = window_->item(QString("conversation%1").arg(index));
        return item == nullptr ? QString() : item->property(property).toString();
    }
    QString titleAt(int index) {
        const QAbstractItemModel& model = *shelf().conversations();
        return model.index(index, 0).data(ConversationListModel::TitleRole).toString();
    }
    // With its marks.
    QString titleText(int index) {
        const QQuickItem* found = window_->item(QString("conversation%1").arg(index));
        if (found == nullptr) return {};
        return found->findChild<QQuickItem*>("conversationTitle")->property("text").toString();
    }
    // The heads that are seen, from the top.
    QStringList heads() {
        std::map<qreal, QString> seen;
        const std::function<void(QQuickItem*)> collect = [&](QQuickItem* item) {
            if (!item->isVisible()) return;
            if (item->objectName() == "section")
                seen[item->mapToScene({}).y()] = item->property("text").toString();
            for (QQuickItem* child : item->childItems())
                collect(child);
        };
        collect(window_->item("conversationList"));
        QStringList texts;
        for (const auto& [y, text] : seen)
            texts << text;
        return texts;
    }
    void pointAt(const QString& name, int shift) {
        const QQuickItem* item = window_->item(name);
        const QPointF place = item->mapToScene({60.0 + shift, item->height() / 2});
        QTest::mouseMove(&window_->view(), place.toPoint());
    }
    int currentRow() { return window_->item("conversationList")->property("currentIndex").toInt(); }
    // By the keyboard, from wherever the focus is.
    void toList(int index) {
        window_->key(Qt::Key_K, Qt::ControlModifier);
        QVERIFY(hasFocus("searchField"));
        window_->key(Qt::Key_Down);
        QVERIFY(listHasFocus());
        window_->key(Qt::Key_Home);
        for (int i = 0; i < index; ++i)
            window_->key(Qt::Key_Down);
        QCOMPARE(currentRow(), index);
    }

  private Q_SLOTS:
    void initTestCase() {
        dressApplication(*qGuiApp, QStringLiteral("en"));
        QGuiApplication::styleHints()->setUseHoverEffects(true);  // off on the offscreen platform only
    }

    void listIsShownBesideTheConversation() {
        WindowFixture& w = show();
        QTRY_VERIFY(w.item("conversation3"));
        QCOMPARE(w.item("sidebar")->width(), 248.0);
        QCOMPARE(titleAt(0), QString("Invoice from Aldine Press"));
        QVERIFY(!w.item("listToggle"));
        QVERIFY(!w.item("sidebarHint"));
        // What a title holds is text, whatever it looks like.
        QVERIFY2(titleText(2).startsWith("<img src="), qPrintable(titleText(2)));
        const auto* title = w.item("conversation2")->findChild<QQuickItem*>("conversationTitle");
        QCOMPARE(title->property("textFormat").toInt(), int(Qt::PlainText));
    }

    void aClickOpensAndMarksTheRow() {
        WindowFixture& w = show();
        w.click("conversation1");
        QCOMPARE(opened_.size(), std::size_t(1));
        QCOMPARE(opened_[0], std::pair(ids_[1], QString()));
        QTRY_COMPARE(row(1, "open"), QString("true"));
        QCOMPARE(row(0, "open"), QString("false"));
        QVERIFY(hasFocus("question"));
    }

    void theKeyboardMovesAndOpens() {
        show();
        toList(2);
        window_->key(Qt::Key_Up);
        QCOMPARE(currentRow(), 1);
        window_->key(Qt::Key_Return);
        QCOMPARE(opened_.size(), std::size_t(1));
        QCOMPARE(opened_[0].first, ids_[1]);
        toList(0);
        window_->key(Qt::Key_End);
        QCOMPARE(currentRow(), 3);
        window_->key(Qt::Key_Home);
        window_->key(Qt::Key_Up);
        QVERIFY(hasFocus("searchField"));
        window_->key(Qt::Key_Escape);
        QVERIFY(hasFocus("question"));
    }

    void repliesAreMarked() {
        WindowFixture& w = show();
        QTRY_VERIFY(w.item("conversation2"));
        shelf().setReplies({ids_[0]}, {ids_[1]});
        const auto mark = [&w](int index) {
            const QQuickItem* row = w.item(QString("conversation%1").arg(index));
            const auto* loader = row->findChild<QQuickItem*>("replyMark");
            return loader->isVisible() ? loader->property("item").value<QQuickItem*>() : nullptr;
        };
        QTRY_VERIFY(mark(0) && mark(1));
        QVERIFY(!mark(2));
        QVERIFY(mark(0)->property("answering").toBool());
        QVERIFY(!mark(1)->property("answering").toBool());
        const auto description = [&w](int index) {
            const QQuickItem* row = w.item(QString("conversation%1").arg(index));
            return QAccessible::queryAccessibleInterface(const_cast<QQuickItem*>(row))
                ->text(QAccessible::Description);
        };
        QVERIFY(description(0).contains("Being answered"));
        QVERIFY(description(1).contains("Has a new reply"));
        // It moves, so that one sees that something goes on; without an animation.
        const int step = mark(0)->property("step").toInt();
        QTRY_VERIFY(mark(0)->property("step").toInt() != step);
        // And stays beside what a search found.
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write("Invoice");
        QTRY_VERIFY(w.item("searchPage"));
        QTRY_COMPARE(results(), 1);
        QCOMPARE(rows(), 4);
        QVERIFY(mark(0) && mark(1));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("searchPage"));
        shelf().setReplies({}, {});
        QTRY_VERIFY(!mark(0) && !mark(1));
    }

    void renamesInPlace() {
        WindowFixture& w = show();
        toList(1);
        w.key(Qt::Key_F2);
        QVERIFY(hasFocus("renameField"));
        w.write("Floods");
        w.key(Qt::Key_Return);
        QTRY_COMPARE(titleAt(1), QString("Floods"));
        QVERIFY(listHasFocus());
        w.key(Qt::Key_F2);
        QVERIFY(hasFocus("renameField"));
        w.write("No");
        w.key(Qt::Key_Escape);
        QVERIFY(listHasFocus());
        QVERIFY(!w.item("renameField"));
        QCOMPARE(titleAt(1), QString("Floods"));
        // Leaving the field keeps what was typed.
        w.key(Qt::Key_F2);
        w.write("Droughts");
        w.click("question");
        QTRY_COMPARE(titleAt(1), QString("Droughts"));
        QVERIFY(hasFocus("question"));
    }

    // The heads say what stands below them, also when rows have come and gone.
    void headsGoAlong() {
        show();
        const QString month =
            QLocale().standaloneMonthName(QDateTime::currentDateTime().addDays(-some[3].days).date().month());
        QTRY_COMPARE(heads().size(), 4);
        QCOMPARE(heads()[0], QString("Today"));
        QCOMPARE(heads()[2], QString("Previous 7 days"));
        QVERIFY(heads()[3].startsWith(month));
        shelf().remove(ids_[1]);
        QTRY_COMPARE(heads().size(), 3);
        QTRY_COMPARE(heads().mid(0, 2), QStringList({"Today", "Previous 7 days"}));
        shelf().setPinned(ids_[3], true);
        QTRY_COMPARE(heads(), QStringList({"Pinned", "Today", "Previous 7 days"}));
        QTRY_COMPARE(heads(), QStringList({"Pinned", "Today", "Previous 7 days"}));
    }

    void deletesWithUndo() {
        WindowFixture& w = show();
        toList(1);
        w.key(Qt::Key_Delete);
        QTRY_COMPARE(rows(), 3);
        QTRY_COMPARE(w.text("undoText"), QString("“River levels” is in the trash"));
        QVERIFY(listHasFocus());
        QCOMPARE(currentRow(), 1);
        w.click("undo");
        QTRY_COMPARE(rows(), 4);
        QTRY_VERIFY(!w.item("undoToast"));
        toList(0);
        w.key(Qt::Key_Delete);
        QTRY_VERIFY(w.item("undoToast"));
        w.key(Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(rows(), 4);
        QCOMPARE(titleAt(0), QString("Invoice from Aldine Press"));
    }

    void menuByKeyRightClickAndButton() {
        WindowFixture& w = show();
        toList(3);
        w.key(Qt::Key_Menu);
        QVERIFY(w.waitUntilOpen("conversationMenu"));
        QVERIFY(hasFocus("menuRename"));
        w.key(Qt::Key_Down);
        QVERIFY(hasFocus("menuPin"));
        w.key(Qt::Key_Return);
        QTRY_COMPARE(titleAt(0), QString("食谱"));
        QVERIFY(shelf().isPinned(ids_[3]));

        QQuickItem* first = w.item("conversation0");
        const QPoint middle = first->mapToScene({60, first->height() / 2}).toPoint();
        QTest::mouseClick(&w.view(), Qt::RightButton, Qt::NoModifier, middle);
        QVERIFY(w.waitUntilOpen("conversationMenu"));
        QCOMPARE(w.text("menuPin"), QString("Unpin"));
        w.click("menuPin");
        QTRY_COMPARE(titleAt(3), QString("食谱"));

        // Rows get their places with the next frame.
        int shift = 0;
        QTRY_VERIFY((pointAt("conversation1", ++shift % 2), w.item("conversationMore1")));
        w.click("conversationMore1");
        QVERIFY(w.waitUntilOpen("conversationMenu"));
        w.click("menuDuplicate");
        QTRY_COMPARE(rows(), 5);
        QTRY_COMPARE(opened_.size(), std::size_t(1));
        QVERIFY(!ids_.contains(opened_[0].first));

        toList(0);
        w.key(Qt::Key_F10, Qt::ShiftModifier);
        QVERIFY(w.waitUntilOpen("conversationMenu"));
        w.click("menuRename");
        QVERIFY(hasFocus("renameField"));
        w.key(Qt::Key_Escape);
        toList(0);
        w.key(Qt::Key_Menu);
        QVERIFY(w.waitUntilOpen("conversationMenu"));
        w.click("menuDelete");
        QTRY_COMPARE(rows(), 4);
    }

    void trashRestoresAndIsEmptied() {
        WindowFixture& w = show();
        shelf().remove(ids_[0]);
        shelf().remove(ids_[1]);
        QTRY_COMPARE(shelf().trash()->rowCount(), 2);
        w.click("trashToggle");
        QTRY_VERIFY(w.item("trashPage"));
        QVERIFY(!w.item("question"));
        QTRY_COMPARE(w.text("trashTitle0"), QString("River levels"));
        w.click("restore0");
        QTRY_COMPARE(shelf().trash()->rowCount(), 1);
        QTRY_COMPARE(rows(), 3);
        w.click("emptyTrash");
        QVERIFY(w.waitUntilOpen("emptyTrashDialog"));
        QVERIFY(hasFocus("emptyTrashCancel"));
        w.key(Qt::Key_Return);
        QTRY_VERIFY(!w.item("emptyTrashCancel"));
        QCOMPARE(shelf().trash()->rowCount(), 1);
        w.click("emptyTrash");
        QVERIFY(w.waitUntilOpen("emptyTrashDialog"));
        w.click("emptyTrashConfirm");
        QTRY_COMPARE(shelf().trash()->rowCount(), 0);
        QTRY_COMPARE(w.text("trashHint"), QString("The trash is empty."));
        QVERIFY(hasFocus("trashClose"));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("trashPage"));
        QVERIFY(hasFocus("question"));
        // Opening a conversation leads away from a page.
        w.click("trashToggle");
        QTRY_VERIFY(w.item("trashPage"));
        w.click("conversation0");
        QTRY_VERIFY(!w.item("trashPage"));
        QCOMPARE(row(0, "open"), QString("true"));
        w.click("modelsToggle");
        QTRY_VERIFY(w.item("modelsPage"));
        QCOMPARE(row(0, "open"), QString("false"));
        w.click("trashToggle");
        QTRY_VERIFY(!w.item("modelsPage"));
        QVERIFY(w.item("trashPage"));
    }

    void narrowWindowOpensASheet() {
        WindowFixture& w = show(800);
        QTRY_VERIFY(w.item("listToggle"));
        QVERIFY(!w.item("sidebar"));
        w.click("listToggle");
        QTRY_VERIFY(w.item("sidebar"));
        QVERIFY(hasFocus("searchField"));
        w.click("conversation1");
        QTRY_VERIFY(!w.item("sidebar"));
        QCOMPARE(opened_.size(), std::size_t(1));
        w.key(Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(w.item("sidebar"));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("sidebar"));
        QVERIFY(hasFocus("question"));
        w.click("listToggle");
        QTRY_VERIFY(w.item("sidebar"));
        QTest::mouseClick(&w.view(), Qt::LeftButton, Qt::NoModifier, {700, 300});
        QTRY_VERIFY(!w.item("sidebar"));
        w.view().resize(1000, 800);  // room for it
        QTRY_VERIFY(w.item("sidebar"));
        QVERIFY(!w.item("listToggle"));
    }

    void listFoldsInAWideWindow() {
        WindowFixture& w = show();
        w.key(Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(!w.item("sidebar"));
        QVERIFY(w.item("listToggle"));
        w.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(w.item("searchPage"));
        QVERIFY(w.item("listToggle"));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("searchPage"));
        w.click("listToggle");
        QTRY_VERIFY(w.item("sidebar"));
        QVERIFY(!w.item("listToggle"));
        w.click("sidebarFold");
        QTRY_VERIFY(!w.item("sidebar"));
    }

    void nothingKeptYet() {
        WindowFixture& w = show(1200, {});
        QTRY_VERIFY(w.text("sidebarHint").contains("on this computer only"));
        window_->key(Qt::Key_K, Qt::ControlModifier);
        QVERIFY(hasFocus("searchField"));
        window_->key(Qt::Key_Down);  // with or without rows
        window_->key(Qt::Key_Escape);
        QVERIFY(hasFocus("question"));
    }

    void damageIsReported() {
        {
            QFile file(makeFolder().filePath("history.sqlite"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(8192, 'x'));
        }
        showKept();
        QTRY_VERIFY(window_->item("historyReport"));
        window_->click("bannerAction0");
        QTRY_VERIFY(!window_->item("historyReport"));
    }

    void savingTroubleIsSaid() {
        const QString path = makeFolder().filePath("file");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        showKept(path);
        QTRY_VERIFY(window_->item("historyProblem"));
        QVERIFY(!window_->item("sidebarHint"));  // what is there cannot be known
    }

    void fiveThousandConversationsScroll() {
        show(1200, {});
        keepMany(folder_->path(), 5000);
        shelf().refresh();
        QTRY_COMPARE(rows(), 5000);
        toList(0);
        double longest = 0;
        for (int step = 0; step < 60; ++step) {
            const double before = computed();
            window_->key(step == 20 ? Qt::Key_End : step < 40 ? Qt::Key_PageDown : Qt::Key_PageUp);
            QSignalSpy drawn(&window_->view(), &QQuickWindow::frameSwapped);
            window_->view().update();
            QVERIFY(!drawn.isEmpty() || drawn.wait());
            longest = std::max(longest, computed() - before);
        }
        window_->key(Qt::Key_End);
        QCOMPARE(currentRow(), 4999);
        QTRY_VERIFY(window_->item("conversation4999"));
        // Only what is seen exists.
        QVERIFY(window_->view().contentItem()->findChildren<QQuickItem*>("conversationTitle").size() < 150);
        qInfo("longest from a key to its frame: %.1f ms", longest);
        QVERIFY2(longest < 100, qPrintable(QString::number(longest)));
    }
};

QTEST_MAIN(SidebarTest)
#include "sidebar_test.moc"
