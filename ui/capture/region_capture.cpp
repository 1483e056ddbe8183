#include "ui/capture/region_capture.h"

#include <QCursor>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QQmlEngine>
#include <QScreen>
#include <QTimer>
#include <algorithm>
#include <utility>

#include "app/capture/hotkey_backend.h"
#include "app/capture/window_list.h"
#include "ui/capture/delay_countdown.h"
#include "ui/capture/overlay_window.h"

namespace sightline {

namespace {

constexpr int again_seconds = 3;

}  // namespace

class RegionCapture::Private {
  public:
    Private(RegionCapture& owner, std::unique_ptr<ScreenGrabber> grabber, QQmlEngine& engine)
        : owner_(owner),
          grabber_(std::move(grabber)),
          engine_(engine),
          // Where the desktop chooses the region, it also owns the keys, and nobody asks it for Esc.
          countdown_(engine, [this] { return grabber_->choosesRegion() ? nullptr : makeHotkeyBackend(); }) {
        begin_.setSingleShot(true);
        QObject::connect(&begin_, &QTimer::timeout, &owner_, [this] { freeze(); });
        QObject::connect(&countdown_, &DelayCountdown::elapsed, &owner_, [this] { freeze(); });
        QObject::connect(&countdown_, &DelayCountdown::cancelled, &owner_, [this] { cancel(); });
        QObject::connect(grabber_.get(), &ScreenGrabber::grabbed, &owner_,
                         [this](const QList<Shot>& shots) { show(shots); });
        QObject::connect(grabber_.get(), &ScreenGrabber::cancelled, &owner_, [this] { cancel(); });
        QObject::connect(grabber_.get(), &ScreenGrabber::failed, &owner_, [this](const QString& sentence) {
            end([this, sentence] { Q_EMIT owner_.failed(sentence); });
        });
        QObject::connect(qGuiApp, &QGuiApplication::screenAdded, &owner_,
                         [this](QScreen* screen) { add(screen); });
        QObject::connect(qGuiApp, &QGuiApplication::screenRemoved, &owner_,
                         [this](QScreen* screen) { remove(screen); });
    }

    // What is under way, whatever it was, is over; then `tell` says how it ended.
    void end(const std::function<void()>& tell) {
        if (!owner_.active_) return;
        clear();
        owner_.active_ = false;
        Q_EMIT owner_.activeChanged();
        tell();
    }

    void cancel() {
        end([this] { Q_EMIT owner_.cancelled(); });
    }

    bool begin(const Mode& mode, const QRect& device) {
        if (owner_.active_) return false;
        mode_ = mode;
        device_ = device;
        owner_.active_ = true;
        wait(mode.delay_seconds);
        Q_EMIT owner_.activeChanged();
        return true;
    }

    void prepare() {
        if (grabber_->choosesRegion()) return;
        const auto screens = QGuiApplication::screens();
        for (QScreen* screen : screens) {
            overlay(screen).warmUp();
            grabber_->grabScreen(screen->name());  // the memory for it is kept
        }
    }

    std::function<QString(const QSize&)> price_text_;

  private:
    // Of a screen, hidden when new.
    OverlayWindow& overlay(QScreen* screen) {
        for (const auto& window : overlays_)
            if (window.second->screen() == screen) return *window.second;
        auto window = std::make_unique<OverlayWindow>(engine_, OverlayWindow::Kind::Overlay, *screen);
        listen(*window);
        QObject::connect(screen, &QScreen::geometryChanged, window.get(), [this] { screenChanged(); });
        overlays_.emplace_back(screen, std::move(window));
        return *overlays_.back().second;
    }

    void listen(OverlayWindow& window) {
        RegionChooser* chooser = &window.chooser();
        QObject::connect(chooser, &RegionChooser::used, &owner_, [this, chooser] {
            for (const auto& [screen, other] : overlays_)
                if (&other->chooser() != chooser) other->chooser().abandon();
        });
        // Later: the window must not vanish while it handles the event that ends it.
        QObject::connect(
            chooser, &RegionChooser::accepted, &owner_,
            [this, chooser](const QRect& pixels) { accept(*chooser, pixels); }, Qt::QueuedConnection);
        QObject::connect(
            chooser, &RegionChooser::cancelled, &owner_, [this] { cancel(); }, Qt::QueuedConnection);
        QObject::connect(
            chooser, &RegionChooser::delayWanted, &owner_, [this] { again(); }, Qt::QueuedConnection);
        QObject::connect(&window, &OverlayWindow::keyPressed, &owner_, [this](QKeyEvent* event) {
            if (RegionChooser* used = current(); used != nullptr)
                used->key(event->key(), event->modifiers(), event->isAutoRepeat());
        });
    }

