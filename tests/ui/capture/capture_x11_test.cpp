// Global keys and the overlay on a real X server with two monitors of different scale, pressed and dragged by
// xdotool. $SIGHTLINE_TEST_SCALES: those of the monitors, "1:1.5".
#include <xcb/xcb.h>

#include <QAbstractNativeEventFilter>
#include <QGuiApplication>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QScreen>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/capture/hotkey.h"
#include "app/capture/window_list.h"
#include "app/common/settings.h"
#include "tests/ui/capture/x_session.h"
#include "ui/capture/region_capture.h"
#include "ui/capture/region_chooser.h"
#include "ui/window.h"

extern void qml_register_types_Sightline();

namespace sightline {

using testing::XSession;

namespace {

XSession* session = nullptr;
constexpr int enough_ms = 30'000;  // a limit for machines that do other work, never a wait

const QRect left(0, 0, XSession::left_width, XSession::height);
const QRect right(XSession::left_width, 0, XSession::width - XSession::left_width, XSession::height);

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

class CaptureX11Test : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void keyCallsWhateverLocksAreOn_data();
    void keyCallsWhateverLocksAreOn();
    void otherModifiersDoNotCall();
    void heldKeyCallsOnce();
    void keyOfAnotherProgramIsAConflict();
    void layoutWithoutTheKeyIsAConflictUntilItComes();
    void pausedKeysAreFree();

    void draggedRegionIsExact_data();
    void draggedRegionIsExact();
    void regionByNumbersIsExact();
    void cancelLeavesNoTrace_data();
    void cancelLeavesNoTrace();
    void secondStartIsRefused();
    void arrowsMoveAndResize();
    void edgesMoveBeforeItIsTaken();
    void clickSelectsTheWindow();
    void onePixelIsAClick();
    void lastRegionAndScreen();
    void delayedCaptureShowsWhatCameMeanwhile();
    void menuThatHoldsTheKeyboard();
    void screenThatGoesTakesItsOverlayAlong();
    void screenThatComesIsFrozenToo();
    void underAWindowManager();

  private:
    QList<QQuickWindow*> overlays() const;  // visible ones
    bool open(const RegionCapture::Mode& mode = {});
    bool opened() const { return !overlays().isEmpty(); }
    RegionChooser* chooserOf(const char* screen) const;
    QImage taken() const { return captured_->isEmpty() ? QImage() : captured_->last().at(0).value<QImage>(); }
    bool ended() const { return captured_->count() + cancelled_->count() + failed_->count() > 0; }

