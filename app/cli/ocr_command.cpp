#include "app/cli/ocr_command.h"

#include <sys/mman.h>

#include <QByteArray>
#include <QCryptographicHash>
#include <QFile>
#include <cerrno>

#include "app/cli/ocr_job.h"
#include "app/cli/ocr_plan.h"
#include "app/common/file_descriptor.h"
#include "app/documents/picture_decoder.h"

namespace sightline {

namespace {

const std::string program = "sightline";

QByteArray firstLine(const std::string& path) {
    QFile file(QFile::decodeName(QByteArray::fromStdString(path)));
    constexpr qint64 longest_password = 4096;
    if (!file.open(QIODevice::ReadOnly)) {
        throw Error(ErrorKind::invalid_input, "the password file " + path + " cannot be opened (" +
                                                  file.errorString().toStdString() + ")");
    }
    QByteArray line = file.readLine(longest_password);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    return line;
}

// Standard input as a file in memory that has a path.
class InputInMemory {
  public:
    explicit InputInMemory(const Interrupt& interrupt) {
        const std::string bytes =
            readStandardInput(static_cast<std::size_t>(largest_picture_file), interrupt);
        identity_ =
            QString::fromLatin1(QCryptographicHash::hash({bytes.data(), static_cast<qsizetype>(bytes.size())},
                                                         QCryptographicHash::Sha256)
                                    .toHex());
        file_ = FileDescriptor(::memfd_create("standard input", MFD_CLOEXEC));
        std::size_t written = 0;
        while (file_ && written < bytes.size()) {
            const ssize_t count = ::write(file_.get(), bytes.data() + written, bytes.size() - written);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) throw Error(ErrorKind::out_of_memory, "Standard input does not fit into memory");
            written += static_cast<std::size_t>(count);
        }
    }

    void putInto(OcrPlan& plan) const {
        for (PlannedDocument& document : plan.documents) {
            if (document.input.path != QStringLiteral("-")) continue;
            document.input.path = QStringLiteral("/proc/self/fd/%1").arg(file_.get());
            document.input.name = QStringLiteral("standard input");
            document.identity = identity_;
        }
    }

  private:
    FileDescriptor file_;
    QString identity_;
};

}  // namespace

ExitCode ocrCommand(const OcrOptions& options) {
    OcrPlan plan;
    QByteArray password;
    try {
        plan = planOcr(options);
        if (!options.password_file.empty()) password = firstLine(options.password_file);
    } catch (const Error& error) {
        complain(program, error.what());
        return exit_usage;
    }
    const Interrupt interrupt;
    std::optional<InputInMemory> input;
    for (const std::string& word : options.inputs) {
        if (word != "-") continue;
        input.emplace(interrupt);
        input->putInto(plan);
    }
    return runOcr(options, std::move(plan), password, interrupt);
}

}  // namespace sightline
