#include "app/chat_controller.h"

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTimer>
#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "app/attachment_tray.h"
#include "app/clipboard_content.h"
#include "app/conversation.h"
#include "app/conversation_find.h"
#include "app/event_recorder.h"
#include "app/history.h"
#include "app/idle_unloader.h"
#include "app/installation.h"
#include "app/machine_speed.h"
#include "app/message_list_model.h"
#include "app/model_library.h"
#include "app/model_state.h"
#include "app/model_worker.h"
#include "app/open_conversation.h"
#include "app/parameters.h"
#include "app/picture_detail.h"
#include "app/picture_reading.h"
#include "app/picture_revival.h"
#include "app/picture_texts.h"
#include "app/picture_viewer.h"
#include "app/program_status.h"
#include "app/prompt_builder.h"
#include "app/reply_places.h"
#include "app/reply_progress.h"
#include "app/reply_text.h"
#include "app/settings.h"
#include "app/shown_message.h"

namespace sightline {

namespace {

constexpr int draft_saved_after_ms = 500;
constexpr int phase_clock_ms = 250;

QString presetFile(const Settings& settings) {
    return QFileInfo(settings.fileName()).dir().filePath(QStringLiteral("presets.json"));
}

ShownPicture shownPicture(const AttachmentRow& row) {
    QString caption = row.size_text;
    if (!row.tokens_text.isEmpty()) caption += QStringLiteral(" · ") + row.tokens_text;
    return {row.thumbnail, row.name, caption};
}

}  // namespace

struct ChatController::Private {
    Private(ChatController& controller, ModelWorker& model_worker, Settings& user_settings, History* history)
        : q(controller),
          worker(model_worker),
          settings(user_settings),
          keeps_history(history != nullptr),
          open(history),
          pictures(std::make_shared<PictureStore>()),
          revival(history, pictures),
          texts(worker),
          tray(worker, pictures, texts),
          reading(worker, pictures, &texts),
          model(worker, settings),
          journal(worker),
          library(worker, settings, model),
          idle(model, settings, [this] { return worker.pending() > 0; }),
          parameters(settings, presetFile(settings)),
          status(worker,
                 [this] {
                     return ProgramStatus::Waiting{send_waits ? 1 : 0, tray.tokens()};
                 }),
          speed(worker, settings) {}

    void showConversation();
    void showRow(int row);
    void showPicture(const QString& file);
    void keepSettings();
    void leave();
    void showNewest();
    int rowOf(const QString& message) const;
    const ChatMessage* messageAt(int row) const;
    std::vector<AttachmentRef> picturesOfBranch() const;
    void keepDraft();
    bool requestReply(const QString& parent);
    bool submit(const Conversation& said, const QString& prefix);
    void finishReply(const ReplyEnd& end);
    bool takeBackQuestion(const QString& made, const ReplyEnd& end);
    int picturesAsked() const;
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
               (model.isReady() && (tray.isLoading() || tray.isReading() || revival.isLoading()));
    }
    // Of pictures that bring none of their own.
    PixelBudget pictureBudget() const {
        DetailQuestion any;
        any.width = any.height = 1;
        return model.loaded() ? sightline::chooseDetail(any, model.loaded()->facts).budget : PixelBudget{};
    }
    void setWaiting(bool waits);
    void sendIfWaiting();
    void setTicket(ModelWorker::Ticket value);
    void dropReply();
    QString modelName() const { return model.name(); }

    ChatController& q;
    ModelWorker& worker;
    Settings& settings;
    const bool keeps_history;
    OpenConversation open;
    std::shared_ptr<PictureStore> pictures;
    PictureRevival revival;
    PictureTexts texts;
    AttachmentTray tray;
    PictureReading reading;
    ModelState model;
    EventRecorder journal;
    ModelLibrary library;
    IdleUnloader idle;
    Parameters parameters;
    std::size_t pictures_waiting = 0;
    ProgramStatus status;
    MachineSpeed speed;
    MessageListModel messages;
    ReplyPlaces places{messages};
    PictureViewer viewer{worker, reading, places, [this](int message) { return picturesOf(message); }};
    ConversationFind find{messages};
    QString reply;                     // id of the one that is being made; empty = none
    QString wanted_message;            // to be shown when the conversation is there
    std::vector<AttachmentRow> asked;  // the attachments of the last question, to put them back
    QString draft;
    bool send_waits = false;
    bool retry_waits = false;  // for the model, which had been unloaded
    QString problem;           // the last question was refused, and nothing was changed since
    QTimer draft_timer;
    QTimer settings_timer;
    QTimer phase_timer;
    ModelWorker::Ticket ticket = 0;  // of the reply that is being made
    std::optional<ReplyProgress> progress;
    int asked_max_tokens = 0;
    int context_used = 0;
};

