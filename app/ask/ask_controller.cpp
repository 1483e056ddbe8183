#include "app/ask/ask_controller.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QRandomGenerator>
#include <optional>
#include <utility>

#include "app/ask/ask_prompts.h"
#include "app/ask/picture_warmup.h"
#include "app/chat/kept_readings.h"
#include "app/chat/message_list_model.h"
#include "app/chat/open_conversation.h"
#include "app/chat/parameters.h"
#include "app/chat/prompt_builder.h"
#include "app/chat/reading_turns.h"
#include "app/chat/running_replies.h"
#include "app/chat/shown_message.h"
#include "app/models/machine_speed.h"
#include "app/models/model_state.h"
#include "app/models/reply_text.h"
#include "app/pictures/attachment_loader.h"
#include "app/pictures/picture_encoder.h"
#include "app/pictures/picture_prices.h"
#include "app/pictures/picture_store.h"
#include "app/pictures/picture_texts.h"
#include "app/pictures/read_text.h"
#include "app/replies/block_list_model.h"

namespace sightline {

struct AskController::Private {
    Private(AskController& controller, const SharedParts& shared, Settings& settings)
        : q(controller),
          parts(shared),
          open(shared.history),
          kept_readings(shared.history, open, shared.texts),
          prompts(settings),
          loader(shared.pictures),
          prices(shared.worker, shared.texts),
          warmup(shared.worker) {}

    const PicturePrice* price() const { return prices.find(key); }
    bool pictureIsReady() const {
        const PicturePrice* known = price();
        return picture && known && !known->reading;
    }
    bool hasFile() const { return picture && !picture->file.isEmpty(); }  // the history can keep it
    bool asksModel() const { return !wanted.isEmpty(); }
    QString lastReply() const;
    const ChatMessage* last() const { return open.last(); }

    void showModel();
    void warmUp();
    void goOn();
    void want(const QString& question, bool reads);
    void forgetWanted();
    void say(const QString& question);
    void answerByModel(const QString& question);
    void answerByReader();
    void show();
    void showReply(const ChatMessage& message, int max_tokens);
    void onPicture(quint64 loaded, const AttachmentRef& attachment);
    void setUrgency();

    AskController& q;
    const SharedParts parts;
    OpenConversation open;
    KeptReadings kept_readings;
    AskPrompts prompts;
    AttachmentLoader loader;
    PictureEncoder encoder;
    PicturePrices prices;
    PictureWarmup warmup;
    MessageListModel messages;

    bool is_open = false;
    quint64 key = 0;        // of the picture
    quint64 encoding = 0;   // of its file
    QSize size;             // of the picture
    QString name;           // of the picture
    AttachmentRef picture;  // null: still being loaded, or refused
    QString refusal;        // why there is no picture
    PictureSight sight;     // as it was asked about, or is being looked at
    bool leaves = false;    // for the main window, as soon as the picture has its file
    bool warm = false;      // `sight` was, or is being, looked at
    QString wanted;         // a question that waits
    bool reads = false;     // the reader is wanted, and waits for the picture or for itself
    QString model_name;
};

AskController::AskController(const SharedParts& parts, Settings& settings, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, parts, settings)) {
    connect(&d->loader, &AttachmentLoader::loaded, this,
            [this](quint64 key, const AttachmentRef& attachment) { d->onPicture(key, attachment); });
    connect(&d->loader, &AttachmentLoader::refused, this, [this](quint64 key, const QString& reason) {
        if (key != d->key) return;
        d->refusal = reason;
        d->forgetWanted();
        Q_EMIT changed();
    });
    connect(&d->prices, &PicturePrices::changed, this, [this](quint64 key) {
        if (key != d->key) return;
        Q_EMIT pictureChanged();
        d->goOn();
    });
    connect(&d->prices, &PicturePrices::refused, this, [this](quint64 key, const QString& sentence) {
        if (key != d->key) return;
        d->refusal = sentence;
        d->forgetWanted();
        Q_EMIT changed();
    });
    connect(&d->parts.texts, &PictureTexts::known, this, [this](const QString& id) {
        if (d->picture && d->picture->id == id) d->goOn();
    });
    connect(&d->parts.model, &ModelState::changed, this, [this] { d->showModel(); });
    connect(&d->parts.model, &ModelState::statusChanged, this, &AskController::changed);
    connect(&d->parts.speed, &MachineSpeed::changed, this,
            [this] { d->prices.setSpeed(d->parts.speed.speed()); });
    connect(&d->warmup, &PictureWarmup::ended, this, [this] { d->setUrgency(); });
    connect(&d->warmup, &PictureWarmup::progressed, this, [this](Phase phase, double progress) {
        // The question that waits for it shows how far it is.
        const RunningReply* reply = d->parts.replies.in(d->open.id());
        if (!reply || phase == Phase::decode) return;
        ReplyProgress shown(true);
        shown.advance(phase, progress);
        d->messages.setPhases(d->messages.rowCount() - 1, shown.phases());
    });
    connect(&d->parts.replies, &RunningReplies::grew, this,
            [this](const RunningReply& reply, const QString& text) {
                if (reply.conversation != d->open.id()) return;
                d->open.grow(reply.message.id, text);
                d->messages.appendText(d->messages.rowCount() - 1, text);
                d->setUrgency();
                Q_EMIT changed();
            });
    connect(&d->parts.replies, &RunningReplies::progressed, this, [this](const RunningReply& reply) {
        if (reply.conversation == d->open.id() && !d->warmup.isRunning())
            d->messages.setPhases(d->messages.rowCount() - 1, reply.progress.phases());
    });
    connect(&d->parts.replies, &RunningReplies::movedFromGpu, this, [this](const RunningReply& reply) {
        if (reply.conversation != d->open.id()) return;
        d->open.put(reply.message);
        d->showReply(reply.message, reply.max_tokens);
    });
    connect(&d->parts.replies, &RunningReplies::ended, this, [this](const RunningReply& reply) {
        if (reply.conversation != d->open.id()) return;
        d->open.put(reply.message);
        d->showReply(reply.message, reply.max_tokens);
        d->setUrgency();
        Q_EMIT changed();
    });
    d->showModel();
    d->prices.setSpeed(d->parts.speed.speed());
}

