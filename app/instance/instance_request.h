// What a second start of the program asks the running one to do, and how that goes over a local socket.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <optional>

namespace sightline {

// A verb with its words, as they were typed: names of files are relative to `folder`.
struct InstanceRequest {
    QString verb;  // "open", "capture"
    QStringList arguments;
    QString folder;            // the working folder of whoever asks, absolute
    QString activation_token;  // of the desktop, with which a window may come forward; often empty
    bool operator==(const InstanceRequest&) const = default;
};

// What the running program says to it: one `taken` or `refused`, and after `taken` one `ended`.
struct InstanceReply {
    enum class State { taken, refused, ended };
    State state = State::refused;
    int code = 0;  // of `ended`: an exit code (inference/console.h)
    QString text;  // of `refused`: why, a sentence; of `ended`: what there is to print
    bool operator==(const InstanceReply&) const = default;
};

// A frame is 'S' 'L' 'I' 'N', the version (16 bits), the length of what follows (32 bits), both with the high
// byte first, and a JSON object in UTF-8. Magic and version stand first in every version, so that programs of
// two versions can tell each other apart.
inline constexpr quint16 instance_version = 1;
inline constexpr qsizetype frame_head = 10;             // bytes
inline constexpr qsizetype largest_frame = 256 * 1024;  // of the JSON, in bytes

struct Frame {
    enum class State { incomplete, complete, nonsense, other_version };
    State state = State::incomplete;
    QByteArray body;  // if complete
};

// Takes one frame from the beginning of `received`, which keeps the rest. Never waits for more than a frame
// may have: what cannot become one is nonsense at once.
Frame takeFrame(QByteArray& received);

// Requests that are too large for a frame give an empty array.
QByteArray frameOf(const InstanceRequest& request);
QByteArray frameOf(const InstanceReply& reply);
// Empty if it is no JSON object, a member is missing or has another type.
std::optional<InstanceRequest> requestFrom(const QByteArray& body);
std::optional<InstanceReply> replyFrom(const QByteArray& body);

}  // namespace sightline
