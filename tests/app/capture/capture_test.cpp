// What needs no desktop: which pixels a selection means, how it moves, and how keys are named and chosen.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/capture/hotkey.h"
#include "app/capture/key_names.h"
#include "app/capture/region_selection.h"
#include "app/capture/screen_capture.h"
#include "app/settings/settings.h"

namespace sightline {

namespace {

QImage coded(const QRect& part) {
    QImage picture(part.size(), QImage::Format_RGB32);
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x)
            picture.setPixel(x, y,
                             qRgb((part.x() + x) & 0xff, (part.y() + y) & 0xff,
                                  ((part.x() + x) >> 8) | (((part.y() + y) >> 8) << 4)));
    return picture;
}

// Says what a test tells it to.
class ScriptedKeys : public HotkeyBackend {
  public:
    void bind(const QString& id, const QKeySequence& sequence, const QString&) override {
        bound[id] = sequence;
        Q_EMIT stateChanged(id, answer,
                            answer == HotkeyState::Bound ? QString() : QStringLiteral("Because."));
    }
    void unbind(const QString& id) override { bound.remove(id); }
    QMap<QString, QKeySequence> bound;
    HotkeyState answer = HotkeyState::Bound;
};

}  // namespace

class CaptureTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void cropIsExactAtEveryScale_data();
    void cropIsExactAtEveryScale();
    void cropStaysInside();
    void lastUnitIsTheEdge();
    void desktopIsPutTogether();

    void selectionIsMade();
    void selectionMovesAndStopsAtTheEdge();
    void sidesAreTakenHoldOf();
    void sideCrossesItsOpposite();
    void clickLeavesWhatWasThere();

    void keysHaveNames_data();
    void keysHaveNames();
    void waysToKeys_data();
    void waysToKeys();
    void faultsOfKeys_data();
    void faultsOfKeys();
    void keysAreKept();
    void recorderTakesWholeKeysOnly();
    void conflictIsSaidWithAdvice();
};

void CaptureTest::cropIsExactAtEveryScale_data() {
    QTest::addColumn<double>("scale");
    QTest::addColumn<QSize>("screen");  // in pixels
    for (const double scale : {1.0, 1.25, 1.5, 2.0})
        for (const QSize& size : {QSize(1600, 1000), QSize(1366, 768), QSize(1920, 1080)})
            QTest::addRow("%d %% of %d", int(scale * 100), size.width()) << scale << size;
}

void CaptureTest::cropIsExactAtEveryScale() {
    QFETCH(double, scale);
    QFETCH(QSize, screen);
    // As Qt makes it: whole units, so image by widget is not quite the scale.
    const QSize widget(qRound(screen.width() / scale), qRound(screen.height() / scale));
    const QImage picture = coded(QRect(QPoint(), screen));
    for (const QRect& wanted :
         {QRect(0, 0, 1, 1), QRect(1, 1, 33, 17), QRect(333, 217, 300, 201),
          QRect(screen.width() - 91, screen.height() - 77, 91, 77), QRect(QPoint(), screen)}) {
        const QRectF selection = widgetRectangle(wanted, widget, screen);
        const QRect pixels = cropPixels(selection, widget, screen);
        QCOMPARE(pixels, wanted);
        QCOMPARE(picture.copy(pixels), coded(wanted));
        // A pointer whose place was rounded on its way means the same pixel.
        QCOMPARE(cropPixels(selection.translated(0.2 / scale, -0.2 / scale), widget, screen).topLeft(),
                 wanted.topLeft());
    }
}

void CaptureTest::cropStaysInside() {
    const QSize widget(100, 50), image(150, 75);
    QCOMPARE(cropPixels(QRectF(-10, -10, 1000, 1000), widget, image), QRect(0, 0, 150, 75));
    QCOMPARE(cropPixels(QRectF(90, 40, -20, -20), widget, image),
             QRect(105, 30, 30, 30));  // dragged backwards
    QCOMPARE(cropPixels(QRectF(200, 10, 10, 10), widget, image), QRect());
    QCOMPARE(cropPixels(QRectF(10, 10, 0.1, 0.1), widget, image).size(), QSize(1, 1));
    QCOMPARE(cropPixels(QRectF(100, 50, 0, 0), widget, image), QRect(149, 74, 1, 1));
    QCOMPARE(cropPixels(QRectF(10, 10, 10, 10), QSize(), image), QRect());
    QCOMPARE(cropPixels(QRectF(10, 10, 10, 10), widget, QSize()), QRect());
}

