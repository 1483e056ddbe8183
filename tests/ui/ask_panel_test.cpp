// The ask panel and the page of settings: real windows, the real demo model and reader.
#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

#include "desktop_fixture.h"

using namespace sightline;

namespace {

constexpr int enough_ms = 60000;  // for a loaded machine; nothing here waits longer than it must

QQuickItem* search(QQuickItem* item, const QString& name) {
    if (!item->isVisible()) return nullptr;
    if (item->objectName() == name) return item;
    for (QQuickItem* child : item->childItems()) {
        if (QQuickItem* found = search(child, name)) return found;
    }
    return nullptr;
}

}  // namespace

class AskPanelTest : public QObject {
    Q_OBJECT

    std::unique_ptr<DesktopFixture> f;
    std::unique_ptr<WarningsCaught> warnings;
    const QRect selection{20, 40, 200, 100};

    QQuickWindow& panel() { return *f->panel->window(); }
    QQuickItem* item(const QString& name) { return search(panel().contentItem(), name); }
    void show(const QImage& picture) {
        f->ask->begin(picture, QStringLiteral("Screen"));
        f->panel->showBeside(selection, nullptr);
        QVERIFY(QTest::qWaitForWindowActive(&panel()));
    }
    QImage sample() const {
        return QImage(WindowFixture::sampleFile(QStringLiteral("message.png")).toLocalFile());
    }
    void click(const QString& name) {
        QTRY_VERIFY2_WITH_TIMEOUT(item(name), qPrintable(name), enough_ms);
        // What has just appeared gets its place with the next frame.
        QSignalSpy drawn(&panel(), &QQuickWindow::frameSwapped);
        panel().update();
        QVERIFY(!drawn.isEmpty() || drawn.wait());
        const QQuickItem* found = item(name);
        const QPointF middle = found->mapToScene(QPointF(found->width() / 2, found->height() / 2));
        QTest::mouseClick(&panel(), Qt::LeftButton, Qt::NoModifier, middle.toPoint());
    }
    void write(const QString& words) {
        for (const QChar character : words)
            QTest::keyClick(&panel(), character.toLatin1());
    }
    QString answer() const {
        const QAbstractItemModel& model = *f->ask->messages();
        if (model.rowCount() < 2) return {};
        return model.index(model.rowCount() - 1, 0).data(model.roleNames().key("text")).toString();
    }
    bool isAnswered() {
        return QTest::qWaitFor([this] { return f->ask->answered() && !f->ask->busy(); }, enough_ms);
    }

  private Q_SLOTS:
    void init() {
        warnings = std::make_unique<WarningsCaught>();
        f = std::make_unique<DesktopFixture>();
        QVERIFY(f->window->waitUntilReady());
    }
    void cleanup() {
        f.reset();
        QCOMPARE(endOf(warnings), QString());
    }

    void typedQuestionIsAnsweredAndCopied();
    void readTextByOneClick();
    void standsBesideAndGrowsInItsRoom();
    void escapeCloses();
    void saysWhatItWaitsFor();
    void everyControlIsReachedAndNamed();
    void continuesInTheMainWindow();
    void settingsChangeWhatTheySay();
    void textSizeIsThatOfEverything();
    void hotkeyIsRecorded();
    void keyOfAnotherProgramIsTriedAgain();
    void promptsAreEdited();
};

void AskPanelTest::typedQuestionIsAnsweredAndCopied() {
    show(sample());
    QVERIFY(item(QStringLiteral("askField"))->hasActiveFocus());
    write(QStringLiteral("Read the text in this image."));
    QTest::keyClick(&panel(), Qt::Key_Return);
    QVERIFY(isAnswered());
    QVERIFY2(answer().contains(QStringLiteral("could not be opened")), qPrintable(answer()));
    QTRY_VERIFY_WITH_TIMEOUT(item(QStringLiteral("askReply")), enough_ms);
    QCOMPARE(item(QStringLiteral("askField"))->property("text").toString(), QString());
    click(QStringLiteral("askCopy"));
    QCOMPARE(QGuiApplication::clipboard()->text(), answer());
    // Again, by its button.
    click(QStringLiteral("askAgain"));
    QVERIFY(isAnswered());
}