ChatController::ChatController(ModelWorker& worker, Settings& settings, QObject* parent)
    : ChatController(worker, settings, nullptr, parent) {}

ChatController::ChatController(ModelWorker& worker, Settings& settings, History* history, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, worker, settings, history)) {
    d->draft = settings.draft();
    for (QTimer* timer : {&d->draft_timer, &d->settings_timer}) {
        timer->setSingleShot(true);
        timer->setInterval(draft_saved_after_ms);
    }
    connect(&d->draft_timer, &QTimer::timeout, this, [this] { d->keepDraft(); });
    connect(&d->settings_timer, &QTimer::timeout, this, [this] { d->keepSettings(); });
    connect(&d->open, &OpenConversation::opened, this, [this] { d->showConversation(); });
    connect(&d->open, &OpenConversation::openFailed, this, &ChatController::openFailed);
    connect(&d->open, &OpenConversation::titleChanged, this, &ChatController::titleChanged);
    connect(&d->revival, &PictureRevival::revived, this, [this](const AttachmentRef& attachment) {
        d->open.putPicture(attachment);
        d->showPicture(attachment->file);
        d->tray.putRevived(attachment);
        Q_EMIT canSendChanged();
        d->sendIfWaiting();
    });
    connect(&d->revival, &PictureRevival::lost, this,
            [this](const AttachmentRef& attachment, const QString& reason) {
                d->tray.refuseRevived(attachment, reason);
                Q_EMIT openFailed(
                    tr("The picture “%1” cannot be opened any more: %2").arg(attachment->name, reason));
                Q_EMIT canSendChanged();
                d->sendIfWaiting();
            });
    d->phase_timer.setInterval(phase_clock_ms);
    connect(&d->phase_timer, &QTimer::timeout, this, [this] {
        if (!d->progress) return;
        d->progress->tick();
        d->messages.setPhases(d->rowOf(d->reply), d->progress->phases());
    });

    connect(&d->library, &ModelLibrary::aboutToSwitch, this, &ChatController::stop);
    connect(&d->library, &ModelLibrary::idleMinutesChanged, &d->idle, &IdleUnloader::touch);
    connect(&d->tray, &AttachmentTray::changed, this, [this] {
        // Not for what happens to pictures that wait already: a model that goes must not come back for them.
        const std::size_t pictures = d->tray.pictures().size();
        if (pictures > std::exchange(d->pictures_waiting, pictures)) d->useModel();
        if (d->keeps_history) d->draft_timer.start();
        Q_EMIT canSendChanged();
        d->sendIfWaiting();
    });
    connect(&d->model, &ModelState::changed, this, [this] {
        d->showModelParameters();
        const bool ready = d->model.isReady() && d->model.loaded();
        d->tray.setModel(ready ? std::optional(d->model.loaded()->facts) : std::nullopt);
        d->tray.setContextLeft(contextLength() - d->context_used);
        d->viewer.setMergedSide(
            ready ? d->model.loaded()->facts.patch_size * d->model.loaded()->facts.merge_size : 0);
        d->speed.setModel(ready ? d->model.name() : QString(), d->model.device());
        d->setProblem({});
        Q_EMIT modelChanged();
        if (d->model.isReady() && std::exchange(d->retry_waits, false)) retry();
        d->sendIfWaiting();
    });
    connect(&d->parameters, &Parameters::valueChanged, this, [this] {
        d->tray.setDefaultDetail(d->parameters.pictureDetail());
        d->settings_timer.start();
    });
    connect(&d->speed, &MachineSpeed::changed, this, [this] { d->tray.setSpeed(d->speed.speed()); });
    connect(&d->viewer, &PictureViewer::partWanted, this,
            [this](const AttachmentRef& whole, const QRect& part) {
                d->reading.close();
                d->tray.addPart(whole, part);
            });
    connect(&d->model, &ModelState::statusChanged, this, &ChatController::statusChanged);
    connect(&worker, &ModelWorker::textArrived, this, [this](quint64 ticket, const QString& text) {
        if (ticket != d->ticket || ticket == 0) return;
        d->open.grow(d->reply, text);
        d->messages.appendText(d->rowOf(d->reply), text);
    });
    connect(&worker, &ModelWorker::progressed, this, [this](quint64 ticket, Phase phase, double progress) {
        if (ticket != d->ticket || !d->progress) return;
        d->progress->advance(phase, progress);
        d->messages.setPhases(d->rowOf(d->reply), d->progress->phases());
    });
    connect(&worker, &ModelWorker::finished, this, [this](quint64 ticket, const ReplyEnd& end) {
        if (ticket == d->ticket && ticket != 0) d->finishReply(end);
    });
    connect(this, &ChatController::canSendChanged, this, [this] { d->status.refresh(); });
    d->model.openAtStart();
    // What was open when the program ended. If it is gone meanwhile, nobody needs to hear of it.
    if (const QString last = settings.conversation(); history && !last.isEmpty()) {
        history->load(this, last, [this](const Outcome<std::optional<ConversationTree>>& found) {
            if (found.value && *found.value && d->open.isEmpty() && d->draft.isEmpty())
                d->open.open((*found.value)->head.id);
        });
    }
    d->status.refresh();
}

