// Encrypted PDFs that are dropped on the window: it asks for the password, and nothing keeps it.
#include <QDir>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/documents/document_builder.h"
#include "tests/app/documents/pdf_fixture.h"
#include "tests/app/history/history_fixture.h"
#include "tests/ui/window_test_case.h"

using namespace sightline;
using namespace sightline::test;

class LockedPdfTest : public WindowTestCase {
    Q_OBJECT

    QTemporaryDir files_;

    QUrl encrypted(const QString& name, int pages, const QString& password) {
        QList<PdfPage> all;
        for (int page = 1; page <= pages; ++page)
            all << PdfPage{textAt(72, 700, "Page " + QByteArray::number(page), 28), {}};
        const QString plain = files_.filePath("plain.pdf");
        const QString locked = files_.filePath(name);
        if (!pdf_fixture::save(plain, test::PdfBuilder().build(all))) qFatal("the PDF cannot be written");
        const auto made =
            pdf_fixture::run("qpdf", {"--encrypt", password, "owner", "256", "--", plain, locked});
        if (made.exit_code != 0) qFatal("qpdf: %s", made.errors.constData());
        return QUrl::fromLocalFile(locked);
    }
    WindowFixture& drop(const QList<QUrl>& files) {
        makeFolder();
        showKept();
        QMimeData data;
        data.setUrls(files);
        window_->drop(data);
        return *window_;
    }
    int rows() { return window_->chat().attachments()->rowCount(); }

  private Q_SLOTS:
    void asksUntilItIsRight() {
        WindowFixture& w = drop({encrypted("contract.pdf", 3, "open sesame")});
        QTRY_VERIFY_WITH_TIMEOUT(w.item("passwordField"), 30000);
        QVERIFY(w.waitUntilOpen("passwordDialog"));
        QVERIFY(w.text("passwordOf").contains("contract.pdf"));
        QVERIFY(hasFocus("passwordField"));
        w.write("wrong");
        w.key(Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(w.text("passwordProblem"), QString("That is not its password."), 30000);
        QVERIFY(hasFocus("passwordField"));
        w.write("open sesame");  // over the wrong one, which is selected
        QCOMPARE(w.text("passwordProblem"), QString(" "));
        w.key(Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!w.item("passwordField"), 30000);
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 4, 30000);  // the document and its pages
        QTRY_VERIFY_WITH_TIMEOUT(!w.attachment(3, "loading").toBool(), 30000);
        QCOMPARE(w.attachment(3, "error").toString(), QString());
        QVERIFY(hasFocus("question"));
    }

    void oneAfterTheOtherAndLeftOut() {
        // Nothing so short that a hash or a picture holds it by chance.
        const char* const first = "willow and 47 herons";
        const char* const second = "harbour and 52 cranes";
        WindowFixture& w = drop({encrypted("a.pdf", 1, first), encrypted("b.pdf", 1, second)});
        QTRY_COMPARE_WITH_TIMEOUT(w.attachment(0, "locked").toBool() && w.attachment(1, "locked").toBool(),
                                  true, 30000);
        QVERIFY(w.waitUntilOpen("passwordDialog"));
        const bool first_is_a = w.text("passwordOf").contains("a.pdf");
        w.click("passwordCancel");
        QTRY_COMPARE(rows(), 1);
        QTRY_VERIFY(w.text("passwordOf").contains(first_is_a ? "b.pdf" : "a.pdf"));
        QCOMPARE(w.text("passwordField"), QString());
        w.write(first_is_a ? second : first);
        w.click("passwordOpen");
        QTRY_VERIFY_WITH_TIMEOUT(!w.item("passwordField"), 30000);
        QTRY_VERIFY_WITH_TIMEOUT(!w.attachment(0, "loading").toBool(), 30000);
        QCOMPARE(w.attachment(0, "error").toString(), QString());
        QVERIFY(!w.attachment(0, "thumbnail").toString().isEmpty());
        // What is kept with the draft is the page as a picture: neither the password nor a file that wants
        // it.
        w.chat().setDraft("What does it say?");
        QTRY_VERIFY(!QDir(folder_->filePath("attachments")).isEmpty());
        window_.reset();
        QCOMPARE(filesWith(folder_->path(), "/Encrypt"), QStringList());
        QCOMPARE(filesWith(folder_->path(), first_is_a ? second : first), QStringList());
        QVERIFY(!filesWith(folder_->path(), "\x89PNG").isEmpty());
    }

    void escapeLeavesItOut() {
        WindowFixture& w = drop({encrypted("a.pdf", 1, "aaa")});
        QTRY_VERIFY_WITH_TIMEOUT(w.item("passwordField"), 30000);
        QVERIFY(w.waitUntilOpen("passwordDialog"));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item("passwordField"));
        QCOMPARE(rows(), 0);
        QVERIFY(hasFocus("question"));
    }
};

QTEST_MAIN(LockedPdfTest)
#include "locked_pdf_test.moc"
