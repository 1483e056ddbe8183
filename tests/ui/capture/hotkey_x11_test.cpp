// Global keys on a real X server, pressed by xdotool.
#include <xcb/xcb.h>

#include <QAbstractNativeEventFilter>
#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include "app/capture/hotkey.h"
#include "app/settings/settings.h"
#include "tests/ui/capture/capture_fixture.h"

namespace sightline {

using testing::enough_ms;

namespace {

// Counts what the server sends, so that a test need not wait for time to pass.
class KeyPresses : public QAbstractNativeEventFilter {
  public:
    KeyPresses() { QCoreApplication::instance()->installNativeEventFilter(this); }
    bool nativeEventFilter(const QByteArray&, void* message, qintptr*) override {
        if ((static_cast<xcb_generic_event_t*>(message)->response_type & 0x7f) == XCB_KEY_PRESS) ++count;
        return false;
    }
    int count = 0;
};

}  // namespace

class HotkeyX11Test : public testing::CaptureFixture {
    Q_OBJECT

  private Q_SLOTS:
    void keyCallsWhateverLocksAreOn_data();
    void keyCallsWhateverLocksAreOn();
    void otherModifiersDoNotCall();
    void heldKeyCallsOnce();
    void keyOfAnotherProgramIsAConflict();
    void layoutWithoutTheKeyIsAConflictUntilItComes();
    void pausedKeysAreFree();
};

void HotkeyX11Test::keyCallsWhateverLocksAreOn_data() {
    QTest::addColumn<QStringList>("locks");
    QTest::newRow("none") << QStringList();
    QTest::newRow("NumLock") << QStringList{"Num_Lock"};
    QTest::newRow("CapsLock") << QStringList{"Caps_Lock"};
    QTest::newRow("both") << QStringList{"Num_Lock", "Caps_Lock"};
}

void HotkeyX11Test::keyCallsWhateverLocksAreOn() {
    QFETCH(QStringList, locks);
    QCOMPARE(hotkeys_->ask()->state(), HotkeyState::Bound);
    QCOMPARE(hotkeys_->read()->state(), HotkeyState::Bound);
    for (const QString& lock : locks)
        QVERIFY(session->xdotool("key " + lock));
    const bool pressed = session->xdotool("key ctrl+alt+space");
    const bool came = QTest::qWaitFor([this] { return activated_->count() > 0; }, enough_ms);
    for (const QString& lock : locks)
        session->xdotool("key " + lock);
    QVERIFY(pressed && came);
    QCOMPARE(activated_->count(), 1);
    QCOMPARE(activated_->first().first().toString(), "ask");
    session->xdotool("key ctrl+alt+r");
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 2, enough_ms);
    QCOMPARE(activated_->last().first().toString(), "read");
}

void HotkeyX11Test::otherModifiersDoNotCall() {
    session->xdotool("key ctrl+space");
    session->xdotool("key ctrl+alt+shift+space");
    session->xdotool("key alt+r");
    session->xdotool("key ctrl+alt+r");  // comes after them
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 1, enough_ms);
    QCOMPARE(activated_->first().first().toString(), "read");
}

void HotkeyX11Test::heldKeyCallsOnce() {
    QVERIFY(session->run("xset", {"r", "rate", "100", "50"}));
    KeyPresses presses;
    session->xdotool("keydown ctrl keydown alt keydown space");
    const bool repeated = QTest::qWaitFor([&] { return presses.count >= 4; }, enough_ms);
    session->xdotool("keyup space keyup alt keyup ctrl");
    session->run("xset", {"r", "rate"});
    QVERIFY(repeated);
    QCOMPARE(activated_->count(), 1);
    session->xdotool("key ctrl+alt+space");
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 2, enough_ms);
}

