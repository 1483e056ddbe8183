// The files of the attachments, named by their content: attachments/ab/abcdef... is the file whose SHA-256
// begins with "abcdef" (hexadecimal). A file is whole or not there; the same file is kept once however often
// it is used. Who uses it stands in the database (app/history/history_store.h), which is told only after the
// file is on the disk, and forgets it before it is removed.
#pragma once

#include <QByteArray>
#include <QSet>
#include <QString>

namespace sightline {

// Reading is possible from any thread; what changes files belongs to one thread at a time. Functions throw
// StorageError; what does not exist is Error(invalid_input).
class AttachmentStore {
  public:
    // `folder`: the folder of the history. Makes nothing before there is something to keep.
    explicit AttachmentStore(const QString& folder);

    // Returns the SHA-256 as its name; the file is on the disk. Empty bytes are refused (invalid_input).
    QString add(const QByteArray& bytes);

    // Checked against the name: what was changed or damaged on the disk is refused (StorageProblem::damaged).
    QByteArray read(const QString& sha256) const;
    bool contains(const QString& sha256) const;
    QString path(const QString& sha256) const;  // invalid_input if it is no SHA-256

    void remove(const QString& sha256);

    QSet<QString> all() const;
    // Removes every file that is not in `used`, and what an earlier run left unfinished. Returns how many.
    int sweep(const QSet<QString>& used);

  private:
    QString folder_;
};

QString sha256Of(const QByteArray& bytes);

}  // namespace sightline
