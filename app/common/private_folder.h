// Files and folders for their owner alone, and the calls that put them onto the disk for good.
#pragma once

#include <QByteArray>
#include <QString>

namespace sightline {

// All throw StorageError.

// Makes the folder with all above it; it is 0700 afterwards (those above it stay as they are).
void makePrivateFolder(const QString& path);

// Writes a file under a temporary name beside `path`, flushes it, renames it to `path`, flushes the folder:
// afterwards the whole file is there, or what was there before. 0600.
void writeFileForGood(const QString& path, const QByteArray& bytes);

// Renames over what is there, and flushes the folder.
void renameForGood(const QString& from, const QString& to);

// A file that is not there is fine. Flushes the folder.
void removeForGood(const QString& path);

// The names in a folder are on the disk; the bytes of a file, and its length, are.
void flushFolder(const QString& folder);
void flushFile(const QString& path);

}  // namespace sightline