AskController::~AskController() = default;

AskPrompts& AskController::promptList() const {
    return d->prompts;
}

QString AskController::expected(const QSize& pixels) const {
    const auto& loaded = d->parts.model.loaded();
    if (!loaded || pixels.isEmpty()) return {};
    const PictureSpeed& speed = d->parts.speed.speed();
    DetailQuestion question;
    question.wanted = d->parts.parameters.pictureDetail();
    question.width = pixels.width();
    question.height = pixels.height();
    question.speed = speed;
    const double tokens = estimatedTokens(chooseDetail(question, loaded->facts).budget, loaded->facts,
                                          pixels.width(), pixels.height());
    const QString text = tokensText(qRound(tokens));
    if (!speed.known()) return text;
    return text + QStringLiteral(" · ") +
           expectedText(speed.encodeSeconds(qRound(tokens)) + speed.prefillSeconds(qRound(tokens)));
}

bool AskController::isOpen() const {
    return d->is_open;
}
QString AskController::picture() const {
    return d->picture && d->picture->preview ? d->picture->preview->source() : QString();
}
QString AskController::sizeText() const {
    return pictureSizeText(d->size, {});
}
QString AskController::priceText() const {
    const PicturePrice* price = d->price();
    return price ? chosenText(*price) : QString();
}
QAbstractItemModel* AskController::prompts() const {
    return &d->prompts;
}
QAbstractItemModel* AskController::messages() const {
    return &d->messages;
}
bool AskController::busy() const {
    return d->parts.replies.in(d->open.id()) != nullptr;
}
bool AskController::waiting() const {
    return d->asksModel() || d->reads;
}
bool AskController::answered() const {
    return !d->lastReply().isEmpty();
}
QString AskController::conversationId() const {
    return d->open.id();
}
bool AskController::modelMissing() const {
    const ModelState& model = d->parts.model;
    return !model.isReady() && !model.isLoading() && !model.isUnloaded();
}
double AskController::loadProgress() const {
    return d->parts.model.isLoading() ? d->parts.model.loadProgress() : 0;
}

QString AskController::hindrance() const {
    if (!d->refusal.isEmpty()) return d->refusal;
    if (modelMissing()) return d->parts.model.whyNotReady();
    if (d->reads) return tr("The text is being read…");
    if (!d->asksModel()) return {};
    if (d->parts.model.isLoading()) return tr("Your question is asked as soon as the model is ready.");
    if (!d->picture) return tr("Your question is asked as soon as the picture is ready.");
    return tr("Your question is asked as soon as the text in the picture is read.");
}

void AskController::prepare() {
    d->parts.use_model();
}

void AskController::begin(const QImage& picture, const QString& name) {
    close();
    d->loader.cancel(d->key);
    d->encoder.cancel(d->encoding);
    d->prices.remove(d->key);
    ++d->key;
    d->size = picture.size();
    d->name = name;
    d->picture.reset();
    d->refusal.clear();
    d->sight = {};
    d->warm = false;
    d->leaves = false;
    d->open.start();
    d->messages.clear();
    d->is_open = true;
    d->parts.use_model();
    d->loader.loadImage(d->key, picture, name);
    d->setUrgency();
    Q_EMIT pictureChanged();
    Q_EMIT changed();
    Q_EMIT openChanged();
}

