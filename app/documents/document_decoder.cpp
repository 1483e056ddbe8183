#include "app/documents/document_decoder.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "app/documents/decode_helper.h"
#include "app/documents/decode_protocol.h"
#include "app/documents/picture_decoder.h"

namespace sightline {

namespace {

constexpr qint64 largest_document = qint64{2} << 30;  // bytes: it is mapped into the helper's address space
constexpr int most_pages = 1'000'000;

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorKind::invalid_input, sentence.toStdString());
}

[[noreturn]] void failStart(const char* what) {
    throw Error(ErrorKind::internal, std::string("the helper that decodes files cannot be started (") + what +
                                         ": " + std::strerror(errno) + ")");
}

// Runs `program --decode` with the socket as descriptor 3 and nothing else of ours: silent, in a process
// group of its own, so that Ctrl-C in the terminal reaches the program alone.
pid_t spawnHelper(const QByteArray& program, int socket) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, socket, decode_socket);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, decode_socket + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    QByteArray path = program;
    QByteArray argument(decode_argument);
    std::array<char*, 3> arguments{path.data(), argument.data(), nullptr};
    pid_t process = 0;
    errno = ::posix_spawn(&process, path.constData(), &files, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return errno == 0 ? process : -1;
}

FileDescriptor openRegularFile(const QString& path) {
    FileDescriptor file(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        if (errno == ENOENT) refuse(QStringLiteral("the file does not exist"));
        refuse(QStringLiteral("the file cannot be opened (%1)").arg(qt_error_string(errno)));
    }
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) refuse(QStringLiteral("the file cannot be read"));
    if (S_ISDIR(facts.st_mode)) refuse(QStringLiteral("it is a folder"));
    if (!S_ISREG(facts.st_mode)) refuse(QStringLiteral("it is not a regular file"));
    if (facts.st_size > largest_document) {
        refuse(QStringLiteral("the file has %1 MiB, and at most %2 are read")
                   .arg(facts.st_size >> 20)
                   .arg(largest_document >> 20));
    }
    return file;
}

FileDescriptor inMemory(const QByteArray& bytes) {
    FileDescriptor file(::memfd_create("sightline document", MFD_CLOEXEC));
    qsizetype written = 0;
    while (file && written < bytes.size()) {
        const ssize_t count = ::write(file.get(), bytes.constData() + written,
                                      static_cast<std::size_t>(bytes.size() - written));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        written += count;
    }
    if (!file || written < bytes.size())
        throw Error(ErrorKind::out_of_memory, "the file does not fit into memory");
    return file;
}

// A read, not a mapping: a helper that shrinks the memory meanwhile gets a short read instead of a signal.
bool readAt(int file, void* to, std::size_t size, off_t offset, const std::stop_token& stop) {
    constexpr std::size_t between_two_looks = std::size_t{16} << 20;
    auto* bytes = static_cast<char*>(to);
    while (size > 0) {
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "stopped while a file was decoded");
        const ssize_t count = ::pread(file, bytes, std::min(size, between_two_looks), offset);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes += count;
        offset += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

[[noreturn]] void throwReply(const QJsonObject& reply) {
    // What the helper says reaches the terminal: one line, no control characters, not endless.
    QString sentence = reply[QStringLiteral("error")].toString().left(500).simplified();
    sentence.removeIf([](QChar unit) { return !unit.isPrint(); });
    const QString kind = reply[QStringLiteral("kind")].toString();
    if (kind == QStringLiteral("password")) throw PasswordError(sentence.toStdString());
    if (kind == QStringLiteral("unsupported")) throw Error(ErrorKind::unsupported, sentence.toStdString());
    if (kind == QStringLiteral("out_of_memory"))
        throw Error(ErrorKind::out_of_memory, sentence.toStdString());
    throw Error(ErrorKind::invalid_input, sentence.toStdString());
}

}  // namespace

struct DocumentDecoder::Private {
    DecoderOptions options;
    std::optional<DecodeChannel> channel;
    pid_t process = 0;
    QString in_force;
    FileDescriptor file;  // of the open document
    QByteArray password;
    DocumentFacts facts;
    bool open_in_helper = false;

    ~Private() { endHelper(); }

