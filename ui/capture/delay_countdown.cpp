#include "ui/capture/delay_countdown.h"

#include <QGuiApplication>
#include <QKeySequence>
#include <QQmlEngine>
#include <QScreen>
#include <QVariant>
#include <algorithm>
#include <utility>

#include "app/capture/compositor.h"

namespace sightline {

namespace {

constexpr int second_ms = 1'000;
// The windows below draw again what it had covered.
constexpr int clearing_ms = 200;
constexpr int above_the_edge = 44;

}  // namespace

DelayCountdown::DelayCountdown(QQmlEngine& engine, std::function<std::unique_ptr<HotkeyBackend>()> keys,
                               QObject* parent)
    : QObject(parent), engine_(engine), make_keys_(std::move(keys)) {
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &DelayCountdown::tick);
}

DelayCountdown::~DelayCountdown() {
    stop();
}

void DelayCountdown::start(int seconds, QScreen* screen) {
    stop();
    seconds_ = std::max(1, seconds);
    keys_ = make_keys_();
    if (keys_) {
        connect(keys_.get(), &HotkeyBackend::stateChanged, this, [this](const QString&, HotkeyState state) {
            esc_works_ = state == HotkeyState::Bound;
            Q_EMIT changed();
        });
        // Later: what tells it must not go while it does.
        connect(keys_.get(), &HotkeyBackend::activated, this, &DelayCountdown::cancel, Qt::QueuedConnection);
        keys_->bind(QStringLiteral("cancel"), QKeySequence(Qt::Key_Escape), tr("Cancel"));
    }
    if (screen == nullptr) screen = QGuiApplication::primaryScreen();
    if (screen != nullptr) show(*screen);
    timer_.start(seconds_ == 1 ? second_ms - clearing_ms : second_ms);
    Q_EMIT changed();
}

void DelayCountdown::show(QScreen& screen) {
    floating_ = hasCompositor();
    window_ = std::make_unique<QQuickView>(&engine_, nullptr);
    window_->setObjectName(QStringLiteral("captureCountdown"));
    window_->setTitle(tr("Before the screen is frozen"));
    window_->setFlags(Qt::Tool | Qt::FramelessWindowHint | Qt::WindowStaysOnTopHint |
                      Qt::BypassWindowManagerHint | Qt::WindowDoesNotAcceptFocus |
                      Qt::NoDropShadowWindowHint);
    window_->setColor(floating_ ? Qt::transparent : Qt::black);
    window_->setResizeMode(QQuickView::SizeRootObjectToView);
    window_->setScreen(&screen);
    window_->setInitialProperties({{QStringLiteral("countdown"), QVariant::fromValue(this)}});
    window_->setSource(QUrl(QStringLiteral("qrc:/qt/qml/Sightline/Countdown.qml")));
    const QRect free = screen.availableGeometry();
    const QSize size = window_->initialSize().boundedTo(free.size());
    window_->setGeometry(QRect(
        QPoint(free.center().x() - size.width() / 2, free.bottom() + 1 - size.height() - above_the_edge),
        size));
    window_->show();
}

void DelayCountdown::tick() {
    if (seconds_ == 0) return;
    if (window_ && seconds_ == 1) {
        window_.reset();
        keys_.reset();
        timer_.start(clearing_ms);
    } else if (seconds_ == 1) {
        stop();
        Q_EMIT elapsed();
    } else {
        --seconds_;
        Q_EMIT changed();
        timer_.start(seconds_ == 1 ? second_ms - clearing_ms : second_ms);
    }
}

void DelayCountdown::stop() {
    timer_.stop();
    window_.reset();
    keys_.reset();
    seconds_ = 0;
    esc_works_ = false;
}

void DelayCountdown::cancel() {
    if (seconds_ == 0) return;
    stop();
    Q_EMIT cancelled();
}

}  // namespace sightline
