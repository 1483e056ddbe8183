// Which document goes where, and what is refused before anything is read.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "app/cli/ocr_inputs.h"
#include "app/cli/ocr_options.h"

namespace sightline {

struct PlannedDocument {
    OcrInput input;
    QString identity;  // changes with the file (size and time); empty if there is no file
    QString target;    // the file that it goes to; empty = standard output
};

struct OcrPlan {
    std::vector<PlannedDocument> documents;
    bool one_output = true;   // all go to one file or to standard output
    QStringList remarks;      // nothing is wrong
    QStringList problems;     // each is a file or a folder that is not read
    int finished_before = 0;  // documents whose output is there, of a run that is resumed
    int other_files = 0;
};

// Throws Error(invalid_input) if the command makes no sense: wrong usage. Makes no file and no folder.
OcrPlan planOcr(const OcrOptions& options);

}  // namespace sightline
