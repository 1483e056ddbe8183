#include "ui/capture/overlay_window.h"

#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QScreen>
#include <QVariant>

#include "inference/error.h"

namespace sightline {

namespace {

constexpr int keyboard_tries = 60;
constexpr int keyboard_pause_ms = 50;

}  // namespace

OverlayWindow::OverlayWindow(QQmlEngine& engine, Kind kind, QScreen& screen)
    : QQuickView(&engine, nullptr), kind_(kind) {
    setObjectName(QStringLiteral("captureOverlay"));
    setTitle(tr("Choose a region"));
    setColor(Qt::black);
    setResizeMode(SizeRootObjectToView);
    if (kind == Kind::Overlay)
        setFlags(Qt::Tool | Qt::FramelessWindowHint | Qt::WindowStaysOnTopHint | Qt::BypassWindowManagerHint |
                 Qt::NoDropShadowWindowHint);
    setScreen(&screen);
    setGeometry(screen.geometry());
    // The picture and what was drawn of it need not outlive a capture, the rest is what makes the next one
    // fast.
    setPersistentSceneGraph(true);
    setPersistentGraphics(true);
    setInitialProperties({{QStringLiteral("chooser"), QVariant::fromValue(&chooser_)}});
    setSource(QUrl(QStringLiteral("qrc:/qt/qml/Sightline/RegionOverlay.qml")));
    if (rootObject() == nullptr) throw sightline::Error(ErrorKind::internal, "the overlay's QML could not be loaded");
    connect(&chooser_, &RegionChooser::changed, this, [this] { setCursor(chooser_.cursor()); });
    keyboard_.setInterval(keyboard_pause_ms);
    connect(&keyboard_, &QTimer::timeout, this, [this] {
        if (setKeyboardGrabEnabled(true) || ++tries_ >= keyboard_tries) keyboard_.stop();
    });
}

OverlayWindow::~OverlayWindow() {
    delete rootObject();  // which looks at the chooser to its end
}

void OverlayWindow::freeze(const RegionChooser::Scene& scene) {
    picture_ = scene.picture.size();
    if (kind_ == Kind::Overlay) setGeometry(screen()->geometry());
    chooser_.begin(scene);
    place();
    if (kind_ == Kind::Overlay)
        show();
    else
        showFullScreen();
}

void OverlayWindow::thaw() {
    keyboard_.stop();
    setKeyboardGrabEnabled(false);
    hide();
    chooser_.end();
}

void OverlayWindow::takeKeyboard() {
    if (kind_ == Kind::Window || QGuiApplication::platformName() != QLatin1String("xcb")) {
        requestActivate();
        return;
    }
    tries_ = 0;
    if (!setKeyboardGrabEnabled(true)) keyboard_.start();
}

void OverlayWindow::place() {
    QRectF area = QRect(QPoint(), size());
    if (kind_ == Kind::Window && !picture_.isEmpty()) {
        // No larger than it is, in the pixels of the screen.
        QSizeF fitting = QSizeF(picture_) / effectiveDevicePixelRatio();
        if (fitting.width() > area.width() || fitting.height() > area.height())
            fitting.scale(area.size(), Qt::KeepAspectRatio);
        // Whole units, as the chooser counts them.
        fitting = QSizeF(fitting.toSize());
        area = QRectF(QPointF(qRound((area.width() - fitting.width()) / 2),
                              qRound((area.height() - fitting.height()) / 2)),
                      fitting);
    }
    chooser_.setArea(area);
    rootObject()->setProperty("area", area);
}

bool OverlayWindow::event(QEvent* event) {
    if (event->type() == QEvent::Leave) chooser_.leave();
    // Closed by the desktop: as if the user had left it.
    if (event->type() == QEvent::Close) {
        Q_EMIT chooser_.cancelled();
        event->ignore();
        return true;
    }
    return QQuickView::event(event);
}

void OverlayWindow::resizeEvent(QResizeEvent* event) {
    QQuickView::resizeEvent(event);
    place();
}

void OverlayWindow::keyPressEvent(QKeyEvent* event) {
    Q_EMIT keyPressed(event);
}

void OverlayWindow::keyReleaseEvent(QKeyEvent* event) {
    event->accept();
}

void OverlayWindow::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::RightButton)
        Q_EMIT chooser_.cancelled();
    else if (event->button() == Qt::LeftButton)
        chooser_.press(event->position());
}

void OverlayWindow::mouseMoveEvent(QMouseEvent* event) {
    chooser_.hover(event->position());
}

void OverlayWindow::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) chooser_.release(event->position(), event->modifiers());
}

void OverlayWindow::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) chooser_.doubleClick(event->position());
}

void OverlayWindow::wheelEvent(QWheelEvent* event) {
    event->accept();
}

}  // namespace sightline
