#include "app/documents/searchable_pdf.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryFile>
#include <algorithm>
#include <cmath>
#include <map>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <qpdf/QUtil.hh>
#include <set>
#include <utility>

#include "app/common/output_file.h"
#include "app/documents/glyphless_font.h"
#include "app/documents/pdf_page_content.h"
#include "app/documents/pdf_picture.h"
#include "app/documents/pdf_text_layer.h"
#include "inference/error.h"

namespace sightline {

namespace {

// In the dictionaries of the streams that are added, so that a later run finds them and takes them out.
constexpr char layer_mark[] = "/SightlineTextLayer";
constexpr char font_key[] = "SightlineText";

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorKind::invalid_input, sentence.toStdString());
}

QString detailOf(const QPDFExc& error) {
    return QString::fromStdString(error.getMessageDetail()).simplified();
}

// libqpdf's exceptions as ours.
template <class Work>
auto guarded(const Work& work) {
    try {
        return work();
    } catch (const QPDFExc& error) {
        refuse(QStringLiteral("the PDF is damaged beyond repair (%1)").arg(detailOf(error)));
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::out_of_memory, "the PDF does not fit");
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error(ErrorKind::internal, std::string("the PDF cannot be processed: ") + error.what());
    }
}

class ToFile : public Pipeline {
  public:
    explicit ToFile(OutputFile& file) : Pipeline("file", nullptr), file_(file) {}
    void write(const unsigned char* data, std::size_t size) override {
        file_.write(reinterpret_cast<const char*>(data), static_cast<qint64>(size));
    }
    void finish() override {}

  private:
    OutputFile& file_;
};

// Bytes that were put aside, for as long as a document refers to them.
class Scratch {
  public:
    explicit Scratch(const QString& folder)
        : file_(QDir(folder).filePath(QStringLiteral(".sightline-XXXXXX.part"))) {}

    // Returns where they begin.
    qint64 append(const QByteArray& data) {
        if (!file_.isOpen() && !file_.open()) fail("made");
        const qint64 begin = size_;
        if (!file_.seek(begin) || file_.write(data) != data.size() || !file_.flush()) fail("written");
        size_ += data.size();
        return begin;
    }

    void copy(qint64 begin, qint64 size, Pipeline* to) {
        QByteArray piece(qsizetype{1} << 20, Qt::Uninitialized);
        if (!file_.seek(begin)) fail("read");
        while (size > 0) {
            const qint64 got = file_.read(piece.data(), std::min(size, qint64{piece.size()}));
            if (got <= 0) fail("read");
            to->write(piece.constData(), static_cast<std::size_t>(got));
            size -= got;
        }
        to->finish();
    }

  private:
    [[noreturn]] void fail(const char* what) {
        refuse(QStringLiteral("the temporary file cannot be %1 (%2)")
                   .arg(QLatin1String(what), file_.errorString()));
    }

    QTemporaryFile file_;
    qint64 size_ = 0;
};

QPDFObjectHandle name(const QByteArray& text) {
    return QPDFObjectHandle::newName('/' + text.toStdString());
}

// A zlib stream. Streams of ours are compressed here: the writer leaves every stream as it is.
std::string deflated(const QByteArray& bytes) {
    return qCompress(bytes, 9).mid(4).toStdString();
}

void setData(QPDFObjectHandle stream, const QByteArray& bytes) {
    stream.replaceStreamData(deflated(bytes), QPDFObjectHandle::newName("/FlateDecode"),
                             QPDFObjectHandle::newNull());
}

bool isOurLayer(QPDFObjectHandle stream) {
    return stream.isStream() && stream.getDict().hasKey(layer_mark);
}

bool isOurFont(QPDFObjectHandle font) {
    return font.isDictionary() &&
           font.getKey("/BaseFont").isNameAndEquals("/" + std::string(GlyphlessFont::name));
}

bool hasSignature(QPDF& pdf) {
    QPDFObjectHandle form = pdf.getRoot().getKey("/AcroForm");
    if (!form.isDictionary()) return false;
    QPDFObjectHandle flags = form.getKey("/SigFlags");
    if (flags.isInteger() && (flags.getIntValue() & 1) != 0) return true;
    if (pdf.getRoot().getKey("/Perms").isDictionary()) return true;
    // Without the flag: a signature field that has a value.
    std::vector<QPDFObjectHandle> fields;
    std::set<QPDFObjGen> seen;
    const auto take = [&fields](QPDFObjectHandle array) {
        for (int i = 0; array.isArray() && i < array.getArrayNItems(); ++i)
            fields.push_back(array.getArrayItem(i));
    };
    take(form.getKey("/Fields"));
    while (!fields.empty()) {
        QPDFObjectHandle field = fields.back();
        fields.pop_back();
        if (!field.isDictionary() || (field.isIndirect() && !seen.insert(field.getObjGen()).second)) continue;
        if (field.getKey("/FT").isNameAndEquals("/Sig") && !field.getKey("/V").isNull()) return true;
        take(field.getKey("/Kids"));
    }
    return false;
}

