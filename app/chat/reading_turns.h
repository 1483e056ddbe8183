// Messages that say what the text reader found in the pictures of the question before them. Lives on the GUI
// thread.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QString>
#include <vector>

#include "app/chat/open_conversation.h"
#include "app/pictures/picture_pixels.h"
#include "app/pictures/picture_texts.h"

namespace sightline {

// Reads picture by picture, each as soon as it has its pixels, and gives every text to its conversation when
// it is there: to the open one, or to the history where another one is open by now. Needs no model, and waits
// for none.
class ReadingTurns : public QObject {
    Q_OBJECT

  public:
    // All outlive the object. Without a history nothing is saved.
    ReadingTurns(History* history, OpenConversation& open, PictureTexts& texts, PicturePixels& pixels,
                 QObject* parent = nullptr);

    // `message` is of the open conversation, streams, has no parts yet, and follows a question with pictures.
    void begin(const QString& message);
    // What is not finished becomes interrupted. Before the conversation goes to the trash, is left for good,
    // or loses messages.
    void drop(const QString& conversation);
    void keep(const QString& conversation);  // it was not on the disk, and is now
    void show(const QString& conversation);  // this one is on the screen, and no other

    bool isReading(const QString& message) const;
    bool isReadingIn(const QString& conversation) const;
    double progress(const QString& message) const;  // 0..1 over all its pictures
    double seconds(const QString& message) const;   // since it began
    // What the disk may not have yet, newer than what is read from there.
    std::vector<ChatMessage> newest(const QString& conversation) const;

    QSet<QString> reading() const;                       // conversations
    const QSet<QString>& read() const { return read_; }  // ended, and not shown since

  Q_SIGNALS:
    void changed(const QString& message);  // its text, its progress, or that it is finished
    void conversationsChanged();           // reading() or read()

  private:
    struct Turn {
        QString conversation;
        bool kept = false;    // the conversation is on the disk: what is read is saved there
        ChatMessage message;  // as far as it is there
        std::vector<AttachmentRef> pictures;
        std::vector<QString> held;  // ids of pictures that were asked for
        double progress = 0;        // of the one that is being read
        bool opening = false;       // the next one
        AttachmentRef whole;        // the next one with its pixels
        QString problem;            // why that cannot be opened
        QElapsedTimer clock;
    };
    struct Ended {
        QString conversation;
        ChatMessage message;
    };

    bool isOpen(const Turn& turn) const { return turn.conversation == open_.id(); }
    const Turn* find(const QString& message) const;
    // The next picture of the turn has its pixels, or (null) cannot be opened.
    void opened(const QString& message, const AttachmentRef& whole);
    bool goOn(Turn& turn);  // true: it is finished
    void goOnAll();
    void add(Turn& turn, ChatPart part);
    void finish(Turn turn, ReplyState state, const QString& problem);

    const QPointer<History> history_;
    OpenConversation& open_;
    PictureTexts& texts_;
    PicturePixels& pixels_;
    std::vector<Turn> turns_;
    std::vector<Ended> ended_;  // on the way to the disk
    QSet<QString> read_;
    bool going_on_ = false;
};

// The text of a page as a part of such a message.
ChatPart readPart(const Page& page);

// All of it, with the name of each picture above its text if there is more than one.
QString readMarkdown(const ChatMessage& question, const ChatMessage& reading);
QString readPlainText(const ChatMessage& question, const ChatMessage& reading);

// The tables in it, one below the other; empty if there is none. Cells apart by tabs, as spreadsheets take
// them.
QString readTables(const ChatMessage& reading);
QString readMarkdownTables(const ChatMessage& reading);

}  // namespace sightline
