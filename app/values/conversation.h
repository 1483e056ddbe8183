// What was said, as plain values: what is sent to the model again with every turn, and what a history keeps.
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QSize>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "inference/engine.h"

namespace sightline {

class StoredPicture;

// A picture that belongs to a conversation. Immutable: shared by messages, retries and the engine's prompt.
// What belongs to a message has no pixels: PicturePixels has them for whoever needs them.
struct Attachment {
    QString id;    // SHA-256 of `picture` (size and pixels), hexadecimal: the same picture has the same id
    QString name;  // as shown: a file name without folder or control characters
    QString note;  // what else the user should know: "Page 3 of 24", "Animation: the first of 12 frames"
    QSize size;    // pixels, upright
    std::shared_ptr<const StoredPicture> preview;  // null: that of the history, PictureStore::keptSource
    std::shared_ptr<const Picture> picture;        // null: not decoded
    // SHA-256 of its file's bytes, hexadecimal: its name in AttachmentStore; empty = it has none yet, see
    // PictureEncoder.
    QString file;
    QByteArray encoded;  // those bytes; empty: they are in the store already
    QString mime;        // of the file, "image/png"
};

using AttachmentRef = std::shared_ptr<const Attachment>;

// How a picture is put before the model: fixed when it is sent, so that later turns find the engine's caches.
struct PictureSight {
    PixelBudget budget;  // 0 = that of the conversation
    QString detail;      // as the user chose it: "auto", "low"... (picture_detail.h)
    // What the reader found in it, as the prompt says it beside the picture (reading assist); empty =
    // nothing.
    QString read_text;
};

// A text (no attachment), or a picture (no text).
struct ChatPart {
    QString text;
    AttachmentRef attachment;
    PictureSight sight = {};
    // Of a reading: `text`, which is Markdown, as it stands in the picture line by line.
    QString plain_text = {};
};

enum class ReplyState { streaming, complete, interrupted };

// A reading is the text that the text reader found in the pictures of the message before it: a part for each
// of them, in their order, as far as they were read. A part without text: there is none in that picture.
enum class MessageKind { chat, reading };

// How a reply went; only messages of the assistant have it.
struct ReplyFacts {
    QString model_name;
    StopReason stop_reason = StopReason::end_of_turn;
    SequenceStatistics statistics;
    double first_token_seconds = 0;  // from the question to the first token, as the user waited
    double total_seconds = 0;
    QString error;                    // a sentence, if stop_reason == error
    double thinking_seconds = 0;      // of total_seconds
    bool moved_to_processor = false;  // the GPU's memory was full in the middle
    bool demo = false;  // by the model that comes with the program: it says so wherever it is read
};

struct ChatMessage {
    QString id;  // UUID
    Role role = Role::user;
    std::vector<ChatPart> parts;
    QDateTime created;
    ReplyState state = ReplyState::complete;
    std::optional<ReplyFacts> facts;
    MessageKind kind = MessageKind::chat;
    QString parent;  // id of the message that this one follows; empty = it begins a conversation
    // What a Thinking model wrote before its answer: neither searched, copied nor sent again.
    QString thinking;

    QString text() const;  // of all text parts, in order
};

struct Conversation {
    QString id;     // UUID
    QString title;  // empty until the first question
    QDateTime created;
    std::vector<ChatMessage> messages;
};

Conversation startConversation();
ChatMessage startMessage(Role role);

// The first line of the question with single spaces, at most 60 characters with an ellipsis.
QString titleFrom(const QString& question);
// The same of the first question that has words; where only texts were read, the name of the first picture.
QString titleFrom(const std::vector<const ChatMessage*>& messages);

QString newId();

// A file's name as it may be shown: without folders, control characters and marks that turn the writing
// direction (with which "gnp.exe" looks like "exe.png"), shortened in the middle to 120 characters.
QString displayName(const QString& path);

}  // namespace sightline
