// ChatController: from a question to its reply.
#include <QRandomGenerator>
#include <utility>

#include "app/chat/chat_controller_private.h"
#include "app/chat/shown_message.h"

namespace sightline {

namespace {

ShownPicture shownPicture(const AttachmentRow& row) {
    QString caption = row.size_text;
    if (!row.tokens_text.isEmpty()) caption += QStringLiteral(" · ") + row.tokens_text;
    return {row.thumbnail, row.name, caption, row.attachment->size};
}

}  // namespace

void ChatController::send() {
    if (!d->draft.trimmed().isEmpty()) d->useModel();
    if (!busy() && !d->draft.trimmed().isEmpty() && d->hindranceWillPass()) return d->setWaiting(true);
    if (!canSend()) return;
    d->asked = d->tray.take();
    ChatMessage question = startMessage(Role::user);
    d->releasePreviews();
    for (const AttachmentRow& row : d->asked)
        question.parts.push_back({{}, d->pixels.put(row.attachment), row.sight});
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

void ChatController::Private::requestReply(const QString& parent) {
    const Conversation said = open.shown(parent);
    ChatMessage made = startMessage(Role::assistant);
    made.state = ReplyState::streaming;
    made.parts.emplace_back();
    made.facts = model.replyFacts();
    made.parent = parent;
    asked_reply = made.id;
    open.say(made, parent);
    showNewest();
    submit(said, made);
}

void ChatController::Private::submit(const Conversation& said, const ChatMessage& reply) {
    bool has_pictures = false;
    if (!said.messages.empty()) {
        for (const ChatPart& part : said.messages.back().parts)
            has_pictures |= part.attachment != nullptr;
    }
    const GenerationOptions options = parameters.options(QRandomGenerator::global()->generate64());
    RunningReply running;
    running.conversation = open.id();
    running.kept = open.keeps();
    if (!open.isTemporary()) running.title = open.tree().head.title;
    running.message = reply;
    running.message.facts = model.replyFacts();
    if (reply.facts) running.message.facts->thinking_seconds = reply.facts->thinking_seconds;
    running.max_tokens = options.max_tokens;
    running.pictures = static_cast<int>(picturesOfBranch().size());
    running.progress = ReplyProgress(has_pictures);
    replies.start(std::move(running), {said, pictureBudget(), parameters.value().system_prompt, options});
}

void ChatController::Private::finishReply(const RunningReply& reply, const ReplyEnd& end) {
    speed.learn(end.statistics, reply.pictures);
    idle.touch();
    if (reply.conversation != open.id()) return;
    if (takeBackQuestion(reply, end)) return setProblem(end.problem.sentence);
    if (reply.message.id == asked_reply) asked.clear();
    open.put(reply.message);
    showRow(rowOf(reply.message.id), reply.max_tokens);
    if (end.statistics.prompt_tokens > 0) {
        context_used = end.statistics.prompt_tokens + end.statistics.reply_tokens;
        Q_EMIT q.statusChanged();
    }
}

// A question that does not fit goes back to where it was typed, so that it can be changed; the conversation
// stays as it was before.
bool ChatController::Private::takeBackQuestion(const RunningReply& reply, const ReplyEnd& end) {
    const bool too_long = end.reason == StopReason::error && end.problem.kind == ErrorKind::context_full;
    if (!too_long || end.statistics.reply_tokens > 0 || !draft.isEmpty() || tray.hasPictures()) return false;
    const QString& made = reply.message.id;
    const ChatMessage* answer = findMessage(open.tree(), made);
    const ChatMessage* question = answer ? findMessage(open.tree(), answer->parent) : nullptr;
    // What was read meanwhile stays where it is.
    if (made != open.tree().head.leaf) return false;
    if (!question || !answer->text().isEmpty() || siblingsOf(open.tree(), made).ids.size() > 1) return false;
    // Its pictures went with it if another conversation was shown meanwhile.
    if (made != asked_reply) return false;
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
            if (part.attachment) found.push_back({part.attachment, part.sight});
        }
    }
    return found;
}

void ChatController::Private::showModelParameters() {
    const auto& loaded = model.loaded();
    if (!loaded) return parameters.setModel(std::nullopt);
    parameters.setModel(ParameterModel{loaded->facts.defaults, loaded->options.context_length,
                                       loaded->facts.context_length, model.loadedFolder(),
                                       model.orderedPrecision()});
}

void ChatController::Private::setProblem(const QString& sentence) {
    problem = sentence;
    Q_EMIT q.canSendChanged();
}

void ChatController::Private::showBusy() {
    if (std::exchange(was_busy, q.busy()) == was_busy) return;
    Q_EMIT q.busyChanged();
    Q_EMIT q.canSendChanged();
}

void ChatController::setNotifier(Notifier& notifier, std::function<bool()> window_is_active,
                                 double long_seconds) {
    const auto sees = [this, active = std::move(window_is_active)](const QString& conversation) {
        return (conversation == d->open.id() && active()) || d->replies.isBeside(conversation);
    };
    d->notices = std::make_unique<ReplyNotices>(d->replies, d->settings, notifier, sees, long_seconds);
    connect(d->notices.get(), &ReplyNotices::wanted, this,
            [this](const QString& conversation, const QString& token) {
                openConversation(conversation);
                Q_EMIT windowWanted(token);
            });
    connect(this, &ChatController::conversationChanged, d->notices.get(), &ReplyNotices::look);
}

void ChatController::windowLooked() {
    if (d->notices) d->notices->look();
}

void ChatController::stop() {
    d->setWaiting(false);
    d->replies.stop(d->open.id());
}

void ChatController::Private::stopAll() {
    setWaiting(false);
    replies.stopAll();
}

}  // namespace sightline
