// Trash, wipe and attachments: what goes for good, and what must stay.
#include <QDir>
#include <QFileInfo>

#include "app/common/private_folder.h"
#include "app/history/computed_files.h"
#include "app/history/history_rescue.h"
#include "app/history/history_rows.h"
#include "app/history/history_schema.h"
#include "app/history/history_store.h"

namespace sightline {

namespace {

// All that was written lately goes from the file beside the database into the database.
void emptyLog(Sql& sql) {
    const QVariant busy = sql.value(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
    if (busy.toInt() != 0) throw StorageError(StorageProblem::locked, "another program reads the history");
    // SQLite cuts the file, but does not wait until the disk knows.
    flushFile(sql.path() + QStringLiteral("-wal"));
}

}  // namespace

// What nothing uses: rows first, so that no row is left without its file.
void HistoryStore::sweep() {
    const QString unused = QStringLiteral(
        "FROM attachments WHERE sha256 NOT IN (SELECT sha256 FROM message_attachments)"
        " AND sha256 NOT IN (SELECT sha256 FROM draft_attachments)");
    QStringList rows;
    QSqlQuery query = sql_->run(QStringLiteral("SELECT sha256 ") + unused);
    while (sql_->next(query)) {
        const QString sha256 = textOf(query, 0);
        if (!fresh_.contains(sha256)) rows << sha256;
    }
    query.finish();
    if (!rows.isEmpty()) {
        Transaction transaction(*sql_);
        for (const QString& sha256 : rows)
            sql_->run(QStringLiteral("DELETE FROM attachments WHERE sha256 = ?"), {sha256});
        transaction.commit();
    }
    QSet<QString> used = fresh_;
    QSqlQuery left = sql_->run(QStringLiteral("SELECT sha256 FROM attachments"));
    while (sql_->next(left))
        used.insert(textOf(left, 0));
    files_.sweep(used);
    previews_.sweep(used);  // after the files: see KeptPreviews
    for (const QString& name :
         QDir(folder_).entryList({QStringLiteral(".new-*")}, QDir::Files | QDir::Hidden))
        removeForGood(folder_ + QLatin1Char('/') + name);
}

int HistoryStore::emptyTrash() {
    Sql& sql = forWriting();
    const int count =
        sql.value(QStringLiteral("SELECT count(*) FROM conversations WHERE trashed IS NOT NULL")).toInt();
    {
        Transaction transaction(sql);
        sql.run(QStringLiteral("INSERT OR IGNORE INTO pending VALUES ('erase')"));
        sql.run(QStringLiteral("DELETE FROM conversations WHERE trashed IS NOT NULL"));
        transaction.commit();
    }
    finishErasing();
    return count;
}

// Deleted rows leave their words in the index until it is merged, in free pages until they are given back,
// and in the log until it is cut.
void HistoryStore::finishErasing() {
    for (const QString& path : oldDatabases(folder_))
        removeForGood(path);
    sweep();
    sql_->run(QStringLiteral("INSERT INTO message_search(message_search) VALUES ('optimize')"));
    sql_->run(QStringLiteral("INSERT INTO title_search(title_search) VALUES ('optimize')"));
    emptyLog(*sql_);
    sql_->run(QStringLiteral("VACUUM"));
    emptyLog(*sql_);
    eraseComputed(folder_);  // nobody knows which of it belongs to what is deleted
    sql_->run(QStringLiteral("DELETE FROM pending WHERE work = 'erase'"));
    emptyLog(*sql_);
}

void HistoryStore::wipe() {
    sql_.reset();
    fresh_.clear();
    makePrivateFolder(folder_);
    markWipe(folder_);
    removeEverything(folder_);
    report_ = {};
    open();
}

QString HistoryStore::addAttachment(const QByteArray& file, const QString& mime, const QSize& size) {
    Sql& sql = forWriting();
    const QString sha256 = files_.add(file);
    fresh_.insert(sha256);
    sql.run(QStringLiteral("INSERT OR IGNORE INTO attachments VALUES (?, ?, ?, ?, ?)"),
            {sha256, given(mime), file.size(), size.width(), size.height()});
    return sha256;
}

QByteArray HistoryStore::attachment(const QString& sha256) {
    return files_.read(sha256);
}

void HistoryStore::saveReading(const QString& sha256, const Reading& reading) {
    Sql& sql = forWriting();
    if (sql.value(QStringLiteral("SELECT 1 FROM attachments WHERE sha256 = ?"), {sha256}).isNull()) {
        throw Error(ErrorKind::invalid_input, "there is no such attachment");
    }
    Transaction transaction(sql);
    putReading(sql, sha256, reading);
    transaction.commit();
}

std::optional<Reading> HistoryStore::reading(const QString& sha256) {
    Sql& sql = forReading();
    QSqlQuery query = sql.run(QStringLiteral("SELECT text, page FROM readings WHERE sha256 = ?"), {sha256});
    if (!sql.next(query)) return std::nullopt;
    return Reading{textOf(query, 0), textOf(query, 1)};
}

}  // namespace sightline