struct Rectangle {
    double left = 0;
    double bottom = 0;
    double right = 0;
    double top = 0;
    bool empty() const { return !(right > left && top > bottom); }
};

Rectangle rectangleOf(QPDFObjectHandle array) {
    if (!array.isRectangle()) return {};
    const QPDFObjectHandle::Rectangle box = array.getArrayAsRectangle();
    return {box.llx, box.lly, box.urx, box.ury};
}

// The crop box inside the media box, as viewers show a page; US Letter if there is none.
PageFrame frameOf(QPDFPageObjectHelper& page) {
    Rectangle box = rectangleOf(page.getAttribute("/MediaBox", false));
    if (box.empty()) box = {0, 0, 612, 792};
    const Rectangle crop = rectangleOf(page.getAttribute("/CropBox", false));
    if (!crop.empty()) {
        const Rectangle both{std::max(box.left, crop.left), std::max(box.bottom, crop.bottom),
                             std::min(box.right, crop.right), std::min(box.top, crop.top)};
        if (!both.empty()) box = both;
    }
    QPDFObjectHandle rotate = page.getAttribute("/Rotate", false);
    const long long degrees = rotate.isInteger() ? rotate.getIntValue() : 0;
    const int quarters = static_cast<int>((degrees / 90 % 4 + 4) % 4);
    return {box.left, box.bottom, box.right, box.top, 90 * quarters};
}

}  // namespace

bool canEmbedJpeg(const QByteArray& file) {
    return jpegFacts(file).plain;
}

double pageDpi(const QSize& pixels, double stated) {
    constexpr double screen_dpi = 96;
    constexpr double long_side = 24;  // inches: more than a desk takes
    constexpr double a4_long_side = 297 / 25.4;
    constexpr double longest_page = 200;  // inches, PDF's limit
    constexpr double shortest_page = 3.0 / 72;
    const double longest = std::max(pixels.width(), pixels.height());
    const double shortest = std::max(1, std::min(pixels.width(), pixels.height()));
    const auto fits = [&](double dpi) {
        return longest / dpi <= longest_page && shortest / dpi >= shortest_page;
    };
    const bool absurd = stated < 100 && longest > stated * long_side;
    if (stated >= 1 && std::isfinite(stated) && !absurd && fits(stated)) return stated;
    double dpi = screen_dpi;
    if (longest > screen_dpi * long_side) dpi = std::round(longest / a4_long_side);
    if (shortest / dpi < shortest_page) dpi = std::max(shortest / shortest_page, longest / longest_page);
    return dpi;
}

struct SearchablePdf::State {
    std::unique_ptr<QPDF> pdf = std::make_unique<QPDF>();
    std::vector<QPDFPageObjectHelper> pages;
    GlyphlessFont glyphs;
    std::map<std::string, QPDFObjectHandle> shared;  // streams and the font, by what they are
    std::unique_ptr<Scratch> scratch;
    QStringList warnings;
    bool damage_told = false;

    void warn(const QString& sentence) {
        if (!warnings.contains(sentence)) warnings.push_back(sentence);
    }

    // What libqpdf repaired.
    void takeWarnings() {
        const std::vector<QPDFExc> found = pdf->getWarnings();
        if (found.empty() || damage_told) return;
        damage_told = true;
        warn(QStringLiteral("The PDF is damaged and was repaired as far as possible; first problem: %1.")
                 .arg(detailOf(found.front())));
    }

    QPDFObjectHandle newStream(const QByteArray& bytes) {
        QPDFObjectHandle stream = pdf->newStream();
        setData(stream, bytes);
        return stream;
    }

    QPDFObjectHandle newLayerStream(const QByteArray& bytes) {
        QPDFObjectHandle stream = newStream(bytes);
        stream.getDict().replaceKey(layer_mark, QPDFObjectHandle::newBool(true));
        return stream;
    }

    QPDFObjectHandle wrapBefore(const std::string& operations) {
        QPDFObjectHandle& stream = shared["before " + operations];
        if (!stream.isInitialized()) stream = newLayerStream(QByteArray::fromStdString(operations));
        return stream;
    }

