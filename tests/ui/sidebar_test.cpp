// The list of conversations, the search, the trash and Undo in the real window over a real history.
#include <QAbstractItemModel>
#include <QAccessible>
#include <QDir>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QStyleHints>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "tests/app/history/history_fixture.h"
#include "window_fixture.h"

using namespace sightline;
using namespace sightline::test;

namespace {

// From the newest on: hours ago, title, question and answer.
struct Kept {
    int hours;
    const char* title;
    QStringList texts;
};
const std::vector<Kept> some{
    {0,
     "Invoice from Aldine Press",
     {"What is the total?", "The total is <b>EUR 1,204.50</b> & due in May."}},
    {30, "River levels", {"How high?", "The total rise is 149 cm."}},
    {24 * 5, "<img src=\"http://localhost/x.png\"> of a recipe", {"Read it", "Three eggs"}},
    {24 * 400, "食谱", {"写了什么?", "三个鸡蛋"}},
};

QStringList keep(const QString& folder, const std::vector<Kept>& all) {
    HistoryStore store(folder);
    QStringList ids;
    for (const Kept& one : all) {
        ConversationTree tree = talk(one.title, one.texts);
        tree.head.title_given = true;
        tree.head.updated = QDateTime::currentDateTimeUtc().addSecs(-3600LL * one.hours);
        store.save(tree.head, tree.messages);
        ids << tree.head.id;
    }
    return ids;
}

}  // namespace

class SidebarTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<WindowFixture> window_;
    std::unique_ptr<WarningsCaught> warnings_;
    QStringList ids_;
    std::vector<std::pair<QString, QString>> opened_;

    WindowFixture& show(int width = 1200, const std::vector<Kept>& all = some) {
        folder_ = std::make_unique<QTemporaryDir>();
        ids_ = keep(folder_->path(), all);
        warnings_ = std::make_unique<WarningsCaught>();
        window_ = std::make_unique<WindowFixture>(false, WindowFixture::withSample(), std::filesystem::path(),
                                                  folder_->path());
        window_->view().resize(width, 800);
        opened_.clear();
        connect(&shelf(), &ConversationShelf::openWanted, this,
                [this](const QString& conversation, const QString& message) {
                    opened_.emplace_back(conversation, message);
                    shelf().setCurrent(conversation);
                });
        if (!QTest::qWaitFor([this] { return shelf().ready(); })) qFatal("the history is not read");
        return *window_;
    }
    ConversationShelf& shelf() { return window_->shelf(); }
    QString row(int index, const char* property) {
        const QQuickItem* item = window_->item(QString("conversation%1").arg(index));
        return item == nullptr ? QString() : item->property(property).toString();
    }
    SearchResultsModel& found() { return *qobject_cast<SearchResultsModel*>(shelf().results()); }
    int results() { return found().count(); }
    QString resultRole(int index, int role) { return found().index(index).data(role).toString(); }
    QString resultText(int index, const char* name) {
        const QQuickItem* card = window_->item(QString("result%1").arg(index));
        return card == nullptr ? QString() : card->findChild<QQuickItem*>(name)->property("text").toString();
    }
    bool counts(int many, const QString& words) {
        const QString text = window_->text("searchCount");
        return text.startsWith(QString("%1 result").arg(many)) && text.endsWith("“" + words + "”");
    }
    int chosenResult() { return window_->item("searchResults")->property("currentIndex").toInt(); }
    int rows() { return shelf().conversations()->rowCount(); }
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
    bool hasFocus(const QString& name) {
        return QTest::qWaitFor([&] {
            const QQuickItem* item = window_->view().activeFocusItem();
            return item != nullptr && item->objectName() == name;
        });
    }
    bool listHasFocus() {
        return QTest::qWaitFor([&] {
            const QQuickItem* item = window_->item("conversationList");
            return item != nullptr && item->hasActiveFocus() &&
                   window_->view().activeFocusItem()->objectName() != "renameField";
        });
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
    void cleanup() {
        window_.reset();
        const QString caught = endOf(warnings_);
        QVERIFY2(caught.isEmpty(), qPrintable(caught));
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

    void searchGoesAlongWithTyping() {
        WindowFixture& w = show();
        w.click("question");
        w.key(Qt::Key_K, Qt::ControlModifier);
        QVERIFY(hasFocus("searchField"));
        QVERIFY(!w.item("searchPage"));
        w.write("total");
        QTRY_VERIFY(w.item("searchPage"));
        QVERIFY(!w.item("question"));
        QTRY_COMPARE(results(), 3);  // a question and two answers
        QTRY_VERIFY(counts(3, "total"));
        QCOMPARE(rows(), 4);  // the list goes on showing everything
        QVERIFY(hasFocus("searchField"));
        QVERIFY(!w.item("searchKind-all"));  // there is one kind only
        // Hits are marked; what stands around them is text.
        bool marked = false;
        for (int i = 0; i < 3; ++i) {
            const QString text = resultText(i, "resultSnippet");
            QVERIFY2(text.contains("\">total</span>"), qPrintable(text));
            marked = marked || text.contains("&lt;b&gt;EUR 1,204.50&lt;/b&gt; &amp; due");
        }
        QVERIFY(marked);
        // The keys of the list work in the field.
        QCOMPARE(chosenResult(), 0);
        w.key(Qt::Key_Down);
        w.key(Qt::Key_Down);
        QCOMPARE(chosenResult(), 2);
        w.key(Qt::Key_Down);
        QCOMPARE(chosenResult(), 2);
        w.key(Qt::Key_Up);
        QCOMPARE(chosenResult(), 1);
        const QString wanted = resultRole(1, SearchResultsModel::MessageRole);
        w.key(Qt::Key_Return);
        QCOMPARE(opened_.size(), std::size_t(1));
        QCOMPARE(opened_[0].second, wanted);
        QTRY_VERIFY(!w.item("searchPage"));
        QVERIFY(hasFocus("question"));
        QVERIFY(shelf().search() == "total");  // to come back to
        w.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(w.item("searchPage"));
        QVERIFY(hasFocus("searchField"));

        w.write("river");  // typed over
        QTRY_VERIFY(counts(1, "river"));
        QTRY_VERIFY(resultText(0, "resultTitle").contains("\">River</font></b> levels"));
        QCOMPARE(resultText(0, "resultSnippet"), QString("In the title"));
        w.write("zz");
        QTRY_COMPARE(w.text("searchCount"), QString("Nothing found for “riverzz”"));
        QVERIFY(w.text("searchHint").contains("Fewer or other words"));
        w.key(Qt::Key_Down);  // without a row
        w.key(Qt::Key_Return);
        QCOMPARE(opened_.size(), std::size_t(1));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("searchPage"));
        QCOMPARE(w.text("searchField"), QString());
        QVERIFY(hasFocus("searchField"));
        w.write("eggs");
        QTRY_COMPARE(results(), 1);
        w.click("searchClear");
        QTRY_VERIFY(!w.item("searchPage"));
    }

    void resultsByKindAndOrder() {
        WindowFixture& w = show();
        {
            HistoryStore store(folder_->path());
            const QString file = store.addAttachment("pixels", "image/png", {10, 10});
            ConversationTree tree = talk("Total of receipts", {"What?"});
            tree.head.title_given = true;
            tree.head.updated = QDateTime::currentDateTimeUtc().addDays(-40);
            tree.messages[0].created = tree.head.updated;
            tree.messages[0].parts[0].attachment = kept(file, "receipt.png");
            store.save(tree.head, tree.messages);
            store.saveReading(file, {"Day ticket, total 17.60", {}});
        }
        shelf().refresh();
        QTRY_COMPARE(rows(), 5);
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write("total");
        QTRY_COMPARE(results(), 5);
        w.click("searchKind-picture");
        QTRY_COMPARE(results(), 1);
        QTRY_COMPARE(resultText(0, "resultSnippet").left(22), QString("Read in receipt.png: D").left(22));
        QVERIFY(counts(5, "total"));
        QTRY_VERIFY(w.item("resultPicture")->property("lost").toBool());  // its file is no picture
        QVERIFY(w.item("resultGlyph"));
        w.click("searchKind-all");
        QTRY_COMPARE(results(), 5);
        QVERIFY(resultRole(0, SearchResultsModel::KindRole) != "title");  // the newest is another
        w.click("searchOrder");
        QVERIFY(w.waitUntilOpen("searchOrderMenu"));
        w.click("orderBest");
        QTRY_COMPARE(resultRole(0, SearchResultsModel::KindRole), QString("title"));
        QCOMPARE(w.text("searchOrder"), QString("Best first"));
        // A click leads to the message.
        const QString wanted = resultRole(1, SearchResultsModel::MessageRole);
        w.click("result1");
        QCOMPARE(opened_.size(), std::size_t(1));
        QCOMPARE(opened_[0].second, wanted);
        QTRY_VERIFY(!w.item("searchPage"));
        QTRY_VERIFY(w.item("wantedMark"));  // stands out for a moment
        QTRY_VERIFY(!w.item("wantedMark"));
    }

    void resultsShowTheirPicture() {
        WindowFixture& w = show();
        {
            HistoryStore store(folder_->path());
            QFile sample(WindowFixture::sampleFile("line.png").toLocalFile());
            QVERIFY(sample.open(QIODevice::ReadOnly));
            const QString file = store.addAttachment(sample.readAll(), "image/png", {10, 10});
            ConversationTree tree = talk("A sign", {"What does the sign say?", "Zebra crossing"});
            tree.messages[0].parts.push_back({{}, kept(file, "sign.png"), {}});
            store.save(tree.head, tree.messages);
        }
        shelf().refresh();
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.write("zebra");
        QTRY_COMPARE(results(), 1);
        QTRY_VERIFY(!w.item("resultPicture")->property("source").toString().isEmpty());
        QTRY_VERIFY(w.item("resultPicture")->property("drawn").toBool());
        QVERIFY(!w.item("resultGlyph"));
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
        const QString month = QLocale().standaloneMonthName(
            QDateTime::currentDateTime().addSecs(-3600LL * some[3].hours).date().month());
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
        // The search has a page of its own, with its own field.
        w.key(Qt::Key_K, Qt::ControlModifier);
        QVERIFY(hasFocus("pageSearchField"));
        QVERIFY(!w.item("sidebar"));
        QVERIFY(w.item("searchEmpty"));
        w.write("eggs");
        QTRY_COMPARE(results(), 1);
        w.key(Qt::Key_Return);
        QTRY_VERIFY(!w.item("searchPage"));
        // What is typed in the sheet goes on there.
        w.click("listToggle");
        QVERIFY(hasFocus("searchField"));
        w.write("r");
        QVERIFY(hasFocus("pageSearchField"));
        w.write("iver");
        QTRY_VERIFY(counts(1, "river"));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("searchPage"));
        QVERIFY(hasFocus("question"));
        QCOMPARE(shelf().search(), QString());
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
        folder_ = std::make_unique<QTemporaryDir>();
        {
            QFile file(folder_->filePath("history.sqlite"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(8192, 'x'));
        }
        warnings_ = std::make_unique<WarningsCaught>();
        window_ = std::make_unique<WindowFixture>(false, WindowFixture::withSample(), std::filesystem::path(),
                                                  folder_->path());
        QTRY_VERIFY(window_->item("historyReport"));
        window_->click("bannerAction0");
        QTRY_VERIFY(!window_->item("historyReport"));
    }

    void savingTroubleIsSaid() {
        folder_ = std::make_unique<QTemporaryDir>();
        const QString path = folder_->filePath("file");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        warnings_ = std::make_unique<WarningsCaught>();
        window_ = std::make_unique<WindowFixture>(false, WindowFixture::withSample(), std::filesystem::path(),
                                                  path);
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
