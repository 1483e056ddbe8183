#include "app/chat/reading_turns.h"

#include <algorithm>
#include <utility>

#include "app/replies/markdown_writer.h"
#include "app/replies/streamed_markdown.h"

namespace sightline {

ReadingTurns::ReadingTurns(History* history, OpenConversation& open, PictureTexts& texts,
                           PicturePixels& pixels, QObject* parent)
    : QObject(parent), history_(history), open_(open), texts_(texts), pixels_(pixels) {
    // Comes before those who want the picture are told that there is none.
    connect(&pixels_, &PicturePixels::lost, this, [this](const AttachmentRef& lost, const QString& reason) {
        for (Turn& turn : turns_) {
            const std::size_t next = turn.message.parts.size();
            if (turn.opening && next < turn.pictures.size() && turn.pictures[next]->file == lost->file)
                turn.problem = reason;
        }
    });
    connect(&texts_, &PictureTexts::known, this, [this] { goOnAll(); });
    connect(&texts_, &PictureTexts::progressed, this, [this](const QString& id, double progress) {
        for (Turn& turn : turns_) {
            if (turn.held.empty() || turn.held.back() != id) continue;
            turn.progress = progress;
            Q_EMIT changed(turn.message.id);
        }
    });
}

void ReadingTurns::begin(const QString& message) {
    const ChatMessage* reading = findMessage(open_.tree(), message);
    const ChatMessage* question = reading ? findMessage(open_.tree(), reading->parent) : nullptr;
    if (!question) return;
    Turn& turn = turns_.emplace_back();
    turn.conversation = open_.id();
    turn.kept = open_.keeps();
    turn.message = *reading;
    for (const ChatPart& part : question->parts) {
        if (part.attachment) turn.pictures.push_back(part.attachment);
    }
    turn.clock.start();
    goOnAll();
    Q_EMIT conversationsChanged();
}

void ReadingTurns::opened(const QString& message, const AttachmentRef& whole) {
    const auto turn = std::find_if(turns_.begin(), turns_.end(),
                                   [&message](const Turn& one) { return one.message.id == message; });
    if (turn == turns_.end()) return;
    turn->opening = false;
    turn->whole = whole;
    if (!whole && turn->problem.isEmpty()) turn->problem = tr("The picture cannot be opened any more.");
    goOnAll();
}

void ReadingTurns::drop(const QString& conversation) {
    std::vector<Turn> left;
    std::erase_if(turns_, [&](Turn& turn) {
        if (turn.conversation != conversation) return false;
        left.push_back(std::move(turn));
        return true;
    });
    for (Turn& turn : left)
        finish(std::move(turn), ReplyState::interrupted, {});
    if (read_.remove(conversation) || !left.empty()) Q_EMIT conversationsChanged();
}

void ReadingTurns::keep(const QString& conversation) {
    for (Turn& turn : turns_)
        turn.kept = turn.kept || turn.conversation == conversation;
}

void ReadingTurns::show(const QString& conversation) {
    if (read_.remove(conversation)) Q_EMIT conversationsChanged();
}

// What is known may come while it is asked for: then another round is needed, not one within the first.
void ReadingTurns::goOnAll() {
    if (std::exchange(going_on_, true)) return;
    for (std::size_t i = 0; i < turns_.size();) {
        if (!goOn(turns_[i])) {
            ++i;
            continue;
        }
        Turn done = std::move(turns_[i]);
        turns_.erase(turns_.begin() + static_cast<std::ptrdiff_t>(i));
        const QString id = done.held.empty() ? QString() : done.held.back();
        const QString problem =
            !done.problem.isEmpty() || !texts_.failed(id) ? done.problem : texts_.problem(id);
        finish(std::move(done), ReplyState::complete, problem);
    }
    going_on_ = false;
}

bool ReadingTurns::goOn(Turn& turn) {
    while (true) {
        const std::size_t next = turn.message.parts.size();
        if (next >= turn.pictures.size()) return true;
        const AttachmentRef& picture = turn.pictures[next];
        const bool asked = turn.held.size() > next;
        if (const auto page = texts_.find(picture->id)) {
            if (!asked) {
                turn.held.push_back(picture->id);
                texts_.wantNow(picture);  // is there: needs no pixels
            }
            turn.progress = 0;
            turn.whole.reset();
            add(turn, readPart(*page));
        } else if (!turn.problem.isEmpty() || (asked && texts_.failed(picture->id))) {
            return true;
        } else if (asked || turn.opening) {
            return false;
        } else if (turn.whole) {
            turn.held.push_back(picture->id);
            texts_.wantNow(std::exchange(turn.whole, nullptr));
        } else {
            turn.opening = true;
            pixels_.want(this, {picture},
                         [this, message = turn.message.id](const PicturePixels::Wanted& found) {
                             opened(message, found.front());
                         });
        }
    }
}

void ReadingTurns::add(Turn& turn, ChatPart part) {
    turn.message.parts.push_back(part);
    if (isOpen(turn))
        open_.addPart(turn.message.id, std::move(part));
    else if (turn.kept && history_)
        history_->stream(turn.conversation, turn.message);
    Q_EMIT changed(turn.message.id);
}

void ReadingTurns::finish(Turn turn, ReplyState state, const QString& problem) {
    for (const QString& id : turn.held)
        texts_.release(id);
    ReplyFacts facts;
    facts.stop_reason = problem.isEmpty() ? StopReason::end_of_turn : StopReason::error;
    facts.total_seconds = static_cast<double>(turn.clock.elapsed()) / 1000;
    facts.error = problem;
    turn.message.state = state;
    turn.message.facts = facts;
    const QString id = turn.message.id;
    if (isOpen(turn)) {
        open_.finish(id, state, facts);
    } else {
        if (state == ReplyState::complete) read_.insert(turn.conversation);
        // Whoever reads the conversation from the disk before it has the end gets it from here.
        if (turn.kept && history_) {
            ended_.push_back({turn.conversation, turn.message});
            history_->saveMessage(
                turn.conversation, turn.message, [here = QPointer<ReadingTurns>(this), id](const QString&) {
                    if (!here) return;
                    std::erase_if(here->ended_, [&id](const Ended& ended) { return ended.message.id == id; });
                });
        }
    }
    Q_EMIT changed(id);
    Q_EMIT conversationsChanged();
}

const ReadingTurns::Turn* ReadingTurns::find(const QString& message) const {
    const auto found = std::find_if(turns_.begin(), turns_.end(),
                                    [&message](const Turn& turn) { return turn.message.id == message; });
    return found == turns_.end() ? nullptr : &*found;
}

bool ReadingTurns::isReading(const QString& message) const {
    return find(message) != nullptr;
}

bool ReadingTurns::isReadingIn(const QString& conversation) const {
    return reading().contains(conversation);
}

double ReadingTurns::progress(const QString& message) const {
    const Turn* turn = find(message);
    if (!turn) return 0;
    const double pictures = std::max(1.0, static_cast<double>(turn->pictures.size()));
    return std::min(1.0, (static_cast<double>(turn->message.parts.size()) + turn->progress) / pictures);
}

double ReadingTurns::seconds(const QString& message) const {
    const Turn* turn = find(message);
    return turn ? static_cast<double>(turn->clock.elapsed()) / 1000 : 0;
}

std::vector<ChatMessage> ReadingTurns::newest(const QString& conversation) const {
    std::vector<ChatMessage> messages;
    for (const Turn& turn : turns_) {
        if (turn.conversation == conversation) messages.push_back(turn.message);
    }
    for (const Ended& ended : ended_) {
        if (ended.conversation == conversation) messages.push_back(ended.message);
    }
    return messages;
}

QSet<QString> ReadingTurns::reading() const {
    QSet<QString> conversations;
    for (const Turn& turn : turns_)
        conversations.insert(turn.conversation);
    return conversations;
}

// ---- What is read of it

ChatPart readPart(const Page& page) {
    ChatPart part;
    if (page.empty()) return part;
    part.text = QString::fromStdString(toMarkdown(page));
    part.plain_text = QString::fromStdString(toPlainText(page));
    return part;
}

namespace {

// A name is no Markdown, whatever a file is called.
QString escaped(const QString& name) {
    QString text;
    for (const QChar character : name) {
        const bool mark = character.unicode() < 0x80 && (character.isPunct() || character.isSymbol());
        if (mark) text += QLatin1Char('\\');
        text += character;
    }
    return text;
}

template <typename TextOf>
QString joined(const ChatMessage& question, const ChatMessage& reading, const TextOf& textOf,
               const QString& before_name, bool escapes) {
    std::vector<QString> names;
    for (const ChatPart& part : question.parts) {
        if (!part.attachment) continue;
        const Attachment& picture = *part.attachment;
        names.push_back(picture.note.isEmpty() ? picture.name
                                               : picture.name + QStringLiteral(" · ") + picture.note);
    }
    QString all;
    for (std::size_t i = 0; i < reading.parts.size(); ++i) {
        const QString text = textOf(reading.parts[i]);
        if (text.isEmpty()) continue;
        if (!all.isEmpty()) all += QLatin1Char('\n');
        if (names.size() > 1 && i < names.size())
            all += before_name + (escapes ? escaped(names[i]) : names[i]) + QStringLiteral("\n\n");
        all += text;
        if (!all.endsWith(QLatin1Char('\n'))) all += QLatin1Char('\n');
    }
    return all;
}

template <typename Write>
QString tables(const ChatMessage& reading, const Write& write) {
    QStringList found;
    for (const ChatPart& part : reading.parts) {
        const MarkdownBlocks blocks = parseReply(part.text);
        for (const MarkdownBlock& block : blocks) {
            if (block.kind != MarkdownBlock::Kind::table) continue;
            QString text = write(block);
            while (text.endsWith(QLatin1Char('\n')))
                text.chop(1);  // an empty cell at an end is a cell
            found << text;
        }
    }
    return found.isEmpty() ? QString() : found.join(QStringLiteral("\n\n")) + QLatin1Char('\n');
}

}  // namespace

QString readMarkdown(const ChatMessage& question, const ChatMessage& reading) {
    return joined(
        question, reading, [](const ChatPart& part) { return part.text; }, QStringLiteral("## "), true);
}

QString readPlainText(const ChatMessage& question, const ChatMessage& reading) {
    return joined(
        question, reading,
        [](const ChatPart& part) { return part.plain_text.isEmpty() ? part.text : part.plain_text; }, {},
        false);
}

QString readTables(const ChatMessage& reading) {
    return tables(reading, [](const MarkdownBlock& block) { return block.text; });
}

QString readMarkdownTables(const ChatMessage& reading) {
    return tables(reading, [](const MarkdownBlock& block) { return markdownText({{&block, 0, -1}}); });
}

}  // namespace sightline