    QPDFObjectHandle font() {
        QPDFObjectHandle& font = shared["font"];
        if (font.isInitialized()) return font;
        const QByteArray file = GlyphlessFont::trueTypeFile();
        QPDFObjectHandle font_file = newStream(file);
        font_file.getDict().replaceKey("/Length1", QPDFObjectHandle::newInteger(file.size()));
        std::string base_font = "/";
        base_font += GlyphlessFont::name;
        QPDFObjectHandle descriptor = QPDFObjectHandle::parse(
            "<< /Type /FontDescriptor /FontName " + base_font +
            " /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200"
            " /CapHeight 700 /StemV 80 >>");
        descriptor.replaceKey("/FontFile2", font_file);
        QPDFObjectHandle descendant = QPDFObjectHandle::parse(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont " + base_font +
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            " /DW 1000 >>");
        descendant.replaceKey("/W", QPDFObjectHandle::parse(GlyphlessFont::widths().toStdString()));
        descendant.replaceKey("/CIDToGIDMap", newStream(GlyphlessFont::glyphMap()));
        descendant.replaceKey("/FontDescriptor", pdf->makeIndirectObject(descriptor));
        QPDFObjectHandle type0 = QPDFObjectHandle::parse("<< /Type /Font /Subtype /Type0 /BaseFont " +
                                                         base_font + " /Encoding /Identity-H >>");
        type0.replaceKey("/DescendantFonts",
                         QPDFObjectHandle::newArray({pdf->makeIndirectObject(descendant)}));
        type0.replaceKey("/ToUnicode", shared["to unicode"] = newStream(glyphs.toUnicode()));
        return font = pdf->makeIndirectObject(type0);
    }

    // Puts the font into the page's resources without touching those of other pages; returns its name there.
    QByteArray addFont(QPDFPageObjectHelper& page) {
        QPDFObjectHandle resources = page.getAttribute("/Resources", true);
        if (!resources.isDictionary()) {
            resources = QPDFObjectHandle::newDictionary();
            page.getObjectHandle().replaceKey("/Resources", resources);
        }
        QPDFObjectHandle fonts = resources.getKey("/Font");
        fonts = fonts.isDictionary() ? fonts.shallowCopy() : QPDFObjectHandle::newDictionary();
        QByteArray key = font_key;
        for (int i = 2; fonts.hasKey('/' + key.toStdString()); ++i) {
            if (isOurFont(fonts.getKey('/' + key.toStdString()))) break;
            key = font_key + QByteArray::number(i);
        }
        fonts.replaceKey('/' + key.toStdString(), font());
        resources.replaceKey("/Font", fonts);
        return key;
    }

    // The streams of the page but for an earlier layer of ours.
    static std::vector<QPDFObjectHandle> ownContent(QPDFPageObjectHelper& page, bool& had_layer) {
        std::vector<QPDFObjectHandle> streams = page.getPageContents();
        const auto ours = std::remove_if(streams.begin(), streams.end(), isOurLayer);
        had_layer = ours != streams.end();
        streams.erase(ours, streams.end());
        return streams;
    }

    void addText(int number, const Page& text);
    void open(const QString& path, const QString& password);
};

namespace {

void checkText(const Page& text) {
    if (!text.empty() && (text.width < 1 || text.height < 1)) {
        refuse(QStringLiteral("the text does not say how large the picture was that it was read in"));
    }
}

// Passwords of older documents are bytes in an encoding that nobody wrote down: qpdf knows the likely ones.
// Each needs an object of its own: one that refused a password takes the next for the right one.
std::unique_ptr<QPDF> openFile(const QString& path, const QString& password) {
    const QByteArray file = QFile::encodeName(path);
    const std::vector<std::string> candidates = QUtil::possible_repaired_encodings(password.toStdString());
    for (std::size_t i = 0;; ++i) {
        auto pdf = std::make_unique<QPDF>();
        pdf->setSuppressWarnings(true);
        try {
            pdf->processFile(file.constData(), candidates.at(i).c_str());
            return pdf;
        } catch (const QPDFExc& error) {
            if (error.getErrorCode() != qpdf_e_password || i + 1 >= candidates.size()) throw;
        }
    }
}

}  // namespace

