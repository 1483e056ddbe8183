#include "app/history/attachment_store.h"

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "app/common/private_folder.h"
#include "app/common/storage_error.h"

namespace sightline {

namespace {

bool isName(const QString& sha256) {
    return sha256.size() == 64 && std::all_of(sha256.begin(), sha256.end(), [](QChar c) {
               return (c >= QLatin1Char('0') && c <= QLatin1Char('9')) ||
                      (c >= QLatin1Char('a') && c <= QLatin1Char('f'));
           });
}

}  // namespace

QString sha256Of(const QByteArray& bytes) {
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

AttachmentStore::AttachmentStore(const QString& folder) : folder_(folder + QStringLiteral("/attachments")) {}

QString AttachmentStore::path(const QString& sha256) const {
    if (!isName(sha256)) throw Error(ErrorKind::invalid_input, "this is no name of an attachment");
    return folder_ + QLatin1Char('/') + sha256.left(2) + QLatin1Char('/') + sha256;
}

QString AttachmentStore::add(const QByteArray& bytes) {
    if (bytes.isEmpty()) throw Error(ErrorKind::invalid_input, "the file is empty");
    const QString name = sha256Of(bytes);
    const QString target = path(name);
    // A file has its name only after it was whole on the disk. Another length: somebody has changed it since.
    const QFileInfo there(target);
    if (there.isFile() && there.size() == bytes.size()) return name;
    makePrivateFolder(folder_);
    makePrivateFolder(QFileInfo(target).absolutePath());
    writeFileForGood(target, bytes);
    return name;
}

bool AttachmentStore::contains(const QString& sha256) const {
    return isName(sha256) && QFileInfo(path(sha256)).isFile();
}

QByteArray AttachmentStore::read(const QString& sha256) const {
    QFile file(path(sha256));
    if (!file.exists()) throw Error(ErrorKind::invalid_input, "the attachment's file is missing");
    if (!file.open(QIODevice::ReadOnly)) {
        throw StorageError(StorageProblem::other,
                           "an attachment's file cannot be read (" + file.errorString().toStdString() + ")");
    }
    QByteArray bytes = file.readAll();
    if (sha256Of(bytes) != sha256) {
        throw StorageError(StorageProblem::damaged, "the file of an attachment was changed on the disk");
    }
    return bytes;
}

void AttachmentStore::remove(const QString& sha256) {
    const QString target = path(sha256);
    if (!QFileInfo::exists(target)) return;
    removeForGood(target);
    QDir(folder_).rmdir(sha256.left(2));  // only if nothing else is in it
}

QSet<QString> AttachmentStore::all() const {
    QSet<QString> names;
    QDirIterator files(folder_, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        if (isName(files.fileName())) names.insert(files.fileName());
    }
    return names;
}

int AttachmentStore::sweep(const QSet<QString>& used) {
    QStringList unused;
    QDirIterator files(folder_, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString file = files.next();
        if (!used.contains(files.fileName())) unused << file;
    }
    for (const QString& file : unused) {
        removeForGood(file);
        QDir(folder_).rmdir(QFileInfo(file).dir().dirName());
    }
    return static_cast<int>(unused.size());
}

}  // namespace sightline
