// Finds words in the conversation that the window shows. GUI thread.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <QVariantList>
#include <vector>

namespace sightline {

class MessageListModel;

// In questions and replies as they are read (not in thoughts, not in Markdown's own marks), whatever the
// case. A hit lies within one block. While it is active it follows the conversation: hits come as a reply
// grows.
class ConversationFind : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool active READ active WRITE setActive NOTIFY changed)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY changed)
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(int current READ current NOTIFY changed)  // 1..count, 0 if there are none
    // Where the current one stands: the message's row, and the position in it (see block_list_model.h; of a
    // question: in its text). -1 if there is none.
    Q_PROPERTY(int row READ row NOTIFY changed)
    Q_PROPERTY(int position READ position NOTIFY changed)

  public:
    explicit ConversationFind(MessageListModel& messages, QObject* parent = nullptr);

    bool active() const { return active_; }
    void setActive(bool active);  // not active: no hits, the text stays
    QString text() const { return text_; }
    void setText(const QString& text);
    int count() const { return static_cast<int>(hits_.size()); }
    int current() const { return hits_.empty() ? 0 : static_cast<int>(current_) + 1; }
    int row() const { return hits_.empty() ? -1 : hits_[current_].row; }
    int position() const { return hits_.empty() ? -1 : hits_[current_].position; }

    Q_INVOKABLE void next();  // after the last comes the first
    Q_INVOKABLE void previous();
    Q_INVOKABLE QVariantList hitsIn(int row) const;  // maps {position, length}

  Q_SIGNALS:
    void changed();
    void moved();  // to another hit, or to the first: show it

  private:
    struct Hit {
        int row = 0;
        int position = 0;
        bool operator==(const Hit&) const = default;
    };

    void search(bool anew);
    void searchIn(const QString& text, int row, int offset);

    MessageListModel& messages_;
    QTimer again_;
    bool active_ = false;
    QString text_;
    std::vector<Hit> hits_;  // in reading order
    std::size_t current_ = 0;
};

}  // namespace sightline
