#include "app/chat/running_replies.h"

#include <algorithm>
#include <utility>

#include "app/history/history.h"

namespace sightline {

namespace {

constexpr int phase_clock_ms = 250;

}  // namespace

RunningReplies::RunningReplies(ModelWorker& worker, History* history, QObject* parent)
    : QObject(parent), worker_(worker), history_(history) {
    connect(&worker_, &ModelWorker::textArrived, this, [this](quint64 ticket, const QString& text) {
        const auto found = find(ticket);
        if (found == replies_.end()) return;
        RunningReply& reply = found->second;
        if (reply.message.parts.empty()) reply.message.parts.emplace_back();
        reply.message.parts.back().text += text;
        if (reply.kept && history_) history_->stream(reply.conversation, reply.message);
        Q_EMIT grew(reply, text);
    });
    connect(&worker_, &ModelWorker::progressed, this, [this](quint64 ticket, Phase phase, double progress) {
        const auto found = find(ticket);
        if (found == replies_.end()) return;
        found->second.progress.advance(phase, progress);
        Q_EMIT progressed(found->second);
    });
    connect(&worker_, &ModelWorker::finished, this, [this](quint64 ticket, const ReplyEnd& how) {
        if (const auto found = find(ticket); found != replies_.end()) end(found, how);
    });
    clock_.setInterval(phase_clock_ms);
    connect(&clock_, &QTimer::timeout, this, &RunningReplies::tick);
}

void RunningReplies::start(RunningReply reply, const Prompt& prompt, const GenerationOptions& options) {
    reply.message.state = ReplyState::streaming;
    answered_.remove(reply.conversation);
    const bool room = answering().size() < most;
    const auto ticket =
        room ? worker_.submit(prompt, options, priorityOf(reply)) : std::optional<ModelWorker::Ticket>();
    reply.ticket = ticket.value_or(0);
    const auto begun = replies_.emplace(++last_, std::move(reply)).first;
    if (ticket) {
        clock_.start();
        Q_EMIT progressed(begun->second);
        Q_EMIT changed();
        return;
    }
    ReplyEnd refused;
    refused.reason = StopReason::error;
    refused.problem.sentence = tr("Too many questions wait already. Try again when one of them is answered.");
    end(begun, refused);
}

const RunningReply* RunningReplies::in(const QString& conversation) const {
    const auto found = std::find_if(replies_.begin(), replies_.end(), [&](const auto& each) {
        return each.second.ticket != 0 && each.second.conversation == conversation;
    });
    return found == replies_.end() ? nullptr : &found->second;
}

std::vector<ChatMessage> RunningReplies::newest(const QString& conversation) const {
    std::vector<ChatMessage> messages;
    for (const auto& [number, reply] : replies_) {
        if (reply.conversation == conversation) messages.push_back(reply.message);
    }
    return messages;
}

QSet<QString> RunningReplies::answering() const {
    QSet<QString> conversations;
    for (const auto& [number, reply] : replies_) {
        if (reply.ticket != 0) conversations.insert(reply.conversation);
    }
    return conversations;
}

void RunningReplies::show(const QString& conversation) {
    shown_ = conversation;
    answered_.remove(conversation);
    setPriorities();
    Q_EMIT changed();
}

void RunningReplies::showBeside(const QString& conversation, Urgency urgency) {
    if (conversation == beside_ && urgency == urgency_) return;
    beside_ = conversation;
    urgency_ = conversation.isEmpty() ? Urgency::usual : urgency;
    answered_.remove(conversation);
    setPriorities();
    Q_EMIT changed();
}

void RunningReplies::setPriorities() {
    for (const auto& [number, reply] : replies_) {
        if (reply.ticket != 0) worker_.setPriority(reply.ticket, priorityOf(reply));
    }
}

void RunningReplies::keep(const QString& conversation) {
    for (auto& [number, reply] : replies_)
        reply.kept = reply.kept || reply.conversation == conversation;
}

void RunningReplies::stop(const QString& conversation) {
    if (const RunningReply* reply = in(conversation)) worker_.cancel(reply->ticket);
}

void RunningReplies::stopAll() {
    for (const auto& [number, reply] : replies_) {
        if (reply.ticket != 0) worker_.cancel(reply.ticket);
    }
}

void RunningReplies::drop(const QString& conversation) {
    answered_.remove(conversation);
    const RunningReply* reply = in(conversation);
    if (!reply) return;
    worker_.cancel(reply->ticket);
    ReplyEnd stopped;
    stopped.reason = StopReason::cancelled;
    end(find(reply->ticket), stopped);
}

// What goes on out of sight waits for what is seen, and everything for a question in the ask panel until its
// answer has begun.
Priority RunningReplies::priorityOf(const RunningReply& reply) const {
    if (urgency_ != Urgency::usual) {
        if (reply.conversation != beside_) return Priority::background;
        return urgency_ == Urgency::first ? Priority::interactive : Priority::visible;
    }
    return isShown(reply.conversation) ? Priority::interactive : Priority::visible;
}

RunningReplies::Replies::iterator RunningReplies::find(quint64 ticket) {
    if (ticket == 0) return replies_.end();
    return std::find_if(replies_.begin(), replies_.end(),
                        [&](const auto& each) { return each.second.ticket == ticket; });
}

void RunningReplies::end(Replies::iterator found, const ReplyEnd& how) {
    const quint64 number = found->first;
    RunningReply& reply = found->second;
    reply.ticket = 0;
    reply.message.state = ReplyState::complete;
    reply.message.facts = ReplyFacts{reply.model_name,        how.reason,        how.statistics,
                                     how.first_token_seconds, how.total_seconds, how.problem.sentence};
    if (answering().isEmpty()) clock_.stop();
    if (!isShown(reply.conversation) && how.reason != StopReason::cancelled)
        answered_.insert(reply.conversation);
    // Whoever reads the conversation from the disk before it has the end gets it from here. (An answer of the
    // history that was asked for earlier comes earlier.)
    if (reply.kept && history_) {
        history_->saveMessage(reply.conversation, reply.message,
                              [here = QPointer<RunningReplies>(this), number](const QString&) {
                                  if (here) here->replies_.erase(number);
                              });
        Q_EMIT ended(reply, how);
    } else {
        const RunningReply last = std::move(reply);
        replies_.erase(found);
        Q_EMIT ended(last, how);
    }
    Q_EMIT changed();
}

void RunningReplies::tick() {
    for (auto& [number, reply] : replies_) {
        if (reply.ticket == 0) continue;
        reply.progress.tick();
        if (isShown(reply.conversation)) Q_EMIT progressed(reply);
    }
}

}  // namespace sightline
