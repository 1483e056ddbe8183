#include "app/chat/kept_readings.h"

namespace sightline {

KeptReadings::KeptReadings(History* history, OpenConversation& open, PictureTexts& texts, QObject* parent)
    : QObject(parent), history_(history), open_(open), texts_(texts) {
    if (!history_) return;
    connect(&open_, &OpenConversation::opened, this, [this] {
        for (const ChatMessage& message : open_.tree().messages) {
            for (const ChatPart& part : message.parts)
                note(part.attachment);
        }
        for (const ChatPart& part : open_.tree().head.draft.parts)
            note(part.attachment);
    });
    connect(&open_, &OpenConversation::pictureKept, this, [this](const AttachmentRef& attachment) {
        note(attachment);
        if (const auto page = texts_.find(attachment->id)) save(attachment->file, *page);
    });
    connect(&texts_, &PictureTexts::known, this, [this](const QString& id) {
        const auto page = texts_.find(id);
        if (!page) return;
        const QSet<QString> files = files_.value(id);
        for (const QString& file : files)
            save(file, *page);
    });
}

void KeptReadings::note(const AttachmentRef& attachment) {
    if (attachment && !attachment->file.isEmpty() && !attachment->id.isEmpty())
        files_[attachment->id].insert(attachment->file);
}

void KeptReadings::save(const QString& file, const Page& page) {
    if (!page.empty()) history_->saveReading(file, {QString::fromStdString(toPlainText(page)), {}});
}

}  // namespace sightline
