// The rows of the conversation as the window shows them. Text only flows in from ChatController; the
// conversation itself (what is sent to the model and kept) is in conversation.h.
#pragma once

#include <QAbstractListModel>
#include <QSize>
#include <QString>
#include <QVariantList>
#include <memory>
#include <vector>

namespace sightline {

class BlockListModel;
class CodeHighlights;

struct ShownPhase {
    QString name;                               // translated: "Picture", "Reading", "Writing"
    QString state = QStringLiteral("waiting");  // "waiting" | "running" | "done"
    double seconds = 0;
    double progress = 0;  // 0..1
    bool operator==(const ShownPhase&) const = default;
};

struct ShownPicture {
    QString source;   // image provider URL
    QString name;     // plain text
    QString caption;  // "1920 x 1080 -> 1280 x 736 . 922 tokens"
    QSize size = {};  // pixels of the original
    bool operator==(const ShownPicture&) const = default;
};

// Everything in a row is plain text for the user but `role` and `stop_reason`; `text` of a reply is Markdown.
struct ShownMessage {
    QString role;  // "user" | "assistant" | "reading" (of the text reader; "text" is Markdown)
    QString text;
    std::vector<ShownPicture> pictures;
    bool streaming = false;
    std::vector<ShownPhase> phases;  // only while streaming
    QString
        facts;  // "412 tokens . 31 tok/s . first 0.9 s", then the stop reason in words if it is not the usual
    QString stop_reason;  // "", "end_of_turn", "max_tokens", "stop_text", "cancelled", "context_full",
                          // "repetition", "error"
    QString error;        // a sentence; Retry is offered
    QString notice;       // a sentence that explains a stop reason and what can be done; never an error
    QString id;           // of the message
    int branch = 0;       // "< 2/3 >" is branch 1 of 3
    int branches = 1;
    bool demo = false;         // by the demo model
    bool has_table = false;    // of a reading
    double think_seconds = 0;  // that its thoughts took; 0 = none, or not known
};

class MessageListModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Field {
        Role = Qt::UserRole + 1,
        Text,
        Pictures,
        Streaming,
        Phases,
        Facts,
        StopReason,
        Error,
        Notice,
        MessageId,
        Branch,
        Branches,
        Blocks,  // of a reply or reading: its BlockListModel, which belongs to this model; null for a
                 // question
        Demo,
        HasTable
    };

    explicit MessageListModel(QObject* parent = nullptr);
    ~MessageListModel() override;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    const std::vector<ShownMessage>& rows() const { return rows_; }
    // Made when it is asked for first, then kept up with the text; null for a question.
    BlockListModel* blocks(int row) const;

    // Returns the new row.
    int append(ShownMessage message);
    void appendText(int row, const QString& text);
    void setPhases(int row, std::vector<ShownPhase> phases);
    // Replaces the row; only fields that differ are reported as changed.
    void update(int row, const ShownMessage& message);
    void removeFrom(int first_row);  // this row and all after it
    void clear() { removeFrom(0); }

  private:
    bool holds(int row) const { return row >= 0 && row < static_cast<int>(rows_.size()); }
    void changed(int row, const QList<int>& fields);
    void updateBlocks(int row, const ShownMessage& before);

    std::vector<ShownMessage> rows_;
    std::unique_ptr<CodeHighlights> highlights_;
    // Made by data(), which is const. As many as rows.
    mutable std::vector<std::unique_ptr<BlockListModel>> blocks_;
};

}  // namespace sightline
