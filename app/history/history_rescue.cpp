#include "app/history/history_rescue.h"

#include <unistd.h>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "app/common/private_folder.h"
#include "app/history/computed_files.h"
#include "app/history/history_salvage.h"
#include "app/history/history_schema.h"
#include "app/history/preview_files.h"
#include "app/history/sql.h"

namespace sightline {

namespace {

QString database(const QString& folder) {
    return folder + QStringLiteral("/history.sqlite");
}

// Complete as soon as it has this name.
QString rescued(const QString& folder) {
    return folder + QStringLiteral("/history.rescued.sqlite");
}

QString wipeNote(const QString& folder) {
    return folder + QStringLiteral("/.wiping");
}

QString log(const QString& path) {
    return path + QStringLiteral("-wal");
}

QString sharedMemory(const QString& path) {
    return path + QStringLiteral("-shm");
}

// A second name for the same bytes, or a copy where the file system knows no second names.
void keepAs(const QString& from, const QString& to) {
    if (!QFileInfo::exists(from)) return;
    if (::link(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0) {
        QFile file(from);
        if (!file.open(QIODevice::ReadOnly)) {
            throw StorageError(StorageProblem::other, "the damaged history cannot be read");
        }
        writeFileForGood(to, file.readAll());
    }
    flushFolder(QFileInfo(to).absolutePath());
}

QString freeName(const QString& folder) {
    const QString date = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    QString path = QStringLiteral("%1/history.damaged-%2.sqlite").arg(folder, date);
    for (int i = 2; QFileInfo::exists(path) || QFileInfo::exists(log(path)); ++i)
        path = QStringLiteral("%1/history.damaged-%2-%3.sqlite").arg(folder, date).arg(i);
    return path;
}

}  // namespace

Rescue rescueDatabase(const QString& folder, const AttachmentStore& files) {
    Rescue rescue;
    rescue.set_aside = freeName(folder);
    const QString unfinished = folder + QStringLiteral("/.new-rescue.sqlite");
    try {
        keepAs(log(database(folder)), log(rescue.set_aside));
        keepAs(database(folder), rescue.set_aside);
        removeForGood(unfinished);
        {
            Sql target(unfinished, Sql::Access::read_write);
            // Nobody reads it before it is complete and flushed as a whole.
            target.run(QStringLiteral("PRAGMA journal_mode = MEMORY"));
            target.run(QStringLiteral("PRAGMA synchronous = OFF"));
            upgrade(target, historyMigrations());
            const Salvage salvage = salvageInto(target, rescue.set_aside, files);
            rescue.conversations = salvage.conversations;
            rescue.messages = salvage.messages;
            rescue.lost_messages = salvage.lost_messages;
        }
        flushFile(unfinished);
        renameForGood(unfinished, rescued(folder));
    } catch (const StorageError&) {
        for (const QString& path :
             {unfinished, rescue.set_aside, log(rescue.set_aside), sharedMemory(rescue.set_aside)})
            ::unlink(QFile::encodeName(path).constData());
        throw;
    }
    finishRescue(folder);
    return rescue;
}

void finishRescue(const QString& folder) {
    if (!QFileInfo::exists(rescued(folder))) return;
    // The old log first: over the new database it would be taken for its own.
    removeForGood(log(database(folder)));
    removeForGood(sharedMemory(database(folder)));
    renameForGood(rescued(folder), database(folder));
}

bool hasSetAside(const QString& folder) {
    return !QDir(folder).entryList({QStringLiteral("history.damaged-*")}, QDir::Files).isEmpty();
}

void markWipe(const QString& folder) {
    writeFileForGood(wipeNote(folder), QByteArrayLiteral("everything here is to be removed\n"));
}

bool wipeWasInterrupted(const QString& folder) {
    return QFileInfo::exists(wipeNote(folder));
}

void removeEverything(const QString& folder) {
    removeForGood(database(folder));
    removeForGood(log(database(folder)));
    removeForGood(sharedMemory(database(folder)));
    for (const QString& path : oldDatabases(folder))
        removeForGood(path);
    AttachmentStore(folder).sweep({});
    PreviewFiles(folder).sweep({});
    eraseComputed(folder);
    removeForGood(wipeNote(folder));
}

}  // namespace sightline
