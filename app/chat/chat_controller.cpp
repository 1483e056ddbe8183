#include "app/chat/chat_controller.h"

#include <QClipboard>
#include <QGuiApplication>
#include <utility>
#include <variant>

#include "app/chat/chat_controller_private.h"
#include "app/common/installation.h"
#include "app/pictures/clipboard_content.h"
#include "app/pictures/kept_previews.h"
#include "app/pictures/picture_store.h"

namespace sightline {

namespace {

constexpr int draft_saved_after_ms = 500;

}  // namespace

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
    connect(&d->open, &OpenConversation::leaving, this, [this] { d->leave(); });
    connect(&d->open, &OpenConversation::openFailed, this, [this](const QString& sentence) {
        d->wanted_message.clear();
        Q_EMIT openFailed(sentence);
    });
    connect(&d->open, &OpenConversation::titleChanged, this, &ChatController::titleChanged);
    connect(&d->open, &OpenConversation::keptChanged, this, [this] {
        d->settings.setConversation(d->open.id());
        Q_EMIT conversationChanged();
    });
    if (history) {
        d->pictures->setKept(std::make_shared<KeptPreviews>(history->folder()));
        d->computed = std::make_unique<ComputedCache>(history->folder());
    }
    d->reading.setPixels(&d->pixels);
    connect(&d->pixels, &PicturePixels::lost, this,
            [this](const AttachmentRef& attachment, const QString& reason) {
                d->tray.refuseRevived(attachment, reason);
                Q_EMIT openFailed(
                    tr("The picture “%1” cannot be opened any more: %2").arg(attachment->name, reason));
                Q_EMIT canSendChanged();
                d->sendIfWaiting();
            });
    connect(&d->readings, &ReadingTurns::changed, this, [this](const QString& message) {
        d->showReading(message);
        Q_EMIT canSendChanged();
        d->sendIfWaiting();
    });

    connect(&d->library, &ModelLibrary::aboutToSwitch, this, [this] { d->stopAll(); });
    connect(&d->library, &ModelLibrary::idleMinutesChanged, &d->idle, &IdleUnloader::touch);
    connect(&d->tray, &AttachmentTray::passwordWanted, this, &ChatController::passwordWanted);
    connect(&d->tray, &AttachmentTray::unlocked, this, &ChatController::attachmentUnlocked);
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
                d->pixels.want(this, {whole}, [this, part](const std::vector<AttachmentRef>& found) {
                    if (found.front()) d->tray.addPart(found.front(), part);
                });
            });
    connect(&d->model, &ModelState::statusChanged, this, &ChatController::statusChanged);
    connect(&d->replies, &RunningReplies::grew, this, [this](const RunningReply& reply, const QString& text) {
        if (reply.conversation != d->open.id()) return;
        d->open.grow(reply.message.id, text);
        d->messages.appendText(d->rowOf(reply.message.id), text);
    });
    connect(&d->replies, &RunningReplies::progressed, this, [this](const RunningReply& reply) {
        if (reply.conversation == d->open.id())
            d->messages.setPhases(d->rowOf(reply.message.id), reply.progress.phases());
    });
    connect(&d->replies, &RunningReplies::movedFromGpu, this, [this](const RunningReply& reply) {
        d->model.openOnProcessor();
        if (reply.conversation != d->open.id()) return;
        d->open.put(reply.message);
        d->showRow(d->rowOf(reply.message.id), reply.max_tokens);
    });
    connect(&d->replies, &RunningReplies::ended, this,
            [this](const RunningReply& reply, const ReplyEnd& end) { d->finishReply(reply, end); });
    connect(&d->replies, &RunningReplies::changed, this, [this] {
        d->showBusy();
        d->status.refresh();
    });
    connect(this, &ChatController::draftChanged, this, [this] { d->tray.setQuestion(d->draft); });
    connect(this, &ChatController::canSendChanged, this, [this] { d->status.refresh(); });
    d->model.openAtStart();
    // Unless the user was quicker, or the program was started with a picture or a question.
    if (const QString last = settings.conversation(); !last.isEmpty()) {
        d->open.reopen(last, [this] {
            return d->open.isEmpty() && d->draft.isEmpty() && d->tray.model().rowCount() == 0;
        });
    }
    d->replies.show(d->open.id());
    d->status.refresh();
}

ChatController::~ChatController() {
    if (d->draft_timer.isActive()) d->keepDraft();
    if (d->settings_timer.isActive()) d->keepSettings();
}

std::shared_ptr<PictureStore> ChatController::pictures() const {
    return d->pictures;
}
SharedParts ChatController::sharedParts() const {
    return {d->worker,  d->kept_in,  d->model,
            d->texts,   d->speed,    d->parameters,
            d->replies, d->pictures, [this] { d->useModel(); }};
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
QObject* ChatController::parametersObject() const {
    return &d->parameters;
}
QObject* ChatController::journal() const {
    return &d->journal;
}
QObject* ChatController::models() const {
    return &d->library;
}
QObject* ChatController::computed() const {
    return d->computed.get();
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
    return d->replies.in(d->open.id()) != nullptr;
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
QString ChatController::loadText() const {
    return d->model.loadText();
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
        return d->tray.isLoading() || d->tray.isEncoding()
                   ? tr("Your question is asked as soon as the pictures are open.")
                   : tr("Your question is asked as soon as the text in the pictures is read.");
    }
    if (!d->model.isReady()) return d->model.whyNotReady();
    if (!d->problem.isEmpty()) return d->problem;
    if (d->tray.isLoading()) return tr("The pictures are still being opened.");
    if (d->readings.isReadingIn(d->open.id())) return tr("The text in the pictures is still being read.");
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
void ChatController::unlockAttachment(int row, const QString& password) {
    d->tray.unlock(row, password);
}
int ChatController::lockedAttachment() const {
    return d->tray.lockedRow();
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
void ChatController::viewPlace(int message, int picture, int place) {
    d->viewer.openPlace(message, picture, place);
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

void ChatController::openModelFolder(const QUrl& folder) {
    if (!folder.isLocalFile() || !folder.host().isEmpty()) {
        d->model.refuse(tr("Only a folder on this computer can be opened; nothing is fetched."));
        return;
    }
    d->stopAll();
    d->model.open(folder.toLocalFile());
}

void ChatController::useDemoModel() {
    d->stopAll();
    d->model.openDemo();
}

void ChatController::reloadModel() {
    if (busy()) return;
    d->stopAll();
    d->model.openAgain();
}

}  // namespace sightline
