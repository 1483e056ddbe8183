// The tables of history.sqlite, and how an older file becomes a newer one.
#pragma once

#include <QString>
#include <functional>
#include <vector>

#include "app/history/sql.h"

namespace sightline {

struct Migration {
    int version = 0;  // afterwards
    std::function<void(Sql&)> run;
};

// In order, versions 1, 2, ... without a gap. The last one is what this program works with.
const std::vector<Migration>& historyMigrations();

// Sets what a connection of the history needs (WAL, synchronous=FULL, foreign keys) and reads it back. Throws
// StorageError(other) if the file system does not take it.
void prepareConnection(Sql& sql);

int schemaVersion(Sql& sql);

// Brings the database to the last version, each step in a transaction of its own. Before the first step of an
// upgrade a copy is made beside it: history.before-<version>.sqlite; its path is returned, empty if nothing
// was upgraded. If a step fails, the database is as it was after the step before. Throws
// StorageError(too_new) for a version that it does not know, and changes nothing.
QString upgrade(Sql& sql, const std::vector<Migration>& migrations);

// Copies that were made before upgrades, and damaged databases that were set aside, with the files beside
// them.
std::vector<QString> oldDatabases(const QString& folder);

}  // namespace sightline