    std::string limitSentence() const {
        return "it took longer than " + std::to_string(options.page_seconds) + " seconds to decode";
    }

    // Returns how it ended.
    int endHelper() {
        open_in_helper = false;
        channel.reset();
        if (process == 0) return 0;
        int status = 0;
        ::kill(process, SIGKILL);
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        process = 0;
        return status;
    }

    // How a helper ended that hung up by itself; waits for it.
    std::string crashSentence() {
        channel.reset();
        open_in_helper = false;
        int status = 0;
        // It may have closed the socket and go on: then the kill is what ends it.
        for (int tries = 0; tries < 100 && ::waitpid(process, &status, WNOHANG) == 0; ++tries)
            ::usleep(1000);
        if (::kill(process, 0) == 0) {
            ::kill(process, SIGKILL);
            ::waitpid(process, &status, 0);
        }
        process = 0;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return limitSentence();
        std::string sentence = "it made the decoder crash";
        if (WIFSIGNALED(status)) sentence += std::string(" (") + ::strsignal(WTERMSIG(status)) + ")";
        return sentence;
    }

    void startHelper(const std::stop_token& stop) {
        if (channel) return;
        std::array<int, 2> sockets{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0)
            failStart("socketpair");
        DecodeChannel ours{FileDescriptor(sockets[0])};
        const FileDescriptor theirs(sockets[1]);
        const QString program =
            options.program.isEmpty() ? QCoreApplication::applicationFilePath() : options.program;
        // dup2 onto itself would leave the descriptor closed on exec.
        FileDescriptor other(theirs.get() == decode_socket ? ::fcntl(theirs.get(), F_DUPFD_CLOEXEC, 10) : -1);
        const pid_t started = spawnHelper(QFile::encodeName(program), other ? other.get() : theirs.get());
        if (started < 0) failStart("posix_spawn");
        process = started;
        channel.emplace(std::move(ours));
        const QJsonObject limits{{QStringLiteral("do"), QStringLiteral("start")},
                                 {QStringLiteral("memory_mib"), options.memory_mib},
                                 {QStringLiteral("seconds"), options.page_seconds}};
        const DecodeMessage reply = exchange(limits, -1, stop);
        in_force = reply.fields[QStringLiteral("in_force")].toString();
    }

