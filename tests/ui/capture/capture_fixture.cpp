#include "tests/ui/capture/capture_fixture.h"

#include <QGuiApplication>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QScreen>
#include <QTest>

#include "app/capture/hotkey.h"
#include "app/settings/settings.h"
#include "ui/capture/region_chooser.h"
#include "ui/window.h"

extern void qml_register_types_Sightline();

namespace sightline::testing {

XSession* CaptureFixture::session = nullptr;
QString CaptureFixture::why_not;

CaptureFixture::CaptureFixture() = default;
CaptureFixture::~CaptureFixture() = default;

void CaptureFixture::init() {
    if (session == nullptr) QSKIP(qPrintable(why_not));
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

void CaptureFixture::cleanup() {
    hotkeys_.reset();
    capture_.reset();
    engine_.reset();
}

QList<QQuickWindow*> CaptureFixture::overlays() const {
    QList<QQuickWindow*> found;
    const auto windows = QGuiApplication::allWindows();
    for (QWindow* window : windows)
        if (window->isVisible() && window->objectName() == QLatin1String("captureOverlay"))
            found << qobject_cast<QQuickWindow*>(window);
    return found;
}

bool CaptureFixture::open(const RegionCapture::Mode& mode) {
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

RegionChooser* CaptureFixture::chooserOf(const char* screen) const {
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

int onTwoMonitors(int& argc, char** argv, const std::function<int()>& tests) {
    const QByteArray scales = qEnvironmentVariable("SIGHTLINE_TEST_SCALES", "1:1.5").toLatin1();
    XSession session;
    CaptureFixture::why_not = session.start(scales.split(':').value(0), scales.split(':').value(1));
    if (CaptureFixture::why_not.isEmpty())
        CaptureFixture::session = &session;
    else
        qputenv("QT_QPA_PLATFORM", "offscreen");
    prepareWindowing();
    QGuiApplication application(argc, argv);
    dressApplication(application);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    const int result = tests();
    CaptureFixture::session = nullptr;
    return result;
}

}  // namespace sightline::testing
