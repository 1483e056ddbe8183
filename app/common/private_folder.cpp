#include "app/common/private_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <cerrno>
#include <cstdio>

#include "app/common/file_descriptor.h"
#include "app/common/storage_error.h"

namespace sightline {

namespace {

[[noreturn]] void fail(const char* what, const QString& path) {
    const int number = errno;
    throw StorageError::fromSystem(
        number, QStringLiteral("%1 %2").arg(QFileInfo(path).fileName(), QLatin1String(what)));
}

// Some file systems know no fsync; that is no reason to keep nothing.
bool flushed(int descriptor) {
    return ::fsync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS;
}

bool writeAll(int descriptor, const QByteArray& bytes) {
    qsizetype written = 0;
    while (written < bytes.size()) {
        const ssize_t count = ::write(descriptor, bytes.constData() + written,
                                      static_cast<std::size_t>(bytes.size() - written));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        written += count;
    }
    return true;
}

}  // namespace

void makePrivateFolder(const QString& path) {
    const QByteArray name = QFile::encodeName(path);
    struct stat state {};
    if (::stat(name.constData(), &state) == 0) {
        errno = ENOTDIR;
        if (!S_ISDIR(state.st_mode)) fail("is no folder", path);
        if ((state.st_mode & 077) != 0) ::chmod(name.constData(), 0700);
        return;
    }
    const QString above = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(above)) fail("cannot be made", above);
    if (::mkdir(name.constData(), 0700) != 0 && errno != EEXIST) fail("cannot be made", path);
    flushFolder(above);
}

void flushFolder(const QString& folder) {
    const FileDescriptor handle(
        ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle || !flushed(handle.get())) fail("cannot be written", folder);
}

void flushFile(const QString& path) {
    const FileDescriptor handle(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC));
    if (!handle || !flushed(handle.get())) fail("cannot be written", path);
}

void renameForGood(const QString& from, const QString& to) {
    if (::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0)
        fail("cannot be renamed", from);
    flushFolder(QFileInfo(to).absolutePath());
}

void removeForGood(const QString& path) {
    if (::unlink(QFile::encodeName(path).constData()) != 0) {
        if (errno == ENOENT) return;
        fail("cannot be removed", path);
    }
    flushFolder(QFileInfo(path).absolutePath());
}

void writeFileForGood(const QString& path, const QByteArray& bytes) {
    const QString random = QString::number(QRandomGenerator::global()->generate64(), 36);
    const QString unfinished = QFileInfo(path).absolutePath() + QStringLiteral("/.new-") + random;
    const QByteArray name = QFile::encodeName(unfinished);
    FileDescriptor file(::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) fail("cannot be made", path);
    if (!writeAll(file.get(), bytes) || !flushed(file.get())) {
        const int number = errno;
        ::unlink(name.constData());
        errno = number;
        fail("cannot be written", path);
    }
    file.close();
    try {
        renameForGood(unfinished, path);
    } catch (const StorageError&) {
        ::unlink(name.constData());
        throw;
    }
}

}  // namespace sightline
