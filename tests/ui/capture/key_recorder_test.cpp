// The control that records a global key, with the real Hotkeys over a backend that does as it is told.
#include <QAccessible>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQuickItem>
#include <QQuickView>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/capture/hotkey.h"
#include "app/settings/settings.h"
#include "ui/window.h"

extern void qml_register_types_Sightline();

namespace sightline {

namespace {

class ScriptedKeys : public HotkeyBackend {
  public:
    void bind(const QString& id, const QKeySequence& sequence, const QString&) override {
        bound[id] = sequence;
        const bool taken = sequence == held;
        Q_EMIT stateChanged(id, taken ? HotkeyState::Conflict : HotkeyState::Bound,
                            taken ? heldByAnother(sequence) : QString());
    }
    void unbind(const QString& id) override { bound.remove(id); }
    QMap<QString, QKeySequence> bound;
    QKeySequence held;  // by another program
};

// As DesktopShortcut looks to QML.
class FakeShortcut : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool available MEMBER available NOTIFY changed)
    Q_PROPERTY(bool installed MEMBER installed NOTIFY changed)
    Q_PROPERTY(bool busy MEMBER busy NOTIFY changed)
    Q_PROPERTY(QString fault MEMBER fault NOTIFY changed)

  public:
    Q_INVOKABLE void refresh() {}
    Q_INVOKABLE void add(const QString& wanted) {
        keys = wanted;
        installed = true;
        Q_EMIT changed();
    }
    Q_INVOKABLE void remove() {
        installed = false;
        Q_EMIT changed();
    }
    bool available = true, installed = false, busy = false;
    QString fault, keys;

  Q_SIGNALS:
    void changed();
};

}  // namespace

class KeyRecorderTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();
    void keyIsRecorded();
    void conflictIsSaidAtOnce();
    void keyThatIsNoneIsRefused();
    void escapeKeepsAndBackspaceTakesAway();
    void leavingEndsRecording();
    void usualKeyComesBack();
    void gnomeShortcutIsAddedAndRemoved();

  private:
    QQuickItem* item(const char* name) const {
        return view_->rootObject()->findChild<QQuickItem*>(QLatin1String(name));
    }
    QString problem() const {
        const QQuickItem* text = item("keyProblem");
        return text->isVisible() ? text->property("text").toString() : QString();
    }
    void click(const char* name) {
        const QQuickItem* there = item(name);
        QTest::mouseClick(view_.get(), Qt::LeftButton, {},
                          there->mapToScene({there->width() / 2, there->height() / 2}).toPoint());
    }
    bool recording() const { return view_->rootObject()->property("recording").toBool(); }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    ScriptedKeys* keys_ = nullptr;
    std::unique_ptr<Hotkeys> hotkeys_;
    std::unique_ptr<FakeShortcut> shortcut_;
    std::unique_ptr<QQuickView> view_;
};

void KeyRecorderTest::init() {
    qml_register_types_Sightline();
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->filePath("settings.ini"));
    auto keys = std::make_unique<ScriptedKeys>();
    keys_ = keys.get();
    hotkeys_ = std::make_unique<Hotkeys>(std::move(keys), *settings_);
    hotkeys_->start();
    shortcut_ = std::make_unique<FakeShortcut>();
    view_ = std::make_unique<QQuickView>();
    view_->engine()->addImportPath("qrc:/qt/qml");
    view_->setResizeMode(QQuickView::SizeRootObjectToView);
    view_->setInitialProperties({{"hotkeys", QVariant::fromValue(hotkeys_.get())},
                                 {"hotkey", QVariant::fromValue(hotkeys_->ask())},
                                 {"shortcut", QVariant::fromValue(shortcut_.get())}});
    view_->setSource(QUrl("qrc:/qt/qml/Sightline/KeyRecorder.qml"));
    view_->resize(520, 120);
    view_->show();
    view_->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(view_.get()));
}

void KeyRecorderTest::cleanup() {
    view_.reset();
    hotkeys_.reset();
}

