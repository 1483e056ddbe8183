#include "app/documents/decode_helper.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QJsonArray>
#include <cstdio>
#include <cstring>
#include <new>

#include "app/documents/decode_protocol.h"
#include "app/documents/decode_sandbox.h"
#include "app/documents/document_file.h"
#include "app/documents/picture_decoder.h"

namespace sightline {

namespace {

const char* nameOf(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::unsupported:
            return "unsupported";
        case ErrorKind::out_of_memory:
            return "out_of_memory";
        default:
            return "invalid_input";
    }
}

// A file as bytes without copying it.
class MappedDocument {
  public:
    explicit MappedDocument(const FileDescriptor& file) {
        struct stat facts {};
        if (::fstat(file.get(), &facts) != 0)
            throw Error(ErrorKind::invalid_input, "the file cannot be read");
        if (facts.st_size == 0) return;
        size_ = static_cast<std::size_t>(facts.st_size);
        memory_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (memory_ == MAP_FAILED) throw std::bad_alloc();
        bytes_ = QByteArray::fromRawData(static_cast<const char*>(memory_), static_cast<qsizetype>(size_));
    }
    ~MappedDocument() {
        if (size_ > 0 && memory_ != MAP_FAILED) ::munmap(memory_, size_);
    }
    MappedDocument(const MappedDocument&) = delete;
    MappedDocument& operator=(const MappedDocument&) = delete;

    const QByteArray& bytes() const { return bytes_; }

  private:
    void* memory_ = nullptr;
    std::size_t size_ = 0;
    QByteArray bytes_;
};

struct OpenDocument {
    explicit OpenDocument(const FileDescriptor& file) : mapped(file) {}
    MappedDocument mapped;
    std::unique_ptr<DocumentFile> document;
};

// Pixels in tight rows, then the text layer.
FileDescriptor inSharedMemory(const RenderedPage& page, const QByteArray& text) {
    const std::size_t row_bytes = page.image.isNull() ? 0 : std::size_t{3} * page.image.width();
    const std::size_t pixel_bytes = row_bytes * static_cast<std::size_t>(page.image.height());
    const std::size_t bytes = pixel_bytes + static_cast<std::size_t>(text.size());
    FileDescriptor memory(::memfd_create("sightline page", MFD_CLOEXEC));
    if (!memory || ::ftruncate(memory.get(), static_cast<off_t>(bytes)) != 0) throw std::bad_alloc();
    if (bytes == 0) return memory;
    void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    auto* to = static_cast<char*>(mapped);
    for (int row = 0; row < page.image.height(); ++row, to += row_bytes)
        std::memcpy(to, page.image.constScanLine(row), row_bytes);
    if (!text.isEmpty()) std::memcpy(to, text.constData(), static_cast<std::size_t>(text.size()));
    ::munmap(mapped, bytes);
    return memory;
}

class Helper {
  public:
    explicit Helper(DecodeChannel& channel) : channel_(channel) {}

    int run() {
        DecodeMessage message;
        while (channel_.receive(message) == Received::message) {
            if (!answer(message)) return 0;
        }
        return 0;
    }

    // False if nobody listens any more, or talks another language.
    bool answer(DecodeMessage& message) {
        allowProcessorSeconds(processor_seconds_);
        const QString what = message.fields[QStringLiteral("do")].toString();
        QJsonObject reply;
        FileDescriptor shared;
        try {
            if (what == QStringLiteral("start")) {
                reply = start(message.fields);
            } else if (what == QStringLiteral("open")) {
                reply = open(message);
            } else if (what == QStringLiteral("page")) {
                reply = page(message.fields, shared);
            } else {
                return false;
            }
        } catch (const PasswordError& error) {
            reply = {{QStringLiteral("error"), QString::fromUtf8(error.what())},
                     {QStringLiteral("kind"), QStringLiteral("password")}};
        } catch (const Error& error) {
            reply = {{QStringLiteral("error"), QString::fromUtf8(error.what())},
                     {QStringLiteral("kind"), QString::fromLatin1(nameOf(error.kind()))}};
        } catch (const std::bad_alloc&) {
            reply = {{QStringLiteral("error"), QStringLiteral("it needs too much memory")},
                     {QStringLiteral("kind"), QStringLiteral("out_of_memory")}};
        } catch (const std::exception& error) {
            reply = {{QStringLiteral("error"), QString::fromUtf8(error.what())},
                     {QStringLiteral("kind"), QStringLiteral("invalid_input")}};
        }
        return channel_.send(reply, shared.get());
    }

