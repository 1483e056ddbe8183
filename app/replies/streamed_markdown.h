// A Markdown text that arrives in pieces: only what is not settled yet is parsed again.
#pragma once

#include <QString>
#include <QStringView>
#include <optional>

#include "app/replies/markdown_block.h"
#include "app/replies/markdown_splitter.h"

namespace sightline {

// The whole of a reply at once. Thoughts, "<think>...</think>" at the beginning (or a line that begins with
// "</think>" which nothing has opened: the model was asked to begin within them), become the first block.
MarkdownBlocks parseReply(QStringView source, bool begins_in_thought = false);

// However a text is cut into pieces, its blocks after finish() are those of parseReply(). One difference
// before that: a link whose address is defined in another part of the text ("[1]: https://...") is text.
//
// What a piece costs is bounded: it parses at most `tail_limit` characters again, or, in a paragraph or table
// longer than that, the tail each time that it has grown by an eighth (until then its end is not shown).
class StreamedMarkdown {
  public:
    static constexpr qsizetype tail_limit = 16 * 1024;

    // All blocks from `first` on, as they are now; those before have not changed.
    struct Change {
        qsizetype first = 0;
        MarkdownBlocks blocks;
    };

    explicit StreamedMarkdown(bool begins_in_thought = false);

    // Nothing if no block has changed. Line ends of any system become '\n'.
    std::optional<Change> append(QStringView piece);
    Change finish();  // nothing may be appended after it

    QString markdown() const { return source_.mid(body_); }  // without the thoughts
    bool thinking() const { return thought_ == Thought::open; }
    bool hasThought() const { return thought_ == Thought::open || thought_ == Thought::closed; }
    qsizetype parsedCharacters() const { return parsed_; }  // so far, for tests of what it costs

  private:
    enum class Thought { undecided, open, closed, none };

    void take(QStringView piece);
    void readThought(bool complete);
    void closeThought(qsizetype end, qsizetype body);
    bool readLines();
    MarkdownBlocks parse(qsizetype from, qsizetype to);
    MarkdownBlock thoughtBlock() const;
    Change wholeChange();

    QString source_;
    bool carriage_return_ = false;  // the last piece ended with one

    Thought thought_ = Thought::undecided;
    qsizetype thought_start_ = 0;
    qsizetype thought_end_ = 0;
    qsizetype thought_searched_ = 0;  // up to here no end of the thoughts
    qsizetype body_ = 0;              // where the reply itself begins

    MarkdownSplitter splitter_;
    qsizetype line_ = 0;          // begin of the first line that is not complete
    qsizetype part_ = 0;          // begin of the last part, which is the tail
    qsizetype part_parsed_ = 0;   // length of the tail when it was last parsed
    qsizetype settled_ = 0;       // blocks before the tail
    bool definitions_ = false;    // there may be some
    bool moved_ = false;          // the body begins elsewhere than was thought: everything changes
    MarkdownBlocks settled_now_;  // blocks that this piece has settled
    qsizetype parsed_ = 0;
};

}  // namespace sightline