void HotkeyX11Test::keyOfAnotherProgramIsAConflict() {
    // With NumLock only: a part of the combinations is enough for a conflict, and none of ours may stay.
    const xcb_setup_t* setup = xcb_get_setup(session->other());
    xcb_keycode_t code = 0;
    auto* mapping = xcb_get_keyboard_mapping_reply(
        session->other(),
        xcb_get_keyboard_mapping(session->other(), setup->min_keycode,
                                 static_cast<uint8_t>(setup->max_keycode - setup->min_keycode + 1)),
        nullptr);
    const xcb_keysym_t* symbols = xcb_get_keyboard_mapping_keysyms(mapping);
    for (int i = 0; i < xcb_get_keyboard_mapping_keysyms_length(mapping) && code == 0; ++i)
        if (symbols[i] == 'o')
            code = static_cast<xcb_keycode_t>(setup->min_keycode + i / mapping->keysyms_per_keycode);
    free(mapping);
    QVERIFY(code != 0);
    const uint16_t modifiers = XCB_MOD_MASK_CONTROL | XCB_MOD_MASK_1 | XCB_MOD_MASK_2;
    xcb_grab_key(session->other(), 1, session->root(), modifiers, code, XCB_GRAB_MODE_ASYNC,
                 XCB_GRAB_MODE_ASYNC);
    session->focus();  // has arrived

    QVERIFY(hotkeys_->set("ask", QKeySequence("Ctrl+Alt+O")));
    QCOMPARE(hotkeys_->ask()->state(), HotkeyState::Conflict);
    QVERIFY2(hotkeys_->ask()->why().contains("Ctrl+Alt+O"), qPrintable(hotkeys_->ask()->why()));
    QVERIFY(!hotkeys_->ask()->advice().isEmpty());
    // Another program could have the rest of it.
    auto* error =
        xcb_request_check(session->other(), xcb_grab_key_checked(session->other(), 1, session->root(),
                                                                 XCB_MOD_MASK_CONTROL | XCB_MOD_MASK_1, code,
                                                                 XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC));
    QVERIFY(error == nullptr);
    // The old key was given back, the other action's works.
    session->xdotool("key ctrl+alt+space");
    session->xdotool("key ctrl+alt+r");
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 1, enough_ms);
    QCOMPARE(activated_->first().first().toString(), "read");

    xcb_ungrab_key(session->other(), XCB_GRAB_ANY, session->root(), XCB_MOD_MASK_ANY);
    session->focus();
    hotkeys_->retryConflicts();
    QCOMPARE(hotkeys_->ask()->state(), HotkeyState::Bound);
    QVERIFY(hotkeys_->ask()->why().isEmpty());
}

void HotkeyX11Test::layoutWithoutTheKeyIsAConflictUntilItComes() {
    QVERIFY(hotkeys_->set("ask", QKeySequence("Ctrl+Alt+O")));
    QCOMPARE(hotkeys_->ask()->state(), HotkeyState::Bound);
    session->run("setxkbmap", {"ru"});
    const bool gone =
        QTest::qWaitFor([this] { return hotkeys_->ask()->state() == HotkeyState::Conflict; }, enough_ms);
    const QString why = hotkeys_->ask()->why();
    // Not "any key": typing does not call. (Space is on this layout too.)
    session->xdotool("key ctrl+alt+x");
    session->xdotool("key ctrl+alt+F5");
    session->run("setxkbmap", {"us"});
    QVERIFY(gone);
    QVERIFY2(why.contains("layout"), qPrintable(why));
    QTRY_COMPARE_WITH_TIMEOUT(hotkeys_->ask()->state(), HotkeyState::Bound, enough_ms);
    QCOMPARE(activated_->count(), 0);
    session->xdotool("key ctrl+alt+o");
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 1, enough_ms);

    // Russian first and English second: the key is there.
    session->run("setxkbmap", {"ru,us"});
    QTest::qWait(0);
    session->xdotool("key ctrl+alt+o");
    const bool called = QTest::qWaitFor([this] { return activated_->count() >= 2; }, enough_ms);
    session->run("setxkbmap", {"us"});
    QVERIFY(called);
}

void HotkeyX11Test::pausedKeysAreFree() {
    hotkeys_->pause();
    hotkeys_->pause();
    hotkeys_->resume();
    session->xdotool("key ctrl+alt+space");
    const QKeySequence recorded("Ctrl+Alt+P");
    QVERIFY(hotkeys_->record("ask", Qt::Key_P, int(Qt::ControlModifier | Qt::AltModifier)));
    hotkeys_->resume();
    QCOMPARE(hotkeys_->ask()->sequence(), recorded);
    QCOMPARE(hotkeys_->ask()->state(), HotkeyState::Bound);
    session->xdotool("key ctrl+alt+p");
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 1, enough_ms);
    QCOMPARE(settings_->hotkey("ask").value_or("nothing"), "Ctrl+Alt+P");
}

}  // namespace sightline

int main(int argc, char** argv) {
    return sightline::testing::onTwoMonitors(argc, argv, [&] {
        sightline::HotkeyX11Test test;
        return QTest::qExec(&test, argc, argv);
    });
}

#include "hotkey_x11_test.moc"