ChatController::~ChatController() {
    if (d->draft_timer.isActive()) d->keepDraft();
    if (d->settings_timer.isActive()) d->keepSettings();
}

std::shared_ptr<PictureStore> ChatController::pictures() const {
    return d->pictures;
}
QAbstractItemModel* ChatController::messages() const {
    return &d->messages;
}
QAbstractItemModel* ChatController::attachments() const {
    return &d->tray.model();
}
QObject* ChatController::find() const {
    return &d->find;
}
QObject* ChatController::reading() const {
    return &d->reading;
}
Parameters& ChatController::parameters() const {
    return d->parameters;
}
QObject* ChatController::parametersObject() const {
    return &d->parameters;
}
QObject* ChatController::journal() const {
    return &d->journal;
}
QObject* ChatController::models() const {
    return &d->library;
}
QObject* ChatController::status() const {
    return &d->status;
}
QObject* ChatController::viewer() const {
    return &d->viewer;
}
QObject* ChatController::places() const {
    return &d->places;
}
bool ChatController::canRead() const {
    return d->tray.hasPictures();
}
QString ChatController::title() const {
    const QString& title = d->open.tree().head.title;
    return title.isEmpty() ? tr("New conversation") : title;
}
QString ChatController::draft() const {
    return d->draft;
}
bool ChatController::busy() const {
    return d->ticket != 0;
}
QString ChatController::modelState() const {
    return d->model.stateName();
}
QString ChatController::modelName() const {
    return d->model.name();
}
QString ChatController::modelNotice() const {
    return d->model.notice();
}
QString ChatController::modelError() const {
    return d->model.error();
}
QString ChatController::deviceText() const {
    return d->model.device();
}
QString ChatController::memoryText() const {
    return d->model.memory();
}
int ChatController::contextUsed() const {
    return d->context_used;
}
int ChatController::contextLength() const {
    return d->model.contextLength();
}
double ChatController::loadProgress() const {
    return d->model.loadProgress();
}

void ChatController::setDraft(const QString& text) {
    if (text == d->draft) return;
    d->draft = text;
    d->draft_timer.start();
    d->send_waits = false;
    if (!text.isEmpty()) d->useModel();
    Q_EMIT draftChanged();
    d->setProblem({});
}

bool ChatController::canSend() const {
    return !busy() && d->model.isReady() && !d->draft.trimmed().isEmpty() && sendProblem().isEmpty();
}

QString ChatController::sendProblem() const {
    if (busy()) return {};
    if (d->send_waits) {
        if (d->model.isLoading()) return tr("Your question is asked as soon as the model is ready.");
        return d->tray.isLoading() || d->revival.isLoading()
                   ? tr("Your question is asked as soon as the pictures are open.")
                   : tr("Your question is asked as soon as the text in the pictures is read.");
    }
    if (!d->model.isReady()) return d->model.whyNotReady();
    if (!d->problem.isEmpty()) return d->problem;
    if (d->tray.isLoading() || d->revival.isLoading()) return tr("The pictures are still being opened.");
    const int left = contextLength() - d->context_used;
    if (contextLength() > 0 && d->tray.tokens() > 0 && d->tray.tokens() >= left) {
        return tr("These pictures take %L1 tokens, and %L2 of the model's context are left. Remove a picture "
                  "or start "
                  "a new conversation.")
            .arg(d->tray.tokens())
            .arg(std::max(left, 0));
    }
    return {};
}

