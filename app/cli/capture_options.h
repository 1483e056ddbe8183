// What `sightline capture` is to take, and how the running program is told.
#pragma once

#include <QRect>
#include <QStringList>
#include <optional>
#include <string>

namespace sightline {

struct CaptureOrder {
    bool read = false;            // its text onto the clipboard; otherwise the ask panel
    std::optional<QRect> region;  // pixels of the X root window; empty = the user chooses
    bool operator==(const CaptureOrder&) const = default;
};

// "x,y,width,height": whole numbers, the size at least 1 x 1 and at most 65535; empty if it is something
// else.
std::optional<QRect> regionFrom(const std::string& words);

// The words of a request (instance_request.h) with the verb "capture".
QStringList wordsOf(const CaptureOrder& order);
std::optional<CaptureOrder> captureOrderFrom(const QStringList& words);

// Exit codes beside those of inference/console.h.
inline constexpr int exit_nothing_chosen = 5;  // the user gave up
inline constexpr int exit_no_text = 6;         // there is no text in the region

}  // namespace sightline
