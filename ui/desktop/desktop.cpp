#include "ui/desktop/desktop.h"

#include <QQuickWindow>
#include <QTimer>
#include <utility>

#include "app/ask/ask_controller.h"
#include "app/ask/read_now.h"
#include "app/capture/desktop_shortcut.h"
#include "app/capture/hotkey.h"
#include "app/capture/screen_capture.h"
#include "app/chat/chat_controller.h"
#include "app/common/notifier.h"
#include "app/desktop/autostart.h"
#include "app/models/model_worker.h"
#include "ui/capture/region_capture.h"
#include "ui/desktop/ask_window.h"
#include "ui/desktop/capture_desk.h"
#include "ui/desktop/desktop_settings.h"
#include "ui/desktop/resident.h"
#include "ui/desktop/tray_icon.h"
#include "ui/window.h"

namespace sightline {

struct Desktop::Private {
    Private(Desktop& desktop, ChatController& the_chat, ModelWorker& the_worker, Settings& the_settings,
            Notifier& the_notifier)
        : q(desktop),
          chat(the_chat),
          worker(the_worker),
          settings(the_settings),
          notifier(the_notifier),
          ask(chat.sharedParts(), settings),
          reader(worker),
          keys(makeHotkeyBackend(), settings),
          page({settings, makeAutostart(), [this] { return tray.isShown(); }, &keys, &ask_shortcut,
                &read_shortcut, &ask.promptList()}) {}

    Desktop& q;
    ChatController& chat;
    ModelWorker& worker;
    Settings& settings;
    Notifier& notifier;
    TrayIcon tray;
    AskController ask;
    ReadNow reader;
    Hotkeys keys;
    DesktopShortcut ask_shortcut{QStringLiteral("ask")};
    DesktopShortcut read_shortcut{QStringLiteral("read")};
    DesktopSettings page;
    // From attach() on.
    std::unique_ptr<RegionCapture> regions;
    std::unique_ptr<AskWindow> panel;
    std::unique_ptr<CaptureDesk> desk;
    std::unique_ptr<Resident> resident;
};

Desktop::Desktop(ChatController& chat, ModelWorker& worker, Settings& settings, Notifier& notifier,
                 QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, chat, worker, settings, notifier)) {
    // The reader goes with a model that nobody uses; somebody may want a text at any moment.
    connect(&worker, &ModelWorker::modelUnloaded, &d->reader, &ReadNow::warmUp);
    connect(&d->keys, &Hotkeys::activated, this, [this](const QString& id) {
        if (d->desk) d->desk->take({.read = id == QLatin1String("read"), .region = {}});
    });
    connect(&d->tray, &TrayIcon::pauseWanted, this, [this](bool paused) {
        if (paused) {
            d->keys.pause();
        } else {
            d->keys.resume();
        }
        d->tray.setPaused(paused);
    });
    const auto show_keys = [this] {
        const auto shown = [](const Hotkey& key) {
            return key.state() == HotkeyState::Bound ? key.keys() : QString();
        };
        d->tray.setKeys(shown(*d->keys.ask()), shown(*d->keys.read()));
    };
    connect(d->keys.ask(), &Hotkey::changed, this, show_keys);
    connect(d->keys.read(), &Hotkey::changed, this, show_keys);
}

Desktop::~Desktop() = default;

QObject* Desktop::settings() {
    return &d->page;
}

void Desktop::attach(Window& window) {
    const auto tell_user = [this](const QString& title, const QString& text) { tell(title, text); };
    QQuickWindow& view = window.window();
    d->regions = std::make_unique<RegionCapture>(makeScreenGrabber(), window.engine());
    d->regions->setPriceText([this](const QSize& pixels) { return d->ask.expected(pixels); });
    d->panel = std::make_unique<AskWindow>(window.engine(), d->ask);
    d->desk = std::make_unique<CaptureDesk>(*d->regions, d->ask, *d->panel, d->reader, tell_user);
    d->resident = std::make_unique<Resident>(view, d->chat, *d->desk, d->tray, d->settings, tell_user);
    connect(&d->ask, &AskController::continueWanted, this, [this, &view](const QString& conversation) {
        QMetaObject::invokeMethod(&view, "showConversation");
        d->chat.openConversation(conversation);
        d->resident->showWindow();
    });
    connect(&d->ask, &AskController::pictureWanted, this,
            [this, &view](const QByteArray& file, const QString& name) {
                QMetaObject::invokeMethod(&view, "startNew");
                d->chat.addEncoded(file, name);
                d->resident->showWindow();
            });
    d->keys.start();
    // What is made beforehand makes the first time as fast as the others; nothing waits for it.
    connect(
        &d->worker, &ModelWorker::modelLoaded, this, [this] { prepare(); },
        static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    connect(
        &d->worker, &ModelWorker::loadFailed, this, [this] { prepare(); },
        static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
}

void Desktop::prepare() {
    if (!d->panel || d->panel->window() != nullptr) return;
    d->panel->prepare();
    d->reader.warmUp();
    QTimer::singleShot(0, this, [this] { d->regions->prepare(); });
}

void Desktop::startInTray() {
    d->resident->startInTray();
}

void Desktop::showWindow(const QString& token) {
    d->resident->showWindow(token);
}

void Desktop::handle(const InstanceCallRef& call) {
    d->resident->handle(call);
}

CaptureDesk& Desktop::desk() {
    return *d->desk;
}
AskController& Desktop::ask() {
    return d->ask;
}
TrayIcon& Desktop::tray() {
    return d->tray;
}

void Desktop::tell(const QString& title, const QString& text) {
    d->notifier.show({QStringLiteral("capture"), title, text});
    // Without a session's bus there are no notifications but the tray's own.
    if (!qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")) d->tray.say(title, text);
}

}  // namespace sightline