void AskController::Private::onPicture(quint64 loaded, const AttachmentRef& attachment) {
    if (loaded != key) return;
    picture = attachment;
    // For the history. It can be looked at meanwhile.
    encoding = encoder.encode(attachment, [this, loaded](const AttachmentRef& whole, const QString& problem) {
        if (loaded != key) return;
        if (whole) {
            picture = whole;
            if (std::exchange(leaves, false)) return q.continueElsewhere();
            return goOn();
        }
        refusal = problem;
        forgetWanted();
        Q_EMIT q.changed();
    });
    prices.add(key, picture, parts.parameters.pictureDetail());
    Q_EMIT q.pictureChanged();
    goOn();
}

void AskController::Private::showModel() {
    const bool ready = parts.model.isReady() && parts.model.loaded();
    prices.setModel(ready ? std::optional(parts.model.loaded()->facts) : std::nullopt);
    if (ready) prices.setMostTextTokens(std::max(1, parts.model.contextLength() / 2));
    // Another model, or this one anew: it has seen nothing.
    if (!ready) warm = false;
    Q_EMIT q.changed();
    goOn();
}

// Whatever can be done now.
void AskController::Private::goOn() {
    if (!is_open && !q.waiting()) return;
    if (reads && hasFile()) {
        if (parts.texts.find(picture->id) || parts.texts.failed(picture->id))
            answerByReader();
        else
            parts.texts.want(picture);
    }
    if (!pictureIsReady() || !parts.model.isReady()) return Q_EMIT q.changed();
    if (asksModel()) {
        if (!hasFile()) return Q_EMIT q.changed();
        say(std::exchange(wanted, QString()));
        answerByModel(open.tree().head.leaf);
    } else {
        warmUp();
    }
    Q_EMIT q.changed();
}

void AskController::Private::warmUp() {
    if (!open.isEmpty()) return;  // asked: the engine has it
    const PictureSight now = prices.sight(key);
    const bool same = now.budget.max_pixels == sight.budget.max_pixels &&
                      now.budget.min_pixels == sight.budget.min_pixels && now.read_text == sight.read_text;
    if (warm && same) return;
    sight = now;
    warm = true;
    Conversation beginning = open.shown(QString());
    ChatMessage question = startMessage(Role::user);
    question.parts.push_back({{}, picture, sight});
    beginning.messages.push_back(std::move(question));
    Prompt prompt = buildPrompt(beginning, {}, parts.parameters.value().system_prompt);
    // Whoever asks nothing leaves nothing; a question keeps what was computed for it here.
    prompt.keep_on_disk = false;
    warmup.start(prompt);
}

// What is on the panel goes before the rest: first its picture, then the question about it, until the answer
// has begun.
void AskController::Private::setUrgency() {
    if (!is_open) return parts.replies.showBeside({});
    const RunningReply* reply = parts.replies.in(open.id());
    const bool begun = reply && !reply->message.text().isEmpty();
    const bool over = !reply && !open.isEmpty();
    parts.replies.showBeside(open.id(), begun || over        ? RunningReplies::Urgency::usual
                                        : warmup.isRunning() ? RunningReplies::Urgency::next
                                                             : RunningReplies::Urgency::first);
}

void AskController::ask(const QString& question) {
    if (busy() || question.trimmed().isEmpty()) return;
    d->want(question.trimmed(), false);
}

void AskController::readText() {
    if (!busy()) d->want({}, true);
}

void AskController::usePrompt(int row) {
    if (row < 0 || row >= d->prompts.rowCount()) return;
    const AskPrompt prompt = d->prompts.prompts()[static_cast<std::size_t>(row)];
    if (prompt.reads) {
        readText();
    } else {
        ask(prompt.text);
    }
}

void AskController::Private::want(const QString& question, bool by_reader) {
    if (!refusal.isEmpty() || (!by_reader && q.modelMissing())) return Q_EMIT q.changed();
    wanted = question;
    reads = by_reader;
    if (!by_reader) parts.use_model();
    goOn();
    Q_EMIT q.changed();
}

void AskController::Private::forgetWanted() {
    wanted.clear();
    reads = false;
}

// The first question brings the picture, and so does one without words: what does it say?
void AskController::Private::say(const QString& question) {
    ChatMessage said = startMessage(Role::user);
    if (open.isEmpty() || question.isEmpty()) {
        if (!warm) sight = prices.sight(key);
        said.parts.push_back({{}, picture, sight});
    }
    if (!question.isEmpty()) said.parts.push_back({question, nullptr});
    open.say(std::move(said), open.tree().head.leaf);
    show();
}

