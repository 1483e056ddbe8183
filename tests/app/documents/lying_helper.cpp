// Stands in for a decode helper that a hostile file has taken over: answers the start and the opening like
// the real one, and the first page with the lie that SIGHTLINE_TEST_LIE names.
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QJsonObject>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "app/documents/decode_protocol.h"

using namespace sightline;

namespace {

QJsonObject page(double width, double height, double text_bytes = 0) {
    return {{"width", width}, {"height", height}, {"pixels", true}, {"text_bytes", text_bytes}};
}

FileDescriptor memory(const std::string& bytes) {
    FileDescriptor file(::memfd_create("lie", MFD_CLOEXEC));
    if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::exit(1);
    return file;
}

void sendBytes(const std::string& bytes) {
    if (::send(decode_socket, bytes.data(), bytes.size(), 0) < 0) std::exit(1);
}

void sendDescriptors(const std::string& bytes, int count) {
    iovec data{const_cast<char*>(bytes.data()), bytes.size()};
    std::array<char, CMSG_SPACE(100 * sizeof(int))> control{};
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(static_cast<std::size_t>(count) * sizeof(int));
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(static_cast<std::size_t>(count) * sizeof(int));
    for (int i = 0; i < count; ++i) {
        const int descriptor = STDIN_FILENO;
        std::memcpy(CMSG_DATA(rights) + static_cast<std::size_t>(i) * sizeof(int), &descriptor,
                    sizeof descriptor);
    }
    if (::sendmsg(decode_socket, &header, 0) < 0) std::exit(1);
}

}  // namespace

int main() {
    const char* given = std::getenv("SIGHTLINE_TEST_LIE");
    const std::string lie = given ? given : "";
    DecodeChannel channel{FileDescriptor(::dup(decode_socket))};
    DecodeMessage message;
    while (channel.receive(message) == Received::message) {
        const QString what = message.fields["do"].toString();
        if (what == "start") {
            channel.send({{"in_force", "nothing"}});
        } else if (lie == "crash-at-open") {
            std::abort();
        } else if (what == "open") {
            channel.send({{"format", "PDF"}, {"pages", 5}});
        } else if (lie == "crash") {
            std::abort();
        } else if (lie == "nonsense") {
            sendBytes("]]");
        } else if (lie == "endless-message") {
            sendBytes(std::string(100'000, ' ') + "{}");
        } else if (lie == "no-memory") {
            channel.send(page(10, 10));
        } else if (lie == "short-memory") {
            const FileDescriptor file = memory(std::string(299, 'x'));
            channel.send(page(10, 10), file.get());
        } else if (lie == "huge-sides") {
            const FileDescriptor file = memory("x");
            channel.send(page(32768, 32768), file.get());
        } else if (lie == "zero-sides") {
            const FileDescriptor file = memory("x");
            channel.send(page(0, -5), file.get());
        } else if (lie == "negative-text") {
            const FileDescriptor file = memory(std::string(300, 'x'));
            channel.send(page(10, 10, -1), file.get());
        } else if (lie == "bad-text") {
            const std::string text = R"([[["word",1,2,3,4,5,6,7,1e300]]])";
            const FileDescriptor file = memory(std::string(300, 'x') + text);
            channel.send(page(10, 10, static_cast<double>(text.size())), file.get());
        } else if (lie == "many-descriptors") {
            sendDescriptors("{}", 100);
        } else if (lie == "control-characters") {
            channel.send({{"error", "\x1b[2J red\n\n and\a more"}, {"kind", "invalid_input"}});
        }
    }
    return 0;
}