    // The one that keys are for: where something is selected, else where the pointer is.
    RegionChooser* current() {
        if (window_ != nullptr) return &window_->chooser();
        RegionChooser* best = nullptr;
        for (const Frozen& frozen : frozen_) {
            RegionChooser& chooser = overlay(frozen.screen).chooser();
            if (chooser.hasSelection() || chooser.dragging()) return &chooser;
            if (best == nullptr || chooser.pointerInside()) best = &chooser;
        }
        return best;
    }

    void freeze() {
        windows_ = grabber_->choosesRegion() ? QList<QRect>() : windowRectangles();
        grabber_->grab();
    }

    void show(const QList<Shot>& shots) {
        if (!owner_.active_) return;
        if (grabber_->choosesRegion()) {
            showChosen(shots.first());
        } else if (!device_.isNull()) {
            takeDevice(shots);
        } else if (mode_.target == Target::Screen) {
            takeScreen(shots);
        } else {
            for (const Shot& shot : shots)
                show(shot);
            if (frozen_.empty()) return cancel();  // the screens went meanwhile
            propose();
        }
    }

    static QScreen* screenOf(const Shot& shot) {
        const auto screens = QGuiApplication::screens();
        for (QScreen* screen : screens)
            if (screen->name() == shot.screen && screen->geometry() == shot.geometry) return screen;
        return nullptr;
    }

    void show(const Shot& shot) {
        QScreen* screen = screenOf(shot);
        if (screen == nullptr) return;
        RegionChooser::Scene scene{.picture = shot.px, .quick = mode_.quick};
        const QRect there = shot.deviceGeometry();
        for (const QRect& window : windows_)
            if (window.intersects(there)) scene.windows << window.translated(-there.topLeft());
        if (last_.screen == shot.screen && last_.picture == shot.px.size()) scene.last = last_.pixels;
        OverlayWindow& window = overlay(screen);
        window.chooser().setPriceText(price_text_);
        frozen_.push_back({screen, shot});
        window.freeze(scene);
        if (frozen_.size() == 1) window.takeKeyboard();
        if (const QPoint pointer = QCursor::pos(screen); shot.geometry.contains(pointer))
            window.chooser().hover(QPointF(pointer - shot.geometry.topLeft()));
    }

    void propose() {
        RegionChooser* chooser = current();
        if (mode_.target == Target::Window) {
            chooser->selectWindow();
        } else if (mode_.target == Target::LastRegion) {
            for (const Frozen& frozen : frozen_)
                overlay(frozen.screen).chooser().selectLast();
        }
    }

    // What the desktop's dialog gave: a region, unless it is as large as a screen or the desktop.
    void showChosen(const Shot& shot) {
        QScreen* screen = QGuiApplication::screenAt(QCursor::pos());
        if (screen == nullptr) screen = QGuiApplication::primaryScreen();
        if (mode_.target == Target::Screen || !isWholeScreen(shot.px.size()) || screen == nullptr)
            return end([this, shot] { Q_EMIT owner_.captured(shot.px, {}, nullptr); });
        window_ = std::make_unique<OverlayWindow>(engine_, OverlayWindow::Kind::Window, *screen);
        listen(*window_);
        window_->chooser().setPriceText(price_text_);
        frozen_.push_back({nullptr, shot});
        window_->freeze({.picture = shot.px, .quick = mode_.quick, .can_delay = false});
        window_->takeKeyboard();
    }

    static bool isWholeScreen(const QSize& size) {
        const auto screens = QGuiApplication::screens();
        QRect desktop;
        for (const QScreen* screen : screens) {
            const QSize own = (QSizeF(screen->size()) * screen->devicePixelRatio()).toSize();
            if (std::abs(own.width() - size.width()) <= 1 && std::abs(own.height() - size.height()) <= 1)
                return true;
            desktop |= QRect(screen->geometry().topLeft(), own);
        }
        return desktop.size() == size;
    }

    void takeDevice(const QList<Shot>& shots) {
        const QImage picture = cropDesktop(shots, device_);
        if (picture.isNull())
            return end([this] { Q_EMIT owner_.failed(RegionCapture::tr("No screen shows this region.")); });
        QScreen* screen = nullptr;
        QRect place;
        for (const Shot& shot : shots) {
            const QRect there = shot.deviceGeometry();
            const QRect part = device_.intersected(there).translated(-there.topLeft());
            if (part.isEmpty()) continue;
            screen = screenOf(shot);
            place = placeOf(shot, part);
            break;
        }
        end([&] { Q_EMIT owner_.captured(picture, place, screen); });
    }

