// ChatController: from a question to its reply.
#include <QRandomGenerator>
#include <utility>

#include "app/chat/chat_controller_private.h"
#include "app/chat/prompt_builder.h"
#include "app/chat/shown_message.h"

namespace sightline {

namespace {

ShownPicture shownPicture(const AttachmentRow& row) {
    QString caption = row.size_text;
    if (!row.tokens_text.isEmpty()) caption += QStringLiteral(" · ") + row.tokens_text;
    return {row.thumbnail, row.name, caption};
}

}  // namespace

void ChatController::send() {
    if (!d->draft.trimmed().isEmpty()) d->useModel();
    if (!busy() && !d->draft.trimmed().isEmpty() && d->hindranceWillPass()) return d->setWaiting(true);
    if (!canSend()) return;
    d->asked = d->tray.take();
    ChatMessage question = startMessage(Role::user);
    for (const AttachmentRow& row : d->asked)
        question.parts.push_back({{}, row.attachment, row.sight});
    question.parts.push_back({d->draft.trimmed(), nullptr});
    d->keepSettings();
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

// What is known before it ends.
ReplyFacts ChatController::Private::startFacts() const {
    ReplyFacts facts;
    facts.model_name = modelName();
    facts.demo = !model.notice().isEmpty();
    facts.stop_reason = StopReason::cancelled;
    return facts;
}

bool ChatController::Private::requestReply(const QString& parent) {
    const Conversation said = open.shown(parent);
    ChatMessage made = startMessage(Role::assistant);
    made.state = ReplyState::streaming;
    made.parts.emplace_back();
    made.facts = startFacts();
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
    const ChatMessage* streams = findMessage(open.tree(), reply);
    thinking = ThinkingClock(prefix, streams && streams->facts ? streams->facts->thinking_seconds : 0);
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
    ReplyFacts facts = startFacts();
    facts.stop_reason = end.reason;
    facts.statistics = end.statistics;
    facts.first_token_seconds = end.first_token_seconds;
    facts.total_seconds = end.total_seconds;
    facts.error = end.problem.sentence;
    facts.thinking_seconds = thinking.seconds();
    open.finish(made, ReplyState::complete, facts);
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
    // What was read meanwhile stays where it is.
    if (made != open.tree().head.leaf) return false;
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

void ChatController::Private::dropReply() {
    if (ticket == 0) return;
    worker.cancel(ticket);
    progress.reset();
    // What it has so far stays; it can be continued.
    ReplyFacts facts = startFacts();
    facts.thinking_seconds = thinking.seconds();
    open.finish(std::exchange(reply, QString()), ReplyState::complete, facts);
    setTicket(0);
}

}  // namespace sightline
