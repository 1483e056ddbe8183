// The ask panel and the page of settings around the real window, with hotkeys that no desktop knows.
#pragma once

#include <QTemporaryDir>
#include <functional>
#include <memory>

#include "app/ask/ask_controller.h"
#include "app/ask/ask_prompts.h"
#include "app/capture/hotkey.h"
#include "app/desktop/autostart.h"
#include "app/settings/settings.h"
#include "ui/desktop/ask_window.h"
#include "ui/desktop/desktop_settings.h"
#include "window_fixture.h"

namespace sightline {

// Takes every key but Ctrl+Alt+X, which another program has until it ends.
class PlayedHotkeys : public HotkeyBackend {
    Q_OBJECT

  public:
    bool other_runs = true;
    void bind(const QString& id, const QKeySequence& sequence, const QString&) override {
        const bool taken = other_runs && sequence == QKeySequence(QStringLiteral("Ctrl+Alt+X"));
        Q_EMIT stateChanged(id, taken ? State::Conflict : State::Bound,
                            taken ? QStringLiteral("Another program has this key.") : QString());
    }
    void unbind(const QString&) override {}
};

class PlayedAutostart : public Autostart {
  public:
    bool isOn() const override { return on; }
    std::optional<QString> set(bool wanted) override {
        if (fails) return QStringLiteral("The file could not be written.");
        on = wanted;
        return std::nullopt;
    }
    bool on = false;
    bool fails = false;
};

class DesktopFixture {
  public:
    explicit DesktopFixture(bool start_worker = true, const QString& history = {})
        : settings(std::make_unique<Settings>(folder_.filePath(QStringLiteral("desktop.ini")))),
          played_keys(new PlayedHotkeys),
          keys(std::unique_ptr<HotkeyBackend>(played_keys), *settings) {
        auto played = std::make_unique<PlayedAutostart>();
        autostart = played.get();
        prompts = std::make_unique<AskPrompts>(*settings);
        page = std::make_unique<DesktopSettings>(DesktopSettings::Parts{*settings, std::move(played),
                                                                        [this] { return has_tray; }, &keys,
                                                                        nullptr, nullptr, prompts.get()});
        WindowOptions options = WindowFixture::withSample();
        options.desktop = page.get();
        keys.start();
        window = std::make_unique<WindowFixture>(start_worker, options, std::filesystem::path(), history);
        ask = std::make_unique<AskController>(window->chat().sharedParts(), *settings);
        panel = std::make_unique<AskWindow>(window->window().engine(), *ask);
    }
    ~DesktopFixture() {
        panel.reset();
        ask.reset();
        window.reset();
    }

  private:
    QTemporaryDir folder_;

  public:
    bool has_tray = true;
    std::unique_ptr<Settings> settings;
    PlayedHotkeys* played_keys;  // of the keys
    Hotkeys keys;
    PlayedAutostart* autostart = nullptr;  // of the page
    std::unique_ptr<AskPrompts> prompts;
    std::unique_ptr<DesktopSettings> page;
    std::unique_ptr<WindowFixture> window;
    std::unique_ptr<AskController> ask;
    std::unique_ptr<AskWindow> panel;
};

}  // namespace sightline