void AskPanelTest::readTextByOneClick() {
    show(sample());
    click(QStringLiteral("prompt0"));
    QVERIFY(isAnswered());
    QVERIFY2(answer().contains(QStringLiteral("could not be opened")), qPrintable(answer()));
    click(QStringLiteral("askCopy"));
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("another program")));
}

void AskPanelTest::standsBesideAndGrowsInItsRoom() {
    show(sample());
    QVERIFY(!panel().geometry().intersects(selection));
    const int before = panel().height();
    write(QStringLiteral("Read the text in this image."));
    QTest::keyClick(&panel(), Qt::Key_Return);
    QVERIFY(isAnswered());
    QTRY_VERIFY_WITH_TIMEOUT(panel().height() > before, enough_ms);
    QVERIFY(!panel().geometry().intersects(selection));
    QVERIFY(panel().screen()->availableGeometry().contains(panel().geometry()));
    // As high as what it shows, to the pixel.
    QTRY_COMPARE_WITH_TIMEOUT(panel().height(), panel().property("wantedHeight").toInt(), enough_ms);
}

void AskPanelTest::escapeCloses() {
    show(sample());
    write(QStringLiteral("half"));
    QTest::keyClick(&panel(), Qt::Key_Escape);
    QVERIFY(!f->ask->isOpen());
    QVERIFY(!panel().isVisible());
    // The next one begins empty.
    show(sample());
    QCOMPARE(item(QStringLiteral("askField"))->property("text").toString(), QString());
    click(QStringLiteral("askClose"));
    QVERIFY(!panel().isVisible());
}

