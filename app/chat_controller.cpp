#include "app/chat_controller.h"

#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
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
#include "app/idle_unloader.h"
#include "app/installation.h"
#include "app/machine_speed.h"
#include "app/message_list_model.h"
#include "app/model_library.h"
#include "app/model_state.h"
#include "app/model_worker.h"
#include "app/parameters.h"
#include "app/picture_detail.h"
#include "app/picture_reading.h"
#include "app/picture_texts.h"
#include "app/picture_viewer.h"
#include "app/program_status.h"
#include "app/prompt_builder.h"
#include "app/reply_places.h"
#include "app/reply_progress.h"
#include "app/reply_text.h"
#include "app/settings.h"

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
    Private(ChatController& controller, ModelWorker& model_worker, Settings& user_settings)
        : q(controller),
          worker(model_worker),
          settings(user_settings),
          pictures(std::make_shared<PictureStore>()),
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

    bool requestReply();
    void finishReply(const ReplyEnd& end);
    bool takeBackQuestion(const ReplyEnd& end);
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
        return model.isLoading() || (model.isReady() && (tray.isLoading() || tray.isReading()));
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
    std::shared_ptr<PictureStore> pictures;
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
    QObject* shelf = nullptr;
    MachineSpeed speed;
    MessageListModel messages;
    ReplyPlaces places{messages};
    PictureViewer viewer{worker, reading, places, [this](int message) { return picturesOf(message); }};
    ConversationFind find{messages};
    Conversation conversation = startConversation();
    std::vector<AttachmentRow> asked;  // the attachments of the last question, to put them back
    QString draft;
    bool send_waits = false;
    bool retry_waits = false;  // for the model, which had been unloaded
    QString problem;           // the last question was refused, and nothing was changed since
    QTimer draft_timer;
    QTimer phase_timer;
    ModelWorker::Ticket ticket = 0;  // of the reply that is being made
    std::optional<ReplyProgress> progress;
    int asked_max_tokens = 0;
    int context_used = 0;
};