void KeyRecorderTest::keyIsRecorded() {
    QCOMPARE(item("keyField")->property("shown").toString(), hotkeys_->ask()->keys());
    item("keyField")->forceActiveFocus(Qt::TabFocusReason);
    QTest::keyClick(view_.get(), Qt::Key_Return);
    QVERIFY(recording());
    QVERIFY(keys_->bound.isEmpty());  // the old key does not call while the new one is pressed
    QTest::keyPress(view_.get(), Qt::Key_Control, Qt::ControlModifier);
    QTest::keyPress(view_.get(), Qt::Key_Alt, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(recording());
    QTest::keyClick(view_.get(), Qt::Key_Q, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(!recording());
    QCOMPARE(hotkeys_->ask()->sequence(), QKeySequence("Ctrl+Alt+Q"));
    QCOMPARE(keys_->bound.value("ask"), QKeySequence("Ctrl+Alt+Q"));
    QVERIFY(keys_->bound.contains("read"));
    QCOMPARE(problem(), QString());
    auto* accessible = QAccessible::queryAccessibleInterface(item("keyField"));
    QVERIFY(accessible != nullptr);
    QVERIFY(accessible->text(QAccessible::Name).contains(hotkeys_->ask()->description()));
    QVERIFY(accessible->text(QAccessible::Description).contains("Q"));
}

void KeyRecorderTest::conflictIsSaidAtOnce() {
    keys_->held = QKeySequence("Ctrl+Alt+T");
    click("keyField");
    QTest::keyClick(view_.get(), Qt::Key_T, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY2(problem().contains("Ctrl+Alt+T") && problem().contains("Choose another"), qPrintable(problem()));
    click("keyField");
    QTest::keyClick(view_.get(), Qt::Key_U, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(problem(), QString());
}

void KeyRecorderTest::keyThatIsNoneIsRefused() {
    click("keyField");
    QTest::keyClick(view_.get(), Qt::Key_A);
    QVERIFY(recording());
    QVERIFY2(problem().contains("needs Ctrl"), qPrintable(problem()));
    QTest::keyClick(view_.get(), Qt::Key_R, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY2(problem().contains(hotkeys_->read()->description()), qPrintable(problem()));
    QVERIFY(hotkeys_->ask()->isDefault());
}

void KeyRecorderTest::escapeKeepsAndBackspaceTakesAway() {
    click("keyField");
    QTest::keyClick(view_.get(), Qt::Key_Escape);
    QVERIFY(!recording());
    QVERIFY(hotkeys_->ask()->isDefault());
    QVERIFY(keys_->bound.contains("ask"));
    click("keyField");
    QTest::keyClick(view_.get(), Qt::Key_Backspace);
    QVERIFY(hotkeys_->ask()->sequence().isEmpty());
    QVERIFY(!keys_->bound.contains("ask"));
    QVERIFY(!item("keyField")->property("shown").toString().isEmpty());  // "none"
}

void KeyRecorderTest::leavingEndsRecording() {
    click("keyField");
    QVERIFY(recording());
    item("desktopShortcut")->forceActiveFocus();
    QVERIFY(!recording());
    QVERIFY(keys_->bound.contains("ask"));
    click("keyField");
    QVERIFY(keys_->bound.isEmpty());
    view_.reset();  // the page is left
    QVERIFY(keys_->bound.contains("ask"));
}

void KeyRecorderTest::usualKeyComesBack() {
    QVERIFY(!item("keyReset")->isEnabled());
    hotkeys_->set("ask", QKeySequence("Ctrl+Alt+Q"));
    QVERIFY(item("keyReset")->isEnabled());
    click("keyReset");
    QVERIFY(hotkeys_->ask()->isDefault());
}

void KeyRecorderTest::gnomeShortcutIsAddedAndRemoved() {
    QVERIFY(!item("desktopShortcut")->isVisible());  // the key works
    keys_->held = QKeySequence("Ctrl+Alt+T");
    hotkeys_->set("ask", QKeySequence("Ctrl+Alt+T"));
    QTRY_VERIFY(item("desktopShortcut")->isVisible());
    QTRY_VERIFY(item("desktopShortcut")->height() > 0 && item("desktopShortcut")->y() > 0);
    click("desktopShortcut");
    QCOMPARE(shortcut_->keys, "Ctrl+Alt+T");
    QVERIFY(item("desktopShortcut")->property("text").toString().contains("Remove"));
    click("desktopShortcut");
    QVERIFY(!shortcut_->installed);
    if (const QByteArray file = qgetenv("SIGHTLINE_PICTURE"); !file.isEmpty()) view_->grabWindow().save(file);
}

}  // namespace sightline

int main(int argc, char** argv) {
    sightline::prepareWindowing();
    QGuiApplication application(argc, argv);
    sightline::dressApplication(application);
    sightline::KeyRecorderTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "key_recorder_test.moc"
