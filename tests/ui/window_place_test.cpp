// What of the window is folded or open is so again at the next start, also after a kill.
#include <QGuiApplication>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "ui/window_place.h"
#include "window_fixture.h"

using namespace sightline;

class WindowPlaceTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<WindowFixture> window_;

    WindowFixture& start(int width) {
        window_.reset();
        settings_ = std::make_unique<Settings>(folder_.filePath("panels.ini"));
        window_ = std::make_unique<WindowFixture>(false, WindowFixture::withSample(), std::filesystem::path(),
                                                  folder_.filePath("history"));
        window_->view().resize(width, 800);
        if (!QTest::qWaitFor([this, width] { return window_->view().width() == width; }))
            qFatal("the window does not get its size");
        new RememberedPanels(window_->view(), *settings_);
        return *window_;
    }
    WindowPanels stored() {
        settings_->sync();
        return Settings(folder_.filePath("panels.ini")).windowPanels();
    }

  private Q_SLOTS:
    void initTestCase() { dressApplication(*qGuiApp, QStringLiteral("en")); }

    void panelsComeBack() {
        WindowFixture& w = start(1300);
        QTRY_VERIFY(w.item("sidebar"));
        QVERIFY(!w.item("parameterPanel"));
        w.key(Qt::Key_B, Qt::ControlModifier);
        w.key(Qt::Key_F9);
        w.key(Qt::Key_F12);
        QTRY_VERIFY(w.item("logDrawer"));
        // At once, not at the end.
        QCOMPARE(stored(), (WindowPanels{true, true, true}));
        WindowFixture& again = start(1300);
        QTRY_VERIFY(again.item("parameterPanel"));
        QVERIFY(again.item("logDrawer"));
        QVERIFY(!again.item("sidebar"));
        again.key(Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(again.item("sidebar"));
        QCOMPARE(stored(), (WindowPanels{false, true, true}));
    }

    void noSheetIsOpenAtTheStart() {
        WindowFixture& w = start(800);
        QVERIFY(!w.item("parameterPanel"));  // although it was open in a wide window
        w.key(Qt::Key_F9);
        QTRY_VERIFY(w.item("parameterPanel"));
        w.key(Qt::Key_F9);
        QTRY_VERIFY(!w.item("parameterPanel"));
        QVERIFY(stored().parameters_open);  // of the wide window
    }
};

QTEST_MAIN(WindowPlaceTest)
#include "window_place_test.moc"