bool ChatController::sendWaits() const {
    return d->send_waits;
}

void ChatController::Private::setWaiting(bool waits) {
    if (send_waits == waits) return;
    send_waits = waits;
    Q_EMIT q.canSendChanged();
}

void ChatController::Private::sendIfWaiting() {
    if (!send_waits || hindranceWillPass()) return;
    setWaiting(false);
    q.send();
}

void ChatController::addFiles(const QList<QUrl>& files) {
    d->tray.addFiles(files);
}
void ChatController::addImage(const QImage& image, const QString& name) {
    d->tray.addImage(image, name);
}
void ChatController::addEncoded(const QByteArray& file, const QString& name) {
    d->tray.addEncoded(file, name);
}
void ChatController::chooseDetail(int row, const QString& detail) {
    d->tray.chooseDetail(row, detail);
}
QString ChatController::choosePages(int row, const QString& pages) {
    return d->tray.choosePages(row, pages);
}
void ChatController::viewAttachment(int row) {
    d->viewer.open(PictureViewer::waiting, d->tray.indexOfPicture(row));
}
void ChatController::removeAttachment(int row) {
    d->tray.remove(row);
}
void ChatController::readAttachment(int row) {
    d->viewer.open(PictureViewer::waiting, row < 0 ? 0 : d->tray.indexOfPicture(row), true);
}

void ChatController::readPicture(int message, int picture) {
    if (message >= 0) d->viewer.open(message, picture, true);
}

void ChatController::copyText(const QString& text) {
    QGuiApplication::clipboard()->setText(text);
}

bool ChatController::pasteFromClipboard() {
    const ClipboardContent content = contentOf(QGuiApplication::clipboard()->mimeData());
    const QString name = tr("Pasted picture");
    d->setProblem({});
    if (const auto* encoded = std::get_if<QByteArray>(&content)) {
        d->tray.addEncoded(*encoded, name);
    } else if (const auto* image = std::get_if<QImage>(&content)) {
        d->tray.addImage(*image, name);
    } else if (const auto* files = std::get_if<QList<QUrl>>(&content)) {
        d->tray.addFiles(*files);
    }
    return !std::holds_alternative<std::monostate>(content);
}

void ChatController::addSample() {
    const QString sample = samplePicture();
    if (sample.isEmpty()) return;
    addFiles({QUrl::fromLocalFile(sample)});
    if (d->draft.trimmed().isEmpty()) setDraft(tr("Read the text in this image."));
}

void ChatController::send() {
    if (!d->draft.trimmed().isEmpty()) d->useModel();
    if (!busy() && !d->draft.trimmed().isEmpty() && d->hindranceWillPass()) return d->setWaiting(true);
    if (!canSend()) return;
    d->asked = d->tray.take();
    ChatMessage question = startMessage(Role::user);
    for (const AttachmentRow& row : d->asked)
        question.parts.push_back({{}, row.attachment, row.sight});
    question.parts.push_back({d->draft.trimmed(), nullptr});
    d->open.say(std::move(question), d->open.tree().head.leaf);
    d->showNewest();
    // What it was shown as when it waited says more than its size.
    if (ShownMessage shown = d->messages.rows().back(); !d->asked.empty()) {
        shown.pictures.clear();
        for (const AttachmentRow& row : d->asked)
            shown.pictures.push_back(shownPicture(row));
        d->messages.update(d->messages.rowCount() - 1, shown);
    }
    d->draft.clear();
    d->draft_timer.start();
    Q_EMIT draftChanged();
    d->requestReply(d->open.tree().head.leaf);
}

bool ChatController::Private::requestReply(const QString& parent) {
    const Conversation said = open.shown(parent);
    ChatMessage made = startMessage(Role::assistant);
    made.state = ReplyState::streaming;
    made.parts.emplace_back();
    reply = made.id;
    open.say(std::move(made), parent);
    showNewest();
    return submit(said, {});
}