void SearchablePdf::State::open(const QString& path, const QString& password) {
    const QFileInfo info(path);
    if (!info.exists()) refuse(QStringLiteral("the file does not exist"));
    if (!info.isFile()) refuse(QStringLiteral("it is not a regular file"));
    if (!info.isReadable()) refuse(QStringLiteral("the file cannot be opened"));
    try {
        pdf = openFile(path, password);
    } catch (const QPDFExc& error) {
        switch (error.getErrorCode()) {
            case qpdf_e_password:
                refuse(password.isEmpty() ? QStringLiteral("the PDF is encrypted and needs its password")
                                          : QStringLiteral("the password does not open the PDF"));
            case qpdf_e_system:
                refuse(QStringLiteral("the file cannot be read (%1)").arg(detailOf(error)));
            case qpdf_e_unsupported:
                throw Error(ErrorKind::unsupported, "the PDF is encrypted in a way that is not supported");
            default:
                refuse(QStringLiteral("it is no PDF, or damaged beyond repair (%1)").arg(detailOf(error)));
        }
    }
    if (pdf->isEncrypted() && !pdf->ownerPasswordMatched()) {
        if (!pdf->allowModifyOther()) {
            refuse(QStringLiteral(
                "the PDF's permissions forbid changing it, and its owner's password was not given"));
        }
        if (!pdf->allowExtractAll()) {
            warn(
                QStringLiteral("The PDF's permissions forbid copying text, so some viewers will refuse to."));
        }
    }
    pages = QPDFPageDocumentHelper(*pdf).getAllPages();
    if (hasSignature(*pdf)) {
        warn(QStringLiteral("The PDF is signed, and its signature does not hold for the copy with text."));
    }
    takeWarnings();
}

void SearchablePdf::State::addText(int number, const Page& text) {
    if (number < 0 || number >= static_cast<int>(pages.size())) {
        refuse(QStringLiteral("there is no page %1").arg(number + 1));
    }
    checkText(text);
    QPDFPageObjectHelper& page = pages[static_cast<std::size_t>(number)];
    bool had_layer = false;
    std::vector<QPDFObjectHandle> content = ownContent(page, had_layer);
    QPDFObjectHandle object = page.getObjectHandle();
    if (had_layer) object.replaceKey("/Contents", QPDFObjectHandle::newArray(content));
    int left_out = 0;
    // A first look without a font's name: nothing is touched on a page without words.
    if (textLayer(text, frameOf(page), font_key, glyphs).isEmpty()) return;
    const PageContentEnd end = endOfContent(page);
    if (!end.readable) {
        warn(QStringLiteral("Page %1: its content is damaged, the text may be misplaced or missing.")
                 .arg(number + 1));
    } else if (end.invisible_text) {
        warn(QStringLiteral("Page %1 has invisible text already: what was read is there besides it.")
                 .arg(number + 1));
    }
    const ContentWrap wrap = wrapFor(end);
    const QByteArray layer = textLayer(text, frameOf(page), addFont(page), glyphs, &left_out);
    std::vector<QPDFObjectHandle> streams;
    if (!wrap.before.empty() && !content.empty()) streams.push_back(wrapBefore(wrap.before));
    streams.insert(streams.end(), content.begin(), content.end());
    const QByteArray after = content.empty() ? QByteArray("q\n") : QByteArray::fromStdString(wrap.after);
    streams.push_back(newLayerStream(after + layer + "Q\n"));
    object.replaceKey("/Contents", QPDFObjectHandle::newArray(streams));
    if (left_out > 0) {
        warn(QStringLiteral("Page %1: %2 characters cannot be written and were left out.")
                 .arg(number + 1)
                 .arg(left_out));
    }
    takeWarnings();
}

SearchablePdf::SearchablePdf(std::unique_ptr<State> state) : state_(std::move(state)) {}
SearchablePdf::SearchablePdf(SearchablePdf&&) noexcept = default;
SearchablePdf& SearchablePdf::operator=(SearchablePdf&&) noexcept = default;
SearchablePdf::~SearchablePdf() = default;

SearchablePdf SearchablePdf::fromDocument(const QString& path, const QString& password) {
    auto state = std::make_unique<State>();
    guarded([&] { state->open(path, password); });
    return SearchablePdf(std::move(state));
}

SearchablePdf SearchablePdf::fromPictures(const QString& scratch_folder) {
    auto state = std::make_unique<State>();
    guarded([&] {
        state->pdf->setSuppressWarnings(true);
        state->pdf->emptyPDF();
        QPDFObjectHandle facts = QPDFObjectHandle::parse("<< /Producer (Sightline) >>");
        state->pdf->getTrailer().replaceKey("/Info", state->pdf->makeIndirectObject(facts));
        state->scratch = std::make_unique<Scratch>(scratch_folder);
    });
    return SearchablePdf(std::move(state));
}

