// What is selected by dragging, clicking and keys is exactly what is taken, on monitors of different scale.
// See capture_fixture.h.
#include <xcb/xcb.h>

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
const QRect right(XSession::left_width, 0, XSession::width - XSession::left_width, XSession::height);

}  // namespace

class SelectionX11Test : public testing::CaptureFixture {
    Q_OBJECT

  private Q_SLOTS:
    void draggedRegionIsExact_data();
    void draggedRegionIsExact();
    void arrowsMoveAndResize();
    void edgesMoveBeforeItIsTaken();
    void clickSelectsTheWindow();
    void onePixelIsAClick();
    void lastRegionAndScreen();
};

void SelectionX11Test::draggedRegionIsExact_data() {
    QTest::addColumn<QRect>("region");  // in pixels of the desktop
    QTest::newRow("left monitor") << QRect(101, 203, 300, 177);
    QTest::newRow("right monitor") << QRect(903, 333, 250, 155);
    QTest::newRow("small") << QRect(400, 400, 12, 12);
    QTest::newRow("upper left corner") << QRect(0, 0, 60, 40);
    QTest::newRow("right monitor to its last pixel") << QRect(1300, 700, 300, 300);
    QTest::newRow("left monitor to its last pixel") << QRect(500, 800, 220, 200);
}

void SelectionX11Test::draggedRegionIsExact() {
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

void SelectionX11Test::arrowsMoveAndResize() {
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

void SelectionX11Test::edgesMoveBeforeItIsTaken() {
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

void SelectionX11Test::clickSelectsTheWindow() {
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
    session->xdotool("mousemove 500 800 click 1");
    QTRY_VERIFY_WITH_TIMEOUT(!chooser->hasSelection(), enough_ms);
    QCOMPARE(captured_->count(), 0);  // a click never takes it
    QVERIFY(opened());
    session->xdotool("mousemove 160 260 key space key Return");
    QTRY_COMPARE_WITH_TIMEOUT(captured_->count(), 1, enough_ms);
    xcb_destroy_window(session->other(), window);
    session->focus();
    QImage red(200, 120, QImage::Format_RGB32);
    red.fill(Qt::red);
    QCOMPARE(taken(), red);
}

void SelectionX11Test::onePixelIsAClick() {
    QVERIFY(open());
    session->xdotool("mousemove 500 800 mousedown 1 mousemove 501 801 mouseup 1");
    session->xdotool("key Return");  // nothing to take
    session->xdotool("key Escape");
    QVERIFY(QTest::qWaitFor([this] { return ended(); }, enough_ms));
    QCOMPARE(cancelled_->count(), 1);
    QCOMPARE(captured_->count(), 0);
}

void SelectionX11Test::lastRegionAndScreen() {
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

}  // namespace sightline

int main(int argc, char** argv) {
    return sightline::testing::onTwoMonitors(argc, argv, [&] {
        sightline::SelectionX11Test test;
        return QTest::qExec(&test, argc, argv);
    });
}

#include "selection_x11_test.moc"
