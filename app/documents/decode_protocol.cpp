#include "app/documents/decode_protocol.h"

#include <poll.h>
#include <sys/socket.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <array>
#include <cerrno>
#include <cstring>

namespace sightline {

namespace {

constexpr std::size_t largest_message = std::size_t{64} << 10;
constexpr int look_at_stop_every = 50;  // ms

// Takes the first descriptor and closes any other: a hostile side may send many.
FileDescriptor takeDescriptor(msghdr& header) {
    FileDescriptor taken;
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control; control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
            FileDescriptor owned(descriptor);
            if (!taken) taken = std::move(owned);
        }
    }
    return taken;
}

bool isNumber(double value) {
    return value > -1e6 && value < 1e6;
}

}  // namespace

bool DecodeChannel::send(const QJsonObject& fields, int file) {
    QByteArray bytes = QJsonDocument(fields).toJson(QJsonDocument::Compact);
    iovec data{bytes.data(), static_cast<std::size_t>(bytes.size())};
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    if (file >= 0) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(rights), &file, sizeof(int));
    }
    for (;;) {
        const ssize_t sent = ::sendmsg(socket_.get(), &header, MSG_NOSIGNAL);
        if (sent >= 0) return true;
        if (errno != EINTR) return false;
    }
}

Received DecodeChannel::receive(DecodeMessage& message,
                                std::optional<std::chrono::steady_clock::time_point> deadline,
                                const std::stop_token& stop) {
    for (;;) {
        if (stop.stop_requested()) return Received::cancelled;
        pollfd ready{socket_.get(), POLLIN, 0};
        const int count = ::poll(&ready, 1, deadline || stop.stop_possible() ? look_at_stop_every : -1);
        if (count > 0) break;
        if (count < 0 && errno != EINTR) return Received::closed;
        if (deadline && std::chrono::steady_clock::now() >= *deadline) return Received::timed_out;
    }
    QByteArray bytes(static_cast<qsizetype>(largest_message), Qt::Uninitialized);
    iovec data{bytes.data(), largest_message};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(8 * sizeof(int))> control{};
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t size = -1;
    do {
        size = ::recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size <= 0) return Received::closed;
    message.file = takeDescriptor(header);
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return Received::malformed;
    bytes.truncate(size);
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    if (!document.isObject()) return Received::malformed;
    message.fields = document.object();
    return Received::message;
}

QByteArray toBytes(const TextLayer& layer) {
    QJsonArray lines;
    for (const std::vector<LayerWord>& line : layer.lines) {
        QJsonArray words;
        for (const LayerWord& word : line) {
            QJsonArray fields{QString::fromStdString(word.text)};
            for (const Point& corner : word.quad) {
                fields.append(corner.x);
                fields.append(corner.y);
            }
            words.append(fields);
        }
        lines.append(words);
    }
    return QJsonDocument(lines).toJson(QJsonDocument::Compact);
}

std::optional<TextLayer> textLayerFrom(const QByteArray& bytes) {
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    if (!document.isArray()) return {};
    TextLayer layer;
    const QJsonArray lines = document.array();
    for (const QJsonValue& line : lines) {
        const QJsonArray words = line.toArray();
        if (words.isEmpty()) return {};
        std::vector<LayerWord>& made = layer.lines.emplace_back();
        for (const QJsonValue& word : words) {
            const QJsonArray fields = word.toArray();
            if (fields.size() != 9) return {};
            LayerWord& to = made.emplace_back();
            to.text = fields[0].toString().toStdString();
            if (to.text.empty()) return {};
            for (std::size_t corner = 0; corner < 4; ++corner) {
                const auto at = static_cast<qsizetype>(1 + 2 * corner);
                to.quad[corner] = {fields[at].toDouble(1e9), fields[at + 1].toDouble(1e9)};
                if (!isNumber(to.quad[corner].x) || !isNumber(to.quad[corner].y)) return {};
            }
        }
    }
    return layer;
}

}  // namespace sightline
