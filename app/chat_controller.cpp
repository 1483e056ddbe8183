#include "app/chat_controller.h"

#include <QClipboard>
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
#include "app/installation.h"
#include "app/message_list_model.h"
#include "app/model_state.h"
#include "app/model_worker.h"
#include "app/picture_detail.h"
#include "app/picture_reading.h"
#include "app/prompt_builder.h"
#include "app/reply_progress.h"
#include "app/reply_text.h"
#include "app/sampling.h"
#include "app/settings.h"

namespace sightline {

namespace {

constexpr int draft_saved_after_ms = 500;
constexpr int phase_clock_ms = 250;
constexpr int fewest_tokens_for_speed =
    16;  // a smaller picture says more about start-up costs than about speed

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
          tray(worker, pictures),
          reading(worker, pictures),
          model(worker, settings),
          sampling(model, settings) {}

    bool requestReply();
    void finishReply(const ReplyEnd& end);
    bool takeBackQuestion(const ReplyEnd& end);
    void learnSpeed(const SequenceStatistics& statistics);
    void showModelSpeed();
    void setProblem(const QString& sentence);
    bool hindranceWillPass() const { return model.isLoading() || (model.isReady() && tray.isLoading()); }
    // Of every picture; until the detail can be chosen it does not depend on the picture's size.
    PixelBudget pictureBudget() const {
        return model.loaded() ? budgetFor(Detail::automatic, model.loaded()->facts, 1, 1) : PixelBudget{};
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
    AttachmentTray tray;
    PictureReading reading;
    ModelState model;
    Sampling sampling;
    MessageListModel messages;
    ConversationFind find{messages};
    Conversation conversation = startConversation();
    std::vector<AttachmentRow> asked;  // the attachments of the last question, to put them back
    QString draft;
    bool send_waits = false;
    QString problem;  // the last question was refused, and nothing was changed since
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

    connect(&d->tray, &AttachmentTray::changed, this, [this] {
        Q_EMIT canSendChanged();
        d->sendIfWaiting();
    });
    connect(&d->model, &ModelState::changed, this, [this] {
        d->tray.setModelReady(d->model.isReady(), d->pictureBudget());
        d->showModelSpeed();
        d->setProblem({});
        Q_EMIT modelChanged();
        Q_EMIT parametersChanged();
        d->sendIfWaiting();
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
    d->model.openAtStart();
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
    Q_EMIT draftChanged();
    d->setProblem({});
}

bool ChatController::canSend() const {
    return !busy() && d->model.isReady() && !d->draft.trimmed().isEmpty() && sendProblem().isEmpty();
}

QString ChatController::sendProblem() const {
    if (busy()) return {};
    if (d->send_waits) {
        return d->model.isLoading() ? tr("Your question is asked as soon as the model is ready.")
                                    : tr("Your question is asked as soon as the pictures are open.");
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
void ChatController::removeAttachment(int row) {
    d->tray.remove(row);
}
void ChatController::readAttachment(int row) {
    const int index = row < 0 ? 0 : d->tray.indexOfPicture(row);
    if (index >= 0) d->reading.open(d->tray.pictures(), index);
}

void ChatController::readPicture(int message, int picture) {
    if (message < 0 || message >= static_cast<int>(d->conversation.messages.size())) return;
    std::vector<AttachmentRef> pictures;
    for (const ChatPart& part : d->conversation.messages[static_cast<std::size_t>(message)].parts) {
        if (part.attachment) pictures.push_back(part.attachment);
    }
    if (!pictures.empty()) d->reading.open(std::move(pictures), picture);
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
    if (!busy() && !d->draft.trimmed().isEmpty() && d->hindranceWillPass()) return d->setWaiting(true);
    if (!canSend()) return;
    d->asked = d->tray.take();
    ChatMessage question = startMessage(Role::user);
    ShownMessage shown;
    shown.role = QStringLiteral("user");
    for (const AttachmentRow& row : d->asked) {
        question.parts.push_back({{}, row.attachment});
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
    const Prompt prompt = buildPrompt(conversation, pictureBudget());
    const GenerationOptions options =
        buildOptions(sampling.defaults(), sampling.overrides(), model.contextLength(),
                     QRandomGenerator::global()->generate64());
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
    learnSpeed(end.statistics);
    setTicket(0);
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

void ChatController::Private::learnSpeed(const SequenceStatistics& statistics) {
    // Tokens of pictures that were not encoded this time would make the machine look faster than it is.
    if (statistics.pictures_from_cache > 0 || statistics.reused_tokens > 0 ||
        statistics.encode_seconds <= 0 || statistics.picture_tokens < fewest_tokens_for_speed) {
        return;
    }
    const double measured = statistics.encode_seconds / statistics.picture_tokens;
    const auto before = settings.encodeSecondsPerToken(modelName(), model.device());
    settings.setEncodeSecondsPerToken(modelName(), model.device(),
                                      before ? (*before + measured) / 2 : measured);
    showModelSpeed();
}

void ChatController::Private::showModelSpeed() {
    tray.setSecondsPerToken(settings.encodeSecondsPerToken(modelName(), model.device()).value_or(0));
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

// ---- Sampling
// -------------------------------------------------------------------------------------------------------

double ChatController::temperature() const {
    return d->sampling.temperature();
}
double ChatController::topP() const {
    return d->sampling.topP();
}
int ChatController::maxTokens() const {
    return d->sampling.maxTokens();
}
bool ChatController::isTemperatureChanged() const {
    return d->sampling.overrides().temperature.has_value();
}
bool ChatController::isTopPChanged() const {
    return d->sampling.overrides().top_p.has_value();
}
bool ChatController::isMaxTokensChanged() const {
    return d->sampling.overrides().max_tokens.has_value();
}

void ChatController::setTemperature(double value) {
    if (d->sampling.setTemperature(value)) Q_EMIT parametersChanged();
}

void ChatController::setTopP(double value) {
    if (d->sampling.setTopP(value)) Q_EMIT parametersChanged();
}

void ChatController::setMaxTokens(int value) {
    if (d->sampling.setMaxTokens(value)) Q_EMIT parametersChanged();
}

void ChatController::resetParameters() {
    if (d->sampling.reset()) Q_EMIT parametersChanged();
}

}  // namespace sightline
