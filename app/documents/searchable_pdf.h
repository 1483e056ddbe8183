// Searchable PDFs: pages as they were, with the text that was read laid over them invisibly, so that it can
// be searched, selected and copied where it stands. A document that exists gets one more layer; pictures
// become a page each.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/values/picture_facts.h"
#include "inference/pages/page.h"

namespace sightline {

// A picture for a page. One of the two is enough, both are welcome: the file is embedded byte for byte where
// a PDF can hold it (see canEmbedJpeg), otherwise the pixels are, without loss.
struct PdfPicture {
    QByteArray jpeg;  // a whole JPEG file, or empty
    QImage image;     // upright, opaque; any format, stored as RGB, gray or black and white
    double dpi = 0;   // dots per inch that the file states: statedDpi of picture_facts.h; 0 = it states none
};

// True if these bytes are a JPEG file that a PDF page can show as it is: 8 bit, gray or RGB. A turned one
// (EXIF) is drawn upright by the page, its bytes stay. Otherwise `image` has to be given.
bool canEmbedJpeg(const QByteArray& file);

// The resolution at which a picture becomes a page: the stated one, unless the page would be absurd (cameras
// state 72 for 4,000 pixels); otherwise 96; a picture too large for that fills the longer side of A4.
double pageDpi(const QSize& pixels, double stated);

// One document on its way. Movable; one thread at a time, any thread. No picture is kept in memory: those
// that are added go into an unnamed temporary file until `write`; text takes a few kB a page. Every
// function may throw Error: invalid_input with a sentence for the user, internal for what is left. After a
// throw of `addText` or `addPicture` the document is as before the call and may be written.
class SearchablePdf {
  public:
    // Opens a PDF. It is only read, may be replaced by `write`, and must not change until then.
    // An encrypted document opens with its user or owner password (or none, if its user password is empty),
    // and is written with the same passwords and permissions. Error(invalid_input) if the password is missing
    // or wrong (see needsPassword), if the document's permissions forbid changes and the password is not the
    // owner's, if the file is no PDF or is damaged beyond repair. What could be repaired is a warning.
    static SearchablePdf fromDocument(const QString& path, const QString& password = {});

    // A document without pages, to which pictures are added. `scratch_folder` takes the temporary file: the
    // folder of the later result is best, for a system's own may lie in memory.
    static SearchablePdf fromPictures(const QString& scratch_folder);

    // True if the document cannot be opened without a password. False for what is no PDF.
    static bool needsPassword(const QString& path);

    SearchablePdf(SearchablePdf&&) noexcept;
    SearchablePdf& operator=(SearchablePdf&&) noexcept;
    ~SearchablePdf();

    int pageCount() const;

    // Lays the words of `text` over a page (from 0), in the order of blocks, lines and words. `text.width`
    // and `text.height` are the size in pixels of the picture that was read, which shows the page's whole
    // crop box, upright, as Qt Pdf renders it; any resolution. Pages in any order; a page without words is
    // left as it is. A second call for a page, or a page that got its text from an earlier run, replaces that
    // text. What else is on the page stays byte for byte, text too.
    void addText(int page, const Page& text);

    // Appends a page that shows the picture, with its text, if given, in pixels of the upright picture.
    void addPicture(const PdfPicture& picture, const Page* text = nullptr);

    // Writes the document to a temporary name beside `path`, flushes it to the disk and renames it. An
    // existing file is replaced only if `overwrite`, else Error(invalid_input); on any failure it is as it
    // was, and nothing is left beside it. Equal calls give equal bytes, but for encrypted documents, whose
    // ciphertext has random parts. May be called again, and more may be added before that.
    void write(const QString& path, bool overwrite);

    // Sentences in English, with a full stop, in the order in which they arose; each only once. "The document
    // is signed, and its signature does not hold for the copy with text." Complete after `write`.
    QStringList warnings() const;

  private:
    struct State;
    explicit SearchablePdf(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sightline