    std::unique_ptr<QQmlEngine> engine_;
    std::unique_ptr<RegionCapture> capture_;
    std::unique_ptr<QSignalSpy> captured_, cancelled_, failed_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<Hotkeys> hotkeys_;
    std::unique_ptr<QSignalSpy> activated_;
};

void CaptureX11Test::init() {
    if (session == nullptr) QSKIP("Xvfb, xdotool, xrandr or setxkbmap is not installed");
    qml_register_types_Sightline();
    engine_ = std::make_unique<QQmlEngine>();
    engine_->addImportPath(QStringLiteral("qrc:/qt/qml"));
    capture_ = std::make_unique<RegionCapture>(makeScreenGrabber(), *engine_);
    capture_->prepare();
    captured_ = std::make_unique<QSignalSpy>(capture_.get(), &RegionCapture::captured);
    cancelled_ = std::make_unique<QSignalSpy>(capture_.get(), &RegionCapture::cancelled);
    failed_ = std::make_unique<QSignalSpy>(capture_.get(), &RegionCapture::failed);
    folder_ = std::make_unique<QTemporaryDir>();
    settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
    hotkeys_ = std::make_unique<Hotkeys>(makeHotkeyBackend(), *settings_);
    activated_ = std::make_unique<QSignalSpy>(hotkeys_.get(), &Hotkeys::activated);
    hotkeys_->start();
    session->xdotool(QStringLiteral("mousemove 300 500"));
}

void CaptureX11Test::cleanup() {
    hotkeys_.reset();
    capture_.reset();
    engine_.reset();
}

QList<QQuickWindow*> CaptureX11Test::overlays() const {
    QList<QQuickWindow*> found;
    const auto windows = QGuiApplication::allWindows();
    for (QWindow* window : windows)
        if (window->isVisible() && window->objectName() == QLatin1String("captureOverlay"))
            found << qobject_cast<QQuickWindow*>(window);
    return found;
}

bool CaptureX11Test::open(const RegionCapture::Mode& mode) {
    captured_->clear();
    cancelled_->clear();
    failed_->clear();
    if (!capture_->start(mode)) return false;
    if (!QTest::qWaitFor([this] { return opened(); }, enough_ms)) return false;
    const auto windows = overlays();
    for (QQuickWindow* window : windows)
        if (!QTest::qWaitForWindowExposed(window)) return false;
    return QTest::qWaitFor([] { return !session->keyboardIsFree(); }, enough_ms);
}

RegionChooser* CaptureX11Test::chooserOf(const char* screen) const {
    const auto windows = overlays();
    for (QQuickWindow* window : windows)
        if (window->screen()->name() == QLatin1String(screen))
            return window->contentItem()
                ->childItems()
                .constFirst()
                ->property("chooser")
                .value<RegionChooser*>();
    return nullptr;
}

// ---- Keys
// -----------------------------------------------------------------------------------------------------------

void CaptureX11Test::keyCallsWhateverLocksAreOn_data() {
    QTest::addColumn<QStringList>("locks");
    QTest::newRow("none") << QStringList();
    QTest::newRow("NumLock") << QStringList{"Num_Lock"};
    QTest::newRow("CapsLock") << QStringList{"Caps_Lock"};
    QTest::newRow("both") << QStringList{"Num_Lock", "Caps_Lock"};
}

void CaptureX11Test::keyCallsWhateverLocksAreOn() {
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

void CaptureX11Test::otherModifiersDoNotCall() {
    session->xdotool("key ctrl+space");
    session->xdotool("key ctrl+alt+shift+space");
    session->xdotool("key alt+r");
    session->xdotool("key ctrl+alt+r");  // comes after them
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 1, enough_ms);
    QCOMPARE(activated_->first().first().toString(), "read");
}

void CaptureX11Test::heldKeyCallsOnce() {
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

void CaptureX11Test::keyOfAnotherProgramIsAConflict() {
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
    hotkeys_->start();
    QCOMPARE(hotkeys_->ask()->state(), HotkeyState::Bound);
    QVERIFY(hotkeys_->ask()->why().isEmpty());
}

void CaptureX11Test::layoutWithoutTheKeyIsAConflictUntilItComes() {
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

void CaptureX11Test::pausedKeysAreFree() {
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

// ---- Regions
// --------------------------------------------------------------------------------------------------------

void CaptureX11Test::draggedRegionIsExact_data() {
    QTest::addColumn<QRect>("region");  // in pixels of the desktop
    QTest::newRow("left monitor") << QRect(101, 203, 300, 177);
    QTest::newRow("right monitor") << QRect(903, 333, 250, 155);
    QTest::newRow("small") << QRect(400, 400, 12, 12);
    QTest::newRow("upper left corner") << QRect(0, 0, 60, 40);
    QTest::newRow("right monitor to its last pixel") << QRect(1300, 700, 300, 300);
    QTest::newRow("left monitor to its last pixel") << QRect(500, 800, 220, 200);
}

void CaptureX11Test::draggedRegionIsExact() {
    QFETCH(QRect, region);
    const QRect monitor = left.contains(region) ? left : right;
    QVERIFY(open());
    QCOMPARE(overlays().size(), 2);
    // The pointer stands on a pixel; only the last of a monitor means the edge behind it.
    const QPoint end(std::min(region.x() + region.width(), monitor.x() + monitor.width() - 1),
                     std::min(region.y() + region.height(), monitor.y() + monitor.height() - 1));
    QVERIFY(session->xdotool(QString("mousemove %1 %2 mousedown 1 mousemove %3 %4 mouseup 1")
                                 .arg(region.x())
                                 .arg(region.y())
                                 .arg(end.x())
                                 .arg(end.y())));
    QVERIFY(QTest::qWaitFor([this] { return ended(); }, enough_ms));
    QCOMPARE(captured_->count(), 1);
    QVERIFY(!opened());
    QCOMPARE(taken().size(), region.size());
    QCOMPARE(taken(), XSession::coded(region));
    QCOMPARE(captured_->first().at(2).value<QScreen*>()->name(), monitor == left ? "LEFT" : "RIGHT");
    const QRect place = captured_->first().at(1).toRect();
    const QScreen* screen = captured_->first().at(2).value<QScreen*>();
    QVERIFY(screen->geometry().contains(place));
    QVERIFY(std::abs(place.width() * screen->devicePixelRatio() - region.width()) <= 3);
}

void CaptureX11Test::regionByNumbersIsExact() {
    for (const QRect& region : {QRect(10, 20, 300, 200), QRect(900, 100, 77, 333), QRect(700, 5, 100, 90)}) {
        captured_->clear();
        QVERIFY(capture_->take(region));
        QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
        QCOMPARE(taken(), XSession::coded(region));
    }
    QVERIFY(capture_->take(QRect(5000, 5000, 10, 10)));
    QTRY_COMPARE_WITH_TIMEOUT(failed_->count(), 1, enough_ms);
    QVERIFY(!capture_->take(QRect()));
}

void CaptureX11Test::cancelLeavesNoTrace_data() {
    QTest::addColumn<QString>("how");
    QTest::newRow("Esc") << "key Escape";
    QTest::newRow("right button") << "click 3";
    QTest::newRow("Esc while dragging") << "mousedown 1 mousemove 500 600 key Escape mouseup 1";
    QTest::newRow("Esc with NumLock") << "key Num_Lock key Escape key Num_Lock";
}

void CaptureX11Test::cancelLeavesNoTrace() {
    QFETCH(QString, how);
    const xcb_window_t focus = session->focus();
    const QImage before = session->shown(QRect(0, 0, XSession::width, XSession::height));
    QVERIFY(open());
    QVERIFY(session->shown(left) != before.copy(left));
    QVERIFY(session->xdotool(how));
    QVERIFY(QTest::qWaitFor([this] { return ended(); }, enough_ms));
    QCOMPARE(cancelled_->count(), 1);
    QCOMPARE(captured_->count(), 0);
    QVERIFY(!capture_->active());
    QVERIFY(!opened());
    QVERIFY(QTest::qWaitFor([] { return session->keyboardIsFree(); }, enough_ms));
    QCOMPARE(session->focus(), focus);
    QTRY_COMPARE_WITH_TIMEOUT(session->shown(QRect(0, 0, XSession::width, XSession::height)), before,
                              enough_ms);
}

void CaptureX11Test::secondStartIsRefused() {
    QVERIFY(open());
    QVERIFY(!capture_->start({}));
    QVERIFY(!capture_->take(QRect(0, 0, 10, 10)));
    session->xdotool("key ctrl+alt+space");  // reaches the program also now
    QTRY_COMPARE_WITH_TIMEOUT(activated_->count(), 1, enough_ms);
    QCOMPARE(overlays().size(), 2);
    session->xdotool("key Escape");
    QTRY_COMPARE_WITH_TIMEOUT(cancelled_->count(), 1, enough_ms);
}

void CaptureX11Test::arrowsMoveAndResize() {
    QVERIFY(open({.quick = false}));
    session->xdotool("mousemove 100 200 mousedown 1 mousemove 300 300 mouseup 1");
    RegionChooser* chooser = chooserOf("LEFT");
    QVERIFY(chooser != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(chooser->hasSelection() && !chooser->dragging(), enough_ms);
    QCOMPARE(chooser->pixels(), QRect(100, 200, 200, 100));
    session->xdotool(
        "key Right key Right key Down key shift+Down key shift+Left key alt+Right key alt+shift+Up");
    const QRect wanted(92, 211, 201, 90);
    QTRY_COMPARE_WITH_TIMEOUT(chooser->pixels(), wanted, enough_ms);
    session->xdotool("key Return");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken(), XSession::coded(wanted));
}

void CaptureX11Test::edgesMoveBeforeItIsTaken() {
    QVERIFY(open());
    // Ctrl keeps a quick one for adjusting.
    session->xdotool("mousemove 100 200 mousedown 1 mousemove 300 300 keydown ctrl mouseup 1 keyup ctrl");
    RegionChooser* chooser = chooserOf("LEFT");
    QTRY_COMPARE_WITH_TIMEOUT(chooser->pixels(), QRect(100, 200, 200, 100), enough_ms);
    QCOMPARE(captured_->count(), 0);
    session->xdotool(
        "keydown ctrl mousemove 200 250 mousedown 1 mousemove 220 260 mouseup 1 keyup ctrl");  // inside:
                                                                                               // moves
    QTRY_COMPARE_WITH_TIMEOUT(chooser->pixels(), QRect(120, 210, 200, 100), enough_ms);
    session->xdotool(
        "mousemove 320 310 mousedown 1 mousemove 350 350 mouseup 1");  // a corner: resizes, and takes
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken(), XSession::coded(QRect(120, 210, 230, 140)));
}

void CaptureX11Test::clickSelectsTheWindow() {
    // Without a window manager: the windows of the root.
    const xcb_window_t window = xcb_generate_id(session->other());
    const uint32_t values[]{0xff0000};
    xcb_create_window(session->other(), 24, window, session->root(), 150, 250, 200, 120, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, XCB_CW_BACK_PIXEL, values);
    xcb_map_window(session->other(), window);
    session->focus();
    QVERIFY(windowRectangles().contains(QRect(150, 250, 200, 120)));
    QVERIFY(open());
    RegionChooser* chooser = chooserOf("LEFT");
    session->xdotool("mousemove 200 300 click 1");
    QTRY_COMPARE_WITH_TIMEOUT(chooser->pixels(), QRect(150, 250, 200, 120), enough_ms);
    QCOMPARE(captured_->count(), 0);  // a click never takes it
    session->xdotool("mousemove 500 800 click 1");
    QTRY_VERIFY_WITH_TIMEOUT(!chooser->hasSelection(), enough_ms);
    session->xdotool("mousemove 160 260 key space key Return");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    xcb_destroy_window(session->other(), window);
    session->focus();
    QImage red(200, 120, QImage::Format_RGB32);
    red.fill(Qt::red);
    QCOMPARE(taken(), red);
}

void CaptureX11Test::onePixelIsAClick() {
    QVERIFY(open());
    session->xdotool("mousemove 500 800 mousedown 1 mousemove 501 801 mouseup 1");
    session->xdotool("key Return");  // nothing to take
    session->xdotool("key Escape");
    QVERIFY(QTest::qWaitFor([this] { return ended(); }, enough_ms));
    QCOMPARE(cancelled_->count(), 1);
    QCOMPARE(captured_->count(), 0);
}

void CaptureX11Test::lastRegionAndScreen() {
    QVERIFY(open());
    session->xdotool("mousemove 900 300 mousedown 1 mousemove 1000 400 mouseup 1");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    const QImage first = taken();
    QVERIFY(open({.target = RegionCapture::Target::LastRegion}));
    session->xdotool("key Return");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken(), first);
    QVERIFY(open());
    session->xdotool("mousemove 1000 500 key ctrl+a key Return");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken(), XSession::coded(right));
    captured_->clear();
    QVERIFY(capture_->start({.target = RegionCapture::Target::Screen}));
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken(), XSession::coded(right));
}

