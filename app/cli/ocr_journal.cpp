#include "app/cli/ocr_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <cerrno>

#include "inference/error.h"

namespace sightline {

namespace {

[[noreturn]] void fail(const char* what) {
    throw Error(ErrorKind::invalid_input,
                std::string(what) + " (" + qt_error_string(errno).toStdString() + ")");
}

bool writeAll(int file, const QByteArray& bytes) {
    qsizetype written = 0;
    while (written < bytes.size()) {
        const ssize_t count =
            ::write(file, bytes.constData() + written, static_cast<std::size_t>(bytes.size() - written));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        written += count;
    }
    return true;
}

// Some file systems know no fsync; that is no reason to stop.
bool flush(int file) {
    return ::fdatasync(file) == 0 || errno == EINVAL || errno == ENOSYS;
}

}  // namespace

JournalIndex OcrJournal::read(const QString& path, const QByteArray& header, qint64* sound_bytes) {
    JournalIndex index;
    if (sound_bytes) *sound_bytes = 0;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return index;
    const QByteArray first = file.readLine();
    if (!first.endsWith('\n')) return index;  // killed before it began
    if (first != header + '\n') {
        throw Error(ErrorKind::invalid_input,
                    "the unfinished run had other options; --overwrite begins anew");
    }
    qint64 offset = first.size();
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        const QJsonDocument document = QJsonDocument::fromJson(line);
        if (!line.endsWith('\n') || !document.isObject()) break;
        const QJsonObject fields = document.object();
        index[{fields[QStringLiteral("file")].toString(), fields[QStringLiteral("identity")].toString(),
               fields[QStringLiteral("page")].toInt()}] = {offset, line.size(),
                                                           fields[QStringLiteral("failed")].toBool()};
        offset += line.size();
    }
    if (sound_bytes) *sound_bytes = offset;
    return index;
}

OcrJournal::OcrJournal(const QString& path, const QByteArray& header, bool resume) : path_(path) {
    file_ = FileDescriptor(
        ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file_ && errno == ENOENT)
        throw Error(ErrorKind::invalid_input, "the folder that it would stand in does not exist");
    if (!file_) fail("its journal cannot be made");
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw Error(ErrorKind::invalid_input, "another run is writing it at this moment");
    }
    if (resume) index_ = read(path, header, &end_);
    if (::ftruncate(file_.get(), end_) != 0 || ::lseek(file_.get(), end_, SEEK_SET) != end_)
        fail("its journal cannot be written");
    if (end_ > 0) return;
    if (!writeAll(file_.get(), header + '\n') || !flush(file_.get())) {
        const int reason = errno;
        ::unlink(QFile::encodeName(path).constData());
        errno = reason;
        fail("its journal cannot be written");
    }
    end_ = header.size() + 1;
    // The name must be on the disk as well.
    const FileDescriptor folder(
        ::open(QFile::encodeName(QFileInfo(path).path()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) ::fsync(folder.get());
}

const JournalEntry* OcrJournal::find(const JournalFile& file, int page) const {
    const auto found = index_.find({file.name, file.identity, page});
    return found == index_.end() ? nullptr : &found->second;
}

QByteArray OcrJournal::bytesOf(const JournalEntry& entry) const {
    QByteArray line(entry.size, '\0');
    qsizetype got = 0;
    while (got < line.size()) {
        const ssize_t count = ::pread(file_.get(), line.data() + got,
                                      static_cast<std::size_t>(line.size() - got), entry.offset + got);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("its journal cannot be read");
        got += count;
    }
    return QJsonDocument::fromJson(line).object()[QStringLiteral("bytes")].toString().toUtf8();
}

void OcrJournal::add(const JournalFile& file, int page, bool failed, const QByteArray& bytes) {
    const QJsonObject fields{{QStringLiteral("file"), file.name},
                             {QStringLiteral("identity"), file.identity},
                             {QStringLiteral("page"), page},
                             {QStringLiteral("failed"), failed},
                             {QStringLiteral("bytes"), QString::fromUtf8(bytes)}};
    const QByteArray line = QJsonDocument(fields).toJson(QJsonDocument::Compact) + '\n';
    if (!writeAll(file_.get(), line) || !flush(file_.get())) {
        const int reason = errno;
        if (::ftruncate(file_.get(), end_) == 0) ::lseek(file_.get(), end_, SEEK_SET);
        errno = reason;
        fail("it cannot be written");
    }
    index_[{file.name, file.identity, page}] = {end_, line.size(), failed};
    end_ += line.size();
}

void OcrJournal::remove() {
    ::unlink(QFile::encodeName(path_).constData());
}

}  // namespace sightline
