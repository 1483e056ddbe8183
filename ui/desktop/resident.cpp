#include "ui/desktop/resident.h"

#include <QCoreApplication>
#include <QEvent>
#include <QQuickWindow>
#include <QTimer>

#include "app/chat/chat_controller.h"
#include "app/settings/settings.h"
#include "inference/console.h"
#include "ui/desktop/capture_desk.h"
#include "ui/desktop/tray_icon.h"
#include "ui/startup.h"

namespace sightline {

namespace {

constexpr int look_again_ms = 500;

}  // namespace

Resident::Resident(QQuickWindow& window, ChatController& chat, CaptureDesk& desk, TrayIcon& tray,
                   Settings& settings, std::function<void(const QString&, const QString&)> tell,
                   QObject* parent)
    : QObject(parent),
      window_(window),
      chat_(chat),
      desk_(desk),
      tray_(tray),
      settings_(settings),
      tell_(std::move(tell)) {
    window_.installEventFilter(this);
    connect(&tray_, &TrayIcon::openWanted, this, [this] { showWindow(); });
    connect(&tray_, &TrayIcon::askWanted, &desk_, [this] { desk_.take({}); });
    connect(&tray_, &TrayIcon::readWanted, &desk_, [this] { desk_.take({.read = true, .region = {}}); });
    connect(&tray_, &TrayIcon::quitWanted, this, [] { QCoreApplication::quit(); });
}

void Resident::startInTray(int patience_ms) {
    started_in_tray_ = true;
    if (tray_.isShown()) return;
    if (patience_ms <= 0) {
        if (!window_.isVisible()) window_.showMinimized();
        return;
    }
    QTimer::singleShot(look_again_ms, this,
                       [this, patience_ms] { startInTray(patience_ms - look_again_ms); });
}

void Resident::showWindow(const QString& token) {
    // Where the desktop lets only those windows come forward that the user asked for.
    if (!token.isEmpty()) qputenv("XDG_ACTIVATION_TOKEN", token.toUtf8());
    if (window_.windowStates().testFlag(Qt::WindowMinimized)) {
        window_.setWindowStates(window_.windowStates() & ~Qt::WindowMinimized);
    }
    window_.setVisible(true);
    window_.raise();
    window_.requestActivate();
}

void Resident::handle(const InstanceCallRef& call) {
    const InstanceRequest& request = call->request();
    if (request.verb == QLatin1String("open")) return open(call);
    if (request.verb != QLatin1String("capture")) return;  // it is refused
    if (const auto order = captureOrderFrom(request.arguments)) {
        desk_.take(*order, call);
    } else {
        call->refuse(tr("The running Sightline did not understand what to take"));
    }
}

// Never in place of what the user has begun to write.
void Resident::open(const InstanceCallRef& call) {
    const StartRequest request = parseStart(call->request().arguments, call->request().folder);
    call->finish(exit_ok);
    if (!request.tray) showWindow(call->request().activation_token);
    if (request.pictures.isEmpty() && request.question.isEmpty()) return;
    QMetaObject::invokeMethod(&window_, "startNew");
    const bool free = chat_.draft().trimmed().isEmpty() && chat_.attachments()->rowCount() == 0;
    if (!request.pictures.isEmpty()) chat_.addFiles(request.pictures);
    if (request.question.isEmpty()) return;
    if (free) {
        chat_.setDraft(request.question);
        chat_.send();
    } else {
        const QString before = chat_.draft().trimmed();
        chat_.setDraft(before.isEmpty() ? request.question : before + QLatin1Char('\n') + request.question);
    }
}

bool Resident::staysInTray() const {
    return tray_.isShown() && (settings_.closesToTray() || started_in_tray_);
}

bool Resident::eventFilter(QObject* watched, QEvent* event) {
    if (watched != &window_ || event->type() != QEvent::Close) return QObject::eventFilter(watched, event);
    if (!staysInTray()) {
        // The panel, or an overlay, is no reason to go on.
        QCoreApplication::quit();
        return false;
    }
    event->ignore();
    window_.hide();
    if (!settings_.toldAboutTray()) {
        settings_.setToldAboutTray(true);
        tell_(tr("Sightline is still here"),
              tr("It stays in the tray, so that its hotkeys work. Quit is in the menu of its icon."));
    }
    return true;
}

}  // namespace sightline
