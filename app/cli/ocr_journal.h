// The pages that are done, kept on the disk beside the output while it is made. Every page is on the disk
// before the next one begins, so that a run that is killed goes on where it was.
#pragma once

#include <QByteArray>
#include <QString>
#include <cstddef>
#include <map>
#include <tuple>

#include "app/common/file_descriptor.h"

namespace sightline {

// A file in the state in which it was read: another size or time is another file.
struct JournalFile {
    QString name;
    QString identity;
};

struct JournalEntry {
    qint64 offset = 0;  // of its line
    qint64 size = 0;
    bool failed = false;
};

// By name, identity and page; page 0 stands for a document that could not be opened.
using JournalIndex = std::map<std::tuple<QString, QString, int>, JournalEntry>;

class OcrJournal {
  public:
    static QString pathFor(const QString& output) { return output + QStringLiteral(".unfinished"); }

    // What a journal holds. Empty if there is none. What was torn by a kill is left out. Throws
    // Error(invalid_input) if its header is another one: the run had other options.
    static JournalIndex read(const QString& path, const QByteArray& header, qint64* sound_bytes = nullptr);

    // Opens it for this run alone: anew, or behind its last whole line. Throws Error(invalid_input) with a
    // sentence that does not name the file, also if another run has it open.
    OcrJournal(const QString& path, const QByteArray& header, bool resume);

    const JournalEntry* find(const JournalFile& file, int page) const;
    QByteArray bytesOf(const JournalEntry& entry) const;  // as they were added

    // On the disk when it returns. Throws Error(invalid_input) if it cannot be written (no room): then the
    // journal is as before.
    void add(const JournalFile& file, int page, bool failed, const QByteArray& bytes);

    std::size_t size() const { return index_.size(); }
    void remove();  // the output is complete

  private:
    QString path_;
    FileDescriptor file_;
    JournalIndex index_;
    qint64 end_ = 0;
};

}  // namespace sightline