void CaptureTest::lastUnitIsTheEdge() {
    const QSize widget(800, 500), image(1600, 1000);
    QCOMPARE(cornerAt(QPointF(0, 0), widget, image), QPoint(0, 0));
    QCOMPARE(cornerAt(QPointF(798, 10), widget, image), QPoint(1596, 20));
    QCOMPARE(cornerAt(QPointF(799, 499), widget, image), QPoint(1600, 1000));
    QCOMPARE(cornerAt(QPointF(-5, 600), widget, image), QPoint(0, 1000));
}

void CaptureTest::desktopIsPutTogether() {
    // Two screens side by side, the second one lower and at 150 %.
    const QList<Shot> shots{{coded(QRect(0, 0, 200, 100)), "A", QRect(0, 0, 200, 100), 1},
                            {coded(QRect(200, 30, 150, 90)), "B", QRect(200, 30, 100, 60), 1.5}};
    QCOMPARE(cropDesktop(shots, QRect(210, 40, 20, 20)), coded(QRect(210, 40, 20, 20)));
    const QImage both = cropDesktop(shots, QRect(150, 20, 100, 40));
    QCOMPARE(both.copy(0, 0, 50, 40), coded(QRect(150, 20, 50, 40)));
    QCOMPARE(both.copy(50, 10, 50, 30), coded(QRect(200, 30, 50, 30)));
    QCOMPARE(both.pixelColor(60, 5), QColor(Qt::black));
    QVERIFY(cropDesktop(shots, QRect(1000, 1000, 10, 10)).isNull());
}

void CaptureTest::selectionIsMade() {
    RegionSelection selection(QSize(400, 300));
    selection.press(QPoint(100, 100), 8);
    selection.drag(QPoint(50, 160));
    QCOMPARE(selection.rectangle(), QRect(50, 100, 50, 60));
    selection.drag(QPoint(500, 500));
    QCOMPARE(selection.rectangle(), QRect(100, 100, 300, 200));
    QVERIFY(selection.release(3));
    QVERIFY(!selection.dragging());
}

void CaptureTest::selectionMovesAndStopsAtTheEdge() {
    RegionSelection selection(QSize(400, 300));
    selection.set(QRect(100, 100, 50, 60));
    selection.press(QPoint(125, 130), 8);
    selection.drag(QPoint(135, 120));
    QVERIFY(selection.release(3));
    QCOMPARE(selection.rectangle(), QRect(110, 90, 50, 60));
    selection.moveBy(-1'000, 1'000);
    QCOMPARE(selection.rectangle(), QRect(0, 240, 50, 60));
    selection.resizeBy(-1'000, 1'000);
    QCOMPARE(selection.rectangle(), QRect(0, 240, 1, 60));
}

void CaptureTest::sidesAreTakenHoldOf() {
    RegionSelection selection(QSize(400, 300));
    selection.set(QRect(100, 100, 50, 60));
    using Grip = RegionSelection::Grip;
    QCOMPARE(selection.gripAt(QPoint(97, 130), 8), (Grip{.left = true}));
    QCOMPARE(selection.gripAt(QPoint(155, 163), 8), (Grip{.right = true, .bottom = true}));
    QCOMPARE(selection.gripAt(QPoint(125, 130), 8), (Grip{.inside = true}));
    QVERIFY(!selection.gripAt(QPoint(170, 130), 8).any());
    // Of a narrow one the nearer side, so that both can be had.
    selection.set(QRect(100, 100, 6, 60));
    QCOMPARE(selection.gripAt(QPoint(101, 130), 8), (Grip{.left = true}));
    QCOMPARE(selection.gripAt(QPoint(105, 130), 8), (Grip{.right = true}));
}

void CaptureTest::sideCrossesItsOpposite() {
    RegionSelection selection(QSize(400, 300));
    selection.set(QRect(100, 100, 50, 60));
    selection.press(QPoint(150, 130), 8);
    selection.drag(QPoint(70, 130));
    QVERIFY(selection.release(3));
    QCOMPARE(selection.rectangle(), QRect(70, 100, 30, 60));
    selection.press(QPoint(70, 130), 8);
    selection.drag(QPoint(100, 130));
    QCOMPARE(selection.rectangle().width(), 1);
}

