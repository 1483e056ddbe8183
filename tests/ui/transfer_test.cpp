// Export and import in the real window: what is asked, what is said, what is on the disk afterwards.
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/history/history_fixture.h"
#include "tests/ui/window_test_case.h"

using namespace sightline;
using namespace sightline::test;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TransferTest : public WindowTestCase {
    Q_OBJECT

    QTemporaryDir out_;

    WindowFixture& show() {
        {
            HistoryStore store(makeFolder().path());
            for (const char* title : {"Rivers", "Invoice: what is due?"}) {
                ConversationTree tree = talk(title, {"What?", QString("The reply about ") + title});
                tree.head.title_given = true;
                store.save(tree.head, tree.messages);
            }
        }
        showKept().view().resize(1200, 800);
        if (!QTest::qWaitFor([this] { return window_->shelf().ready(); })) qFatal("the history is not read");
        return *window_;
    }
    // As if the user had chosen this file in the system's dialog.
    void chooseFile(const QString& path) {
        auto* dialog = window_->view().findChild<QObject*>("exportFile");
        QVERIFY(dialog != nullptr);
        QTRY_VERIFY(dialog->property("visible").toBool());
        QVERIFY(dialog->setProperty("selectedFile", QUrl::fromLocalFile(path)));
        QMetaObject::invokeMethod(dialog, "accepted");
        QMetaObject::invokeMethod(dialog, "close");
    }

  private Q_SLOTS:
    void exportsByTheMenuAndAsksBeforeReplacing() {
        WindowFixture& w = show();
        w.key(Qt::Key_K, Qt::ControlModifier);
        w.key(Qt::Key_Down);
        w.key(Qt::Key_Home);
        w.key(Qt::Key_Menu);
        QVERIFY(w.waitUntilOpen("conversationMenu"));
        w.click("menuExport");
        QVERIFY(w.waitUntilOpen("exportDialog"));
        QVERIFY(hasFocus("export-pdf"));
        w.key(Qt::Key_Down);
        w.key(Qt::Key_Down);
        QVERIFY(hasFocus("export-md"));
        w.key(Qt::Key_Return);
        const QString path = out_.filePath("invoice.md");
        chooseFile(path);
        QTRY_COMPARE(w.text("undoText"), QString("Exported to “invoice.md”"));
        QVERIFY(!w.item("undo"));  // there is nothing to take back
        QVERIFY2(contentOf(path).startsWith("# Invoice: what is due?\n"), contentOf(path).constData());

        // Another one under the same name.
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
        file.close();
        w.click("conversation1");
        QTRY_COMPARE(w.chat().messages()->rowCount(), 2);
        // The view shows them with its next frame, and only what is shown can be exported by the key.
        QTRY_VERIFY(w.item("messages") && w.item("messages")->property("count").toInt() == 2);
        w.key(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(w.waitUntilOpen("exportDialog"));
        w.click("export-md");
        chooseFile(path);
        QVERIFY(w.waitUntilOpen("replaceDialog"));
        QVERIFY(hasFocus("replaceCancel"));
        w.key(Qt::Key_Return);
        QTRY_VERIFY(!w.item("replaceCancel"));
        QCOMPARE(contentOf(path), QByteArray("mine"));
        w.key(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(w.waitUntilOpen("exportDialog"));
        w.click("export-md");
        chooseFile(path);
        QVERIFY(w.waitUntilOpen("replaceDialog"));
        w.click("replaceConfirm");
        QTRY_VERIFY(contentOf(path).startsWith("# Rivers\n"));
        QTRY_VERIFY(hasFocus("question"));
    }

    void importOpensWhatCame() {
        WindowFixture& w = show();
        const QString path = out_.filePath("all.json");
        const QString id =
            w.shelf().conversations()->index(0, 0).data(ConversationListModel::IdRole).toString();
        w.shelf().transfer().exportTo(id, QUrl::fromLocalFile(path), "json", false);
        QTRY_VERIFY(contentOf(path).size() > 300);
        w.shelf().transfer().importFrom({QUrl::fromLocalFile(path)});
        QTRY_COMPARE(w.shelf().conversations()->rowCount(), 3);
        QTRY_COMPARE(w.chat().title(), QString("Invoice: what is due?"));
        QVERIFY(w.chat().conversationId() != id);
        QTRY_VERIFY(w.text("undoText").startsWith("1 conversation"));
    }

    void aForeignFileIsRefusedWithOneSentence() {
        WindowFixture& w = show();
        const QString path = out_.filePath("foreign.json");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{\"a\": 1}") > 0);
        file.close();
        w.shelf().transfer().importFrom({QUrl::fromLocalFile(path)});
        QTRY_VERIFY(w.item("openProblem"));
        QVERIFY2(w.item("openProblem")
                     ->property("sentence")
                     .toString()
                     .contains("“foreign.json”: This is no conversation"),
                 qPrintable(w.item("openProblem")->property("sentence").toString()));
        QCOMPARE(w.shelf().conversations()->rowCount(), 2);
        w.click("sidebarMore");
        QVERIFY(w.waitUntilOpen("shelfMenu"));
        QVERIFY(hasFocus("menuImport"));
        w.key(Qt::Key_Down);
        QVERIFY(hasFocus("menuBackUp"));
        w.key(Qt::Key_Escape);
    }
};

QTEST_MAIN(TransferTest)
#include "transfer_test.moc"