    void takeScreen(const QList<Shot>& shots) {
        const QPoint pointer = QCursor::pos();
        const auto under = std::find_if(shots.begin(), shots.end(),
                                        [&](const Shot& shot) { return shot.geometry.contains(pointer); });
        const Shot& shot = under == shots.end() ? shots.first() : *under;
        end([&] { Q_EMIT owner_.captured(shot.px.copy(), shot.geometry, screenOf(shot)); });
    }

    static QRect placeOf(const Shot& shot, const QRect& pixels) {
        return widgetRectangle(pixels, shot.geometry.size(), shot.px.size())
            .translated(shot.geometry.topLeft())
            .toAlignedRect();
    }

    void accept(RegionChooser& chooser, const QRect& pixels) {
        const auto found = std::find_if(frozen_.begin(), frozen_.end(), [&](const Frozen& frozen) {
            return window_ != nullptr || &overlay(frozen.screen).chooser() == &chooser;
        });
        if (found == frozen_.end()) return;  // cancelled before
        const Frozen frozen = *found;
        const QImage picture = frozen.shot.px.copy(pixels);
        if (frozen.screen != nullptr) last_ = {frozen.shot.screen, frozen.shot.px.size(), pixels};
        end([&] {
            Q_EMIT owner_.captured(picture, frozen.screen == nullptr ? QRect() : placeOf(frozen.shot, pixels),
                                   frozen.screen);
        });
    }

    void again() {
        if (!owner_.active_ || frozen_.empty()) return;
        clear();
        wait(again_seconds);
    }

    void wait(int seconds) {
        if (seconds > 0)
            countdown_.start(seconds, QGuiApplication::screenAt(QCursor::pos()));
        else
            begin_.start(0);
    }

    // Everything away; whether a capture is under way stays.
    void clear() {
        begin_.stop();
        countdown_.stop();
        grabber_->cancel();
        for (const auto& [screen, window] : overlays_)
            if (window->isVisible()) window->thaw();
        if (window_ != nullptr) {
            window_->thaw();
            window_.release()->deleteLater();
        }
        frozen_.clear();
        windows_.clear();
    }

    void add(QScreen* screen) {
        if (overlays_.empty()) return;  // not prepared
        overlay(screen);
        if (frozen_.empty()) return;
        Shot shot{grabber_->grabScreen(screen->name()), screen->name(), screen->geometry(),
                  screen->devicePixelRatio()};
        if (!shot.px.isNull()) show(shot);
    }

    void remove(QScreen* screen) {
        const bool was_first = !frozen_.empty() && frozen_.front().screen == screen;
        std::erase_if(overlays_, [screen](auto& entry) {
            if (entry.first != screen) return false;
            if (entry.second->isVisible()) entry.second->thaw();
            entry.second.release()->deleteLater();
            return true;
        });
        if (std::erase_if(frozen_, [screen](const Frozen& frozen) { return frozen.screen == screen; }) == 0)
            return;
        if (frozen_.empty())
            cancel();
        else if (was_first)
            overlay(frozen_.front().screen).takeKeyboard();
    }

    // The picture no longer fits the screen.
    void screenChanged() {
        if (frozen_.empty()) return;
        end([this] {
            Q_EMIT owner_.failed(RegionCapture::tr("The screens have changed. Take the region again."));
        });
    }

    struct Frozen {
        QScreen* screen = nullptr;  // null = in window_
        Shot shot;
    };
    struct Last {
        QString screen;
        QSize picture;
        QRect pixels;
    };

    RegionCapture& owner_;
    std::unique_ptr<ScreenGrabber> grabber_;
    QQmlEngine& engine_;
    DelayCountdown countdown_;
    Mode mode_;
    QRect device_;
    QTimer begin_;
    QList<QRect> windows_;
    std::vector<Frozen> frozen_;  // what is shown now
    std::vector<std::pair<QScreen*, std::unique_ptr<OverlayWindow>>> overlays_;
    std::unique_ptr<OverlayWindow> window_;
    Last last_;
};

RegionCapture::RegionCapture(std::unique_ptr<ScreenGrabber> grabber, QQmlEngine& engine, QObject* parent)
    : QObject(parent), d_(std::make_unique<Private>(*this, std::move(grabber), engine)) {}

RegionCapture::~RegionCapture() = default;

void RegionCapture::prepare() {
    d_->prepare();
}

bool RegionCapture::start(const Mode& mode) {
    return d_->begin(mode, {});
}

bool RegionCapture::take(const QRect& device) {
    return !device.isEmpty() && d_->begin({}, device);
}

void RegionCapture::cancel() {
    d_->cancel();
}

void RegionCapture::setPriceText(std::function<QString(const QSize&)> text) {
    d_->price_text_ = std::move(text);
}

}  // namespace sightline