void CaptureX11Test::delayedCaptureShowsWhatCameMeanwhile() {
    QVERIFY(open());
    session->xdotool("key ctrl+d");
    QTRY_VERIFY_WITH_TIMEOUT(!opened(), enough_ms);
    QVERIFY(capture_->active());
    QVERIFY(session->keyboardIsFree());
    const xcb_window_t window = xcb_generate_id(session->other());
    const uint32_t values[]{0x00ff00, 1};
    xcb_create_window(session->other(), 24, window, session->root(), 150, 250, 200, 120, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
    xcb_map_window(session->other(), window);
    session->focus();
    QTRY_VERIFY_WITH_TIMEOUT(opened(), enough_ms);
    xcb_destroy_window(session->other(), window);
    session->focus();
    session->xdotool("mousemove 160 260 mousedown 1 mousemove 200 300 mouseup 1");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken().pixelColor(5, 5), QColor(0, 255, 0));
}

void CaptureX11Test::menuThatHoldsTheKeyboard() {
    free(xcb_grab_keyboard_reply(session->other(),
                                 xcb_grab_keyboard(session->other(), 0, session->root(), XCB_CURRENT_TIME,
                                                   XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC),
                                 nullptr));
    QVERIFY(capture_->start({}));
    QTRY_COMPARE_WITH_TIMEOUT(overlays().size(), 2, enough_ms);
    xcb_ungrab_keyboard(session->other(), XCB_CURRENT_TIME);
    session->focus();
    QVERIFY(QTest::qWaitFor([] { return !session->keyboardIsFree(); }, enough_ms));
    session->xdotool("key Escape");
    QTRY_COMPARE_WITH_TIMEOUT(cancelled_->count(), 1, enough_ms);
}

