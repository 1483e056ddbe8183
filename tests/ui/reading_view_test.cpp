// Reading a picture in the window, with the real reader: the text beside the picture, places both ways,
// copying, and what is said when there is nothing to read.
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

#include "app/common/installation.h"
#include "app/pictures/picture_reading.h"
#include "drawn_pictures.h"
#include "window_fixture.h"

using namespace sightline;

class ReadingViewTest : public QObject {
    Q_OBJECT

  private:
    static constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait

    std::unique_ptr<WarningsCaught> warnings_;
    std::unique_ptr<WindowFixture> shown_;
    QTemporaryDir folder_;

    WindowFixture& show(const std::filesystem::path& text_reader = {}) {
        shown_ = std::make_unique<WindowFixture>(true, WindowFixture::withSample(), text_reader);
        return *shown_;
    }
    WindowFixture& w() { return *shown_; }
    PictureReading& reading() { return *qobject_cast<PictureReading*>(w().chat().reading()); }
    QUrl save(const QImage& image, const QString& name) {
        const QString path = folder_.filePath(name);
        return image.save(path) ? QUrl::fromLocalFile(path) : QUrl();
    }
    bool drop(const QList<QUrl>& files) {
        QMimeData data;
        data.setUrls(files);
        w().drop(data);
        return QTest::qWaitFor([this] { return w().item(QStringLiteral("chipRead")) != nullptr; }, enough_ms);
    }
    bool waitUntilRead() {
        return QTest::qWaitFor(
            [this] {
                return reading().state() == QLatin1String("read") && field() != nullptr &&
                       field()->hasActiveFocus() && !reading().source().isEmpty();
            },
            enough_ms);
    }
    QQuickItem* field() { return w().item(QStringLiteral("readText")); }
    QString chosen() {
        QString words;
        QMetaObject::invokeMethod(field(), "getText", Q_RETURN_ARG(QString, words),
                                  Q_ARG(int, field()->property("selectionStart").toInt()),
                                  Q_ARG(int, field()->property("selectionEnd").toInt()));
        return words;
    }
    // The way to the text beside a picture that waits.
    void openAndRead() {
        w().click(QStringLiteral("chipOpen"));
        w().click(QStringLiteral("viewerRead"));
    }
    // The lines that are marked on the picture.
    QList<int> marked() {
        QList<int> lines;
        for (int i = 0; i < reading().lines().size(); ++i) {
            const QQuickItem* line = w().item(QStringLiteral("readLine%1").arg(i));
            if (line != nullptr && line->property("marked").toBool()) lines << i;
        }
        return lines;
    }
    int lineOf(const QString& words) {
        return reading().lineOfPosition(static_cast<int>(reading().text().indexOf(words)));
    }
    QPoint middleOf(int line) {
        const QQuickItem* item = w().item(QStringLiteral("readLine%1").arg(line));
        return item->mapToScene(QPointF(item->width() / 2, item->height() / 2)).toPoint();
    }
    void clickLine(int line, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(&w().view(), Qt::LeftButton, modifiers, middleOf(line));
    }
    QString linesOf(int first, int last) {
        return reading().text().mid(reading().lineBegin(first),
                                    reading().lineEnd(last) - reading().lineBegin(first));
    }

  private Q_SLOTS:
    void initTestCase() { dressApplication(*qGuiApp, QStringLiteral("en")); }
    void init() { warnings_ = std::make_unique<WarningsCaught>(); }
    void cleanup() {
        shown_.reset();
        const QString caught = endOf(warnings_);
        QVERIFY2(caught.isEmpty(), qPrintable(caught));
    }

