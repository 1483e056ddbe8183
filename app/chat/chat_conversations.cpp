// ChatController: branches of a conversation, and going from one to another.
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <utility>

#include "app/chat/chat_controller_private.h"
#include "app/chat/shown_message.h"

namespace sightline {

void ChatController::retry() {
    const ChatMessage* last = d->open.last();
    if (last && last->kind == MessageKind::reading) return regenerate(d->messages.rowCount() - 1);
    d->retry_waits = !busy() && d->model.isUnloaded();
    d->useModel();
    if (last) regenerate(d->messages.rowCount() - 1);
}

void ChatController::regenerate(int row) {
    const ChatMessage* said = d->messageAt(row);
    if (said && said->kind == MessageKind::reading) return readAgain(row);
    if (busy() || !d->model.isReady() || !said) return;
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
}

void ChatController::deleteMessage(int row) {
    const ChatMessage* said = d->messageAt(row);
    if (busy() || !said) return;
    d->readings.drop(d->open.id());
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
    if (busy() || !d->model.isReady() || !said || said->role != Role::assistant) return;
    const ChatMessage reply = *said;
    const Conversation asked = d->open.shown(reply.parent);
    d->open.resume(reply.id);
    d->showRow(d->rowOf(reply.id));
    d->submit(asked, reply);
}

void ChatController::newConversation() {
    // Where nothing was said yet, what was typed is already in a new conversation.
    if (d->open.isEmpty() && !d->open.isTemporary()) return;
    const QString unsent = d->keeps_history ? QString() : d->draft;
    d->open.start();
    if (!unsent.isEmpty()) setDraft(unsent);
}

void ChatController::openConversation(const QString& id, const QString& message) {
    if (id != d->open.id()) {
        d->wanted_message = message;
        d->open.open(id);
    } else if (!message.isEmpty()) {
        d->open.show(message);
        d->messages.clear();
        d->showNewest();
        Q_EMIT messageWanted(d->rowOf(message));
    }
}

void ChatController::setShelf(ConversationShelf* shelf) {
    d->shelf = shelf;
    shelf->setCurrent(d->open.id());
    shelf->transfer().setUnkept([this](const QString& id) -> std::optional<ConversationTree> {
        if (id != d->open.id() || d->open.isKept()) return std::nullopt;
        return d->open.tree();
    });
    const auto tell = [this, shelf] {
        shelf->setReplies(d->replies.answering() | d->readings.reading(),
                          d->replies.answered() | d->readings.read());
    };
    connect(&d->replies, &RunningReplies::changed, shelf, tell);
    connect(&d->readings, &ReadingTurns::conversationsChanged, shelf, tell);
    connect(this, &ChatController::conversationChanged, shelf,
            [this, shelf] { shelf->setCurrent(d->open.id()); });
    connect(shelf, &ConversationShelf::openWanted, this, &ChatController::openConversation);
    // Before it goes: what is saved of its reply in answer goes with it.
    connect(shelf, &ConversationShelf::aboutToRemove, this, [this](const QString& id) {
        d->replies.drop(id);
        d->readings.drop(id);
    });
    connect(shelf, &ConversationShelf::currentRemoved, this, [this] { d->open.start(); });
    connect(shelf, &ConversationShelf::renamed, this, [this](const QString& id, const QString& title) {
        if (id == d->open.id()) d->open.noteTitle(title);
    });
    connect(shelf, &ConversationShelf::pinned, this, [this](const QString& id, bool pinned) {
        if (id == d->open.id()) d->open.notePin(pinned);
    });
}

QString ChatController::conversationId() const {
    return d->open.id();
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
    if (!temporary) {
        d->replies.keep(d->open.id());
        d->readings.keep(d->open.id());
        d->keepDraft();
    }
    Q_EMIT conversationChanged();
}

// What belongs to the conversation that is left is kept. Its reply and its readings go on, unless nobody
// could go back to it.
void ChatController::Private::leave() {
    reading.close();
    if (draft_timer.isActive()) keepDraft();
    if (settings_timer.isActive()) keepSettings();
    draft_timer.stop();
    settings_timer.stop();
    if (tray.isEncoding()) keepDraftLater();
    if (!open.keeps()) {
        replies.drop(open.id());
        readings.drop(open.id());
    }
    setWaiting(false);
    retry_waits = false;
}

void ChatController::Private::showConversation() {
    const ConversationHead head = open.tree().head;
    asked.clear();
    asked_reply.clear();
    for (const ChatMessage& newer : replies.newest(open.id()))
        open.put(newer);
    const std::vector<ChatMessage> read = readings.newest(open.id());
    for (const ChatMessage& newer : read)
        open.put(newer);
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
    // A new one begins with those of the one before.
    if (open.isKept())
        parameters.setValue(
            ConversationParameters::fromJson(QJsonDocument::fromJson(head.settings.toUtf8()).object()));
    for (const ChatPart& part : head.draft.parts) {
        pixels.want(&q, {part.attachment}, [this](const std::vector<AttachmentRef>& found) {
            if (!found.front()) return;  // lost() has said so
            tray.putRevived(found.front());
            Q_EMIT q.canSendChanged();
            sendIfWaiting();
        });
    }
    settings.setConversation(open.isKept() ? open.id() : QString());
    if (const RunningReply* reply = replies.in(open.id()))
        messages.setPhases(rowOf(reply->message.id), reply->progress.phases());
    for (const ChatMessage& newer : read)
        showReading(newer.id);
    replies.show(open.id());
    readings.show(open.id());
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

void ChatController::Private::showRow(int row, int max_tokens) {
    const ChatMessage* said = messageAt(row);
    if (!said) return;
    ShownMessage shown = shownMessage(open.tree(), *said, max_tokens);
    if (said->role == Role::user) shown.pictures = messages.rows()[static_cast<std::size_t>(row)].pictures;
    messages.update(row, shown);
}

// What is shown of them comes from the history from now on.
void ChatController::Private::releasePreviews() {
    open.releasePreviews();
    for (int row = 0; row < messages.rowCount(); ++row) {
        const ChatMessage* said = messageAt(row);
        if (!said || said->role != Role::user) continue;
        const ShownMessage now = shownMessage(open.tree(), *said);
        ShownMessage shown = messages.rows()[static_cast<std::size_t>(row)];
        for (std::size_t i = 0; i < std::min(shown.pictures.size(), now.pictures.size()); ++i)
            shown.pictures[i].source = now.pictures[i].source;
        messages.update(row, shown);
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

// Pasted, and left before it had a file: the draft has it when it has.
void ChatController::Private::keepDraftLater() {
    const auto keep = open.draftKeeper();
    if (!keep) return;
    auto left = std::make_shared<Draft>(Draft{draft, tray.parts(true)});
    for (std::size_t i = 0; i < left->parts.size(); ++i) {
        const AttachmentRef picture = left->parts[i].attachment;
        if (!picture->file.isEmpty()) continue;
        late.encode(picture, [left, keep, i](const AttachmentRef& whole, const QString&) {
            left->parts[i].attachment = whole;
            Draft now{left->text, {}};
            for (const ChatPart& part : left->parts) {
                if (part.attachment && !part.attachment->file.isEmpty()) now.parts.push_back(part);
            }
            keep(now);
        });
    }
}

void ChatController::Private::keepSettings() {
    settings_timer.stop();
    open.saveSettings(
        QString::fromUtf8(QJsonDocument(parameters.value().toJson()).toJson(QJsonDocument::Compact)));
}

}  // namespace sightline