void CaptureX11Test::screenThatGoesTakesItsOverlayAlong() {
    QVERIFY(open());
    QCOMPARE(overlays().size(), 2);
    session->setMonitors({});
    const bool gone = QTest::qWaitFor([this] { return overlays().size() == 1; }, enough_ms);
    session->xdotool("mousemove 101 203 mousedown 1 mousemove 200 300 mouseup 1");
    const bool taken_on_the_other = QTest::qWaitFor([this] { return captured_->count() == 1; }, enough_ms);
    session->setMonitors({"RIGHT"});
    QTRY_COMPARE_WITH_TIMEOUT(QGuiApplication::screens().size(), 2, enough_ms);
    QVERIFY(gone);
    QVERIFY(taken_on_the_other);
    QCOMPARE(taken(), XSession::coded(QRect(101, 203, 99, 97)));
}

void CaptureX11Test::screenThatComesIsFrozenToo() {
    session->setMonitors({});
    QTRY_COMPARE_WITH_TIMEOUT(QGuiApplication::screens().size(), 1, enough_ms);
    const bool opened_on_one = open() && overlays().size() == 1;
    session->setMonitors({"RIGHT"});
    const bool came = QTest::qWaitFor([this] { return overlays().size() == 2; }, enough_ms);
    QVERIFY(opened_on_one);
    QVERIFY(came);
    QVERIFY(chooserOf("RIGHT") != nullptr);
    session->xdotool("mousemove 903 333 mousedown 1 mousemove 1003 433 mouseup 1");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken(), XSession::coded(QRect(903, 333, 100, 100)));
}

