// The window: the QML of this folder around one ChatController. What main.cpp and the tests share.
#pragma once

#include <QObject>
#include <QQmlApplicationEngine>
#include <QString>
#include <QUrl>
#include <memory>

#include "ui/no_network.h"

class QGuiApplication;
class QQuickImageProvider;
class QQuickWindow;

namespace sightline {

// Before the QGuiApplication is made: the style, and nothing that a user's environment could replace it by.
void prepareWindowing();

// After it: name, version, icon, font and language of the program. `language` overrides the system's
// ("zh_CN", "en").
void dressApplication(QGuiApplication& application, const QString& language = {});

struct WindowOptions {
    QUrl sample;       // local file of the bundled picture; empty = the empty state offers none
    QString question;  // asked as soon as model and pictures are ready
    bool visible = true;
    QObject* desktop = nullptr;  // a DesktopSettings, for the page of settings; null = there is none
};

class Window {
  public:
    // `chat` is a ChatController, or an object with its properties; it outlives the window. `pictures`
    // answers image://pictures/ and becomes the window's. Throws sightline::Error (internal) when the QML
    // cannot be loaded, which only a broken build does.
    Window(QObject& chat, QQuickImageProvider* pictures, const WindowOptions& options = {});
    ~Window();

    QQuickWindow& window() const { return *window_; }
    QQmlApplicationEngine& engine() { return *engine_; }
    const NoNetwork& network() const { return no_network_; }

  private:
    NoNetwork no_network_;
    std::unique_ptr<QQmlApplicationEngine> engine_;
    QQuickWindow* window_ = nullptr;
};

}  // namespace sightline
