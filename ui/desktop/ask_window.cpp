#include "ui/desktop/ask_window.h"

#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QScreen>
#include <algorithm>

#include "app/ask/ask_controller.h"
#include "inference/error.h"
#include "ui/text_shortcuts.h"

namespace sightline {

namespace {

constexpr int panel_width = 456;
constexpr int lowest = 240;   // with the question field and its prompts
constexpr int highest = 600;  // then the answer scrolls

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
    place_ =
        placePanel(selection, {panel_width, lowest}, {panel_width, highest}, screen->availableGeometry());
    window_->setScreen(screen);
    place();
    window_->show();
    window_->requestActivate();
    QMetaObject::invokeMethod(window_, "enter");
}

void AskWindow::place() {
    if (!place_.room.isValid()) return;
    window_->setProperty("mostHeight", place_.room.height());
    const int height = std::max(1, window_->property("wantedHeight").toInt());
    window_->setGeometry(place_.at(height));
}

}  // namespace sightline