void CaptureX11Test::underAWindowManager() {
    if (QStandardPaths::findExecutable("openbox").isEmpty()) QSKIP("openbox is not installed");
    QProcess manager;
    manager.start("openbox", {"--sm-disable"});
    QVERIFY(manager.waitForStarted());
    const xcb_window_t window = xcb_generate_id(session->other());
    const uint32_t values[]{0x0000ff};
    xcb_create_window(session->other(), 24, window, session->root(), 150, 250, 200, 120, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, XCB_CW_BACK_PIXEL, values);
    // Once the manager has framed it, it is in its list with a frame around it.
    QVERIFY(QTest::qWaitFor(
        [&] {
            xcb_map_window(session->other(), window);
            session->focus();
            const auto windows = windowRectangles();
            return windows.size() == 1 && windows.first().width() > 200 && windows.first().height() > 130;
        },
        enough_ms));
    const QRect frame = windowRectangles().first();
    const xcb_window_t focus = session->focus();
    QVERIFY(open());
    session->xdotool(
        QString("mousemove %1 %2 key space key Return").arg(frame.center().x()).arg(frame.center().y()));
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QCOMPARE(taken().size(), frame.size());
    QCOMPARE(taken().pixelColor(taken().rect().center()), QColor(0, 0, 255));
    QCOMPARE(session->focus(), focus);  // who was active stays so
    xcb_destroy_window(session->other(), window);
    session->focus();
    manager.terminate();
    manager.waitForFinished();
    session->paintDesktop();
}

}  // namespace sightline

int main(int argc, char** argv) {
    const QByteArray scales = qEnvironmentVariable("SIGHTLINE_TEST_SCALES", "1:1.5").toLatin1();
    sightline::testing::XSession session;
    if (session.start(scales.split(':').value(0), scales.split(':').value(1))) sightline::session = &session;
    sightline::prepareWindowing();
    if (sightline::session == nullptr) qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    sightline::dressApplication(application);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    sightline::CaptureX11Test test;
    return QTest::qExec(&test, argc, argv);
}

#include "capture_x11_test.moc"