void AskPanelTest::saysWhatItWaitsFor() {
    f.reset();
    f = std::make_unique<DesktopFixture>(false);
    show(sample());
    QVERIFY(!item(QStringLiteral("askHindrance")));
    write(QStringLiteral("Read the text in this image."));
    QTest::keyClick(&panel(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(item(QStringLiteral("askHindrance")), enough_ms);
    QVERIFY(item(QStringLiteral("askHindrance"))
                ->property("sentence")
                .toString()
                .contains(QStringLiteral("model")));
    QVERIFY(item(QStringLiteral("askStop")));
    f->window->worker().start();
    QVERIFY(isAnswered());
    QVERIFY(!item(QStringLiteral("askHindrance")));
}

void AskPanelTest::everyControlIsReachedAndNamed() {
    show(sample());
    click(QStringLiteral("prompt0"));
    QVERIFY(isAnswered());
    QStringList wanted{"askClose", "prompt0", "prompt1",  "prompt2", "prompt3",  "prompt4",
                       "askField", "askSend", "askReply", "askCopy", "askAgain", "askContinue"};
    for (int press = 0; press < 40 && !wanted.isEmpty(); ++press) {
        if (const QQuickItem* focused = panel().activeFocusItem()) {
            if (wanted.removeOne(focused->objectName()) &&
                focused->objectName() != QLatin1String("askReply")) {
                const QAccessibleInterface* interface =
                    QAccessible::queryAccessibleInterface(const_cast<QQuickItem*>(focused));
                QVERIFY(interface);
                QVERIFY2(!interface->text(QAccessible::Name).isEmpty(), qPrintable(focused->objectName()));
            }
        }
        QTest::keyClick(&panel(), Qt::Key_Tab);
    }
    QCOMPARE(wanted, QStringList());
}

void AskPanelTest::continuesInTheMainWindow() {
    QSignalSpy wanted(f->ask.get(), &AskController::pictureWanted);
    show(sample());
    QTRY_VERIFY_WITH_TIMEOUT(!f->ask->picture().isEmpty(), enough_ms);
    click(QStringLiteral("askContinue"));
    QCOMPARE(wanted.count(), 1);
    QVERIFY(!panel().isVisible());
}

void AskPanelTest::settingsChangeWhatTheySay() {
    WindowFixture& w = *f->window;
    w.click(QStringLiteral("settingsToggle"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("settingsPage")), enough_ms);
    const auto light = w.view().property("color");
    w.click(QStringLiteral("theme2"));
    QCOMPARE(f->settings->theme(), QStringLiteral("dark"));
    QVERIFY(w.view().property("color") != light);
    w.click(QStringLiteral("notifyToggle"));
    QVERIFY(!f->settings->notifiesOfReplies());
    w.click(QStringLiteral("trayToggle"));
    QVERIFY(f->settings->closesToTray());
    w.click(QStringLiteral("loginToggle"));
    QVERIFY(f->autostart->on);
    w.click(QStringLiteral("loginToggle"));
    QVERIFY(!f->autostart->on);
    f->autostart->fails = true;
    w.click(QStringLiteral("loginToggle"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("loginProblem")), enough_ms);
    QVERIFY(!w.item(QStringLiteral("loginToggle"))->property("on").toBool());
    // Without a tray that choice cannot be made.
    f->has_tray = false;
    f->page->refresh();
    QVERIFY(!w.item(QStringLiteral("trayToggle"))->isEnabled());
    w.key(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!w.item(QStringLiteral("settingsPage")), enough_ms);
}

// Words that reach over the button that they stand in.
static QStringList cutWords(const QQuickItem& item, const QQuickItem* button = nullptr) {
    QStringList cut;
    const auto children = item.childItems();
    for (const QQuickItem* child : children) {
        if (!child->isVisible()) continue;
        const QQuickItem* around = child->inherits("QQuickAbstractButton") ? child : button;
        if (around && child->inherits("QQuickText")) {
            const QRectF words(0, 0, 1, child->property("contentHeight").toReal());
            const QRectF place = child->mapRectToItem(around, words);
            if (place.top() < -1 || place.bottom() > around->height() + 1)
                cut << around->objectName() + QLatin1Char(' ') + child->property("text").toString();
        }
        cut << cutWords(*child, around);
    }
    return cut;
}

void AskPanelTest::textSizeIsThatOfEverything() {
    WindowFixture& w = *f->window;
    w.view().resize(1300, 900);
    const auto letters = [&] { return w.view().property("font").value<QFont>().pixelSize(); };
    QCOMPARE(letters(), 13);
    w.click(QStringLiteral("settingsToggle"));
    w.click(QStringLiteral("textSize3"));
    QCOMPARE(f->settings->textSize(), 150);
    QCOMPARE(letters(), 20);
    QTRY_COMPARE(cutWords(*w.view().contentItem()), QStringList());
    w.key(Qt::Key_Escape);
    QTRY_COMPARE(cutWords(*w.view().contentItem()), QStringList());
    // The panel is wider by as much, and as high as what it shows.
    show(sample());
    QCOMPARE(panel().width(), 684);
    QTRY_COMPARE_WITH_TIMEOUT(panel().height(), panel().property("wantedHeight").toInt(), enough_ms);
    QCOMPARE(cutWords(*panel().contentItem()), QStringList());
    f->ask->close();
    // Kept, and one that was edited into nonsense is none.
    f->settings->sync();
    QCOMPARE(Settings(f->settings->fileName()).textSize(), 150);
    f->settings->setTextSize(999);
    QCOMPARE(f->settings->textSize(), 100);
}

void AskPanelTest::hotkeyIsRecorded() {
    WindowFixture& w = *f->window;
    w.click(QStringLiteral("settingsToggle"));
    w.click(QStringLiteral("hotkeyAskKey"));
    w.key(Qt::Key_J, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(f->keys.ask()->sequence(), QKeySequence(QStringLiteral("Ctrl+Alt+J")));
    QTRY_COMPARE(w.item(QStringLiteral("hotkeyAskKey"))->property("text").toString(), f->keys.ask()->keys());
    // Esc leaves the key as it is.
    w.click(QStringLiteral("hotkeyAskKey"));
    w.key(Qt::Key_Escape);
    QCOMPARE(f->keys.ask()->sequence(), QKeySequence(QStringLiteral("Ctrl+Alt+J")));
    QVERIFY(w.item(QStringLiteral("settingsPage")));
    // Of another program: it is said, with what to do.
    w.click(QStringLiteral("hotkeyAskKey"));
    w.key(Qt::Key_X, Qt::ControlModifier | Qt::AltModifier);
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("hotkeyAskProblem")), enough_ms);
    QCOMPARE(w.item(QStringLiteral("hotkeyAskProblem"))->property("fact").toString(),
             QStringLiteral("Another program has this key."));
    w.click(QStringLiteral("hotkeyAskKeyReset"));
    QVERIFY(f->keys.ask()->isDefault());
    QTRY_VERIFY_WITH_TIMEOUT(!w.item(QStringLiteral("hotkeyAskProblem")), enough_ms);
}

void AskPanelTest::keyOfAnotherProgramIsTriedAgain() {
    WindowFixture& w = *f->window;
    f->keys.set(QStringLiteral("ask"), QKeySequence(QStringLiteral("Ctrl+Alt+X")));
    w.click(QStringLiteral("settingsToggle"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("hotkeyAskProblem")), enough_ms);
    const auto sentence = [&] {
        return w.item(QStringLiteral("hotkeyAskProblem"))->property("sentence").toString();
    };
    const QString first = sentence();
    w.click(QStringLiteral("bannerAction0"));
    QVERIFY2(sentence().endsWith(first) && sentence() != first, qPrintable(sentence()));
    QVERIFY(!w.item(QStringLiteral("hotkeyAskWorks")));
    f->played_keys->other_runs = false;
    w.click(QStringLiteral("bannerAction0"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("hotkeyAskWorks")), enough_ms);
    QVERIFY(!w.item(QStringLiteral("hotkeyAskProblem")));
    QCOMPARE(f->keys.ask()->state(), HotkeyState::Bound);
    // Another key that works is no news; nor is it when the page is opened the next time.
    f->keys.set(QStringLiteral("ask"), QKeySequence(QStringLiteral("Ctrl+Alt+J")));
    QTRY_VERIFY_WITH_TIMEOUT(!w.item(QStringLiteral("hotkeyAskWorks")), enough_ms);

    // Opening the page is enough.
    f->played_keys->other_runs = true;
    f->keys.set(QStringLiteral("ask"), QKeySequence(QStringLiteral("Ctrl+Alt+X")));
    QCOMPARE(f->keys.ask()->state(), HotkeyState::Conflict);
    w.key(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!w.item(QStringLiteral("settingsPage")), enough_ms);
    f->played_keys->other_runs = false;
    w.click(QStringLiteral("settingsToggle"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("hotkeyAskWorks")), enough_ms);
    QCOMPARE(f->keys.ask()->state(), HotkeyState::Bound);
}

void AskPanelTest::promptsAreEdited() {
    WindowFixture& w = *f->window;
    w.view().resize(1000, 1400);
    w.click(QStringLiteral("settingsToggle"));
    w.click(QStringLiteral("promptEdit1"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("promptName")), enough_ms);
    QTRY_VERIFY(w.item(QStringLiteral("promptName"))->hasActiveFocus());
    w.key(Qt::Key_A, Qt::ControlModifier);
    w.write(QStringLiteral("Why"));
    w.click(QStringLiteral("promptKeep"));
    QCOMPARE(f->prompts->prompts()[1].name, QStringLiteral("Why"));
    w.click(QStringLiteral("promptUp1"));
    QCOMPARE(f->prompts->prompts()[0].name, QStringLiteral("Why"));
    w.click(QStringLiteral("promptRemove0"));
    QCOMPARE(f->prompts->rowCount(), 4);
    w.click(QStringLiteral("promptAdd"));
    QTRY_VERIFY_WITH_TIMEOUT(w.item(QStringLiteral("promptName")), enough_ms);
    w.write(QStringLiteral("Mine"));
    w.click(QStringLiteral("promptTextArea"));
    w.write(QStringLiteral("What is it"));
    w.click(QStringLiteral("promptKeep"));
    QCOMPARE(f->prompts->rowCount(), 5);
    QCOMPARE(f->prompts->prompts()[4].text, QStringLiteral("What is it"));
    w.click(QStringLiteral("promptsReset"));
    QVERIFY(f->prompts->isOriginal());
}

QTEST_MAIN(AskPanelTest)
#include "ask_panel_test.moc"
