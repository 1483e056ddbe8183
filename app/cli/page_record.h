// What came of one page, and how it is written in each format.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <string>

#include "app/cli/ocr_options.h"
#include "inference/pages/page.h"

namespace sightline {

struct PageRecord {
    QString file;        // its name for people
    int page = 0;        // from 1
    int pages = 0;       // of the document
    bool first = false;  // of the pages of this document that are wanted
    bool named = false;  // the document's name is written before its first page
    bool first_document = false;
    Page content;
    bool from_layer = false;           // the PDF's own text; otherwise read from pixels
    double seconds = 0;                // to read it
    std::string error;                 // why there is no content, or empty
    std::string layer_text;            // compared: what the file itself says
    std::optional<double> difference;  // compared: wordDifference of both
};

// The bytes of this page in the output. They follow each other without anything between; for OcrFormat::pdf
// it is what wordsFromJson takes, or nothing if there is nothing to lay over the page.
QByteArray written(const PageRecord& record, OcrFormat format);

// The line of a document that could not be opened, in formats that have one; otherwise empty.
QByteArray writtenFailure(const QString& file, const std::string& error, OcrFormat format);

// Sizes, lines and words of a page as toJson wrote it; nothing if it is something else.
std::optional<Page> wordsFromJson(const QByteArray& json);

}  // namespace sightline
