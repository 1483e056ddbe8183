// A file that is there as a whole or not at all.
#pragma once

#include <QFile>
#include <QString>

namespace sightline {

// Writes to a temporary name beside the target, which gets its name in `commit`. Without a commit the target
// is as it was and the temporary file is removed. Throws Error(invalid_input) with a sentence that does not
// name the file. One thread at a time.
class OutputFile {
  public:
    // Throws if the target exists and may not be overwritten, or if its folder does not take files.
    OutputFile(const QString& path, bool overwrite);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(const char* data, qint64 size);

    // Flushes to the disk and renames. A file that came into being meanwhile is not overwritten unless asked.
    void commit();

  private:
    QString path_;
    bool overwrite_;
    QFile file_;
};

}  // namespace sightline
