#include "app/chat/open_conversation.h"

#include <QPointer>
#include <algorithm>
#include <utility>

#include "app/common/trace.h"

namespace sightline {

namespace {

// Nothing unless somebody listens.
History::Done traceKept(const std::vector<ChatMessage>& messages) {
    if (!trace().isDebugEnabled()) return {};
    QStringList lines;
    for (const ChatMessage& message : messages) {
        lines << QStringLiteral("kept %1 %2 %3")
                     .arg(message.id)
                     .arg(message.text().size())
                     .arg(message.state == ReplyState::complete ? QLatin1String("complete")
                                                                : QLatin1String("open"));
    }
    return [lines](const QString& problem) {
        for (const QString& line : problem.isEmpty() ? lines : QStringList())
            qCDebug(trace, "%s", qPrintable(line));
    };
}

History::Done traceDraft() {
    if (!trace().isDebugEnabled()) return {};
    return [](const QString& problem) {
        if (problem.isEmpty()) qCDebug(trace, "draft kept");
    };
}

}  // namespace

OpenConversation::OpenConversation(History* history, QObject* parent) : QObject(parent), history_(history) {}

std::vector<const ChatMessage*> OpenConversation::shown() const {
    std::vector<const ChatMessage*> messages;
    for (const QString& id : pathTo(tree_, tree_.head.leaf))
        messages.push_back(findMessage(tree_, id));
    return messages;
}

const ChatMessage* OpenConversation::last() const {
    return findMessage(tree_, tree_.head.leaf);
}

Conversation OpenConversation::shown(const QString& until) const {
    Conversation conversation{tree_.head.id, tree_.head.title, tree_.head.created, {}};
    for (const QString& id : pathTo(tree_, until))
        conversation.messages.push_back(*findMessage(tree_, id));
    return conversation;
}

void OpenConversation::setTemporary(bool temporary) {
    if (temporary == temporary_ || (temporary && !canBecomeTemporary())) return;
    temporary_ = temporary;
    if (!temporary && !tree_.messages.empty()) save(tree_.messages);
}

void OpenConversation::start() {
    ++last_opening_;
    become(startTree(), false);
}

void OpenConversation::open(const QString& conversation) {
    load(conversation, [this](const Loaded& found) {
        if (found.value && *found.value) return become(**found.value, true);
        Q_EMIT openFailed(found.problem.isEmpty() ? tr("This conversation is not there any more.")
                                                  : found.problem);
    });
}

void OpenConversation::reopen(const QString& conversation, std::function<bool()> wanted) {
    load(conversation, [this, wanted = std::move(wanted)](const Loaded& found) {
        if (found.value && *found.value && wanted()) become(**found.value, true);
    });
}

void OpenConversation::load(const QString& conversation, std::function<void(const Loaded&)> then) {
    if (!history_) return;
    history_->load(this, conversation,
                   [this, opening = ++last_opening_, then = std::move(then)](const Loaded& found) {
                       if (opening == last_opening_) then(found);
                   });
}

void OpenConversation::become(ConversationTree tree, bool saved) {
    Q_EMIT leaving();
    tree_ = std::move(tree);
    temporary_ = false;
    saved_ = saved;
    kept_.clear();
    removed_.clear();
    Q_EMIT opened();
}

void OpenConversation::say(ChatMessage message, const QString& parent) {
    const QString id = message.id;
    append(tree_, std::move(message), parent);
    const ChatMessage& said = *findMessage(tree_, id);
    tree_.head.updated = said.created;
    // The name of a picture whose text was read gives way to the first question.
    const bool asked_before =
        std::any_of(tree_.messages.begin(), tree_.messages.end(), [&id](const ChatMessage& other) {
            return other.role == Role::user && other.id != id && !other.text().trimmed().isEmpty();
        });
    if (said.role == Role::user && !tree_.head.title_given && (tree_.head.title.isEmpty() || !asked_before)) {
        tree_.head.title = titleFrom(shown());
        Q_EMIT titleChanged();
    }
    save({said});
}

void OpenConversation::grow(const QString& message, const QString& text) {
    ChatMessage* reply = findMessage(tree_, message);
    if (!reply) return;
    if (reply->parts.empty()) reply->parts.emplace_back();
    reply->parts.back().text += text;
    qCDebug(trace, "shows %s %d", qPrintable(message), static_cast<int>(reply->parts.back().text.size()));
}

void OpenConversation::resume(const QString& message) {
    ChatMessage* reply = findMessage(tree_, message);
    if (!reply) return;
    reply->state = ReplyState::streaming;
    tree_.head.updated = QDateTime::currentDateTimeUtc();
    save({*reply});
}

void OpenConversation::addPart(const QString& message, ChatPart part) {
    ChatMessage* reading = findMessage(tree_, message);
    if (!reading) return;
    reading->parts.push_back(std::move(part));
    if (keeps()) history_->stream(id(), *reading);
}

void OpenConversation::finish(const QString& message, ReplyState state, const ReplyFacts& facts) {
    ChatMessage* reply = findMessage(tree_, message);
    if (!reply) return;
    reply->state = state;
    reply->facts = facts;
    tree_.head.updated = QDateTime::currentDateTimeUtc();
    save({*reply});
}

void OpenConversation::put(const ChatMessage& message) {
    if (ChatMessage* reply = findMessage(tree_, message.id)) *reply = message;
}

void OpenConversation::show(const QString& message) {
    const QString before = tree_.head.leaf;
    showBranch(tree_, message);
    if (keeps() && saved_ && tree_.head.leaf != before) history_->showLeaf(id(), tree_.head.leaf);
}

void OpenConversation::remove(const QString& message) {
    std::vector<ChatMessage> before = tree_.messages;
    const QString leaf = tree_.head.leaf;
    const std::vector<QString> ids = removeSubtree(tree_, message);
    if (ids.empty()) return;
    std::erase_if(before, [&ids](const ChatMessage& one) {
        return std::find(ids.begin(), ids.end(), one.id) == ids.end();
    });
    removed_ = std::move(before);
    leaf_before_ = leaf;
    if (keeps() && saved_) history_->removeMessages(id(), ids, tree_.head.leaf);
}

void OpenConversation::restore() {
    if (removed_.empty()) return;
    const std::vector<ChatMessage> back = std::exchange(removed_, {});
    for (const ChatMessage& message : back)
        append(tree_, message, message.parent);
    tree_.head.leaf = leaf_before_;
    save(back);
}

void OpenConversation::takeBack(const QString& message) {
    const std::vector<QString> ids = removeSubtree(tree_, message);
    if (ids.empty()) return;
    if (keeps() && saved_) history_->removeMessages(id(), ids, tree_.head.leaf);
    if (!tree_.messages.empty() || tree_.head.title_given) return;
    tree_.head.title.clear();
    if (keeps() && saved_) save({});
    Q_EMIT titleChanged();
}

void OpenConversation::noteTitle(const QString& title) {
    const QString one_line = title.simplified();
    tree_.head.title_given = !one_line.isEmpty();
    tree_.head.title = one_line;
    if (one_line.isEmpty()) tree_.head.title = titleFrom(shown());
    Q_EMIT titleChanged();
}

void OpenConversation::saveDraft(const Draft& draft) {
    const bool empty = draft.text.isEmpty() && draft.parts.empty();
    if (empty && tree_.head.draft.text.isEmpty() && tree_.head.draft.parts.empty()) return;
    tree_.head.draft = draft;
    if (!keeps()) return;
    keepFiles(draft.parts);
    if (!saved_) save({});
    history_->saveDraft(id(), draft, traceDraft());
    tellKept(draft.parts);
}

std::function<void(const Draft&)> OpenConversation::draftKeeper() const {
    if (!keeps()) return {};
    return [history = QPointer<History>(history_), head = tree_.head, saved = saved_](const Draft& draft) {
        if (!history) return;
        for (const ChatPart& part : draft.parts) {
            const AttachmentRef& picture = part.attachment;
            if (picture && !picture->encoded.isEmpty())
                history->keepAttachment(picture->encoded, picture->mime, picture->size);
        }
        if (saved) return history->saveDraft(head.id, draft);
        ConversationHead whole = head;
        whole.draft = draft;
        history->save(whole, {});
    };
}

void OpenConversation::saveSettings(const QString& settings) {
    tree_.head.settings = settings;
    if (keeps() && saved_) history_->saveSettings(id(), settings);
}

// `change` gives another attachment for one, or null to leave it.
template <typename Change>
void OpenConversation::changeAttachments(Change change) {
    const auto put = [&change](std::vector<ChatPart>& parts) {
        for (ChatPart& part : parts) {
            if (!part.attachment) continue;
            if (AttachmentRef other = change(*part.attachment)) part.attachment = std::move(other);
        }
    };
    for (ChatMessage& message : tree_.messages)
        put(message.parts);
    put(tree_.head.draft.parts);
}

// Its bytes are on the disk, and need not be here too.
void OpenConversation::noteKept(const QString& file) {
    changeAttachments([&file](const Attachment& attachment) -> AttachmentRef {
        if (attachment.file != file || attachment.encoded.isEmpty()) return nullptr;
        auto rest = std::make_shared<Attachment>(attachment);
        rest->encoded.clear();
        return rest;
    });
}

void OpenConversation::releasePreviews() {
    changeAttachments([](const Attachment& attachment) -> AttachmentRef {
        if (!attachment.preview || !attachment.encoded.isEmpty() || attachment.file.isEmpty()) return nullptr;
        auto rest = std::make_shared<Attachment>(attachment);
        rest->preview.reset();
        return rest;
    });
}

void OpenConversation::keepFiles(const std::vector<ChatPart>& parts) {
    for (const ChatPart& part : parts) {
        if (!part.attachment || part.attachment->encoded.isEmpty()) continue;
        const Attachment& attachment = *part.attachment;
        if (kept_.contains(attachment.file)) continue;
        kept_.insert(attachment.file);
        history_->keepAttachment(
            attachment.encoded, attachment.mime, attachment.size,
            [here = QPointer<OpenConversation>(this), file = attachment.file](const QString& problem) {
                if (here && problem.isEmpty()) here->noteKept(file);
            });
    }
}

void OpenConversation::tellKept(const std::vector<ChatPart>& parts) {
    for (const ChatPart& part : parts) {
        if (part.attachment && !part.attachment->file.isEmpty()) Q_EMIT pictureKept(part.attachment);
    }
}

void OpenConversation::save(const std::vector<ChatMessage>& messages) {
    if (!keeps()) return;
    for (const ChatMessage& message : messages)
        keepFiles(message.parts);
    const bool first = !std::exchange(saved_, true);
    history_->save(tree_.head, messages, traceKept(messages));
    if (first) Q_EMIT keptChanged();
    for (const ChatMessage& message : messages)
        tellKept(message.parts);
}

}  // namespace sightline
