// Small versions of kept pictures, in files that may go at any time: cache/previews/<SHA-256 of the picture's
// file>.
#pragma once

#include <QImage>
#include <QSet>
#include <QString>

namespace sightline {

// Any thread. What cannot be written is not there the next time, and nothing else; only what erases throws
// StorageError.
class PreviewFiles {
  public:
    // Of the history in this folder: in the standard cache folder for the user's own one, and inside the
    // folder for any other.
    explicit PreviewFiles(const QString& history_folder);

    QImage read(const QString& sha256) const;  // null if there is none, or it is damaged
    void write(const QString& sha256, const QImage& preview) const;

    void remove(const QString& sha256) const;
    // Removes all but these, and what was left half-written.
    void sweep(const QSet<QString>& used) const;

    const QString& folder() const { return folder_; }

  private:
    QString folder_;
};

}  // namespace sightline
