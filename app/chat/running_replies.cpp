#include "app/chat/running_replies.h"

#include <algorithm>
#include <utility>

#include "app/chat/prompt_builder.h"
#include "app/common/trace.h"
#include "app/history/history.h"
#include "app/pictures/picture_pixels.h"

namespace sightline {

namespace {

constexpr int phase_clock_ms = 250;

ReplyEnd stopped() {
    ReplyEnd end;
    end.reason = StopReason::cancelled;
    return end;
}

}  // namespace

RunningReplies::RunningReplies(ModelWorker& worker, History* history, PicturePixels& pixels, QObject* parent)
    : QObject(parent), worker_(worker), history_(history), pixels_(pixels) {
    connect(&worker_, &ModelWorker::textArrived, this, [this](quint64 ticket, const QString& text) {
        const auto found = find(ticket);
        if (found == replies_.end()) return;
        RunningReply& reply = found->second;
        if (reply.message.parts.empty()) reply.message.parts.emplace_back();
        reply.message.parts.back().text += text;
        reply.thinking.append(text);
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
        const auto found = find(ticket);
        if (found == replies_.end()) return;
        if (how.on_gpu && how.reason == StopReason::error && how.problem.kind == ErrorKind::out_of_memory) {
            moveFromGpu(found, how);
        } else {
            end(found, how);
        }
    });
    connect(&worker_, &ModelWorker::modelLoaded, this, [this] {
        for (const quint64 number : waitingForAModel())
            openPictures(number);
    });
    const auto noModelComes = [this] {
        for (const quint64 number : waitingForAModel()) {
            // Whoever hears of one end may have ended the next.
            if (const auto left = moved_.find(number); left != moved_.end())
                end(replies_.find(number), ReplyEnd(left->second));
        }
    };
    connect(&worker_, &ModelWorker::loadFailed, this, noModelComes);
    connect(&worker_, &ModelWorker::modelUnloaded, this, noModelComes);
    clock_.setInterval(phase_clock_ms);
    connect(&clock_, &QTimer::timeout, this, &RunningReplies::tick);
}

void RunningReplies::start(RunningReply reply, Question question) {
    reply.message.state = ReplyState::streaming;
    reply.stage = RunningReply::Stage::opening;
    reply.ticket = 0;
    reply.thinking =
        ThinkingClock(reply.message.text(), reply.message.facts ? reply.message.facts->thinking_seconds : 0);
    answered_.remove(reply.conversation);
    const bool room = answering().size() < most;
    const quint64 number = ++last_;
    const auto begun = replies_.emplace(number, std::move(reply)).first;
    questions_.emplace(number, std::move(question));
    if (!room) return refuse(begun);
    clock_.start();
    Q_EMIT progressed(begun->second);
    Q_EMIT changed();
    openPictures(number);
}

void RunningReplies::openPictures(quint64 number) {
    const auto place = questions_.find(number);
    if (place == questions_.end()) return;  // it has ended meanwhile
    const Question& asked = place->second;
    std::vector<AttachmentRef> pictures;
    for (const ChatMessage& message : asked.said.messages) {
        for (const ChatPart& part : message.parts) {
            if (part.attachment) pictures.push_back(part.attachment);
        }
    }
    pixels_.want(this, pictures,
                 [this, number, question = asked](const std::vector<AttachmentRef>& found) mutable {
                     auto next = found.begin();
                     for (ChatMessage& message : question.said.messages) {
                         for (ChatPart& part : message.parts) {
                             if (part.attachment && *next) part.attachment = *next;
                             next += part.attachment ? 1 : 0;
                         }
                     }
                     ask(number, question);
                 });
}

void RunningReplies::ask(quint64 number, const Question& question) {
    const auto found = replies_.find(number);
    if (found == replies_.end() || found->second.stage != RunningReply::Stage::opening) return;
    RunningReply& reply = found->second;
    Prompt prompt = buildPrompt(question.said, question.budget, question.system_prompt);
    prompt.reply_prefix = reply.message.text().toStdString();
    prompt.keep_on_disk = reply.kept;
    const auto ticket = worker_.submit(prompt, question.options, priorityOf(reply));
    if (!ticket) return refuse(found);
    reply.stage = RunningReply::Stage::running;
    reply.ticket = *ticket;
    Q_EMIT changed();
}

void RunningReplies::moveFromGpu(Replies::iterator reply, const ReplyEnd& how) {
    auto& [number, moving] = *reply;
    moving.stage = RunningReply::Stage::opening;
    moving.ticket = 0;
    if (!moving.message.facts) moving.message.facts.emplace();
    moving.message.facts->moved_to_processor = true;
    GenerationOptions& options = questions_.at(number).options;
    options.max_tokens = std::max(1, options.max_tokens - how.statistics.reply_tokens);
    moved_[number] = how;
    Q_EMIT movedFromGpu(moving);
}

std::vector<quint64> RunningReplies::waitingForAModel() const {
    std::vector<quint64> numbers;
    for (const auto& [number, how] : moved_) {
        if (replies_.at(number).stage == RunningReply::Stage::opening) numbers.push_back(number);
    }
    return numbers;
}

void RunningReplies::refuse(Replies::iterator reply) {
    ReplyEnd refused;
    refused.reason = StopReason::error;
    refused.problem.sentence = tr("Too many questions wait already. Try again when one of them is answered.");
    end(reply, refused);
}

const RunningReply* RunningReplies::in(const QString& conversation) const {
    const auto found = std::find_if(replies_.begin(), replies_.end(), [&](const auto& each) {
        return each.second.stage != RunningReply::Stage::ended && each.second.conversation == conversation;
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
        if (reply.stage != RunningReply::Stage::ended) conversations.insert(reply.conversation);
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
    for (auto each = replies_.begin(); each != replies_.end();) {
        const auto here = each++;
        if (here->second.conversation == conversation) stop(here);
    }
}

void RunningReplies::stopAll() {
    for (auto each = replies_.begin(); each != replies_.end();)
        stop(each++);
}

// One that runs may have made more than was heard of.
void RunningReplies::stop(Replies::iterator reply) {
    if (reply->second.stage == RunningReply::Stage::running) worker_.cancel(reply->second.ticket);
    if (reply->second.stage == RunningReply::Stage::opening) end(reply, stopped());
}

void RunningReplies::drop(const QString& conversation) {
    answered_.remove(conversation);
    for (auto each = replies_.begin(); each != replies_.end();) {
        const auto here = each++;
        if (here->second.conversation != conversation || here->second.stage == RunningReply::Stage::ended)
            continue;
        worker_.cancel(here->second.ticket);
        end(here, stopped());
        return;
    }
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
    reply.stage = RunningReply::Stage::ended;
    reply.ticket = 0;
    reply.message.state = ReplyState::complete;
    ReplyFacts facts = reply.message.facts.value_or(ReplyFacts{});
    facts.stop_reason = how.reason;
    facts.statistics = how.statistics;
    facts.first_token_seconds = how.first_token_seconds;
    facts.total_seconds = how.total_seconds;
    if (const auto before = moved_.find(number); before != moved_.end()) {
        const ReplyEnd& part = before->second;
        // Not if it was stopped on the way, or there was no model for the processor (then this is that part).
        facts.moved_to_processor = !how.on_gpu && how.statistics.reply_tokens > 0;
        if (!how.on_gpu) {
            facts.statistics.goOnFrom(part.statistics);
            facts.total_seconds += part.total_seconds;
            if (part.statistics.reply_tokens > 0) facts.first_token_seconds = part.first_token_seconds;
        }
    }
    moved_.erase(number);
    questions_.erase(number);
    facts.error = how.problem.sentence;
    facts.thinking_seconds = reply.thinking.seconds();
    reply.message.facts = facts;
    if (answering().isEmpty()) clock_.stop();
    if (!isShown(reply.conversation) && how.reason != StopReason::cancelled)
        answered_.insert(reply.conversation);
    // Whoever reads the conversation from the disk before it has the end gets it from here. (An answer of the
    // history that was asked for earlier comes earlier.)
    if (reply.kept && history_) {
        history_->saveMessage(reply.conversation, reply.message,
                              [here = QPointer<RunningReplies>(this), number, id = reply.message.id,
                               length = reply.message.text().size()](const QString& problem) {
                                  if (problem.isEmpty())
                                      qCDebug(trace, "kept %s %d complete", qPrintable(id),
                                              static_cast<int>(length));
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
        if (reply.stage == RunningReply::Stage::ended) continue;
        reply.progress.tick();
        if (isShown(reply.conversation)) Q_EMIT progressed(reply);
    }
}

}  // namespace sightline
