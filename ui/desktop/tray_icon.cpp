#include "ui/desktop/tray_icon.h"

#include <QAction>
#include <QIcon>
#include <QMenu>
#include <QSystemTrayIcon>

namespace sightline {

TrayIcon::TrayIcon(QObject* parent)
    : QObject(parent), menu_(std::make_unique<QMenu>()), icon_(std::make_unique<QSystemTrayIcon>()) {
    ask_text_ = tr("Ask about a region");
    read_text_ = tr("Read a region");
    ask_ = add("ask", ask_text_);
    read_ = add("read", read_text_);
    menu_->addSeparator();
    QAction* open = add("open", tr("Open Sightline"));
    pause_ = add("pause", tr("Pause the hotkeys"));
    pause_->setCheckable(true);
    menu_->addSeparator();
    QAction* quit = add("quit", tr("Quit"));
    connect(ask_, &QAction::triggered, this, &TrayIcon::askWanted);
    connect(read_, &QAction::triggered, this, &TrayIcon::readWanted);
    connect(open, &QAction::triggered, this, &TrayIcon::openWanted);
    connect(pause_, &QAction::triggered, this, &TrayIcon::pauseWanted);
    connect(quit, &QAction::triggered, this, &TrayIcon::quitWanted);
    connect(icon_.get(), &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger) Q_EMIT openWanted();
    });
    icon_->setIcon(QIcon(QStringLiteral(":/qt/qml/Sightline/icons/sightline.svg")));
    icon_->setContextMenu(menu_.get());
    setPaused(false);
    icon_->show();
}

TrayIcon::~TrayIcon() = default;

QAction* TrayIcon::add(const char* name, const QString& text) {
    QAction* action = menu_->addAction(text);
    action->setObjectName(QLatin1String(name));
    return action;
}

bool TrayIcon::isShown() const {
    return icon_->isVisible() && QSystemTrayIcon::isSystemTrayAvailable();
}

bool TrayIcon::isPaused() const {
    return pause_->isChecked();
}

void TrayIcon::setPaused(bool paused) {
    pause_->setChecked(paused);
    icon_->setToolTip(paused ? tr("Sightline, paused") : QStringLiteral("Sightline"));
}

void TrayIcon::setKeys(const QString& ask, const QString& read) {
    // Behind a tab a menu shows the key; it is the desktop's, not the menu's, so no shortcut is set.
    ask_->setText(ask.isEmpty() ? ask_text_ : ask_text_ + QLatin1Char('\t') + ask);
    read_->setText(read.isEmpty() ? read_text_ : read_text_ + QLatin1Char('\t') + read);
}

void TrayIcon::say(const QString& title, const QString& text) {
    if (isShown()) icon_->showMessage(title, text, icon_->icon(), 5000);
}

}  // namespace sightline
