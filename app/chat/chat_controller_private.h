// What chat_controller.cpp (properties and the composer), chat_replies.cpp and chat_conversations.cpp share.
// Included by nothing else.
#pragma once

#include <QDir>
#include <QFileInfo>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "app/chat/chat_controller.h"
#include "app/chat/conversation_find.h"
#include "app/chat/kept_readings.h"
#include "app/chat/message_list_model.h"
#include "app/chat/open_conversation.h"
#include "app/chat/parameters.h"
#include "app/chat/reading_turns.h"
#include "app/chat/reply_notices.h"
#include "app/chat/running_replies.h"
#include "app/history/computed_cache.h"
#include "app/history/history.h"
#include "app/models/event_recorder.h"
#include "app/models/idle_unloader.h"
#include "app/models/machine_speed.h"
#include "app/models/model_library.h"
#include "app/models/model_state.h"
#include "app/models/model_worker.h"
#include "app/models/program_status.h"
#include "app/pictures/attachment_tray.h"
#include "app/pictures/picture_pixels.h"
#include "app/pictures/picture_reading.h"
#include "app/pictures/picture_store.h"
#include "app/pictures/picture_texts.h"
#include "app/pictures/picture_viewer.h"
#include "app/replies/reply_places.h"
#include "app/settings/settings.h"
#include "app/shelf/conversation_shelf.h"
#include "app/values/picture_detail.h"

namespace sightline {

struct ChatController::Private {
    Private(ChatController& controller, ModelWorker& model_worker, Settings& user_settings, History* history)
        : q(controller),
          worker(model_worker),
          settings(user_settings),
          keeps_history(history != nullptr),
          kept_in(history),
          open(history),
          pictures(std::make_shared<PictureStore>()),
          pixels(history, PicturePixels::usual_budget),
          replies(model_worker, history, pixels),
          texts(worker),
          kept_readings(history, open, texts),
          readings(history, open, texts, pixels),
          tray(worker, pictures, texts),
          reading(worker, pictures, &texts),
          model(worker, settings),
          journal(worker),
          library(worker, settings, model),
          idle(model, settings, [this] { return worker.pending() > 0; }),
          parameters(settings, QFileInfo(settings.fileName()).dir().filePath(QStringLiteral("presets.json"))),
          status(worker,
                 [this] {
                     return ProgramStatus::Waiting{send_waits ? 1 : 0, tray.tokens()};
                 }),
          speed(worker, settings) {}

    void showConversation();
    void showRow(int row, int max_tokens = 0);
    void releasePreviews();
    void keepSettings();
    void leave();
    void showNewest();
    int rowOf(const QString& message) const;
    const ChatMessage* messageAt(int row) const;
    std::vector<AttachmentRef> picturesOfBranch() const;
    void keepDraft();
    void readText(std::vector<ChatPart> read);  // as a message of its own, at the end of the branch
    void beginReading(const QString& question);
    void showReading(const QString& message);
    void keepDraftLater();
    void requestReply(const QString& parent);
    void submit(const Conversation& said, const ChatMessage& reply);
    void finishReply(const RunningReply& reply, const ReplyEnd& end);
    bool takeBackQuestion(const RunningReply& reply, const ReplyEnd& end);
    std::vector<ViewedPicture> picturesOf(int message) const;
    void setProblem(const QString& sentence);
    void showModelParameters();
    // Somebody is about to ask: a model that was unloaded meanwhile is loaded again.
    void useModel() {
        idle.touch();
        model.wake();
    }
    bool hindranceWillPass() const {
        return model.isLoading() ||
               (model.isReady() && (tray.isLoading() || tray.isReading() || tray.isEncoding() ||
                                    readings.isReadingIn(open.id())));
    }
    // Of pictures that bring none of their own.
    PixelBudget pictureBudget() const {
        DetailQuestion any;
        any.width = any.height = 1;
        return model.loaded() ? sightline::chooseDetail(any, model.loaded()->facts).budget : PixelBudget{};
    }
    void setWaiting(bool waits);
    void sendIfWaiting();
    void stopAll();  // another model is wanted
    void showBusy();

    ChatController& q;
    ModelWorker& worker;
    Settings& settings;
    const bool keeps_history;
    History* const kept_in;  // null = nowhere
    OpenConversation open;
    std::shared_ptr<PictureStore> pictures;
    PicturePixels pixels;
    PictureEncoder late;  // for drafts that are left before their pictures have files
    RunningReplies replies;
    PictureTexts texts;
    KeptReadings kept_readings;
    ReadingTurns readings;
    AttachmentTray tray;
    PictureReading reading;
    ModelState model;
    EventRecorder journal;
    ModelLibrary library;
    std::unique_ptr<ComputedCache> computed;  // null = nothing is kept
    IdleUnloader idle;
    Parameters parameters;
    std::size_t pictures_waiting = 0;
    ProgramStatus status;
    ConversationShelf* shelf = nullptr;
    MachineSpeed speed;
    MessageListModel messages;
    ReplyPlaces places{messages};
    PictureViewer viewer{worker, reading, places, [this](int message) { return picturesOf(message); }};
    ConversationFind find{messages};
    QString wanted_message;  // to be shown when the conversation is there
    // The attachments of the last question that was asked here, to put them back.
    std::vector<AttachmentRow> asked;
    QString asked_reply;  // its reply
    QString draft;
    bool send_waits = false;
    bool retry_waits = false;  // for the model, which had been unloaded
    QString problem;           // the last question was refused, and nothing was changed since
    QTimer draft_timer;
    QTimer settings_timer;
    bool was_busy = false;
    std::unique_ptr<ReplyNotices> notices;
    int context_used = 0;
};

}  // namespace sightline
