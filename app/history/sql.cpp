#include "app/history/sql.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QStorageInfo>
#include <QUrl>
#include <atomic>
#include <cerrno>

#include "app/common/file_descriptor.h"
#include "app/common/own_copy.h"

namespace sightline {

namespace {

constexpr int busy_milliseconds = 2000;
constexpr qint64 nearly_full = qint64{256} << 10;  // bytes

// Primary result codes of SQLite, https://sqlite.org/rescode.html
enum Result {
    busy = 5,
    locked = 6,
    readonly = 8,
    ioerr = 10,
    corrupt = 11,
    full = 13,
    cantopen = 14,
    notadb = 26
};

bool diskIsFull(const QString& path) {
    const QStorageInfo storage(QFileInfo(path).path());
    return storage.isValid() && storage.bytesAvailable() < nearly_full;
}

StorageProblem problemOf(int code, const QString& path) {
    switch (code & 0xFF) {
        case busy:
        case locked:
            return StorageProblem::locked;
        case readonly:
            return StorageProblem::read_only;
        case corrupt:
        case notadb:
            return StorageProblem::damaged;
        case full:
            return StorageProblem::disk_full;
        case ioerr:
        case cantopen:
            // Where a file beside the database could not grow, SQLite only says that writing failed. The same
            // for a file that may not become longer.
            if (diskIsFull(path) || code == (ioerr | (3 << 8))) return StorageProblem::disk_full;
            return (code & 0xFF) == cantopen && !QFileInfo(QFileInfo(path).path()).isWritable()
                       ? StorageProblem::read_only
                       : StorageProblem::other;
        default:
            return StorageProblem::other;
    }
}

// SQLite gives the files beside the database the same permissions.
void makeForOwner(const QString& path) {
    const QByteArray name = QFile::encodeName(path);
    const FileDescriptor file(::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw StorageError::fromSystem(errno, QStringLiteral("the history cannot be opened"));
    struct stat state {};
    if (::fstat(file.get(), &state) != 0 || !S_ISREG(state.st_mode)) {
        throw StorageError(StorageProblem::other, "the history is no regular file");
    }
    if ((state.st_mode & 077) != 0) ::fchmod(file.get(), 0600);
}

QString optionsFor(Sql::Access access) {
    QString options = QStringLiteral("QSQLITE_OPEN_URI;QSQLITE_BUSY_TIMEOUT=%1").arg(busy_milliseconds);
    if (access != Sql::Access::read_write) options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    return options;
}

}  // namespace

Sql::Sql(const QString& path, Access access) : path_(path) {
    static std::atomic<unsigned> last = 0;
    connection_ = QStringLiteral("sightline-%1").arg(++last);
    if (access == Access::read_write) makeForOwner(path);
    QUrl url = QUrl::fromLocalFile(QFileInfo(path).absoluteFilePath());
    if (access == Access::unchanging) url.setQuery(QStringLiteral("immutable=1"));
    QSqlError error;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
        database.setConnectOptions(optionsFor(access));
        database.setDatabaseName(url.toString(QUrl::FullyEncoded));
        if (!database.open()) error = database.lastError();
    }
    if (error.isValid()) {
        QSqlDatabase::removeDatabase(connection_);
        fail(error);
    }
}

Sql::~Sql() {
    {
        QSqlDatabase database = QSqlDatabase::database(connection_, false);
        database.close();
    }
    QSqlDatabase::removeDatabase(connection_);
}

void Sql::fail(const QSqlError& error) const {
    const int code = error.nativeErrorCode().toInt();
    QString text = error.databaseText().simplified();
    if (text.isEmpty()) text = error.driverText().simplified();
    throw StorageError(problemOf(code, path_), ownCopy(text).toStdString());
}

QSqlQuery Sql::prepare(const QString& statement) {
    QSqlQuery query(QSqlDatabase::database(connection_, false));
    query.setForwardOnly(true);
    if (!query.prepare(statement)) fail(query.lastError());
    return query;
}

void Sql::runPrepared(QSqlQuery& query, const QVariantList& values) {
    for (int i = 0; i < values.size(); ++i)
        query.bindValue(i, values.at(i));
    if (!query.exec()) fail(query.lastError());
}

QSqlQuery Sql::run(const QString& statement, const QVariantList& values) {
    QSqlQuery query = prepare(statement);
    runPrepared(query, values);
    return query;
}

QVariant Sql::value(const QString& statement, const QVariantList& values) {
    QSqlQuery query = run(statement, values);
    return next(query) ? query.value(0) : QVariant();
}

bool Sql::next(QSqlQuery& query) {
    if (query.next()) return true;
    if (query.lastError().isValid()) fail(query.lastError());
    return false;
}

QString textOf(const QSqlQuery& query, int column) {
    return ownCopy(query.value(column).toString());
}

Transaction::Transaction(Sql& sql) : sql_(sql) {
    sql_.run(QStringLiteral("BEGIN IMMEDIATE"));
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        sql_.run(QStringLiteral("ROLLBACK"));
    } catch (const StorageError&) {
        // SQLite has rolled back already, as it does when the disk is full.
    }
}

void Transaction::commit() {
    sql_.run(QStringLiteral("COMMIT"));
    open_ = false;
}

}  // namespace sightline
