// Messages that say what the text reader found in the pictures of the question before them. Lives on the GUI
// thread.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <vector>

#include "app/chat/open_conversation.h"
#include "app/pictures/picture_pixels.h"
#include "app/pictures/picture_texts.h"

namespace sightline {

// Reads picture by picture, each as soon as it has its pixels, and gives every text to the conversation when
// it is there. Needs no model, and waits for none.
class ReadingTurns : public QObject {
    Q_OBJECT

  public:
    // All outlive the object.
    ReadingTurns(OpenConversation& open, PictureTexts& texts, PicturePixels& pixels,
                 QObject* parent = nullptr);

    // `message` is of the open conversation, streams, has no parts yet, and follows a question with pictures.
    void begin(const QString& message);
    // The conversation is left: what is not finished becomes interrupted.
    void endAll();

    bool isReading() const { return !turns_.empty(); }
    bool isReading(const QString& message) const;
    double progress(const QString& message) const;  // 0..1 over all its pictures
    double seconds(const QString& message) const;   // since it began

  Q_SIGNALS:
    void changed(const QString& message);  // its text, its progress, or that it is finished

  private:
    struct Turn {
        QString message;
        std::vector<QString> held;  // ids of pictures that were asked for
        double progress = 0;        // of the one that is being read
        bool opening = false;       // the next one
        AttachmentRef whole;        // the next one with its pixels
        QString problem;            // why that cannot be opened
        QElapsedTimer clock;
    };

    std::vector<AttachmentRef> picturesOf(const Turn& turn) const;
    const Turn* find(const QString& message) const;
    // The next picture of the turn has its pixels, or (null) cannot be opened.
    void opened(const QString& message, const AttachmentRef& whole);
    bool goOn(Turn& turn);  // true: it is finished
    void goOnAll();
    void finish(const Turn& turn, ReplyState state, const QString& problem);

    OpenConversation& open_;
    PictureTexts& texts_;
    PicturePixels& pixels_;
    std::vector<Turn> turns_;
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
