// Conversations to files and back: what the history gives, and what it takes.
#include <algorithm>

#include "app/history/history_rows.h"
#include "app/history/history_store.h"
#include "app/values/message_record.h"

namespace sightline {

ConversationFile HistoryStore::exportConversation(const QString& conversation) {
    std::optional<ConversationTree> tree = load(conversation);
    if (!tree) throw Error(ErrorKind::invalid_input, "there is no such conversation");
    return exportTree(std::move(*tree));
}

ConversationFile HistoryStore::exportTree(ConversationTree tree) {
    ConversationFile file;
    file.tree = std::move(tree);
    file.tree.head.draft = {};
    file.tree.head.trashed = {};
    for (ChatMessage& message : file.tree.messages) {
        for (ChatPart& part : message.parts) {
            if (!part.attachment || part.attachment->file.isEmpty()) continue;
            const QString name = part.attachment->file;
            if (file.pictures.count(name) != 0) continue;
            CarriedPicture picture;
            picture.mime = part.attachment->mime;
            picture.size = part.attachment->size;
            picture.bytes = part.attachment->encoded;
            try {
                if (picture.bytes.isEmpty()) picture.bytes = files_.read(name);
            } catch (const Error&) {
                auto lost = std::make_shared<Attachment>(*part.attachment);
                lost->file.clear();
                part.attachment = std::move(lost);
                continue;
            }
            picture.reading = reading(name);
            file.pictures.emplace(name, std::move(picture));
        }
    }
    return file;
}

QString HistoryStore::importConversation(const ConversationFile& file) {
    Sql& sql = forWriting();
    ConversationHead head = file.tree.head;
    std::vector<ChatMessage> messages = file.tree.messages;
    renewIds(head, messages);
    head.draft = {};
    head.trashed = {};
    // Files first: until a message uses them, nothing shows them, and what nothing uses is swept.
    for (const auto& [name, picture] : file.pictures)
        addAttachment(picture.bytes, picture.mime, picture.size);
    Transaction transaction(sql);
    const qint64 row = putHead(sql, files_, head);
    for (const ChatMessage& message : messages)
        putMessage(sql, files_, row, message);
    for (const auto& [name, picture] : file.pictures) {
        if (picture.reading && !reading(name)) putReading(sql, name, *picture.reading);
    }
    transaction.commit();
    for (const ChatMessage& message : messages)
        nowUsed(message.parts);
    return head.id;
}

}  // namespace sightline