ChatController::ChatController(ModelWorker& worker, Settings& settings, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, worker, settings)) {
    d->draft = settings.draft();
    d->draft_timer.setSingleShot(true);
    d->draft_timer.setInterval(draft_saved_after_ms);
    connect(&d->draft_timer, &QTimer::timeout, this, [this] { d->settings.setDraft(d->draft); });
    d->phase_timer.setInterval(phase_clock_ms);
    connect(&d->phase_timer, &QTimer::timeout, this, [this] {
        if (!d->progress) return;
        d->progress->tick();
        d->messages.setPhases(d->messages.rowCount() - 1, d->progress->phases());
    });

    connect(&d->library, &ModelLibrary::aboutToSwitch, this, &ChatController::stop);
    connect(&d->library, &ModelLibrary::idleMinutesChanged, &d->idle, &IdleUnloader::touch);
    connect(&d->tray, &AttachmentTray::changed, this, [this] {
        // Not for what happens to pictures that wait already: a model that goes must not come back for them.
        const std::size_t pictures = d->tray.pictures().size();
        if (pictures > std::exchange(d->pictures_waiting, pictures)) d->useModel();
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
    connect(&d->parameters, &Parameters::valueChanged, this,
            [this] { d->tray.setDefaultDetail(d->parameters.pictureDetail()); });
    connect(&d->speed, &MachineSpeed::changed, this, [this] { d->tray.setSpeed(d->speed.speed()); });
    connect(&d->viewer, &PictureViewer::partWanted, this,
            [this](const AttachmentRef& whole, const QRect& part) {
                d->reading.close();
                d->tray.addPart(whole, part);
            });
    connect(&d->model, &ModelState::statusChanged, this, &ChatController::statusChanged);
    connect(&worker, &ModelWorker::textArrived, this, [this](quint64 ticket, const QString& text) {
        if (ticket != d->ticket || ticket == 0) return;
        d->conversation.messages.back().parts.front().text += text;
        d->messages.appendText(d->messages.rowCount() - 1, text);
    });
    connect(&worker, &ModelWorker::progressed, this, [this](quint64 ticket, Phase phase, double progress) {
        if (ticket != d->ticket || !d->progress) return;
        d->progress->advance(phase, progress);
        d->messages.setPhases(d->messages.rowCount() - 1, d->progress->phases());
    });
    connect(&worker, &ModelWorker::finished, this, [this](quint64 ticket, const ReplyEnd& end) {
        if (ticket == d->ticket && ticket != 0) d->finishReply(end);
    });
    connect(this, &ChatController::canSendChanged, this, [this] { d->status.refresh(); });
    d->model.openAtStart();
    d->status.refresh();
}

ChatController::~ChatController() {
    if (d->draft_timer.isActive()) d->settings.setDraft(d->draft);
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
QObject* ChatController::shelf() const {
    return d->shelf;
}
void ChatController::setShelf(QObject* shelf) {
    d->shelf = shelf;
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
    return d->conversation.title.isEmpty() ? tr("New conversation") : d->conversation.title;
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
        return d->tray.isLoading()
                   ? tr("Your question is asked as soon as the pictures are open.")
                   : tr("Your question is asked as soon as the text in the pictures is read.");
    }
    if (!d->model.isReady()) return d->model.whyNotReady();
    if (!d->problem.isEmpty()) return d->problem;
    if (d->tray.isLoading()) return tr("The pictures are still being opened.");
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
    ShownMessage shown;
    shown.role = QStringLiteral("user");
    for (const AttachmentRow& row : d->asked) {
        question.parts.push_back({{}, row.attachment, row.sight});
        shown.pictures.push_back(shownPicture(row));
    }
    question.parts.push_back({d->draft.trimmed(), nullptr});
    shown.text = question.text();
    d->messages.append(std::move(shown));
    d->conversation.messages.push_back(std::move(question));
    if (d->conversation.title.isEmpty()) {
        d->conversation.title = titleFrom(d->draft);
        Q_EMIT titleChanged();
    }
    d->draft.clear();
    d->draft_timer.start();
    Q_EMIT draftChanged();
    d->requestReply();
}

bool ChatController::Private::requestReply() {
    bool has_pictures = false;
    for (const ChatPart& part : conversation.messages.back().parts)
        has_pictures |= part.attachment != nullptr;
    const Prompt prompt = buildPrompt(conversation, pictureBudget(), parameters.value().system_prompt);
    const GenerationOptions options = parameters.options(QRandomGenerator::global()->generate64());
    asked_max_tokens = options.max_tokens;

    ChatMessage reply = startMessage(Role::assistant);
    reply.state = ReplyState::streaming;
    reply.parts.emplace_back();
    conversation.messages.push_back(std::move(reply));
    progress.emplace(has_pictures);
    ShownMessage shown;
    shown.role = QStringLiteral("assistant");
    shown.streaming = true;
    shown.phases = progress->phases();
    messages.append(std::move(shown));

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
    if (takeBackQuestion(end)) {
        setTicket(0);
        setProblem(end.problem.sentence);
        return;
    }
    ChatMessage& reply = conversation.messages.back();
    reply.state = ReplyState::complete;
    reply.facts = ReplyFacts{modelName(),       end.reason,          end.statistics, end.first_token_seconds,
                             end.total_seconds, end.problem.sentence};
    ShownMessage shown = messages.rows().back();
    shown.streaming = false;
    shown.phases.clear();
    shown.facts = factsText(end);
    shown.stop_reason = stopReasonId(end.reason);
    shown.error = end.problem.sentence;
    shown.notice = noticeFor(end.reason, asked_max_tokens);
    messages.update(messages.rowCount() - 1, shown);
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
bool ChatController::Private::takeBackQuestion(const ReplyEnd& end) {
    const bool too_long = end.reason == StopReason::error && end.problem.kind == ErrorKind::context_full;
    if (!too_long || end.statistics.reply_tokens > 0 || !draft.isEmpty() || tray.hasPictures()) return false;
    const ChatMessage& question = conversation.messages[conversation.messages.size() - 2];
    draft = question.text();
    conversation.messages.resize(conversation.messages.size() - 2);
    messages.removeFrom(messages.rowCount() - 2);
    tray.putBack(asked);
    draft_timer.start();
    Q_EMIT q.draftChanged();
    if (conversation.messages.empty()) {
        conversation.title.clear();
        Q_EMIT q.titleChanged();
    }
    return true;
}

int ChatController::Private::picturesAsked() const {
    int count = 0;
    for (const ChatMessage& message : conversation.messages) {
        for (const ChatPart& part : message.parts)
            count += part.attachment ? 1 : 0;
    }
    return count;
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
    } else if (message >= 0 && message < static_cast<int>(conversation.messages.size())) {
        for (const ChatPart& part : conversation.messages[static_cast<std::size_t>(message)].parts) {
            if (part.attachment) found.push_back({part.attachment, part.sight});
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
    auto& said = d->conversation.messages;
    d->retry_waits = !busy() && d->model.isUnloaded();
    d->useModel();
    if (busy() || !d->model.isReady() || said.empty()) return;
    if (said.back().role == Role::assistant) {
        said.pop_back();
        d->messages.removeFrom(d->messages.rowCount() - 1);
    }
    d->requestReply();
}

void ChatController::newConversation() {
    d->reading.close();
    d->dropReply();
    d->setWaiting(false);
    d->retry_waits = false;
    d->conversation = startConversation();
    d->messages.clear();
    d->asked.clear();
    d->context_used = 0;
    d->setProblem({});
    Q_EMIT titleChanged();
    Q_EMIT statusChanged();
}

void ChatController::Private::dropReply() {
    if (ticket == 0) return;
    worker.cancel(ticket);
    progress.reset();
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
