// The whole window with the real demo model: what a user does, and what is then on the screen.
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QPalette>
#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "app/chat/message_list_model.h"
#include "app/chat/parameters.h"
#include "window_fixture.h"

using namespace sightline;

class WindowTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<WarningsCaught> warnings_;
    std::unique_ptr<WindowFixture> shown_;

    WindowFixture& show(bool start_worker = true) {
        shown_ = std::make_unique<WindowFixture>(start_worker);
        return *shown_;
    }
    QColor background(WindowFixture& w) {
        const QImage picture = w.view().grabWindow();
        return picture.pixelColor(QPoint(60, 70) * picture.devicePixelRatio());
    }
    bool addSample(WindowFixture& w, const QString& name = QStringLiteral("line.png")) {
        w.chat().addFiles({WindowFixture::sampleFile(name)});
        return QTest::qWaitFor([&w] { return !w.attachment(0, "tokensText").toString().isEmpty(); }, 30000);
    }

  private Q_SLOTS:
    void initTestCase() { dressApplication(*qGuiApp, QStringLiteral("en")); }
    void init() { warnings_ = std::make_unique<WarningsCaught>(); }
    void cleanup() {
        shown_.reset();
        const QString caught = endOf(warnings_);
        QVERIFY2(caught.isEmpty(), qPrintable(caught));
    }

    void startsEmptyAndSaysWhatItIs() {
        WindowFixture& w = show();
        QVERIFY(w.item(QStringLiteral("emptyState")));
        QVERIFY(w.item(QStringLiteral("sampleQuestion2")));
        QVERIFY(w.waitUntilReady());
        QTRY_VERIFY(w.item(QStringLiteral("demoLabel")));
        QCOMPARE(w.text(QStringLiteral("network")), QStringLiteral("Network: none"));
        QTRY_VERIFY(w.text(QStringLiteral("device")).startsWith(QStringLiteral("CPU")));
        QVERIFY(w.view().title().contains(QStringLiteral("Sightline")));
        QVERIFY(!w.view().icon().isNull());
        // Nothing is on the screen that does not work yet.
        for (const char* later : {"search", "history", "documents", "settings", "log"})
            QVERIFY(!w.item(QString::fromLatin1(later)));
    }

    void aPictureBecomesAChipWithItsCost() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QVERIFY(addSample(w));
        QTRY_VERIFY(w.item(QStringLiteral("chip0")));
        QVERIFY(w.text(QStringLiteral("chipSize")).contains(QStringLiteral("480 × 32")));
        QTRY_VERIFY(w.text(QStringLiteral("chipDetail")).contains(QStringLiteral("token")));
        w.click(QStringLiteral("chipClose"));
        QTRY_VERIFY(!w.item(QStringLiteral("chip0")));
    }

    void aRefusedFileStaysWithItsReason() {
        WindowFixture& w = show();
        w.chat().addFiles({QUrl(QStringLiteral("http://127.0.0.1:9/x.png"))});
        QTRY_VERIFY(w.item(QStringLiteral("chip0")));
        QTRY_VERIFY(!w.attachment(0, "error").toString().isEmpty());
        QTRY_COMPARE(w.text(QStringLiteral("chipCost")), w.attachment(0, "error").toString());
        QCOMPARE(w.window().network().refused(), 0);
    }

    void asksAndShowsTheReply() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QVERIFY(addSample(w));
        w.write(QStringLiteral("Read the text in this image."));
        QCOMPARE(w.chat().draft(), QStringLiteral("Read the text in this image."));
        // The reply may be there before this thread comes to look: what is seen is noted when it changes.
        bool stop_seen = false;
        bool phases_seen = false;
        const auto look = [&] {
            stop_seen |= w.item(QStringLiteral("stop")) && !w.item(QStringLiteral("send"));
            phases_seen |= w.item(QStringLiteral("phases")) != nullptr;
        };
        const QObject looking;  // no longer than what it notes
        connect(&w.chat(), &ChatController::busyChanged, &looking, look);
        connect(&w.view(), &QQuickWindow::beforeSynchronizing, &looking, look, Qt::DirectConnection);
        w.key(Qt::Key_Return);
        QTRY_VERIFY(stop_seen && phases_seen);
        QVERIFY(w.waitForReply());
        QTRY_VERIFY(!w.item(QStringLiteral("phases")));
        QVERIFY(!w.item(QStringLiteral("emptyState")));
        QVERIFY(w.item(QStringLiteral("turnPicture")));
        QCOMPARE(w.text(QStringLiteral("questionText")), QStringLiteral("Read the text in this image."));
        const QString reply = w.text(QStringLiteral("replyText"));
        QVERIFY2(reply.contains(QStringLiteral("Connection lost")), qPrintable(reply));
        QVERIFY(w.text(QStringLiteral("facts")).contains(QStringLiteral("tokens")));
        QCOMPARE(w.text(QStringLiteral("question")), QString());
        QCOMPARE(w.text(QStringLiteral("title")), QStringLiteral("Read the text in this image."));
        w.click(QStringLiteral("copyReply"));
        QCOMPARE(QGuiApplication::clipboard()->text(), reply);
    }

    void escStops() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QVERIFY(addSample(w, QStringLiteral("notification.png")));
        w.write(QStringLiteral("Read"));
        w.key(Qt::Key_Return);
        QVERIFY(w.chat().busy());
        w.key(Qt::Key_Escape);
        QVERIFY(w.waitForReply());
        QCOMPARE(w.message(1, "stopReason").toString(), QStringLiteral("cancelled"));
        QTRY_VERIFY(w.item(QStringLiteral("send")));
        QTRY_VERIFY(w.item(QStringLiteral("retryReply")));
        w.click(QStringLiteral("retryReply"));
        QVERIFY(w.chat().busy());
        QVERIFY(w.waitForReply());
        QCOMPARE(w.chat().messages()->rowCount(), 2);
        QCOMPARE(w.message(1, "stopReason").toString(), QStringLiteral("end_of_turn"));
    }

    void shiftEnterBeginsALine() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.write(QStringLiteral("one"));
        w.key(Qt::Key_Return, Qt::ShiftModifier);
        w.write(QStringLiteral("two"));
        QCOMPARE(w.chat().draft(), QStringLiteral("one\ntwo"));
        QCOMPARE(w.chat().messages()->rowCount(), 0);
    }

    void sliderAndNumberAreOneValue() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.key(Qt::Key_F9);
        QTRY_VERIFY(w.item(QStringLiteral("temperatureField")));
        const double before = w.chat().parameters().temperature();
        w.click(QStringLiteral("temperatureField"));
        w.key(Qt::Key_A, Qt::ControlModifier);
        w.write(QStringLiteral("3"));
        QTRY_VERIFY(w.item(QStringLiteral("temperatureRange")));
        QCOMPARE(w.chat().parameters().temperature(), before);
        w.key(Qt::Key_A, Qt::ControlModifier);
        w.write(QStringLiteral("1.25"));
        QTRY_VERIFY(!w.item(QStringLiteral("temperatureRange")));
        QCOMPARE(w.chat().parameters().temperature(), 1.25);
        QTRY_COMPARE(w.item(QStringLiteral("temperatureSlider"))->property("value").toDouble(), 1.25);
        QTRY_VERIFY(w.item(QStringLiteral("temperatureDot")));

        w.item(QStringLiteral("temperatureSlider"))->forceActiveFocus(Qt::TabFocusReason);
        w.key(Qt::Key_Right);
        QCOMPARE(w.chat().parameters().temperature(), 1.3);
        QTRY_COMPARE(w.text(QStringLiteral("temperatureField")), QStringLiteral("1.30"));

        w.item(QStringLiteral("maxTokensField"))->forceActiveFocus(Qt::TabFocusReason);
        w.key(Qt::Key_A, Qt::ControlModifier);
        w.write(QStringLiteral("12x"));
        QTRY_VERIFY(w.item(QStringLiteral("maxTokensRange")));
        w.key(Qt::Key_A, Qt::ControlModifier);
        w.write(QStringLiteral("77"));
        QCOMPARE(w.chat().parameters().maxTokens(), 77);

        w.click(QStringLiteral("resetParameters"));
        QCOMPARE(w.chat().parameters().temperature(), before);
        QTRY_VERIFY(!w.item(QStringLiteral("temperatureDot")));
        QTRY_COMPARE(w.text(QStringLiteral("temperatureField")).toDouble(), before);
    }

    void followsTheSystemIntoTheDark() {
        WindowFixture& w = show(false);
        QTRY_COMPARE(background(w), QColor(QStringLiteral("#FFFFFF")));
        const QPalette light = QGuiApplication::palette();
        QPalette dark = light;
        dark.setColor(QPalette::Window, QColor(QStringLiteral("#202326")));
        QGuiApplication::setPalette(dark);
        QTRY_COMPARE(background(w), QColor(QStringLiteral("#16191D")));
        QGuiApplication::setPalette(light);
        QTRY_COMPARE(background(w), QColor(QStringLiteral("#FFFFFF")));
    }

    void takesADroppedFile() {
        WindowFixture& w = show();
        QMimeData data;
        data.setUrls({WindowFixture::sampleFile(QStringLiteral("line.png"))});
        w.drop(data);
        QTRY_COMPARE(w.chat().attachments()->rowCount(), 1);
        QTRY_VERIFY(w.attachment(0, "sizeText").toString().contains(QStringLiteral("480 × 32")));
        QCOMPARE(w.attachment(0, "name").toString(), QStringLiteral("line.png"));
        QVERIFY(!w.item(QStringLiteral("dropOverlay")));
    }

    void showsWhereToDrop() {
        WindowFixture& w = show(false);
        QMimeData data;
        data.setUrls({WindowFixture::sampleFile(QStringLiteral("line.png"))});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&w.view(), &enter);
        QVERIFY(w.item(QStringLiteral("dropOverlay")));
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(&w.view(), &leave);
        QVERIFY(!w.item(QStringLiteral("dropOverlay")));
    }

    void pastesAPictureAndStillPastesText() {
        WindowFixture& w = show();
        QImage picture(64, 32, QImage::Format_RGB32);
        picture.fill(Qt::white);
        QGuiApplication::clipboard()->setImage(picture);
        w.key(Qt::Key_V, Qt::ControlModifier);
        QTRY_COMPARE(w.chat().attachments()->rowCount(), 1);
        QVERIFY(w.chat().draft().isEmpty());
        QGuiApplication::clipboard()->setText(QStringLiteral("some words"));
        w.key(Qt::Key_V, Qt::ControlModifier);
        QTRY_COMPARE(w.chat().draft(), QStringLiteral("some words"));
        QCOMPARE(w.chat().attachments()->rowCount(), 1);
    }

    void aboutListsLicencesWithTheirTexts() {
        WindowFixture& w = show(false);
        w.click(QStringLiteral("about"));
        QVERIFY(w.waitUntilOpen(QStringLiteral("aboutDialog")));
        QVERIFY(w.item(QStringLiteral("licences"))->property("count").toInt() >= 7);
        w.click(QStringLiteral("licence1"));  // Qt
        QTRY_VERIFY(w.text(QStringLiteral("licenceText"))
                        .contains(QStringLiteral("GNU LESSER GENERAL PUBLIC LICENSE")));
        w.click(QStringLiteral("licenceBack"));
        QTRY_VERIFY(w.item(QStringLiteral("licence0")));
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item(QStringLiteral("licences")));
    }

    void theWayToAFullModel() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.click(QStringLiteral("modelPicker"));
        QTRY_VERIFY(w.text(QStringLiteral("modelNotice")).contains(QStringLiteral("demo")));
        QVERIFY(w.item(QStringLiteral("openModelFolder")));
        QVERIFY(!w.item(QStringLiteral("useDemo")));  // it is in use
        w.key(Qt::Key_Escape);
        QTRY_VERIFY(!w.item(QStringLiteral("openModelFolder")));
        QTRY_VERIFY(w.item(QStringLiteral("fullModelLink")));
        w.click(QStringLiteral("fullModelLink"));
        QTRY_VERIFY(w.item(QStringLiteral("fullModelOpen")));
    }

    void answersOfTheDemoModelLeadToAFullOne() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        w.write(QStringLiteral("Hello"));
        w.key(Qt::Key_Return);
        QVERIFY(w.waitForReply());
        QTRY_VERIFY(w.item(QStringLiteral("demoReply")));
        w.key(Qt::Key_Tab);
        QVERIFY(w.tabTo(QStringLiteral("demoReplyLink")));
        w.key(Qt::Key_Return);
        QTRY_VERIFY(w.item(QStringLiteral("fullModelOpen")));
        w.key(Qt::Key_Escape);
        // What somebody else wrote has no such line.
        auto* messages = qobject_cast<MessageListModel*>(w.chat().messages());
        ShownMessage other = messages->rows().back();
        other.demo = false;
        messages->update(1, other);
        QTRY_VERIFY(!w.item(QStringLiteral("demoReply")));
        QVERIFY(w.item(QStringLiteral("copyReply")));
    }

    void aFolderThatIsNoModelIsRefusedAndTheModelStays() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        const QTemporaryDir empty;
        w.chat().openModelFolder(QUrl::fromLocalFile(empty.path()));
        QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("modelBanner")), 30000);
        QVERIFY(!w.chat().modelError().isEmpty());
        w.write(QStringLiteral("Hello"));
        QVERIFY(w.chat().canSend());
    }

    // The whole job without a mouse: take the sample, ask, read, copy.
    void keyboardAlone() {
        WindowFixture& w = show();
        QVERIFY(w.waitUntilReady());
        QVERIFY(w.tabTo(QStringLiteral("sampleQuestion0")));
        w.key(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(w.chat().messages()->rowCount() == 2, 30000);
        QVERIFY(w.waitForReply());
        QVERIFY(w.tabTo(QStringLiteral("copyReply")));
        QGuiApplication::clipboard()->clear();
        w.key(Qt::Key_Space);
        QCOMPARE(QGuiApplication::clipboard()->text(), w.message(1, "text").toString());
        QVERIFY(w.tabTo(QStringLiteral("parametersToggle")));
        w.key(Qt::Key_Space);
        QVERIFY(w.tabTo(QStringLiteral("maxTokensField")));
        QVERIFY(w.tabTo(QStringLiteral("attach")));
        QVERIFY(w.tabTo(QStringLiteral("newConversation")));
        w.key(Qt::Key_Space);
        QTRY_COMPARE(w.chat().messages()->rowCount(), 0);
        QTRY_VERIFY(w.item(QStringLiteral("emptyState")));
    }

    void textFromOutsideIsShownAndNotFollowed() {
        WindowFixture& w = show(false);
        auto* messages = qobject_cast<MessageListModel*>(w.chat().messages());
        QVERIFY(messages);
        const QString hostile = QStringLiteral(
            "![x](http://127.0.0.1:9/a.png) <img src=\"http://127.0.0.1:9/b.png\"> "
            "<b>bold</b> [link](file:///etc/passwd) &lt;");
        ShownMessage question;
        question.role = QStringLiteral("user");
        question.text = hostile;
        question.pictures = {{QString(), hostile, hostile}};
        messages->append(question);
        ShownMessage reply;
        reply.role = QStringLiteral("assistant");
        reply.text = hostile;
        reply.facts = hostile;
        reply.notice = hostile;
        reply.error = hostile;
        messages->append(reply);
        for (const char* name : {"questionText", "facts"})
            QTRY_COMPARE(w.text(QString::fromLatin1(name)), hostile);
        // Markdown becomes words and styles, HTML stays what it is.
        QTRY_COMPARE(w.text(QStringLiteral("replyText")),
                     QStringLiteral("x <img src=\"http://127.0.0.1:9/b.png\"> <b>bold</b> link <"));
        QTRY_VERIFY(w.item(QStringLiteral("replyError")));
        // Every text item of the window takes its text as it is; 0 is Text.PlainText.
        QList<QQuickItem*> all{w.view().contentItem()};
        int texts = 0;
        while (!all.isEmpty()) {
            QQuickItem* item = all.takeLast();
            all.append(item->childItems());
            if (item->property("textFormat").isValid() &&
                item->property("text").toString().contains(QStringLiteral("127.0.0.1"))) {
                ++texts;
                QVERIFY2(item->property("textFormat").toInt() == 0,
                         qPrintable(item->property("text").toString()));
            }
        }
        QVERIFY(texts >= 6);
        w.view().grabWindow();
        QCOMPARE(w.window().network().refused(), 0);
    }

    void shortcutsWorkInATextThatIsRead() {
        WindowFixture& w = show(false);
        auto* messages = qobject_cast<MessageListModel*>(w.chat().messages());
        ShownMessage reply;
        reply.role = QStringLiteral("assistant");
        reply.text = QStringLiteral("one two");
        messages->append(reply);
        QTRY_VERIFY(w.item(QStringLiteral("replyText")));
        QQuickItem* text = w.item(QStringLiteral("replyText"));
        text->forceActiveFocus(Qt::MouseFocusReason);
        w.key(Qt::Key_F9);
        QTRY_VERIFY(w.item(QStringLiteral("parameterPanel")));
        // What belongs to the text stays with it.
        text->forceActiveFocus(Qt::MouseFocusReason);
        w.key(Qt::Key_Home);
        w.key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text().trimmed(), QStringLiteral("one"));
    }

    void fitsIntoTheSmallestWindow() {
        WindowFixture& w = show();
        w.view().resize(560, 480);
        QVERIFY(w.waitUntilReady());
        QTRY_COMPARE(w.view().contentItem()->width(), 560.0);
        for (const char* name : {"modelPicker", "parametersToggle", "question", "attach", "send", "network",
                                 "newConversation", "about"}) {
            QQuickItem* item = w.item(QString::fromLatin1(name));
            QVERIFY2(item, name);
            const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
            QVERIFY2(QRectF(0, 0, 560, 480).contains(place), name);
        }
    }
};

int main(int argc, char** argv) {
    prepareWindowing();
    QCoreApplication::setApplicationVersion(QStringLiteral("0.0"));
    QGuiApplication application(argc, argv);
    WindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "window_test.moc"