bool SearchablePdf::needsPassword(const QString& path) {
    if (!QFileInfo(path).isFile()) return false;
    try {
        openFile(path, {});
    } catch (const QPDFExc& error) {
        return error.getErrorCode() == qpdf_e_password;
    } catch (const std::exception&) {
        return false;
    }
    return false;
}

int SearchablePdf::pageCount() const {
    return static_cast<int>(state_->pages.size());
}

void SearchablePdf::addText(int page, const Page& text) {
    guarded([&] { state_->addText(page, text); });
}

void SearchablePdf::addPicture(const PdfPicture& picture, const Page* text) {
    if (!state_->scratch) refuse(QStringLiteral("pictures are added to a new PDF only"));
    if (text) checkText(*text);
    guarded([&] {
        EncodedPicture encoded = encodedJpeg(picture.jpeg);
        if (encoded.data.isEmpty()) encoded = encodedPixels(picture.image);
        const QSize size = encoded.uprightSize();
        const double dpi = pageDpi(size, picture.dpi);
        const double width = size.width() * 72 / dpi;
        const double height = size.height() * 72 / dpi;

        const qint64 bytes = encoded.data.size();
        const qint64 begin = state_->scratch->append(encoded.data);
        QPDFObjectHandle image = state_->pdf->newStream();
        QPDFObjectHandle facts = image.getDict();
        facts.replaceKey("/Type", QPDFObjectHandle::newName("/XObject"));
        facts.replaceKey("/Subtype", QPDFObjectHandle::newName("/Image"));
        facts.replaceKey("/Width", QPDFObjectHandle::newInteger(encoded.pixels.width()));
        facts.replaceKey("/Height", QPDFObjectHandle::newInteger(encoded.pixels.height()));
        facts.replaceKey("/ColorSpace", name(encoded.colour_space));
        facts.replaceKey("/BitsPerComponent", QPDFObjectHandle::newInteger(encoded.bits));
        QPDFObjectHandle parameters = QPDFObjectHandle::newNull();
        if (encoded.png_predictor) {
            parameters = QPDFObjectHandle::newDictionary();
            parameters.replaceKey("/Predictor", QPDFObjectHandle::newInteger(15));
            parameters.replaceKey("/Colors",
                                  QPDFObjectHandle::newInteger(encoded.colour_space == "DeviceRGB" ? 3 : 1));
            parameters.replaceKey("/BitsPerComponent", QPDFObjectHandle::newInteger(encoded.bits));
            parameters.replaceKey("/Columns", QPDFObjectHandle::newInteger(encoded.pixels.width()));
        }
        image.replaceStreamData([scratch = state_->scratch.get(), begin,
                                 bytes](Pipeline* to) { scratch->copy(begin, bytes, to); },
                                name(encoded.filter), parameters);

        QPDFObjectHandle resources = QPDFObjectHandle::parse("<< /XObject << >> >>");
        resources.getKey("/XObject").replaceKey("/Picture", image);
        const QByteArray box = "[0 0 " + pdfNumber(width) + ' ' + pdfNumber(height) + ']';
        QPDFObjectHandle page = QPDFObjectHandle::parse("<< /Type /Page >>");
        page.replaceKey("/MediaBox", QPDFObjectHandle::parse(box.toStdString()));
        page.replaceKey("/Resources", resources);
        page.replaceKey("/Contents",
                        state_->newStream("q\n" + imageMatrix(encoded.orientation, width, height) +
                                          " cm\n/Picture Do\nQ\n"));
        page = state_->pdf->makeIndirectObject(page);
        QPDFPageDocumentHelper(*state_->pdf).addPage(page, false);
        state_->pages.emplace_back(page);
        if (text) state_->addText(pageCount() - 1, *text);
    });
}

void SearchablePdf::write(const QString& path, bool overwrite) {
    guarded([&] {
        State& state = *state_;
        // Characters may have got codes since the font was made.
        const auto to_unicode = state.shared.find("to unicode");
        if (to_unicode != state.shared.end()) setData(to_unicode->second, state.glyphs.toUnicode());
        OutputFile file(path, overwrite);
        ToFile pipeline(file);
        QPDFWriter writer(*state.pdf);
        writer.setOutputPipeline(&pipeline);
        writer.setStreamDataMode(qpdf_s_preserve);
        writer.setObjectStreamMode(qpdf_o_preserve);
        writer.setMinimumPDFVersion("1.4");
        // An encrypted document's identifier must not depend on what it hides.
        writer.setDeterministicID(!state.pdf->isEncrypted());
        writer.write();
        state.takeWarnings();
        file.commit();
    });
}

QStringList SearchablePdf::warnings() const {
    return state_->warnings;
}

}  // namespace sightline