bool ChatController::Private::submit(const Conversation& said, const QString& prefix) {
    bool has_pictures = false;
    if (!said.messages.empty()) {
        for (const ChatPart& part : said.messages.back().parts)
            has_pictures |= part.attachment != nullptr;
    }
    Prompt prompt = buildPrompt(said, pictureBudget(), parameters.value().system_prompt);
    prompt.reply_prefix = prefix.toStdString();
    const GenerationOptions options = parameters.options(QRandomGenerator::global()->generate64());
    asked_max_tokens = options.max_tokens;
    progress.emplace(has_pictures);
    messages.setPhases(rowOf(reply), progress->phases());
    const auto taken = worker.submit(prompt, options, Priority::interactive);
    if (!taken) {
        ReplyEnd end;
        end.reason = StopReason::error;
        end.problem.sentence = tr("Too many questions wait already. Try again when one of them is answered.");
        finishReply(end);
        return false;
    }
    setTicket(*taken);
    return true;
}

void ChatController::Private::finishReply(const ReplyEnd& end) {
    progress.reset();
    const QString made = std::exchange(reply, QString());
    if (takeBackQuestion(made, end)) {
        setTicket(0);
        setProblem(end.problem.sentence);
        return;
    }
    open.finish(made, ReplyState::complete,
                ReplyFacts{modelName(), end.reason, end.statistics, end.first_token_seconds,
                           end.total_seconds, end.problem.sentence});
    showRow(rowOf(made));
    if (end.statistics.prompt_tokens > 0) {
        context_used = end.statistics.prompt_tokens + end.statistics.reply_tokens;
        Q_EMIT q.statusChanged();
    }
    speed.learn(end.statistics, picturesAsked());
    setTicket(0);
    idle.touch();
}

// A question that does not fit goes back to where it was typed, so that it can be changed; the conversation
// stays as it was before.
bool ChatController::Private::takeBackQuestion(const QString& made, const ReplyEnd& end) {
    const bool too_long = end.reason == StopReason::error && end.problem.kind == ErrorKind::context_full;
    if (!too_long || end.statistics.reply_tokens > 0 || !draft.isEmpty() || tray.hasPictures()) return false;
    const ChatMessage* answer = findMessage(open.tree(), made);
    const ChatMessage* question = answer ? findMessage(open.tree(), answer->parent) : nullptr;
    if (!question || !answer->text().isEmpty() || siblingsOf(open.tree(), made).ids.size() > 1) return false;
    draft = question->text();
    const int row = rowOf(question->id);
    open.takeBack(QString(question->id));
    messages.removeFrom(row);
    showNewest();
    tray.putBack(asked);
    draft_timer.start();
    Q_EMIT q.draftChanged();
    return true;
}

int ChatController::Private::picturesAsked() const {
    return static_cast<int>(picturesOfBranch().size());
}

// For the viewer: of a message, or of those that wait.
std::vector<ViewedPicture> ChatController::Private::picturesOf(int message) const {
    std::vector<ViewedPicture> found;
    if (message == PictureViewer::waiting) {
        const auto& rows = const_cast<AttachmentTray&>(tray).model().rows();
        for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
            if (const AttachmentRef& attachment = rows[static_cast<std::size_t>(row)].attachment)
                found.push_back({attachment, tray.sight(row)});
        }
    } else if (const ChatMessage* said = messageAt(message)) {
        for (const ChatPart& part : said->parts) {
            if (part.attachment && part.attachment->picture) found.push_back({part.attachment, part.sight});
        }
    }
    return found;
}

void ChatController::Private::showModelParameters() {
    const auto& loaded = model.loaded();
    if (!loaded) return parameters.setModel(std::nullopt);
    parameters.setModel(ParameterModel{loaded->facts.defaults, loaded->options.context_length,
                                       loaded->facts.context_length, model.loadedFolder()});
}

void ChatController::Private::setProblem(const QString& sentence) {
    problem = sentence;
    Q_EMIT q.canSendChanged();
}

void ChatController::Private::setTicket(ModelWorker::Ticket value) {
    const bool was_busy = ticket != 0;
    ticket = value;
    if (was_busy == (ticket != 0)) return;
    if (ticket != 0) {
        phase_timer.start();
    } else {
        phase_timer.stop();
    }
    Q_EMIT q.busyChanged();
    Q_EMIT q.canSendChanged();
}

void ChatController::stop() {
    d->setWaiting(false);
    if (busy()) d->worker.cancel(d->ticket);
}

void ChatController::retry() {
    const ChatMessage* last = d->open.last();
    d->retry_waits = !busy() && d->model.isUnloaded();
    d->useModel();
    if (last) regenerate(d->messages.rowCount() - 1);
}

