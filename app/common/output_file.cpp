#include "app/common/output_file.h"

#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>
#include <filesystem>

#include "inference/error.h"

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace sightline {

namespace {

constexpr int attempts = 20;

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorKind::invalid_input, sentence.toStdString());
}

[[noreturn]] void exists() {
    refuse(QStringLiteral("the file exists already"));
}

// A path that is a link stands for what it leads to: that is replaced, not the link.
QString followed(const QString& path) {
    const QFileInfo info(path);
    const QString target = info.isSymLink() ? info.canonicalFilePath() : QString();
    return target.isEmpty() ? info.absoluteFilePath() : target;
}

bool flushToDisk(QFile& file) {
    if (!file.flush()) return false;
#ifdef Q_OS_UNIX
    // Some file systems know no fsync; that is no reason to lose the result.
    return ::fsync(file.handle()) == 0 || errno == EINVAL || errno == ENOSYS;
#else
    return true;
#endif
}

// The new name is on the disk only when its folder is.
void flushFolder(const QString& path) {
#ifdef Q_OS_UNIX
    const QByteArray folder = QFile::encodeName(QFileInfo(path).path());
    const int handle = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    ::fsync(handle);
    ::close(handle);
#else
    Q_UNUSED(path);
#endif
}

}  // namespace

OutputFile::OutputFile(const QString& path, bool overwrite) : path_(followed(path)), overwrite_(overwrite) {
    const QFileInfo target(path_);
    if (target.isDir()) refuse(QStringLiteral("there is a folder of this name"));
    if (target.exists() && !target.isFile()) refuse(QStringLiteral("it is not a regular file"));
    if (!overwrite_ && (target.exists() || target.isSymLink())) exists();
    if (!target.dir().exists()) refuse(QStringLiteral("its folder does not exist"));
    for (int i = 0; i < attempts; ++i) {
        const QString random = QString::number(QRandomGenerator::global()->generate(), 36);
        file_.setFileName(target.dir().filePath(QStringLiteral(".sightline-%1.part").arg(random)));
        if (file_.open(QIODevice::WriteOnly | QIODevice::NewOnly)) return;
        if (!QFileInfo::exists(file_.fileName())) break;
    }
    refuse(QStringLiteral("its folder takes no new file (%1)").arg(file_.errorString()));
}

OutputFile::~OutputFile() {
    if (file_.fileName().isEmpty()) return;
    file_.close();
    file_.remove();
}

void OutputFile::write(const char* data, qint64 size) {
    if (file_.write(data, size) != size) {
        refuse(QStringLiteral("the file cannot be written (%1)").arg(file_.errorString()));
    }
}

void OutputFile::commit() {
    const bool flushed = flushToDisk(file_);
    const QString reason = file_.error() != QFileDevice::NoError ? file_.errorString() : qt_error_string();
    file_.close();
    if (!flushed) refuse(QStringLiteral("the file cannot be written (%1)").arg(reason));
    if (overwrite_) {
        // Keeps who may read the file that is replaced.
        if (QFileInfo::exists(path_)) file_.setPermissions(QFile::permissions(path_));
        std::error_code error;
        std::filesystem::rename(file_.filesystemFileName(), QFileInfo(path_).filesystemAbsoluteFilePath(),
                                error);
        if (error) {
            refuse(QStringLiteral("the file cannot be replaced (%1)")
                       .arg(QString::fromStdString(error.message())));
        }
    } else if (!QFile::rename(file_.fileName(), path_)) {  // never replaces
        if (QFileInfo::exists(path_)) exists();
        refuse(QStringLiteral("the file cannot get its name"));
    }
    file_.setFileName({});
    flushFolder(path_);
}

}  // namespace sightline
