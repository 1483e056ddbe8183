// The overlay comes, freezes what is there and goes without a trace, on a real X server with two monitors of
// different scale. See capture_fixture.h.
#include <xcb/xcb.h>

#include <QGuiApplication>
#include <QProcess>
#include <QQuickWindow>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>

#include "app/capture/window_list.h"
#include "tests/ui/capture/capture_fixture.h"
#include "ui/capture/region_capture.h"
#include "ui/capture/region_chooser.h"

namespace sightline {

using testing::enough_ms;
using testing::XSession;

namespace {

const QRect left(0, 0, XSession::left_width, XSession::height);

QQuickWindow* countdown() {
    const auto windows = QGuiApplication::allWindows();
    for (QWindow* window : windows)
        if (window->isVisible() && window->objectName() == QLatin1String("captureCountdown"))
            return qobject_cast<QQuickWindow*>(window);
    return nullptr;
}

}  // namespace

class CaptureX11Test : public testing::CaptureFixture {
    Q_OBJECT

  private Q_SLOTS:
    void regionByNumbersIsExact();
    void picturesStayWhatTheyWere();
    void cancelLeavesNoTrace_data();
    void cancelLeavesNoTrace();
    void secondStartIsRefused();
    void delayedCaptureShowsWhatCameMeanwhile();
    void countdownIsSeenAndCancelled_data();
    void countdownIsSeenAndCancelled();
    void countdownIsNotInThePicture();
    void menuThatHoldsTheKeyboard();
    void screenThatGoesTakesItsOverlayAlong();
    void screenThatComesIsFrozenToo();
    void underAWindowManager();
};

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

// The memory that they are read into is used again.
void CaptureX11Test::picturesStayWhatTheyWere() {
    const std::unique_ptr<ScreenGrabber> grabber = makeScreenGrabber();
    QList<Shot> shots;
    connect(grabber.get(), &ScreenGrabber::grabbed, this,
            [&shots](const QList<Shot>& taken) { shots = taken; });
    grabber->grab();
    const QList<Shot> first = shots;
    QCOMPARE(first.size(), 2);
    QImage blue(XSession::width, XSession::height, QImage::Format_RGB32);
    blue.fill(Qt::blue);
    session->paintDesktop(blue);
    grabber->grab();
    const QList<Shot> second = shots;
    shots.clear();
    session->paintDesktop();
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(first[i].px, XSession::coded(first[i].deviceGeometry()));
        QCOMPARE(second[i].px, blue.copy(second[i].deviceGeometry()));
        QCOMPARE(first[i].px.pixel(0, 0) >> 24, 0xffU);
    }
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

void CaptureX11Test::countdownIsSeenAndCancelled_data() {
    QTest::addColumn<QString>("by");
    QTest::newRow("Esc") << QString("key Escape");
    QTest::newRow("click") << QString("click 1");
}

void CaptureX11Test::countdownIsSeenAndCancelled() {
    QFETCH(QString, by);
    const xcb_window_t focused = session->focus();
    // Longer than any test waits: what ends it is what was done.
    QVERIFY(capture_->start({.delay_seconds = 3'000}));
    QQuickWindow* shown = countdown();
    QVERIFY(shown);
    QVERIFY(QTest::qWaitForWindowExposed(shown));
    QVERIFY(shown->screen()->geometry().contains(shown->geometry()));
    QVERIFY(!opened() && session->keyboardIsFree());
    QCOMPARE(session->focus(), focused);  // a menu can be opened
    if (by.startsWith("click")) {
        // On the monitor at the origin, so that one factor makes pixels of it.
        QCOMPARE(shown->screen()->name(), QString("LEFT"));
        const QPoint middle = shown->geometry().center() * shown->devicePixelRatio();
        session->xdotool(QString("mousemove %1 %2").arg(middle.x()).arg(middle.y()));
    }
    session->xdotool(by);
    QTRY_COMPARE_WITH_TIMEOUT(cancelled_->count(), 1, enough_ms);
    QVERIFY(!countdown() && !capture_->active());
    // Esc is everybody's again.
    xcb_keycode_t escape = 9;
    auto* error = xcb_request_check(session->other(),
                                    xcb_grab_key_checked(session->other(), 1, session->root(), 0, escape,
                                                         XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC));
    xcb_ungrab_key(session->other(), XCB_GRAB_ANY, session->root(), XCB_MOD_MASK_ANY);
    QVERIFY(error == nullptr);
    session->xdotool("mousemove 300 500");
}

void CaptureX11Test::countdownIsNotInThePicture() {
    QVERIFY(capture_->start({.target = RegionCapture::Target::Screen, .delay_seconds = 1}));
    QVERIFY(countdown());
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    QVERIFY(!countdown());
    QVERIFY(taken() == XSession::coded(QRect(0, 0, XSession::left_width, XSession::height)));
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
    return sightline::testing::onTwoMonitors(argc, argv, [&] {
        sightline::CaptureX11Test test;
        return QTest::qExec(&test, argc, argv);
    });
}

#include "capture_x11_test.moc"
