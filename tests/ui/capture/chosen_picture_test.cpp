// RegionCapture where the desktop's own dialog gives one picture, as in a Wayland session. The dialog is
// played; portal_test has the portal behind it.
#include <QGuiApplication>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "ui/capture/region_capture.h"
#include "ui/window.h"

extern void qml_register_types_Sightline();

namespace sightline {

namespace {

class Dialog : public ScreenGrabber {
  public:
    void grab() override { ++asked; }
    void cancel() override { ++withdrawn; }
    bool choosesRegion() const override { return true; }
    void answer(const QImage& picture) { Q_EMIT grabbed({Shot{picture, {}, {}, 1}}); }
    int asked = 0, withdrawn = 0;
};

QImage coded(const QRect& part) {
    QImage picture(part.size(), QImage::Format_RGB32);
    for (int y = 0; y < part.height(); ++y)
        for (int x = 0; x < part.width(); ++x)
            picture.setPixel(x, y, qRgb((part.x() + x) & 0xff, (part.y() + y) & 0xff, (part.x() + x) >> 8));
    return picture;
}

}  // namespace

class ChosenPictureTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();
    void regionIsTakenAsItIs();
    void wholeScreenIsChosenFrom();
    void wholeScreenMayBeWanted();
    void escapeLeavesTheWindow();
    void dialogThatEndsOtherwise();
    void silentDialogCanBeCancelled();

  private:
    QQuickWindow* window() const {
        const auto windows = QGuiApplication::allWindows();
        for (QWindow* one : windows)
            if (one->isVisible()) return qobject_cast<QQuickWindow*>(one);
        return nullptr;
    }
    void ask(const RegionCapture::Mode& mode = {}) {
        QVERIFY(capture_->start(mode));
        QTRY_COMPARE(dialog_->asked, 1);
    }
    int ends() const { return captured_->count() + cancelled_->count() + failed_->count(); }

    std::unique_ptr<QQmlEngine> engine_;
    Dialog* dialog_ = nullptr;
    std::unique_ptr<RegionCapture> capture_;
    std::unique_ptr<QSignalSpy> captured_, cancelled_, failed_;
};

void ChosenPictureTest::init() {
    qml_register_types_Sightline();
    engine_ = std::make_unique<QQmlEngine>();
    engine_->addImportPath("qrc:/qt/qml");
    auto dialog = std::make_unique<Dialog>();
    dialog_ = dialog.get();
    capture_ = std::make_unique<RegionCapture>(std::move(dialog), *engine_);
    capture_->prepare();
    captured_ = std::make_unique<QSignalSpy>(capture_.get(), &RegionCapture::captured);
    cancelled_ = std::make_unique<QSignalSpy>(capture_.get(), &RegionCapture::cancelled);
    failed_ = std::make_unique<QSignalSpy>(capture_.get(), &RegionCapture::failed);
}

void ChosenPictureTest::cleanup() {
    capture_.reset();
    engine_.reset();
}

void ChosenPictureTest::regionIsTakenAsItIs() {
    ask();
    dialog_->answer(coded(QRect(0, 0, 123, 45)));
    QCOMPARE(captured_->count(), 1);
    QCOMPARE(captured_->first().first().value<QImage>(), coded(QRect(0, 0, 123, 45)));
    QVERIFY(captured_->first().at(1).toRect().isEmpty());
    QVERIFY(window() == nullptr);
    QVERIFY(!capture_->active());
}

void ChosenPictureTest::wholeScreenIsChosenFrom() {
    const QSize size = QGuiApplication::primaryScreen()->size();
    ask();
    dialog_->answer(coded(QRect(QPoint(), size)));
    QVERIFY(window() != nullptr && QTest::qWaitForWindowExposed(window()));
    QCOMPARE(ends(), 0);
    QTRY_COMPARE(window()->size(), size);
    QTest::mousePress(window(), Qt::LeftButton, {}, QPoint(101, 203));
    QTest::mouseMove(window(), QPoint(201, 253));
    QTest::mouseRelease(window(), Qt::LeftButton, {}, QPoint(201, 253));
    QTRY_COMPARE(captured_->count(), 1);
    QCOMPARE(captured_->first().first().value<QImage>(), coded(QRect(101, 203, 100, 50)));
    QVERIFY(window() == nullptr);
}

void ChosenPictureTest::wholeScreenMayBeWanted() {
    const QSize size = QGuiApplication::primaryScreen()->size();
    ask({.target = RegionCapture::Target::Screen});
    dialog_->answer(coded(QRect(QPoint(), size)));
    QCOMPARE(captured_->count(), 1);
    QCOMPARE(captured_->first().first().value<QImage>().size(), size);
}

void ChosenPictureTest::escapeLeavesTheWindow() {
    ask();
    dialog_->answer(coded(QRect(QPoint(), QGuiApplication::primaryScreen()->size())));
    QVERIFY(window() != nullptr && QTest::qWaitForWindowExposed(window()));
    QTest::keyClick(window(), Qt::Key_Escape);
    QTRY_COMPARE(cancelled_->count(), 1);
    QVERIFY(window() == nullptr);
    QCOMPARE(ends(), 1);
}

void ChosenPictureTest::dialogThatEndsOtherwise() {
    ask();
    Q_EMIT dialog_->cancelled();
    QCOMPARE(cancelled_->count(), 1);
    QVERIFY(capture_->start({}));
    QTRY_COMPARE(dialog_->asked, 2);
    Q_EMIT dialog_->failed("Not allowed.");
    QCOMPARE(failed_->count(), 1);
    QCOMPARE(failed_->first().first().toString(), "Not allowed.");
    QVERIFY(!capture_->active());
}

void ChosenPictureTest::silentDialogCanBeCancelled() {
    ask();
    QVERIFY(!capture_->start({}));
    capture_->cancel();
    QCOMPARE(cancelled_->count(), 1);
    QVERIFY(dialog_->withdrawn > 0);
    dialog_->answer(coded(QRect(0, 0, 10, 10)));  // too late
    QCOMPARE(ends(), 1);
}

}  // namespace sightline

int main(int argc, char** argv) {
    sightline::prepareWindowing();
    QGuiApplication application(argc, argv);
    sightline::dressApplication(application);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    sightline::ChosenPictureTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "chosen_picture_test.moc"
