// From what the user names to the documents that are read.
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace sightline {

struct OcrInput {
    QString path;      // to open
    QString name;      // for people and for the output: as it was given, below a folder that was given
    QString relative;  // below the folder that was given; the file's name if it was given itself
};

struct OcrInputs {
    std::vector<OcrInput> documents;
    QStringList problems;  // sentences that name the file or folder: something was not read
    QStringList remarks;   // the same for what needs no reading: a link to a folder that is read anyway
    int other_files = 0;   // in folders: neither pictures nor PDFs by their names
};

// Folders are walked in the order of their names, links followed, each folder once. Files in folders count by
// the ending of their names, files that are named themselves always; "-" is kept as it is. `left_out` is a
// folder that is not walked (the output), or empty. A named file that does not exist is a document all the
// same: opening it says what is wrong.
OcrInputs findInputs(const std::vector<std::string>& words, const QString& left_out);

}  // namespace sightline
