#include "app/replies/streamed_markdown.h"

#include <algorithm>
#include <utility>

#include "app/replies/markdown_parser.h"

namespace sightline {

namespace {

const QString& opening() {
    static const QString tag = QStringLiteral("<think>");
    return tag;
}

const QString& closing() {
    static const QString tag = QStringLiteral("</think>");
    return tag;
}

qsizetype skipSpace(QStringView text, qsizetype from) {
    while (from < text.size() && text.at(from).isSpace())
        ++from;
    return from;
}

}  // namespace

MarkdownBlocks parseReply(QStringView source, bool begins_in_thought) {
    StreamedMarkdown whole(begins_in_thought);
    MarkdownBlocks blocks;
    if (const auto change = whole.append(source)) blocks = change->blocks;
    const StreamedMarkdown::Change last = whole.finish();
    blocks.resize(last.first);
    return blocks + last.blocks;
}

StreamedMarkdown::StreamedMarkdown(bool begins_in_thought)
    : thought_(begins_in_thought ? Thought::open : Thought::undecided) {}

void StreamedMarkdown::take(QStringView piece) {
    source_.reserve(source_.size() + piece.size());
    for (const QChar character : piece) {
        const bool second = carriage_return_ && character == QLatin1Char('\n');
        carriage_return_ = character == QLatin1Char('\r');
        if (second) continue;
        source_ += carriage_return_ ? QChar(QLatin1Char('\n')) : character;
    }
}

void StreamedMarkdown::readThought(bool complete) {
    if (thought_ == Thought::undecided) {
        const qsizetype start = skipSpace(source_, 0);
        const QStringView begin = QStringView(source_).mid(start, opening().size());
        if (begin == opening()) {
            thought_ = Thought::open;
            thought_start_ = thought_searched_ = start + opening().size();
        } else if (complete || !opening().startsWith(begin)) {
            thought_ = Thought::none;
        }
    }
    if (thought_ != Thought::open) return;
    const qsizetype end = source_.indexOf(closing(), thought_searched_);
    thought_searched_ = std::max(thought_searched_, source_.size() - closing().size() + 1);
    if (end >= 0) closeThought(end, end + closing().size());
}

void StreamedMarkdown::closeThought(qsizetype end, qsizetype body) {
    thought_ = Thought::closed;
    thought_end_ = end;
    body_ = line_ = part_ = body;
    part_parsed_ = 0;
    settled_ = 0;
    definitions_ = false;
    splitter_ = {};
    settled_now_.clear();
}

// Settles what the new complete lines settle; false if the body has moved.
bool StreamedMarkdown::readLines() {
    for (qsizetype end; (end = source_.indexOf(QLatin1Char('\n'), line_)) >= 0; line_ = end + 1) {
        const QStringView line = QStringView(source_).mid(line_, end - line_);
        if (thought_ == Thought::none && !splitter_.inCode() && line.startsWith(closing())) {
            closeThought(line_, line_ + closing().size());
            moved_ = true;
            return false;
        }
        definitions_ = definitions_ || line.contains(QStringLiteral("]:"));
        if (!splitter_.beginsPart(line)) continue;
        settled_now_ += parse(part_, line_);
        part_ = line_;
        part_parsed_ = 0;
    }
    return true;
}

MarkdownBlocks StreamedMarkdown::parse(qsizetype from, qsizetype to) {
    parsed_ += to - from;
    return parseMarkdown(QStringView(source_).mid(from, to - from));
}

MarkdownBlock StreamedMarkdown::thoughtBlock() const {
    MarkdownBlock block;
    block.kind = MarkdownBlock::Kind::thought;
    const qsizetype end = thought_ == Thought::open ? source_.size() : thought_end_;
    block.text = QStringView(source_).mid(thought_start_, end - thought_start_).trimmed().toString();
    return block;
}

std::optional<StreamedMarkdown::Change> StreamedMarkdown::append(QStringView piece) {
    if (piece.isEmpty()) return std::nullopt;
    const bool thought_shown = thought_ == Thought::closed;
    take(piece);
    readThought(false);
    if (thought_ == Thought::undecided) return std::nullopt;
    if (thought_ == Thought::open) return Change{0, {thoughtBlock()}};
    moved_ = false;
    settled_now_.clear();
    while (!readLines()) {
    }
    const qsizetype tail = source_.size() - part_;
    const bool again = settled_now_.isEmpty() && !moved_ && part_parsed_ > 0;
    if (again && tail > tail_limit && tail < part_parsed_ + part_parsed_ / 8) return std::nullopt;
    Change change;
    const bool with_thought = thought_ == Thought::closed && (moved_ || !thought_shown);
    if (with_thought) change.blocks.append(thoughtBlock());
    change.first = with_thought ? 0 : settled_ + (thought_ == Thought::closed ? 1 : 0);
    settled_ += settled_now_.size();
    change.blocks += std::exchange(settled_now_, {});
    change.blocks += parse(part_, source_.size());
    part_parsed_ = tail;
    return change;
}

StreamedMarkdown::Change StreamedMarkdown::wholeChange() {
    Change change;
    if (hasThought()) change.blocks.append(thoughtBlock());
    if (thought_ != Thought::open) change.blocks += parse(body_, source_.size());
    return change;
}

StreamedMarkdown::Change StreamedMarkdown::finish() {
    const bool decided = thought_ != Thought::undecided;
    readThought(true);
    // The last line may have no end.
    if (thought_ == Thought::none && !splitter_.inCode() &&
        QStringView(source_).mid(line_).startsWith(closing())) {
        closeThought(line_, line_ + closing().size());
        return wholeChange();
    }
    definitions_ = definitions_ || QStringView(source_).mid(line_).contains(QStringLiteral("]:"));
    if (definitions_ || !decided || thought_ == Thought::open) return wholeChange();
    Change change;
    change.first = settled_ + (thought_ == Thought::closed ? 1 : 0);
    change.blocks = parse(part_, source_.size());
    return change;
}

}  // namespace sightline