void AskController::Private::answerByModel(const QString& question) {
    const Conversation said = open.shown(question);
    ChatMessage made = startMessage(Role::assistant);
    made.state = ReplyState::streaming;
    made.parts.emplace_back();
    made.facts = parts.model.replyFacts();
    RunningReply running;
    running.message = made;
    running.message.parent = question;
    open.say(std::move(made), question);
    show();

    const GenerationOptions options = parts.parameters.options(QRandomGenerator::global()->generate64());
    running.conversation = open.id();
    running.kept = open.keeps();
    running.max_tokens = options.max_tokens;
    running.pictures = 1;
    running.progress = ReplyProgress(said.messages.size() == 1);
    // Before the question is taken, so that it does not begin to look at the picture a second time.
    warmup.hurry();
    setUrgency();
    parts.replies.start(std::move(running), {said, {}, parts.parameters.value().system_prompt, options});
    setUrgency();
    Q_EMIT q.asked();
}

void AskController::Private::answerByReader() {
    reads = false;
    const auto page = parts.texts.find(picture->id);
    say({});
    ChatMessage read = startMessage(Role::assistant);
    read.kind = MessageKind::reading;
    ReplyFacts facts;
    if (page) {
        read.parts.push_back(readPart(*page));
    } else {
        facts.stop_reason = StopReason::error;
        facts.error = parts.texts.problem(picture->id);
    }
    read.facts = facts;
    open.say(std::move(read), open.tree().head.leaf);
    show();
    setUrgency();
}

// Rows that are not there yet.
void AskController::Private::show() {
    const std::vector<const ChatMessage*> path = open.shown();
    for (auto row = static_cast<std::size_t>(messages.rowCount()); row < path.size(); ++row)
        messages.append(shownMessage(open.tree(), *path[row]));
}

void AskController::Private::showReply(const ChatMessage& message, int max_tokens) {
    if (messages.rowCount() == 0 || messages.rows().back().id != message.id) return;
    messages.update(messages.rowCount() - 1, shownMessage(open.tree(), message, max_tokens));
}

void AskController::again() {
    const ChatMessage* answer = d->last();
    if (busy() || !answer || answer->role != Role::assistant) return;
    if (answer->kind == MessageKind::reading) return readText();
    if (!d->parts.model.isReady()) {
        d->parts.use_model();
        return Q_EMIT changed();
    }
    const QString question = answer->parent;
    const QString failed = answer->text().isEmpty() ? answer->id : QString();
    if (!failed.isEmpty()) d->open.takeBack(failed);
    d->messages.removeFrom(d->messages.rowCount() - 1);
    d->answerByModel(question);
    Q_EMIT changed();
}

void AskController::stop() {
    d->forgetWanted();
    d->parts.replies.stop(d->open.id());
    Q_EMIT changed();
}

QString AskController::Private::lastReply() const {
    const ChatMessage* answer = last();
    if (!answer || answer->role != Role::assistant) return {};
    if (answer->kind == MessageKind::reading && picture) {
        const auto page = parts.texts.find(picture->id);
        return page ? ReadText(*page).text : QString();
    }
    const BlockListModel* blocks =
        messages.rowCount() > 0 ? messages.blocks(messages.rowCount() - 1) : nullptr;
    return blocks ? blocks->markdown().trimmed() : QString();
}

void AskController::copy() {
    const QString text = d->lastReply();
    if (text.isEmpty()) return;
    QGuiApplication::clipboard()->setText(text);
    Q_EMIT copied();
}

void AskController::copyText(const QString& text) {
    QGuiApplication::clipboard()->setText(text);
}

void AskController::close() {
    if (!std::exchange(d->is_open, false)) return;
    d->forgetWanted();
    d->warmup.giveUp();
    d->parts.texts.forget(d->picture ? d->picture->id : QString());
    d->setUrgency();
    Q_EMIT changed();
    Q_EMIT openChanged();
}

void AskController::continueElsewhere() {
    if (d->open.isEmpty() && d->picture && !d->hasFile()) {
        d->leaves = true;
        return;
    }
    const AttachmentRef picture = d->picture;
    const QString conversation = d->open.isEmpty() ? QString() : d->open.id();
    close();
    if (!conversation.isEmpty()) {
        Q_EMIT continueWanted(conversation);
    } else if (picture) {
        Q_EMIT pictureWanted(picture->encoded, picture->name);
    }
}

}  // namespace sightline