    void pageIsReadAndChosenBothWays() {
        show();
        QVERIFY(drop({save(twoColumnPage(), QStringLiteral("page.png"))}));
        openAndRead();
        QTRY_VERIFY(w().item(QStringLiteral("readPicture")));
        QVERIFY(!w().item(QStringLiteral("question")));
        QVERIFY(waitUntilRead());

        // One column after the other, line by line.
        const QString text = w().text(QStringLiteral("readText"));
        QCOMPARE(text, reading().text());
        QVERIFY2(text.contains(leftColumn().join(QLatin1Char('\n'))), qPrintable(text));
        QVERIFY2(text.contains(rightColumn().join(QLatin1Char('\n'))), qPrintable(text));
        QVERIFY(text.indexOf(leftColumn().last()) < text.indexOf(rightColumn().first()));
        QVERIFY(w().text(QStringLiteral("readingFacts")).contains(QStringLiteral(" words · ")));
        QCOMPARE(w().text(QStringLiteral("readingName")), QStringLiteral("page.png"));
        QCOMPARE(marked(), QList<int>());

        // From the text to the picture: exactly the lines that are touched.
        QVERIFY(field()->hasActiveFocus());
        const int clerk = lineOf(leftColumn()[2]);
        field()->setProperty("cursorPosition", reading().lineBegin(clerk) + 3);
        w().key(Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(marked(), (QList<int>{clerk, clerk + 1}));
        w().key(Qt::Key_Right);
        QCOMPARE(marked(), QList<int>());

        // And back: a click, a drag, Shift, and a click beside the lines.
        const int box = lineOf(rightColumn()[0]);
        clickLine(box);
        QCOMPARE(chosen(), rightColumn()[0]);
        QCOMPARE(marked(), QList<int>{box});
        QTest::mousePress(&w().view(), Qt::LeftButton, Qt::NoModifier, middleOf(clerk + 1));
        QTest::mouseMove(&w().view(), middleOf(clerk) + QPoint(2, 0));
        QTest::mouseMove(&w().view(), middleOf(clerk - 1));
        QTest::mouseRelease(&w().view(), Qt::LeftButton, Qt::NoModifier, middleOf(clerk - 1));
        QCOMPARE(chosen(), leftColumn().mid(1, 3).join(QLatin1Char('\n')));
        QCOMPARE(marked(), (QList<int>{clerk - 1, clerk, clerk + 1}));
        clickLine(clerk + 3, Qt::ShiftModifier);
        QCOMPARE(chosen(), linesOf(clerk + 1, clerk + 3));
        const QQuickItem* picture = w().item(QStringLiteral("readImage"));
        QTest::mouseClick(&w().view(), Qt::LeftButton, Qt::NoModifier,
                          picture->mapToScene(QPointF(4, picture->height() - 4)).toPoint());
        QCOMPARE(marked(), QList<int>());
        QVERIFY(chosen().isEmpty());

        // The lines stand where the words stand, at every size.
        const double width = picture->width();
        w().key(Qt::Key_Plus, Qt::ControlModifier);
        w().key(Qt::Key_Plus, Qt::ControlModifier);
        QVERIFY(picture->width() > 1.4 * width);
        field()->setProperty("cursorPosition", reading().lineBegin(box));
        w().key(Qt::Key_End, Qt::ShiftModifier);
        QCOMPARE(marked(), QList<int>{box});
        field()->setProperty("cursorPosition", 0);
        clickLine(box);  // the selection has brought it into sight
        QCOMPARE(chosen(), rightColumn()[0]);
        w().key(Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(picture->width(), width);

        // What is chosen, all of it, and Markdown.
        w().click(QStringLiteral("readingCopy"));
        QCOMPARE(QGuiApplication::clipboard()->text(), rightColumn()[0]);
        QVERIFY(marked() == QList<int>{box});
        w().click(QStringLiteral("segment1"));
        QCOMPARE(w().text(QStringLiteral("readText")), reading().markdown());
        QVERIFY(reading().markdown().contains(QStringLiteral("# A Hundred Years of Water")));
        QCOMPARE(marked(), QList<int>());
        w().click(QStringLiteral("readingCopy"));
        QCOMPARE(QGuiApplication::clipboard()->text(), reading().markdown());
        clickLine(clerk);  // the places are those of the text
        QCOMPARE(w().text(QStringLiteral("readText")), reading().text());
        QCOMPARE(chosen(), leftColumn()[2]);

        w().key(Qt::Key_Escape);
        QTRY_VERIFY(!w().item(QStringLiteral("readPicture")));
        QVERIFY(w().item(QStringLiteral("question")));
        QCOMPARE(reading().state(), QStringLiteral("closed"));
        QCOMPARE(w().chat().attachments()->rowCount(), 1);
    }

    // Without a mouse, in the dark, from the first action of the composer to the clipboard and back.
    void keyboardAlone() {
        show();
        QVERIFY(w().waitUntilReady());
        QVERIFY(drop({save(darkDialog(), QStringLiteral("dialog.png")),
                      WindowFixture::sampleFile(QStringLiteral("message.png"))}));
        QTRY_COMPARE_WITH_TIMEOUT(w().chat().attachments()->rowCount(), 2, enough_ms);
        // The first one is read, also when the second one is open earlier.
        QTRY_VERIFY_WITH_TIMEOUT(
            !w().attachment(0, "loading").toBool() && !w().attachment(1, "loading").toBool(), enough_ms);
        QVERIFY(w().tabTo(QStringLiteral("readAction")));
        w().key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(w().item(QStringLiteral("showReading")), enough_ms);
        QVERIFY(w().tabTo(QStringLiteral("showReading")));
        w().key(Qt::Key_Return);
        QTRY_VERIFY(w().item(QStringLiteral("readPicture")));
        QVERIFY(waitUntilRead());
        for (const char* words : {"Connect to a server", "files.example.org", "8443", "m.keller", "Cancel"})
            QVERIFY2(reading().text().contains(QLatin1String(words)), qPrintable(reading().text()));
        w().key(Qt::Key_Home, Qt::ControlModifier);
        w().key(Qt::Key_End, Qt::ShiftModifier);
        QCOMPARE(marked(), QList<int>{0});
        w().key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("Connect to a server"));
        w().key(Qt::Key_Left);
        w().key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), reading().text());
        QVERIFY(w().tabTo(QStringLiteral("segment1")));
        w().key(Qt::Key_Space);
        QVERIFY(w().tabTo(QStringLiteral("readingCopy")));
        w().key(Qt::Key_Return);
        QCOMPARE(QGuiApplication::clipboard()->text(), reading().markdown());