void CaptureTest::clickLeavesWhatWasThere() {
    RegionSelection selection(QSize(400, 300));
    selection.set(QRect(100, 100, 50, 60));
    selection.press(QPoint(300, 200), 8);
    selection.drag(QPoint(301, 201));
    QVERIFY(!selection.release(3));
    QCOMPARE(selection.rectangle(), QRect(100, 100, 50, 60));
}

void CaptureTest::keysHaveNames_data() {
    QTest::addColumn<QString>("keys");
    QTest::addColumn<QString>("portal");
    QTest::addColumn<QString>("gtk");
    QTest::newRow("space") << "Ctrl+Alt+Space"
                           << "CTRL+ALT+space"
                           << "<Control><Alt>space";
    QTest::newRow("letter") << "Meta+Shift+R"
                            << "SHIFT+LOGO+r"
                            << "<Shift><Super>r";
    QTest::newRow("function") << "F12"
                              << "F12"
                              << "F12";
    QTest::newRow("print") << "Shift+Print"
                           << "SHIFT+Print"
                           << "<Shift>Print";
    QTest::newRow("page") << "Ctrl+PgDown"
                          << "CTRL+Next"
                          << "<Control>Next";
    QTest::newRow("sign") << "Ctrl+Alt+/"
                          << "CTRL+ALT+slash"
                          << "<Control><Alt>slash";
    QTest::newRow("cyrillic") << QString("Ctrl+Alt+Ж") << "CTRL+ALT+Cyrillic_zhe"
                              << "<Control><Alt>Cyrillic_zhe";
    QTest::newRow("none") << ""
                          << ""
                          << "";
}

void CaptureTest::keysHaveNames() {
    QFETCH(QString, keys);
    QFETCH(QString, portal);
    QFETCH(QString, gtk);
    const auto sequence = QKeySequence::fromString(keys, QKeySequence::PortableText);
    QCOMPARE(portalTrigger(sequence), portal);
    QCOMPARE(gtkAccelerator(sequence), gtk);
}

void CaptureTest::waysToKeys_data() {
    QTest::addColumn<QString>("session");
    QTest::addColumn<bool>("wayland");
    QTest::addColumn<QString>("platform");
    QTest::addColumn<int>("way");
    QTest::newRow("X11") << "x11" << false << "xcb" << int(HotkeyWay::X11);
    QTest::newRow("X11, not said") << "" << false << "xcb" << int(HotkeyWay::X11);
    QTest::newRow("text console") << "tty" << false << "xcb" << int(HotkeyWay::X11);
    QTest::newRow("Wayland") << "wayland" << true << "wayland" << int(HotkeyWay::Portal);
    QTest::newRow("XWayland") << "wayland" << true << "xcb" << int(HotkeyWay::Portal);
    QTest::newRow("XWayland, the display not handed on")
        << "wayland" << false << "xcb" << int(HotkeyWay::Portal);
    QTest::newRow("XWayland, not said") << "tty" << true << "xcb" << int(HotkeyWay::Portal);
    QTest::newRow("an X server inside") << "x11" << true << "xcb" << int(HotkeyWay::X11);
    QTest::newRow("no desktop") << "" << false << "offscreen" << int(HotkeyWay::None);
}

void CaptureTest::waysToKeys() {
    QFETCH(QString, session);
    QFETCH(bool, wayland);
    QFETCH(QString, platform);
    QFETCH(int, way);
    QCOMPARE(int(hotkeyWay(session, wayland, platform)), way);
}

void CaptureTest::faultsOfKeys_data() {
    QTest::addColumn<QString>("keys");
    QTest::addColumn<bool>("fine");
    QTest::newRow("usual") << "Ctrl+Alt+Space" << true;
    QTest::newRow("print alone") << "Print" << true;
    QTest::newRow("function alone") << "F9" << true;
    QTest::newRow("super") << "Meta+S" << true;
    QTest::newRow("letter") << "S" << false;
    QTest::newRow("shift and letter") << "Shift+S" << false;
    QTest::newRow("copy") << "Ctrl+C" << false;
    QTest::newRow("two") << "Ctrl+Alt+A, Ctrl+Alt+B" << false;
    QTest::newRow("nothing") << "" << false;
}

