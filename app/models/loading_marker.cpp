#include "app/models/loading_marker.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace sightline {

namespace {

constexpr qint64 longest_note = 64 * 1024;

QString notePath(const QString& folder) {
    return QDir(folder).filePath(QStringLiteral("loading"));
}
QString lockPath(const QString& folder) {
    return QDir(folder).filePath(QStringLiteral("loading.lock"));
}

}  // namespace

LoadingMarker::LoadingMarker(const QString& cache_folder) : folder_(cache_folder) {}

QString LoadingMarker::interrupted() const {
    QFile note(notePath(folder_));
    if (lock_ || !note.open(QIODevice::ReadOnly)) return {};
    QLockFile lock(lockPath(folder_));
    lock.setStaleLockTime(0);  // only the death of its process makes it stale
    if (!lock.tryLock(0)) return {};
    return QString::fromUtf8(note.read(longest_note));
}

void LoadingMarker::begin(const QString& model_folder) {
    if (!QDir().mkpath(folder_)) return;
    if (!lock_) {
        auto lock = std::make_unique<QLockFile>(lockPath(folder_));
        lock->setStaleLockTime(0);
        // Another window is loading: the note is its own, and stays.
        if (!lock->tryLock(0)) return;
        lock_ = std::move(lock);
    }
    QSaveFile note(notePath(folder_));
    if (!note.open(QIODevice::WriteOnly)) return;
    note.write(model_folder.toUtf8());
    note.commit();
}

void LoadingMarker::end() {
    if (!lock_) return;
    QFile::remove(notePath(folder_));
    lock_.reset();
}

}  // namespace sightline
