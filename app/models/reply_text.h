// Numbers and stop reasons in the user's words and number format.
#pragma once

#include <QSize>
#include <QString>

#include "inference/engine.h"

namespace sightline {

struct ReplyEnd;

// "412 tokens · 31 tok/s · first 0.9 s", then why it stopped if it did not end its turn by itself. Leaves out
// what was not measured; empty if nothing was made.
QString factsText(const ReplyEnd& end);

// "end_of_turn", "max_tokens", ... as the design names them: for QML to decide what to offer.
QString stopReasonId(StopReason reason);

// Explains a stop reason that the user can do something about; empty for the others.
QString noticeFor(StopReason reason, int max_tokens);

QString secondsText(double seconds);                                  // "0.9 s", "12 s", "2 min 5 s"
QString expectedText(double seconds);                                 // "~3 s", "<1 s"
QString tokensText(int tokens);                                       // "1,204 tokens"
QString memoryText(std::size_t bytes);                                // "312 MiB", "2.3 GiB"
QString pictureSizeText(const QSize& original, const QSize& model);   // an empty model size is left out
QString deviceText(const QString& device_name, Precision precision);  // "CPU bf16"

}  // namespace sightline
