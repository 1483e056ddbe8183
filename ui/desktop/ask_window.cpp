#include "ui/desktop/ask_window.h"

#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QScreen>
#include <algorithm>

#include "app/ask/ask_controller.h"
#include "app/capture/compositor.h"
#include "app/capture/input_region.h"
#include "inference/error.h"
#include "ui/text_shortcuts.h"

namespace sightline {

namespace {

// At the usual size of the text.
constexpr int panel_width = 456;
constexpr int lowest = 240;   // with the question field and its prompts
constexpr int highest = 600;  // then the answer scrolls
// What the shadow takes around the panel: Shadow.qml with a depth of 24, which falls downwards.
constexpr QMargins shadow(24, 16, 24, 32);

}  // namespace

AskWindow::AskWindow(QQmlEngine& engine, AskController& ask, QObject* parent)
    : QObject(parent), engine_(engine), ask_(ask) {
    connect(&ask_, &AskController::openChanged, this, [this] {
        if (!ask_.isOpen() && window_) window_->hide();
    });
}

AskWindow::~AskWindow() {
    delete window_;
}

void AskWindow::prepare() {
    if (window_) return;
    QQmlComponent component(&engine_, QUrl(QStringLiteral("qrc:/qt/qml/Sightline/AskPanel.qml")));
    QObject* made =
        component.createWithInitialProperties({{QStringLiteral("ask"), QVariant::fromValue(&ask_)}});
    window_ = qobject_cast<QQuickWindow*>(made);
    if (!window_)
        throw Error(ErrorKind::internal,
                    "the panel's QML could not be loaded: " + component.errorString().toStdString());
    QQmlEngine::setObjectOwnership(window_, QQmlEngine::CppOwnership);
    new TextShortcuts(*window_);
    // It grows with the answer, within its room.
    connect(window_, SIGNAL(wantedHeightChanged()), this, SLOT(place()));
}

void AskWindow::showBeside(const QRect& selection, QScreen* screen) {
    prepare();
    if (screen == nullptr) screen = QGuiApplication::primaryScreen();
    const auto sized = [size = window_->property("textSize").toDouble()](int width, int height) {
        return (QSizeF(width, height) * size).toSize();
    };
    place_ = placePanel(selection, sized(panel_width, lowest), sized(panel_width, highest),
                        screen->availableGeometry());
    room_for_shadow_ = screen->availableGeometry();
    window_->setScreen(screen);
    setFloating(hasCompositor());
    place();
    window_->show();
    limitInput();  // there is a window only now
    window_->requestActivate();
    QMetaObject::invokeMethod(window_, "enter");
}

void AskWindow::place() {
    if (!place_.room.isValid()) return;
    window_->setProperty("mostHeight", place_.room.height());
    const int height = std::max(1, window_->property("wantedHeight").toInt());
    const QRect panel = place_.at(height);
    // At the edge of the screen the shadow ends: a window that reaches over it would be moved.
    const QRect whole = floats_ ? panel.marginsAdded(shadow).intersected(room_for_shadow_) : panel;
    window_->setProperty("body", QRectF(panel.translated(-whole.topLeft())));
    window_->setGeometry(whole);
    limitInput();
}

// Its shadow lies over other windows, and those take the clicks there.
void AskWindow::limitInput() {
    if (window_->handle() == nullptr) return;
    takeInputIn(*window_, floats_ ? window_->property("body").toRectF().toRect() : QRect());
}

void AskWindow::setFloating(bool floats) {
    if (floats == floats_) return;
    floats_ = floats;
    // A window is made translucent or opaque; it cannot become it.
    window_->destroy();
    window_->setProperty("floating", floats);
}

QRect AskWindow::panelGeometry() const {
    if (!window_) return {};
    return window_->property("body").toRectF().toRect().translated(window_->position());
}

}  // namespace sightline