  private:
    QJsonObject start(const QJsonObject& fields) {
        processor_seconds_ = 2 * fields[QStringLiteral("seconds")].toInt();
        const SandboxLimits limits{
            static_cast<std::uint64_t>(fields[QStringLiteral("memory_mib")].toInteger()) << 20,
            processor_seconds_};
        return {{QStringLiteral("in_force"), QString::fromStdString(enterSandbox(limits))}};
    }

    QJsonObject open(const DecodeMessage& message) {
        document_.reset();
        auto opened = std::make_unique<OpenDocument>(message.file);
        const QByteArray password =
            QByteArray::fromBase64(message.fields[QStringLiteral("password")].toString().toLatin1());
        opened->document = openDocumentFile(opened->mapped.bytes(), password);
        document_ = std::move(opened);
        const DocumentFacts facts = document_->document->facts();
        return {{QStringLiteral("format"), facts.format},
                {QStringLiteral("pages"), facts.pages},
                {QStringLiteral("notes"), QJsonArray::fromStringList(facts.notes)},
                {QStringLiteral("pictures"), facts.pictures}};
    }

    QJsonObject page(const QJsonObject& fields, FileDescriptor& shared) {
        if (!document_) throw Error(ErrorKind::invalid_input, "no document is open");
        PageRequest request;
        request.pixels = static_cast<Pixels>(fields[QStringLiteral("pixels")].toInt());
        request.text_layer = fields[QStringLiteral("text")].toBool();
        request.dpi = fields[QStringLiteral("dpi")].toDouble();
        request.longest_side = fields[QStringLiteral("longest_side")].toInt();
        const RenderedPage page = document_->document->page(fields[QStringLiteral("index")].toInt(), request);
        const QByteArray text = page.text_layer ? toBytes(*page.text_layer) : QByteArray();
        if (text.size() > largest_text_layer)
            throw Error(ErrorKind::invalid_input, "the page has more text than any page of use");
        shared = inSharedMemory(page, text);
        return {{QStringLiteral("width"), page.size.width()},
                {QStringLiteral("height"), page.size.height()},
                {QStringLiteral("pixels"), !page.image.isNull()},
                {QStringLiteral("text_bytes"), text.size()},
                {QStringLiteral("points_wide"), page.points.width()},
                {QStringLiteral("points_high"), page.points.height()},
                {QStringLiteral("rotation"), page.rotation},
                {QStringLiteral("dpi"), page.dpi}};
    }

    DecodeChannel& channel_;
    int processor_seconds_ = 0;
    std::unique_ptr<OpenDocument> document_;
};

bool isOurSocket(int descriptor) {
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

}  // namespace

bool isDecodeHelper(int argc, char** argv) {
    return argc > 1 && std::strcmp(argv[1], decode_argument) == 0;
}

int runDecodeHelper(int argc, char** argv) {
    if (!isOurSocket(decode_socket)) {
        std::fputs("sightline: --decode is for the program itself, which starts it to decode files\n",
                   stderr);
        return 2;
    }
    DecodeChannel channel{FileDescriptor(decode_socket)};
    // The limits come before anything that may start a thread.
    Helper helper(channel);
    DecodeMessage first;
    if (channel.receive(first) != Received::message) return 0;
    if (first.fields[QStringLiteral("do")].toString() != QStringLiteral("start")) return 0;
    if (!helper.answer(first)) return 0;
    const QCoreApplication application(argc, argv);
    return helper.run();
}

}  // namespace sightline
