// What the program and its decode helper say to each other: small JSON objects over a socket pair that keeps
// message borders, with at most one file descriptor beside each. Pixels and text go through shared memory
// (a memfd), never through the socket. Either side treats the other's bytes as hostile.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <chrono>
#include <optional>
#include <stop_token>

#include "app/common/file_descriptor.h"
#include "app/documents/text_layer.h"

namespace sightline {

inline constexpr int decode_socket = 3;  // descriptor under which the helper finds its end
inline constexpr qint64 largest_text_layer = qint64{32} << 20;  // bytes of its JSON

struct DecodeMessage {
    QJsonObject fields;
    FileDescriptor file;  // closed on exec; empty if there was none
};

enum class Received { message, closed, timed_out, cancelled, malformed };

class DecodeChannel {
  public:
    explicit DecodeChannel(FileDescriptor socket) : socket_(std::move(socket)) {}

    // False if the other side is gone. Never blocks for long: messages are far smaller than the buffer.
    bool send(const QJsonObject& fields, int file = -1);

    // Waits until `deadline`; none = for ever.
    Received receive(DecodeMessage& message,
                     std::optional<std::chrono::steady_clock::time_point> deadline = {},
                     const std::stop_token& stop = {});

  private:
    FileDescriptor socket_;
};

// The text layer as JSON and back. The second gives nothing if the bytes are not what the first one writes.
QByteArray toBytes(const TextLayer& layer);
std::optional<TextLayer> textLayerFrom(const QByteArray& bytes);

}  // namespace sightline
