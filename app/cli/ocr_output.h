// Where the pages of `sightline ocr` go: standard output, or a file that is there only when it is complete.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <memory>
#include <vector>

#include "app/cli/ocr_journal.h"
#include "app/cli/ocr_options.h"
#include "app/documents/document_decoder.h"

namespace sightline {

// The output cannot be written: nothing that comes later could be either.
class OutputError : public Error {
  public:
    explicit OutputError(const std::string& sentence) : Error(ErrorKind::internal, sentence) {}
};

// Nobody reads standard output any more.
class OutputClosed : public Error {
  public:
    OutputClosed() : Error(ErrorKind::cancelled, "nobody reads the output") {}
};

// A document whose pages go to one output, in order.
struct OutputDocument {
    JournalFile file;
    QString path;
    QByteArray password;
    DocumentFacts facts;     // pages 0: it could not be opened
    std::vector<int> pages;  // those that are wanted
};

// One thread. Every function may throw OutputError, whose sentence names the output.
class OcrOutput {
  public:
    virtual ~OcrOutput() = default;
    virtual void begin(const OutputDocument& document) = 0;
    // Of the document that began last. Page 0: it could not be opened.
    virtual void add(int page, bool failed, const QByteArray& bytes) = 0;
    // True for a page that an earlier run failed to read, and which is therefore not tried again.
    virtual bool failedBefore(const JournalFile& file, int page) const = 0;
    // All documents are there. Returns what the user should know about the result.
    virtual QStringList finish() = 0;
};

std::unique_ptr<OcrOutput> standardOutput();

// `path` as OutputFile takes it; the journal lies beside it until `finish`. `decoder` makes the pictures of
// searchable PDFs once more.
std::unique_ptr<OcrOutput> fileOutput(const QString& path, const OcrOptions& options,
                                      const DecoderOptions& decoder);

// The options that change what is in a journal.
QByteArray journalHeader(const OcrOptions& options);

}  // namespace sightline
