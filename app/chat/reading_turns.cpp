#include "app/chat/reading_turns.h"

#include <algorithm>
#include <utility>

#include "app/replies/markdown_writer.h"
#include "app/replies/streamed_markdown.h"

namespace sightline {

ReadingTurns::ReadingTurns(OpenConversation& open, PictureTexts& texts, PicturePixels& pixels,
                           QObject* parent)
    : QObject(parent), open_(open), texts_(texts), pixels_(pixels) {
    // Comes before those who want the picture are told that there is none.
    connect(&pixels_, &PicturePixels::lost, this, [this](const AttachmentRef& lost, const QString& reason) {
        for (Turn& turn : turns_) {
            const std::vector<AttachmentRef> pictures = picturesOf(turn);
            const ChatMessage* reading = findMessage(open_.tree(), turn.message);
            if (!turn.opening || !reading || reading->parts.size() >= pictures.size()) continue;
            if (pictures[reading->parts.size()]->file == lost->file) turn.problem = reason;
        }
    });
    connect(&texts_, &PictureTexts::known, this, [this] { goOnAll(); });
    connect(&texts_, &PictureTexts::progressed, this, [this](const QString& id, double progress) {
        for (Turn& turn : turns_) {
            if (turn.held.empty() || turn.held.back() != id) continue;
            turn.progress = progress;
            Q_EMIT changed(turn.message);
        }
    });
}

void ReadingTurns::begin(const QString& message) {
    Turn& turn = turns_.emplace_back();
    turn.message = message;
    turn.clock.start();
    goOnAll();
}

void ReadingTurns::opened(const QString& message, const AttachmentRef& whole) {
    const auto turn = std::find_if(turns_.begin(), turns_.end(),
                                   [&message](const Turn& one) { return one.message == message; });
    if (turn == turns_.end()) return;
    turn->opening = false;
    turn->whole = whole;
    if (!whole && turn->problem.isEmpty()) turn->problem = tr("The picture cannot be opened any more.");
    goOnAll();
}

void ReadingTurns::endAll() {
    const std::vector<Turn> left = std::exchange(turns_, {});
    for (const Turn& turn : left)
        finish(turn, ReplyState::interrupted, {});
}

std::vector<AttachmentRef> ReadingTurns::picturesOf(const Turn& turn) const {
    std::vector<AttachmentRef> pictures;
    const ChatMessage* reading = findMessage(open_.tree(), turn.message);
    const ChatMessage* question = reading ? findMessage(open_.tree(), reading->parent) : nullptr;
    if (!question) return pictures;
    for (const ChatPart& part : question->parts) {
        if (part.attachment) pictures.push_back(part.attachment);
    }
    return pictures;
}

// What is known may come while it is asked for: then another round is needed, not one within the first.
void ReadingTurns::goOnAll() {
    if (std::exchange(going_on_, true)) return;
    for (std::size_t i = 0; i < turns_.size();) {
        if (!goOn(turns_[i])) {
            ++i;
            continue;
        }
        const Turn done = turns_[i];
        turns_.erase(turns_.begin() + static_cast<std::ptrdiff_t>(i));
        const QString id = done.held.empty() ? QString() : done.held.back();
        const QString unread = texts_.failed(id) ? texts_.problem(id) : QString();
        finish(done, ReplyState::complete, done.problem.isEmpty() ? unread : done.problem);
    }
    going_on_ = false;
}

bool ReadingTurns::goOn(Turn& turn) {
    const std::vector<AttachmentRef> pictures = picturesOf(turn);
    while (true) {
        const ChatMessage* reading = findMessage(open_.tree(), turn.message);
        if (!reading || reading->parts.size() >= pictures.size()) return true;
        const AttachmentRef& picture = pictures[reading->parts.size()];
        const bool asked = turn.held.size() > reading->parts.size();
        if (const auto page = texts_.find(picture->id)) {
            if (!asked) {
                turn.held.push_back(picture->id);
                texts_.wantNow(picture);  // is there: needs no pixels
            }
            turn.progress = 0;
            turn.whole.reset();
            open_.addPart(turn.message, readPart(*page));
            Q_EMIT changed(turn.message);
        } else if (!turn.problem.isEmpty() || (asked && texts_.failed(picture->id))) {
            return true;
        } else if (asked || turn.opening) {
            return false;
        } else if (turn.whole) {
            turn.held.push_back(picture->id);
            texts_.wantNow(std::exchange(turn.whole, nullptr));
        } else {
            turn.opening = true;
            pixels_.want(this, {picture}, [this, message = turn.message](const PicturePixels::Wanted& found) {
                opened(message, found.front());
            });
        }
    }
}

void ReadingTurns::finish(const Turn& turn, ReplyState state, const QString& problem) {
    for (const QString& id : turn.held)
        texts_.release(id);
    ReplyFacts facts;
    facts.stop_reason = problem.isEmpty() ? StopReason::end_of_turn : StopReason::error;
    facts.total_seconds = static_cast<double>(turn.clock.elapsed()) / 1000;
    facts.error = problem;
    open_.finish(turn.message, state, facts);
    Q_EMIT changed(turn.message);
}

const ReadingTurns::Turn* ReadingTurns::find(const QString& message) const {
    const auto found = std::find_if(turns_.begin(), turns_.end(),
                                    [&message](const Turn& turn) { return turn.message == message; });
    return found == turns_.end() ? nullptr : &*found;
}

bool ReadingTurns::isReading(const QString& message) const {
    return find(message) != nullptr;
}

double ReadingTurns::progress(const QString& message) const {
    const Turn* turn = find(message);
    const ChatMessage* reading = findMessage(open_.tree(), message);
    if (!turn || !reading) return 0;
    const double pictures = std::max(1.0, static_cast<double>(picturesOf(*turn).size()));
    return std::min(1.0, (static_cast<double>(reading->parts.size()) + turn->progress) / pictures);
}

double ReadingTurns::seconds(const QString& message) const {
    const Turn* turn = find(message);
    return turn ? static_cast<double>(turn->clock.elapsed()) / 1000 : 0;
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