        // Nothing behind the view is reached.
        for (int press = 0; press < 30; ++press) {
            w().key(Qt::Key_Tab);
            QVERIFY(w().view().activeFocusItem() &&
                    w().view().activeFocusItem()->objectName() != QLatin1String("send"));
        }
        w().key(Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(w().text(QStringLiteral("readingName")), QStringLiteral("message.png"));
        QCOMPARE(w().text(QStringLiteral("pictureNumber")), QStringLiteral("2 / 2"));
        QVERIFY(waitUntilRead());
        QVERIFY(reading().text().contains(QStringLiteral("could not be opened")));

        w().view().resize(560, 480);
        QTRY_COMPARE(w().view().contentItem()->width(), 560.0);
        for (const char* name :
             {"readPicture", "readText", "readingCopy", "readingClose", "zoomIn", "segment1"}) {
            const QQuickItem* item = w().item(QLatin1String(name));
            QVERIFY2(item, name);
            const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
            QVERIFY2(place.left() >= 0 && place.right() <= 560 && place.top() < 450, name);
        }
        w().key(Qt::Key_Escape);
        QTRY_VERIFY(w().item(QStringLiteral("question")));
        QTRY_COMPARE(w().view().activeFocusItem()->objectName(), QStringLiteral("showReading"));
    }

    void blankPictureIsSaidToBeEmpty() {
        show();
        QImage blank(320, 200, QImage::Format_RGB32);
        blank.fill(QColor(0xEE, 0xEE, 0xEE));
        QVERIFY(drop({save(blank, QStringLiteral("blank.png"))}));
        openAndRead();
        QTRY_VERIFY(w().item(QStringLiteral("readingLine")));
        QTRY_COMPARE_WITH_TIMEOUT(reading().state(), QStringLiteral("empty"), enough_ms);
        QCOMPARE(w().text(QStringLiteral("readingSentence")),
                 QStringLiteral("There is no text in this picture."));
        for (const char* name : {"readingLine", "readingCopy", "segment0", "readAgain", "readText"})
            QVERIFY2(!w().item(QLatin1String(name)), name);
        w().click(QStringLiteral("readingClose"));
        QTRY_VERIFY(!w().item(QStringLiteral("readPicture")));
    }

