// The real window around the real controller, worker and demo model, for the tests of the window.
#pragma once

#include <QImage>
#include <QQuickItem>
#include <QQuickWindow>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <filesystem>
#include <memory>

#include "app/chat/chat_controller.h"
#include "app/history/history.h"
#include "app/models/model_worker.h"
#include "app/settings/settings.h"
#include "app/shelf/conversation_shelf.h"
#include "ui/window.h"

namespace sightline {

// Messages of Qt and QML that are warnings or worse, from construction to destruction.
class WarningsCaught {
  public:
    WarningsCaught();
    ~WarningsCaught();
    QStringList take();
};

// What it caught, a line each; empty = nothing. The object is gone afterwards.
QString endOf(std::unique_ptr<WarningsCaught>& caught);

class WindowFixture {
  public:
    // `start_worker`: the demo model is loaded at once. `text_reader`: another folder than the installed one.
    // `history`: the folder where conversations are kept; empty = nowhere, and there is no shelf.
    explicit WindowFixture(bool start_worker = true, const WindowOptions& options = withSample(),
                           const std::filesystem::path& text_reader = {}, const QString& history = {});
    ~WindowFixture();

    static WindowOptions withSample();
    static QUrl sampleFile(const QString& name);

    ChatController& chat() { return *chat_; }
    ModelWorker& worker() { return *worker_; }
    ConversationShelf& shelf() { return *shelf_; }
    Window& window() { return *window_; }
    QQuickWindow& view() { return window_->window(); }

    // The visible item with this objectName, or null. Popups and rows of lists are found too.
    QQuickItem* item(const QString& name) const;
    QString text(const QString& name) const;  // of a Text or TextEdit; null if there is none

    void click(const QString& name);           // waits until it is there
    bool waitUntilOpen(const QString& popup);  // and laid out
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void write(const QString& text);  // key by key
    // Presses Tab until the item with this name has the focus; false after `limit` presses.
    bool tabTo(const QString& name, int limit = 60);
    void drop(const QMimeData& data);

    // A row of the conversation by role name ("text", "facts", ...).
    QVariant message(int row, const QByteArray& role) const;
    QVariant attachment(int row, const QByteArray& role) const;
    bool waitUntilReady();
    bool waitForReply();  // not busy any more

  private:
    QTemporaryDir folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<ModelWorker> worker_;
    std::unique_ptr<History> history_;
    std::unique_ptr<ConversationShelf> shelf_;
    std::unique_ptr<ChatController> chat_;
    std::unique_ptr<Window> window_;
};

}  // namespace sightline
