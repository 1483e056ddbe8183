#include "app/history/history_schema.h"

#include <fcntl.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "app/common/file_descriptor.h"
#include "app/common/private_folder.h"

namespace sightline {

namespace {

constexpr int application_id = 0x5349474C;  // "SIGL"

// The search tables hold what searchBody() makes of the texts; `ascii` cuts that at its spaces. Prefix
// indexes of one to three characters make the first letters of a question as fast as the rest.
void createTables(Sql& sql) {
    const char* const statements[] = {
        "CREATE TABLE conversations ("
        " id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, title TEXT NOT NULL, title_given INTEGER NOT "
        "NULL,"
        " created INTEGER NOT NULL, updated INTEGER NOT NULL, pinned INTEGER NOT NULL, trashed INTEGER,"
        " leaf TEXT NOT NULL, settings TEXT NOT NULL, draft_text TEXT NOT NULL, draft_parts TEXT NOT NULL)",

        "CREATE TABLE messages ("
        " id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,"
        " conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,"
        " parent TEXT REFERENCES messages(uuid) ON DELETE CASCADE,"
        " role TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL,"
        " parts TEXT NOT NULL, thinking TEXT NOT NULL, facts TEXT NOT NULL)",
        "CREATE INDEX messages_of_conversation ON messages(conversation)",
        "CREATE INDEX messages_of_parent ON messages(parent)",
        "CREATE INDEX streaming_messages ON messages(id) WHERE state = 'streaming'",

        "CREATE TABLE attachments (sha256 TEXT PRIMARY KEY, mime TEXT NOT NULL, bytes INTEGER NOT NULL,"
        " width INTEGER NOT NULL, height INTEGER NOT NULL)",
        "CREATE TABLE message_attachments ("
        " message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,"
        " sha256 TEXT NOT NULL REFERENCES attachments(sha256), PRIMARY KEY (message, sha256)) WITHOUT ROWID",
        "CREATE INDEX messages_of_attachment ON message_attachments(sha256)",
        "CREATE TABLE draft_attachments ("
        " conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,"
        " sha256 TEXT NOT NULL REFERENCES attachments(sha256), PRIMARY KEY (conversation, sha256)) WITHOUT "
        "ROWID",
        "CREATE INDEX drafts_of_attachment ON draft_attachments(sha256)",
        "CREATE TABLE readings (sha256 TEXT PRIMARY KEY REFERENCES attachments(sha256) ON DELETE CASCADE,"
        " text TEXT NOT NULL, page TEXT NOT NULL)",

        "CREATE VIRTUAL TABLE message_search USING fts5(body, tokenize = 'ascii', prefix = '1 2 3', "
        "columnsize = 0)",
        "CREATE VIRTUAL TABLE title_search USING fts5(body, tokenize = 'ascii', prefix = '1 2 3', columnsize "
        "= 0)",
        "CREATE TRIGGER message_deleted AFTER DELETE ON messages BEGIN"
        " DELETE FROM message_search WHERE rowid = OLD.id; END",
        "CREATE TRIGGER conversation_deleted AFTER DELETE ON conversations BEGIN"
        " DELETE FROM title_search WHERE rowid = OLD.id; END",

        // Work that a kill may interrupt and the next start goes on with.
        "CREATE TABLE pending (work TEXT PRIMARY KEY) WITHOUT ROWID",
    };
    for (const char* statement : statements)
        sql.run(QLatin1String(statement));
    sql.run(QStringLiteral("PRAGMA application_id = %1").arg(application_id));
}

// What `pragma` was set to, or StorageError.
void set(Sql& sql, const QString& pragma, const QString& value, const QString& wanted) {
    sql.run(QStringLiteral("PRAGMA %1 = %2").arg(pragma, value));
    const QString found = sql.value(QStringLiteral("PRAGMA ") + pragma).toString();
    if (found != wanted) {
        throw StorageError(StorageProblem::other, QStringLiteral("the database has %1 = %2 instead of %3")
                                                      .arg(pragma, found, wanted)
                                                      .toStdString());
    }
}

QString copyBefore(Sql& sql, int version) {
    const QFileInfo database(sql.path());
    const QString target = database.absolutePath() + QStringLiteral("/history.before-%1.sqlite").arg(version);
    const QString unfinished = database.absolutePath() + QStringLiteral("/.new-backup");
    removeForGood(unfinished);
    const QByteArray name = QFile::encodeName(unfinished);
    // SQLite writes into an empty file that is there already, and so keeps its permissions.
    FileDescriptor file(::open(name.constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        throw StorageError::fromSystem(errno, QStringLiteral("the copy before the upgrade cannot be made"));
    try {
        sql.run(QStringLiteral("VACUUM INTO ?"), {unfinished});
        if (::fsync(file.get()) != 0 && errno != EINVAL && errno != ENOSYS) {
            throw StorageError::fromSystem(errno,
                                           QStringLiteral("the copy before the upgrade cannot be written"));
        }
        renameForGood(unfinished, target);
    } catch (const StorageError&) {
        ::unlink(name.constData());
        throw;
    }
    return target;
}

}  // namespace

const std::vector<Migration>& historyMigrations() {
    static const std::vector<Migration> migrations = {{1, createTables}};
    return migrations;
}

void prepareConnection(Sql& sql) {
    sql.run(QStringLiteral("PRAGMA cell_size_check = ON"));
    sql.run(QStringLiteral("PRAGMA temp_store = MEMORY"));  // no word of a conversation in another folder
    set(sql, QStringLiteral("journal_mode"), QStringLiteral("WAL"), QStringLiteral("wal"));
    set(sql, QStringLiteral("synchronous"), QStringLiteral("FULL"), QStringLiteral("2"));
    set(sql, QStringLiteral("foreign_keys"), QStringLiteral("ON"), QStringLiteral("1"));
    set(sql, QStringLiteral("secure_delete"), QStringLiteral("ON"), QStringLiteral("1"));
    sql.run(QStringLiteral("PRAGMA journal_size_limit = 4194304"));
}

int schemaVersion(Sql& sql) {
    return sql.value(QStringLiteral("PRAGMA user_version")).toInt();
}

QString upgrade(Sql& sql, const std::vector<Migration>& migrations) {
    const int found = schemaVersion(sql);
    const int last = migrations.back().version;
    if (found > last) {
        throw StorageError(StorageProblem::too_new,
                           QStringLiteral("the history has version %1, this program knows %2")
                               .arg(found)
                               .arg(last)
                               .toStdString());
    }
    QString backup;
    for (const Migration& migration : migrations) {
        if (migration.version <= found) continue;
        if (found > 0 && backup.isEmpty()) backup = copyBefore(sql, migration.version);
        Transaction transaction(sql);
        migration.run(sql);
        sql.run(QStringLiteral("PRAGMA user_version = %1").arg(migration.version));
        transaction.commit();
    }
    return backup;
}

std::vector<QString> oldDatabases(const QString& folder) {
    std::vector<QString> paths;
    const QStringList names =
        QDir(folder).entryList({QStringLiteral("history.before-*"), QStringLiteral("history.damaged-*"),
                                QStringLiteral("history.rescued*"), QStringLiteral(".new-*")},
                               QDir::Files | QDir::Hidden);
    for (const QString& name : names)
        paths.push_back(folder + QLatin1Char('/') + name);
    return paths;
}

}  // namespace sightline