    void failureIsSaidAndCanBeTriedAgain() {
        const QString reader = folder_.filePath(QStringLiteral("no-reader"));
        show(reader.toStdString());
        QVERIFY(drop({WindowFixture::sampleFile(QStringLiteral("line.png"))}));
        openAndRead();
        QTRY_VERIFY_WITH_TIMEOUT(w().item(QStringLiteral("readAgain")), enough_ms);
        QVERIFY2(w().text(QStringLiteral("readingSentence")).contains(reader),
                 qPrintable(w().text(QStringLiteral("readingSentence"))));
        QVERIFY(QFile::link(textReaderFolder(), reader));
        w().click(QStringLiteral("readAgain"));
        QVERIFY(waitUntilRead());
        QVERIFY(reading().text().contains(QStringLiteral("Connection lost")));
        // A drop leads back to the conversation, where the new picture waits.
        QVERIFY(drop({WindowFixture::sampleFile(QStringLiteral("message.png"))}));
        QTRY_VERIFY(w().item(QStringLiteral("question")));
        QCOMPARE(reading().state(), QStringLiteral("closed"));
    }

    // Whatever the model does: a message of its own with its label, ways to take it along, and the picture.
    void readTextIsAMessage() {
        show();
        QVERIFY(drop({save(invoice(), QStringLiteral("invoice.png"))}));
        w().click(QStringLiteral("chipRead"));
        QTRY_VERIFY(w().item(QStringLiteral("turnPicture")));
        QVERIFY(!w().item(QStringLiteral("chipClose")));
        QTRY_VERIFY_WITH_TIMEOUT(w().item(QStringLiteral("readingCard")), enough_ms);
        QCOMPARE(w().message(1, "role").toString(), QStringLiteral("reading"));
        QCOMPARE(w().text(QStringLiteral("readingLabel")), QStringLiteral("Text reader"));
        QTRY_VERIFY(w().item(QStringLiteral("readingTurnFacts")));
        const QString facts = w().text(QStringLiteral("readingTurnFacts"));
        QVERIFY2(facts.contains(QStringLiteral(" words · ")), qPrintable(facts));
        QVERIFY(!w().item(QStringLiteral("demoReply")));
        QVERIFY(!w().item(QStringLiteral("copyReply")));

        w().click(QStringLiteral("copyReading"));
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("Harbour Museum")));
        w().click(QStringLiteral("copyReadingMarkdown"));
        QVERIFY2(QGuiApplication::clipboard()->text().contains(QStringLiteral("| 744.00 |")),
                 qPrintable(QGuiApplication::clipboard()->text()));
        // A table that a spreadsheet takes: rows of the same cells.
        w().click(QStringLiteral("copyReadingTable"));
        const QStringList rows = QGuiApplication::clipboard()->text().trimmed().split(QLatin1Char('\n'));
        QVERIFY2(rows.size() >= 4, qPrintable(rows.join(QLatin1Char('\n'))));
        for (const QString& row : rows)
            QCOMPARE(row.count(QLatin1Char('\t')), 3);
        QVERIFY(rows.contains(QStringLiteral("Poster A2, matte\t25\t6.80\t170.00")));

        // Beside the picture, with its lines.
        w().click(QStringLiteral("showReading"));
        QTRY_VERIFY(w().item(QStringLiteral("readPicture")));
        QCOMPARE(w().text(QStringLiteral("readingName")), QStringLiteral("invoice.png"));
        QVERIFY(waitUntilRead());
        w().key(Qt::Key_Escape);
        QTRY_VERIFY(w().item(QStringLiteral("readingCard")));

        // A picture without a table has no button for one.
        QVERIFY(drop({WindowFixture::sampleFile(QStringLiteral("line.png"))}));
        w().click(QStringLiteral("chipRead"));
        QTRY_COMPARE_WITH_TIMEOUT(w().message(3, "streaming"), QVariant(false), enough_ms);
        QVERIFY(!w().message(3, "hasTable").toBool());
        QVERIFY(w().message(1, "hasTable").toBool());
        // Nor has one without text anything to copy.
        w().chat().newConversation();
        QImage blank(320, 200, QImage::Format_RGB32);
        blank.fill(QColor(0xEE, 0xEE, 0xEE));
        QVERIFY(drop({save(blank, QStringLiteral("blank.png"))}));
        w().click(QStringLiteral("chipRead"));
        QTRY_VERIFY_WITH_TIMEOUT(w().item(QStringLiteral("readingEmpty")), enough_ms);
        for (const char* name :
             {"copyReading", "copyReadingMarkdown", "copyReadingTable", "showReading", "readingText"})
            QVERIFY2(!w().item(QLatin1String(name)), name);
    }

    void failureOfAMessageIsSaidInIt() {
        const QString reader = folder_.filePath(QStringLiteral("no-reader-yet"));
        show(reader.toStdString());
        QVERIFY(drop({WindowFixture::sampleFile(QStringLiteral("line.png"))}));
        w().click(QStringLiteral("chipRead"));
        QTRY_VERIFY_WITH_TIMEOUT(w().item(QStringLiteral("readingError")), enough_ms);
        QVERIFY(w().message(1, "error").toString().contains(reader));
        QVERIFY(QFile::link(textReaderFolder(), reader));
        w().click(QStringLiteral("bannerAction0"));
        QTRY_VERIFY_WITH_TIMEOUT(
            w().message(1, "text").toString().contains(QStringLiteral("Connection lost")), enough_ms);
        QTRY_VERIFY(!w().item(QStringLiteral("readingError")));
    }

    void pictureOfTheConversationIsReadWhileTheReplyIsMade() {
        show();
        QVERIFY(w().waitUntilReady());
        QVERIFY(drop({WindowFixture::sampleFile(QStringLiteral("notification.png"))}));
        QTRY_VERIFY(!w().chat().canSend() || w().chat().canRead());
        w().chat().setDraft(QStringLiteral("Read the text in this image."));
        w().chat().send();
        QTRY_VERIFY(w().item(QStringLiteral("pictureRead")));
        w().click(QStringLiteral("pictureRead"));
        QTRY_COMPARE_WITH_TIMEOUT(w().message(3, "streaming"), QVariant(false), enough_ms);
        QCOMPARE(w().message(3, "role").toString(), QStringLiteral("reading"));
        QVERIFY(!w().message(3, "text").toString().isEmpty());
        // The reply that grows above moves the button: a click may miss it.
        const auto opens = [&] {
            if (w().item(QStringLiteral("showReading"))) w().click(QStringLiteral("showReading"));
            return QTest::qWaitFor([&] { return w().item(QStringLiteral("readPicture")) != nullptr; }, 2000);
        };
        QTRY_VERIFY_WITH_TIMEOUT(opens(), enough_ms);
        QCOMPARE(w().text(QStringLiteral("readingName")), QStringLiteral("notification.png"));
        // Esc closes the view, and only then stops a reply.
        w().key(Qt::Key_Escape);
        QTRY_VERIFY(!w().item(QStringLiteral("readPicture")));
        QVERIFY(w().waitForReply());
        QCOMPARE(w().message(1, "stopReason").toString(), QStringLiteral("end_of_turn"));
        QVERIFY(!w().message(1, "text").toString().isEmpty());
    }
};

int main(int argc, char** argv) {
    prepareWindowing();
    QCoreApplication::setApplicationVersion(QStringLiteral("0.0"));
    QGuiApplication application(argc, argv);
    ReadingViewTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "reading_view_test.moc"
