#include "app/history/computed_files.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <cstdint>
#include <filesystem>
#include <system_error>

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

std::size_t computedBytes(const QString& history_folder) {
    namespace fs = std::filesystem;
    std::size_t sum = 0;
    std::error_code error;
    const fs::path folder = QFile::encodeName(computedFolder(history_folder)).toStdString();
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code of_entry;  // it may go meanwhile
        if (!entry->is_regular_file(of_entry) || of_entry) continue;
        const std::uintmax_t bytes = entry->file_size(of_entry);
        if (!of_entry) sum += static_cast<std::size_t>(bytes);
    }
    return sum;
}

void eraseComputed(const QString& history_folder) {
    const QString folder = computedFolder(history_folder);
    if (!eraseCacheFolder(QFile::encodeName(folder).toStdString()))
        throw StorageError(StorageProblem::read_only,
                           "the folder " + folder.toStdString() + " cannot be emptied");
}

}  // namespace sightline
