// What is selected in a conversation, over all its questions and replies: from a place in one to a place in
// another.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QPointer>
#include <QString>

#include "app/chat/message_list_model.h"

namespace sightline {

// A place is a row of the messages and a position in it: of a reply as in block_list_model.h, of a question
// in its text. Rows that come or grow at the end leave it as it is; when others go it is cleared. GUI thread.
class ConversationSelection : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QObject* messages READ messages WRITE setMessages NOTIFY messagesChanged)  // MessageListModel
    Q_PROPERTY(bool spans READ spans NOTIFY changed)                                      // more than one row
    Q_PROPERTY(int revision READ revision NOTIFY changed)

  public:
    using QObject::QObject;

    QObject* messages() const { return messages_; }
    void setMessages(QObject* messages);
    bool spans() const { return anchor_.row != caret_.row; }
    int revision() const { return revision_; }

    Q_INVOKABLE void select(int row, int position, int to_row, int to_position);
    Q_INVOKABLE void selectAll();
    Q_INVOKABLE void clear();
    // The selected positions of this row are [from, to); -1 if there are none.
    Q_INVOKABLE int from(int row) const;
    Q_INVOKABLE int to(int row) const;

    // Questions and replies in their order, apart by an empty line.
    QString text() const;
    QString markdown() const;
    Q_INVOKABLE void copy() const;

  Q_SIGNALS:
    void messagesChanged();
    void changed();

  private:
    struct Place {
        int row = -1;
        int position = 0;
        bool operator==(const Place&) const = default;
        bool operator<(const Place& other) const {
            return row != other.row ? row < other.row : position < other.position;
        }
    };

    void set(Place anchor, Place caret);
    int length(int row) const;
    QString joined(bool markdown) const;
    Place first() const { return anchor_ < caret_ ? anchor_ : caret_; }
    Place last() const { return anchor_ < caret_ ? caret_ : anchor_; }

    QPointer<MessageListModel> messages_;
    Place anchor_;
    Place caret_;
    int revision_ = 0;
};

}  // namespace sightline
