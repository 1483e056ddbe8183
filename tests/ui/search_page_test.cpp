// The search over the list of conversations, in the real window over a real history.
#include <QQuickItem>
#include <QTest>

#include "tests/app/history/history_fixture.h"
#include "tests/ui/sidebar_fixture.h"

using namespace sightline;
using namespace sightline::test;

class SearchPageTest : public SidebarTestCase {
    Q_OBJECT

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

  private Q_SLOTS:
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

    // It has a page of its own there, with its own field.
    void narrowWindowHasAFieldOnThePage() {
        WindowFixture& w = show(800);
        QTRY_VERIFY(w.item("listToggle"));
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
    }
};

QTEST_MAIN(SearchPageTest)
#include "search_page_test.moc"
