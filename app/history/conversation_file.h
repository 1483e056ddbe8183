// A conversation outside of the history: all its branches with the pictures that it shows, as one value and
// as one JSON file. docs/exports.md describes the file.
#pragma once

#include <QByteArray>
#include <QSize>
#include <QString>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>

#include "app/values/conversation_tree.h"
#include "app/values/history_values.h"

namespace sightline {

// Why a conversation could not be written or read: one sentence with a full stop, translated.
class TransferError : public std::runtime_error {
  public:
    explicit TransferError(const QString& sentence)
        : std::runtime_error(sentence.toStdString()), sentence_(sentence) {}
    const QString& sentence() const noexcept { return sentence_; }

  private:
    QString sentence_;
};

// A picture with what was read from it.
struct CarriedPicture {
    QByteArray bytes;  // of its file, as it came
    QString mime;
    QSize size;  // pixels, upright
    std::optional<Reading> reading;
};

// The head has neither draft nor trash. Every file that a message names is in `pictures`, by its SHA-256; an
// attachment whose file was lost names none.
struct ConversationFile {
    ConversationTree tree;
    std::map<QString, CarriedPicture> pictures;
};

// Calls `write` with one piece after the other: no more than one picture is held twice.
void writeJson(const ConversationFile& file, const std::function<void(const QByteArray&)>& write);

// Takes nothing on trust: names, order, links between messages, and that every picture is the one it says it
// is. Throws TransferError. Any thread.
ConversationFile conversationFromJson(const QByteArray& json);

}  // namespace sightline
