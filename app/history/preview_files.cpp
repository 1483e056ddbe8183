#include "app/history/preview_files.h"

#include <QDir>
#include <QFileInfo>
#include <QImageReader>
#include <QImageWriter>
#include <QSaveFile>
#include <QStandardPaths>

#include "app/common/own_copy.h"
#include "app/common/private_folder.h"
#include "app/common/storage_error.h"
#include "app/history/history_store.h"

namespace sightline {

namespace {

constexpr int quality = 90;

QString folderFor(const QString& history_folder) {
    const bool own = QDir::cleanPath(history_folder) == QDir::cleanPath(HistoryStore::defaultFolder());
    return (own ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation) : history_folder) +
           QStringLiteral("/previews");
}

}  // namespace

PreviewFiles::PreviewFiles(const QString& history_folder) : folder_(ownCopy(folderFor(history_folder))) {}

QImage PreviewFiles::read(const QString& sha256) const {
    QImageReader reader(folder_ + QLatin1Char('/') + sha256, "jpeg");
    return reader.read();
}

void PreviewFiles::write(const QString& sha256, const QImage& preview) const {
    if (preview.isNull()) return;
    try {
        makePrivateFolder(folder_);
    } catch (const StorageError&) {
        return;
    }
    QSaveFile file(folder_ + QLatin1Char('/') + sha256);
    if (!file.open(QIODevice::WriteOnly)) return;
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    QImageWriter writer(&file, "jpeg");
    writer.setQuality(quality);
    if (writer.write(preview)) file.commit();
}

void PreviewFiles::remove(const QString& sha256) const {
    removeForGood(folder_ + QLatin1Char('/') + sha256);
}

void PreviewFiles::sweep(const QSet<QString>& used) const {
    for (const QString& name : QDir(folder_).entryList(QDir::Files | QDir::Hidden)) {
        if (!used.contains(name)) removeForGood(folder_ + QLatin1Char('/') + name);
    }
}

}  // namespace sightline