void CaptureTest::faultsOfKeys() {
    QFETCH(QString, keys);
    QFETCH(bool, fine);
    QCOMPARE(Hotkeys::fault(QKeySequence::fromString(keys, QKeySequence::PortableText)).isEmpty(), fine);
}

void CaptureTest::keysAreKept() {
    QTemporaryDir folder;
    const QString file = folder.filePath("settings.ini");
    {
        Settings settings(file);
        Hotkeys hotkeys(std::make_unique<ScriptedKeys>(), settings);
        hotkeys.start();
        QVERIFY(hotkeys.ask()->isDefault());
        QVERIFY(hotkeys.set("ask", QKeySequence("Ctrl+Alt+A")));
        hotkeys.clear("read");
        QCOMPARE(hotkeys.read()->stateName(), "unset");
    }
    Settings settings(file);
    auto owned = std::make_unique<ScriptedKeys>();
    ScriptedKeys* keys = owned.get();
    Hotkeys hotkeys(std::move(owned), settings);
    hotkeys.start();
    QCOMPARE(keys->bound.value("ask"), QKeySequence("Ctrl+Alt+A"));
    QVERIFY(!keys->bound.contains("read"));
    hotkeys.reset("read");
    QVERIFY(keys->bound.contains("read"));
    QVERIFY(!settings.hotkey("read").has_value());
    // Edited into nonsense: the one that it comes with.
    settings.setHotkey("ask", QString("S"));
    Hotkeys again(std::make_unique<ScriptedKeys>(), settings);
    QVERIFY(again.ask()->isDefault());
}

void CaptureTest::recorderTakesWholeKeysOnly() {
    QTemporaryDir folder;
    Settings settings(folder.filePath("settings.ini"));
    auto owned = std::make_unique<ScriptedKeys>();
    ScriptedKeys* keys = owned.get();
    Hotkeys hotkeys(std::move(owned), settings);
    QSignalSpy refused(&hotkeys, &Hotkeys::refused);
    hotkeys.start();
    hotkeys.pause();
    QVERIFY(keys->bound.isEmpty());
    QVERIFY(!hotkeys.record("ask", Qt::Key_Control, Qt::ControlModifier));
    QVERIFY(!hotkeys.record("ask", Qt::Key_Alt, int(Qt::ControlModifier | Qt::AltModifier)));
    QCOMPARE(refused.count(), 0);  // not yet a key
    QVERIFY(!hotkeys.record("ask", Qt::Key_Q, Qt::ShiftModifier));
    QVERIFY(!hotkeys.record("ask", Qt::Key_R, int(Qt::ControlModifier | Qt::AltModifier)));
    QCOMPARE(refused.count(), 2);
    QVERIFY2(refused.last().at(1).toString().contains(hotkeys.read()->description()),
             qPrintable(refused.last().at(1).toString()));
    QVERIFY(hotkeys.record("ask", Qt::Key_Backtab,
                           int(Qt::ControlModifier | Qt::ShiftModifier | Qt::KeypadModifier)));
    QCOMPARE(hotkeys.ask()->sequence(), QKeySequence("Ctrl+Shift+Tab"));
    QVERIFY(keys->bound.isEmpty());
    hotkeys.resume();
    QCOMPARE(keys->bound.value("ask"), QKeySequence("Ctrl+Shift+Tab"));
    QVERIFY(keys->bound.contains("read"));
}

void CaptureTest::conflictIsSaidWithAdvice() {
    QTemporaryDir folder;
    Settings settings(folder.filePath("settings.ini"));
    auto owned = std::make_unique<ScriptedKeys>();
    ScriptedKeys* keys = owned.get();
    keys->answer = HotkeyState::Conflict;
    Hotkeys hotkeys(std::move(owned), settings);
    hotkeys.start();
    QCOMPARE(hotkeys.ask()->stateName(), "conflict");
    QCOMPARE(hotkeys.ask()->why(), "Because.");
    QVERIFY(!hotkeys.ask()->advice().isEmpty());
    keys->answer = HotkeyState::Bound;
    QVERIFY(hotkeys.set("ask", QKeySequence("Ctrl+Alt+A")));
    QCOMPARE(hotkeys.ask()->stateName(), "bound");
    QVERIFY(hotkeys.ask()->advice().isEmpty());
}

}  // namespace sightline

QTEST_MAIN(sightline::CaptureTest)
#include "capture_test.moc"
