// What the text reader finds in pictures that the history keeps goes to the history too, whatever it was read
// for, so that a search finds it. Lives on the GUI thread.
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>

#include "app/chat/open_conversation.h"
#include "app/history/history.h"
#include "app/pictures/picture_texts.h"

namespace sightline {

// Nothing of a conversation that is not kept is given away; it is when the conversation is kept after all. A
// picture that was erased meanwhile takes its text with it: the history refuses what it has no file for.
class KeptReadings : public QObject {
    Q_OBJECT

  public:
    // All outlive the object; null: nothing is kept.
    KeptReadings(History* history, OpenConversation& open, PictureTexts& texts, QObject* parent = nullptr);

  private:
    void note(const AttachmentRef& attachment);
    void save(const QString& file, const Page& page);

    History* const history_;
    OpenConversation& open_;
    PictureTexts& texts_;
    QHash<QString, QSet<QString>> files_;  // that the history has, by Attachment::id
};

}  // namespace sightline