void ChatController::regenerate(int row) {
    const ChatMessage* said = d->messageAt(row);
    if (busy() || !d->model.isReady() || !said || d->revival.isLoading()) return;
    if (said->role == Role::user) {
        d->requestReply(QString(said->id));
        return;
    }
    // What failed or has no text is nothing that anybody would want to go back to.
    const QString question = said->parent;
    if (said->text().isEmpty()) d->open.takeBack(QString(said->id));
    d->messages.removeFrom(row);
    d->requestReply(question);
}

void ChatController::editQuestion(int row, const QString& text) {
    const ChatMessage* said = d->messageAt(row);
    if (busy() || !said || said->role != Role::user || text.trimmed().isEmpty()) return;
    if (text.trimmed() == said->text().trimmed()) return;
    ChatMessage question = startMessage(Role::user);
    for (const ChatPart& part : said->parts) {
        if (part.attachment) question.parts.push_back(part);
    }
    question.parts.push_back({text.trimmed(), nullptr});
    d->open.say(std::move(question), QString(said->parent));
    d->messages.removeFrom(row);
    d->showNewest();
    regenerate(d->messages.rowCount() - 1);
}

void ChatController::showBranch(int row, int step) {
    const ChatMessage* said = d->messageAt(row);
    if (busy() || !said) return;
    const Siblings siblings = siblingsOf(d->open.tree(), said->id);
    const int wanted = siblings.index + step;
    if (step == 0 || wanted < 0 || wanted >= static_cast<int>(siblings.ids.size())) return;
    d->open.show(siblings.ids[static_cast<std::size_t>(wanted)]);
    d->messages.removeFrom(row);
    d->showNewest();
    d->revival.want(d->picturesOfBranch());
}

void ChatController::deleteMessage(int row) {
    const ChatMessage* said = d->messageAt(row);
    if (busy() || !said) return;
    d->open.remove(QString(said->id));
    d->messages.removeFrom(row);
    d->showNewest();
    Q_EMIT deletedChanged();
}

void ChatController::undoDelete() {
    if (busy() || !d->open.canRestore()) return;
    d->open.restore();
    d->messages.clear();
    d->showNewest();
    Q_EMIT deletedChanged();
}

bool ChatController::canUndoDelete() const {
    return d->open.canRestore();
}

void ChatController::continueReply() {
    const ChatMessage* said = d->open.last();
    d->useModel();
    if (busy() || !d->model.isReady() || !said || said->role != Role::assistant || d->revival.isLoading())
        return;
    d->reply = said->id;
    const Conversation asked = d->open.shown(said->parent);
    const QString prefix = said->text();
    d->open.resume(QString(said->id));
    d->showRow(d->rowOf(d->reply));
    d->submit(asked, prefix);
}

void ChatController::newConversation() {
    d->leave();
    d->open.start();
}

void ChatController::openConversation(const QString& id, const QString& message) {
    if (id != d->open.id()) {
        d->leave();
        d->wanted_message = message;
        d->open.open(id);
    } else if (!message.isEmpty()) {
        d->open.show(message);
        d->messages.clear();
        d->showNewest();
        Q_EMIT messageWanted(d->rowOf(message));
    }
}

QString ChatController::conversationId() const {
    return d->open.id();
}

void ChatController::renameConversation(const QString& title) {
    d->open.rename(title);
}

bool ChatController::isTemporary() const {
    return d->open.isTemporary();
}

bool ChatController::canBeTemporary() const {
    return d->open.isTemporary() || d->open.canBecomeTemporary();
}

void ChatController::setTemporary(bool temporary) {
    if (temporary == d->open.isTemporary()) return;
    d->open.setTemporary(temporary);
    if (!temporary) d->keepDraft();
    Q_EMIT conversationChanged();
}

// What belongs to the conversation that is left is kept, and what is being made for it is stopped.
void ChatController::Private::leave() {
    reading.close();
    if (draft_timer.isActive()) keepDraft();
    if (settings_timer.isActive()) keepSettings();
    draft_timer.stop();
    settings_timer.stop();
    dropReply();
    setWaiting(false);
    retry_waits = false;
    wanted_message.clear();
    revival.forgetAll();
}