    // One request and its answer. A helper that answers in no way in time, or nonsense, is ended.
    DecodeMessage exchange(const QJsonObject& request, int descriptor, const std::stop_token& stop) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.page_seconds);
        DecodeMessage reply;
        if (!channel->send(request, descriptor)) throw Error(ErrorKind::invalid_input, crashSentence());
        switch (channel->receive(reply, deadline, stop)) {
            case Received::message:
                break;
            case Received::closed:
                throw Error(ErrorKind::invalid_input, crashSentence());
            case Received::timed_out:
                endHelper();
                throw Error(ErrorKind::invalid_input, limitSentence());
            case Received::cancelled:
                endHelper();
                throw Error(ErrorKind::cancelled, "stopped while a file was decoded");
            case Received::malformed:
                endHelper();
                refuse(QStringLiteral("the decoder gave an answer that makes no sense"));
        }
        if (reply.fields.contains(QStringLiteral("error"))) throwReply(reply.fields);
        return reply;
    }

    // True if the helper died since it was last used: killed from outside, or for what it did between pages.
    bool helperIsGone() {
        int status = 0;
        if (process == 0 || ::waitpid(process, &status, WNOHANG) != process) return false;
        process = 0;
        channel.reset();
        open_in_helper = false;
        return true;
    }

    void openInHelper(const std::stop_token& stop) {
        helperIsGone();
        startHelper(stop);
        const QJsonObject request{{QStringLiteral("do"), QStringLiteral("open")},
                                  {QStringLiteral("password"), QString::fromLatin1(password.toBase64())}};
        const DecodeMessage reply = exchange(request, file.get(), stop);
        facts.format = reply.fields[QStringLiteral("format")].toString().left(20);
        facts.pages = reply.fields[QStringLiteral("pages")].toInt();
        facts.notes.clear();
        const QJsonArray notes = reply.fields[QStringLiteral("notes")].toArray();
        for (const QJsonValue& note : notes)
            facts.notes << note.toString().left(200).simplified();
        facts.pictures = std::clamp(reply.fields[QStringLiteral("pictures")].toInt(), 1, most_pages);
        if (facts.pages < 1 || facts.pages > most_pages) refuse(QStringLiteral("it has no pages"));
        open_in_helper = true;
    }

    DocumentFacts open(FileDescriptor opened, const QByteArray& secret, const std::stop_token& stop) {
        file = std::move(opened);
        password = secret;
        open_in_helper = false;
        openInHelper(stop);
        return facts;
    }

    [[noreturn]] void refuseAnswer() {
        endHelper();
        refuse(QStringLiteral("the decoder gave an answer that makes no sense"));
    }

    DecodedPage take(const DecodeMessage& reply, const std::stop_token& stop) {
        const QJsonObject& fields = reply.fields;
        DecodedPage page;
        page.width = fields[QStringLiteral("width")].toInt();
        page.height = fields[QStringLiteral("height")].toInt();
        const auto isSide = [](int side) { return side >= 1 && side <= longest_picture_side; };
        if (!isSide(page.width) || !isSide(page.height) ||
            qint64{page.width} * page.height > most_picture_pixels)
            refuseAnswer();
        page.points = {fields[QStringLiteral("points_wide")].toDouble(),
                       fields[QStringLiteral("points_high")].toDouble()};
        page.rotation = fields[QStringLiteral("rotation")].toInt();
        page.dpi = fields[QStringLiteral("dpi")].toDouble();
        const qint64 text_bytes = fields[QStringLiteral("text_bytes")].toInteger();
        if (text_bytes < 0 || text_bytes > largest_text_layer || !reply.file) refuseAnswer();
        std::size_t pixel_bytes = 0;
        if (fields[QStringLiteral("pixels")].toBool()) {
            pixel_bytes =
                std::size_t{3} * static_cast<std::size_t>(page.width) * static_cast<std::size_t>(page.height);
            Picture picture{page.width, page.height, std::vector<std::uint8_t>(pixel_bytes)};
            if (!readAt(reply.file.get(), picture.rgb.data(), pixel_bytes, 0, stop)) refuseAnswer();
            page.picture = std::move(picture);
        }
        if (text_bytes > 0) {
            QByteArray text(text_bytes, Qt::Uninitialized);
            if (!readAt(reply.file.get(), text.data(), static_cast<std::size_t>(text_bytes),
                        static_cast<off_t>(pixel_bytes), stop))
                refuseAnswer();
            page.text_layer = textLayerFrom(text);
            if (!page.text_layer) refuseAnswer();
        }
        return page;
    }
};

DocumentDecoder::DocumentDecoder(DecoderOptions options) : d(new Private) {
    d->options = std::move(options);
}

DocumentDecoder::~DocumentDecoder() = default;

DocumentFacts DocumentDecoder::open(const QString& path, const QByteArray& password,
                                    const std::stop_token& stop) {
    return d->open(openRegularFile(path), password, stop);
}

DocumentFacts DocumentDecoder::openBytes(const QByteArray& file, const QByteArray& password,
                                         const std::stop_token& stop) {
    return d->open(inMemory(file), password, stop);
}

DecodedPage DocumentDecoder::page(int index, const PageRequest& request, const std::stop_token& stop) {
    if (!d->file || index < 0 || index >= d->facts.pages) refuse(QStringLiteral("there is no such page"));
    // Dead between two pages: nobody's fault, and certainly not this page's.
    if (!d->open_in_helper || d->helperIsGone()) d->openInHelper(stop);
    const QJsonObject fields{{QStringLiteral("do"), QStringLiteral("page")},
                             {QStringLiteral("index"), index},
                             {QStringLiteral("pixels"), static_cast<int>(request.pixels)},
                             {QStringLiteral("text"), request.text_layer},
                             {QStringLiteral("dpi"), request.dpi},
                             {QStringLiteral("longest_side"), request.longest_side}};
    return d->take(d->exchange(fields, -1, stop), stop);
}

qint64 DocumentDecoder::helperProcess() const {
    return d->process;
}

QString DocumentDecoder::limitsInForce() const {
    return d->in_force;
}

}  // namespace sightline
