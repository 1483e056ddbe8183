// The branch of a conversation that is shown, written for people: Markdown, a page of HTML, a PDF. Text comes
// from models, pictures and users, so all of it is escaped; nothing that is written names an address to load
// from. Any thread.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QString>
#include <map>

#include "app/documents/document_decoder.h"
#include "app/history/conversation_file.h"

class QIODevice;

namespace sightline {

// As they are shown: decoded in the helper process, at most 1,600 pixels a side, by SHA-256. One that cannot
// be decoded is left out; its name still stands in the text.
std::map<QString, QImage> shownPictures(const ConversationFile& file, const DecoderOptions& options = {});

// Pictures are named, not written.
QString conversationMarkdown(const ConversationFile& file);

// Complete in itself: pictures are in it, and it asks browsers to load nothing else.
QByteArray conversationHtml(const ConversationFile& file, const std::map<QString, QImage>& pictures);

// A4. Throws TransferError if `device` does not take it.
void writeConversationPdf(QIODevice& device, const ConversationFile& file,
                          const std::map<QString, QImage>& pictures);

}  // namespace sightline