void ChatController::Private::showConversation() {
    const ConversationHead head = open.tree().head;
    asked.clear();
    if (!wanted_message.isEmpty()) open.show(wanted_message);
    messages.clear();
    showNewest();
    context_used = 0;
    if (const ChatMessage* said = open.last(); said && said->facts)
        context_used = said->facts->statistics.prompt_tokens + said->facts->statistics.reply_tokens;
    tray.clear();
    tray.putKept(head.draft.parts);
    draft = head.draft.text;
    draft_timer.stop();
    if (!head.settings.isEmpty())
        parameters.setValue(
            ConversationParameters::fromJson(QJsonDocument::fromJson(head.settings.toUtf8()).object()));
    std::vector<AttachmentRef> wanted = picturesOfBranch();
    for (const ChatPart& part : head.draft.parts)
        wanted.push_back(part.attachment);
    revival.want(wanted);
    settings.setConversation(open.isTemporary() ? QString() : open.id());
    setProblem({});
    Q_EMIT q.draftChanged();
    Q_EMIT q.titleChanged();
    Q_EMIT q.statusChanged();
    Q_EMIT q.conversationChanged();
    Q_EMIT q.deletedChanged();
    if (!wanted_message.isEmpty()) Q_EMIT q.messageWanted(rowOf(std::exchange(wanted_message, QString())));
}

const ChatMessage* ChatController::Private::messageAt(int row) const {
    if (row < 0 || row >= messages.rowCount()) return nullptr;
    return findMessage(open.tree(), messages.rows()[static_cast<std::size_t>(row)].id);
}

int ChatController::Private::rowOf(const QString& message) const {
    const auto& rows = messages.rows();
    const auto found =
        std::find_if(rows.rbegin(), rows.rend(), [&](const ShownMessage& row) { return row.id == message; });
    return static_cast<int>(rows.rend() - found) - 1;
}

// Rows of the shown branch that are not there yet.
void ChatController::Private::showNewest() {
    const std::vector<const ChatMessage*> path = open.shown();
    for (auto row = static_cast<std::size_t>(messages.rowCount()); row < path.size(); ++row)
        messages.append(shownMessage(open.tree(), *path[row]));
}

void ChatController::Private::showRow(int row) {
    const ChatMessage* said = messageAt(row);
    if (!said) return;
    ShownMessage shown = shownMessage(open.tree(), *said, asked_max_tokens);
    if (said->role == Role::user) shown.pictures = messages.rows()[static_cast<std::size_t>(row)].pictures;
    messages.update(row, shown);
}

void ChatController::Private::showPicture(const QString& file) {
    for (int row = 0; row < messages.rowCount(); ++row) {
        const ChatMessage* said = messageAt(row);
        const auto shows = [&file](const ChatPart& part) {
            return part.attachment && part.attachment->file == file;
        };
        if (said && std::any_of(said->parts.begin(), said->parts.end(), shows))
            messages.update(row, shownMessage(open.tree(), *said));
    }
}

std::vector<AttachmentRef> ChatController::Private::picturesOfBranch() const {
    std::vector<AttachmentRef> found;
    for (const ChatMessage* said : open.shown()) {
        for (const ChatPart& part : said->parts) {
            if (part.attachment) found.push_back(part.attachment);
        }
    }
    return found;
}

void ChatController::Private::keepDraft() {
    draft_timer.stop();
    Draft now{draft, tray.parts()};
    // Without a history it is all that is kept.
    settings.setDraft(keeps_history ? QString() : draft);
    open.saveDraft(now);
}

void ChatController::Private::keepSettings() {
    settings_timer.stop();
    open.saveSettings(
        QString::fromUtf8(QJsonDocument(parameters.value().toJson()).toJson(QJsonDocument::Compact)));
}

void ChatController::Private::dropReply() {
    if (ticket == 0) return;
    worker.cancel(ticket);
    progress.reset();
    // What it has so far stays; it can be continued.
    ReplyFacts facts;
    facts.model_name = modelName();
    facts.stop_reason = StopReason::cancelled;
    open.finish(std::exchange(reply, QString()), ReplyState::complete, facts);
    setTicket(0);
}

void ChatController::openModelFolder(const QUrl& folder) {
    if (!folder.isLocalFile() || !folder.host().isEmpty()) {
        d->model.refuse(tr("Only a folder on this computer can be opened; nothing is fetched."));
        return;
    }
    stop();
    d->model.open(folder.toLocalFile());
}

void ChatController::useDemoModel() {
    stop();
    d->model.openDemo();
}

void ChatController::reloadModel() {
    if (busy()) return;
    d->model.openAgain();
}

}  // namespace sightline
