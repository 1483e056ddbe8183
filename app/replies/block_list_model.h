// A reply as the rows that the window draws: one for each Markdown block. GUI thread.
#pragma once

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QString>
#include <vector>

#include "app/replies/code_highlighter.h"
#include "app/replies/markdown_block.h"
#include "app/replies/streamed_markdown.h"

namespace sightline {

class CodeHighlights;
struct BlockPart;

// A position in a reply counts the characters of its blocks, one after the other with one between each two;
// thoughts are no part of it.
class BlockListModel : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(int length READ length NOTIFY changed)                 // of the reply, in positions
    Q_PROPERTY(int caret READ caret NOTIFY changed)                   // where the writing goes on
    Q_PROPERTY(bool thinking READ thinking NOTIFY changed)            // its thoughts are still coming
    Q_PROPERTY(double thinkSeconds READ thinkSeconds NOTIFY changed)  // how long they took; 0 = not known
    Q_PROPERTY(QString plainText READ plainText NOTIFY changed)       // for screen readers

  public:
    enum Field {
        Kind = Qt::UserRole + 1,  // "paragraph" "heading" "code" "table" "rule" "thought"
        Level,                    // of a heading, 1..6
        Nesting,                  // "q" for a quote, "l" for a list item around it, outermost first
        Marker,                   // "" "bullet" "ordinal" "open" "done"
        Ordinal,
        Joined,      // see MarkdownBlock
        Text,        // plain
        Block,       // MarkdownBlock
        Language,    // of code
        Highlights,  // QList<CodeSpan>; of a text that may have grown since
        Offset       // position of its first character; -1 for thoughts
    };
    Q_ENUM(Field)

    // `highlights` outlives the model; null: code stays plain.
    explicit BlockListModel(CodeHighlights* highlights = nullptr, QObject* parent = nullptr);
    ~BlockListModel() override;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    const MarkdownBlocks& blocks() const { return blocks_; }
    int offset(int row) const;  // as the role

    void append(const QString& piece);
    void finish();                     // the reply is complete
    void setText(const QString& all);  // another reply, not complete; starts anew

    int count() const { return static_cast<int>(blocks_.size()); }
    int length() const;
    int caret() const;
    bool thinking() const { return reply_.thinking(); }
    double thinkSeconds() const { return think_seconds_; }
    void setThinkSeconds(double seconds);  // as kept with an earlier reply

    QString markdown() const { return reply_.markdown(); }  // as it was written, without thoughts
    QString plainText() const;                              // as it is read, without thoughts

    // What is between two positions, as plainText() and markdownText() of markdown_writer.h write it.
    QString plainText(int from, int to) const;
    QString markdownBetween(int from, int to) const;
    // The word at a position, or the block around it, as {from, to}.
    Q_INVOKABLE QList<int> wordAt(int position) const;
    Q_INVOKABLE QList<int> blockAt(int position) const;
    // The next word's begin or end from a position, forwards or backwards; the next character's.
    Q_INVOKABLE int step(int position, bool forwards, bool word) const;

  Q_SIGNALS:
    void changed();

  private:
    struct Row {
        int offset = -1;
        QList<CodeSpan> highlights;
        quint64 asked = 0;  // number of the request for them, 0 = none is under way
        int asked_length = 0;
    };

    void apply(const StreamedMarkdown::Change& change);
    void place(qsizetype first);
    void highlight(qsizetype row);
    int rowAt(int position) const;
    QList<BlockPart> parts(int from, int to) const;

    CodeHighlights* const highlights_;
    StreamedMarkdown reply_;
    bool finished_ = false;
    MarkdownBlocks blocks_;
    std::vector<Row> rows_;
    quint64 requests_ = 0;
    QElapsedTimer think_clock_;
    double think_seconds_ = 0;
};

}  // namespace sightline

Q_DECLARE_METATYPE(QList<sightline::CodeSpan>)
