// Upgrades as a later program will bring them, over a history of version 1: columns, tables and rows that
// move. What people have written must come through.
#pragma once

#include <QFile>
#include <QStringList>
#include <vector>

#include "app/history/history_rows.h"
#include "app/history/history_schema.h"
#include "tests/test_paths.h"

namespace sightline::test {

// Thoughts get a table of their own; messages a mark.
inline void moveThoughts(Sql& sql) {
    sql.run(
        "CREATE TABLE thoughts (message INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE, "
        "text TEXT NOT NULL)");
    sql.run("INSERT INTO thoughts SELECT id, thinking FROM messages WHERE thinking <> ''");
    sql.run("UPDATE messages SET thinking = ''");
    sql.run("ALTER TABLE messages ADD COLUMN marked INTEGER NOT NULL DEFAULT 0");
}

// The index is made anew, with other settings.
inline void makeIndexAnew(Sql& sql) {
    sql.run("DROP TABLE message_search");
    sql.run(
        "CREATE VIRTUAL TABLE message_search USING fts5(body, tokenize = 'ascii', prefix = '1 2', "
        "columnsize = 0)");
    std::vector<qint64> rows;
    QSqlQuery query = sql.run("SELECT id FROM messages WHERE state <> 'streaming'");
    while (sql.next(query))
        rows.push_back(query.value(0).toLongLong());
    query.finish();
    for (const qint64 row : rows)
        indexMessage(sql, row);
}

inline std::vector<Migration> laterMigrations() {
    return {historyMigrations().front(), {2, moveThoughts}, {3, makeIndexAnew}};
}

// Makes the database of version 1. Statements stand between empty lines.
inline bool makeVersionOne(const QString& database) {
    QFile file(test_paths::data("history/version-1.sql"));
    if (!file.open(QIODevice::ReadOnly)) return false;
    Sql sql(database, Sql::Access::read_write);
    Transaction transaction(sql);
    for (const QString& statement : QString::fromUtf8(file.readAll()).split("\n\n"))
        sql.run(statement.trimmed());
    transaction.commit();
    return schemaVersion(sql) == 1;
}

// Everything that somebody wrote, said or kept, in any of the three versions.
inline QStringList contents(Sql& sql) {
    const bool moved = schemaVersion(sql) >= 2;
    const QString thoughts =
        moved ? "coalesce((SELECT text FROM thoughts WHERE message = messages.id), '')" : "thinking";
    QStringList lines;
    for (const QString& statement :
         {QString("SELECT uuid || title || title_given || created || updated || pinned || coalesce(trashed, "
                  "'') || "
                  "leaf || settings || draft_text || draft_parts FROM conversations ORDER BY id"),
          "SELECT uuid || conversation || coalesce(parent, '') || role || kind || state || created || parts "
          "|| facts "
          "|| '|' || " +
              thoughts + " FROM messages ORDER BY id",
          QString("SELECT sha256 || mime || bytes FROM attachments"),
          QString("SELECT message || sha256 FROM message_attachments"),
          QString("SELECT conversation || sha256 FROM draft_attachments"),
          QString("SELECT sha256 || text || page FROM readings"),
          QString("SELECT rowid || body FROM message_search ORDER BY rowid"),
          QString(
              "SELECT rowid FROM message_search WHERE message_search MATCH '\"发 票\"' ORDER BY rowid")}) {
        QSqlQuery query = sql.run(statement);
        while (sql.next(query))
            lines << query.value(0).toString();
    }
    return lines;
}

}  // namespace sightline::test
