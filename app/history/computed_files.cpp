#include "app/history/computed_files.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include "app/common/storage_error.h"
#include "app/history/history_store.h"
#include "inference/files/cache_place.h"

namespace sightline {

QString computedFolder(const QString& history_folder) {
    const bool own = history_folder.isEmpty() ||
                     QDir::cleanPath(history_folder) == QDir::cleanPath(HistoryStore::defaultFolder());
    return (own ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation) : history_folder) +
           QStringLiteral("/computed");
}

void eraseComputed(const QString& history_folder) {
    const QString folder = computedFolder(history_folder);
    if (!eraseCacheFolder(QFile::encodeName(folder).toStdString()))
        throw StorageError(StorageProblem::read_only,
                           "the folder " + folder.toStdString() + " cannot be emptied");
}

}  // namespace sightline
