// Searchable PDFs and the world around them: passwords, permissions, signatures, damage, files that exist, a
// full disk; and pictures as pages.
#include <QBuffer>
#include <QImageReader>
#include <QImageWriter>
#include <QPainter>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#ifdef Q_OS_UNIX
#include <sys/resource.h>

#include <csignal>
#endif

#include "app/common/output_file.h"
#include "app/documents/searchable_pdf.h"
#include "inference/error.h"
#include "tests/app/documents/pdf_fixture.h"

using namespace sightline;
using namespace pdf_fixture;

namespace {

// The sentence of the Error that `work` throws; empty if it throws none.
template <class Work>
QString refusal(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

QByteArray plainDocument(const QByteArray& root_entries = {}, PdfBuilder builder = {}) {
    const int content = builder.addStream("0.2 g 100 100 80 20 re f");
    return documentOf(builder, {"/MediaBox [0 0 600 800] /Contents " + reference(content)}, {}, root_entries);
}

// A picture with a corner that tells how it is turned.
QImage corners(int width, int height) {
    QImage image(width, height, QImage::Format_RGB888);
    image.fill(QColor(240, 240, 240));
    QPainter painter(&image);
    painter.fillRect(0, 0, width / 2, height / 2, QColor(200, 30, 30));
    painter.fillRect(width / 2, 0, width / 2, height / 2, QColor(30, 160, 30));
    painter.fillRect(0, height / 2, width / 2, height / 2, QColor(30, 30, 200));
    return image;
}

QByteArray encoded(const QImage& image, const char* format, int quality = -1) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, format);
    writer.setQuality(quality);
    writer.write(image);
    return bytes;
}

// With an EXIF header that says how it is turned, and 300 dpi.
QByteArray turnedJpeg(const QByteArray& jpeg, int orientation) {
    QByteArray tiff("MM\0\x2a\0\0\0\x08\0\x04", 10);
    tiff +=
        QByteArray("\x01\x12\0\x03\0\0\0\x01\0", 9) + static_cast<char>(orientation) + QByteArray("\0\0", 2);
    tiff += QByteArray("\x01\x1a\0\x05\0\0\0\x01\0\0\0\x3e", 12);
    tiff += QByteArray("\x01\x1b\0\x05\0\0\0\x01\0\0\0\x3e", 12);
    tiff += QByteArray("\x01\x28\0\x03\0\0\0\x01\0\x02\0\0", 12);
    tiff += QByteArray("\0\0\0\0\0\0\x01\x2c\0\0\0\x01", 12);
    const QByteArray body = QByteArray("Exif\0\0", 6) + tiff;
    QByteArray segment("\xff\xe1", 2);
    segment += static_cast<char>((body.size() + 2) >> 8);
    segment += static_cast<char>((body.size() + 2) & 0xff);
    return jpeg.left(2) + segment + body + jpeg.mid(2);
}

double difference(const QImage& a, const QImage& b) {
    double sum = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y);
            const QRgb q = b.pixel(x, y);
            sum +=
                std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) + std::abs(qBlue(p) - qBlue(q));
        }
    }
    return sum / (3.0 * a.width() * a.height());
}

}  // namespace

class SearchablePdfFilesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void encryptedNeedsItsPassword_data();
    void encryptedNeedsItsPassword();
    void permissionsAreKept();
    void signaturesAreSaid();
    void damageIsRepairedOrRefused();
    void mutatedFilesNeverCrash();
    void nothingIsOverwrittenUnasked();
    void documentMayReplaceItself();
    void fullDiskLeavesNothing();

    void jpegsStayByteForByte();
    void turnedJpegsStandUpright();
    void otherPicturesLoseNothing();
    void pagesHaveASensibleSize();
    void resolutionIsReadFromTheFile();
    void oddPicturesAreRefused();
    void picturesAreNotKeptInMemory();

  private:
    QString path(const QString& name) const { return folder_.filePath(name); }
    QString encrypt(const QStringList& options) const {
        run("qpdf", QStringList{path("plain.pdf")} + options + QStringList{"--", path("locked.pdf")});
        return path("locked.pdf");
    }

    QTemporaryDir folder_;
};

void SearchablePdfFilesTest::encryptedNeedsItsPassword_data() {
    QTest::addColumn<QStringList>("options");
    QTest::newRow("AES-256") << QStringList{"--encrypt", "öpen", "owner", "256"};
    QTest::newRow("AES-128") << QStringList{"--encrypt", "öpen", "owner", "128", "--use-aes=y"};
    QTest::newRow("RC4") << QStringList{"--allow-weak-crypto", "--encrypt", "öpen", "owner", "40"};
}

void SearchablePdfFilesTest::encryptedNeedsItsPassword() {
    QFETCH(QStringList, options);
    QVERIFY(save(path("plain.pdf"), plainDocument()));
    QVERIFY(!SearchablePdf::needsPassword(path("plain.pdf")));
    const QString locked = encrypt(options);
    QVERIFY(SearchablePdf::needsPassword(locked));
    QCOMPARE(refusal([&] { SearchablePdf::fromDocument(locked); }),
             QString("the PDF is encrypted and needs its password"));
    for (const char* wrong : {"open", "ödd"}) {
        QCOMPARE(refusal([&] { SearchablePdf::fromDocument(locked, wrong); }),
                 QString("the password does not open the PDF"));
    }
    for (const char* password : {"öpen", "owner"}) {
        SearchablePdf pdf = SearchablePdf::fromDocument(locked, password);
        pdf.addText(0, pageWith("secret"));
        pdf.write(path("locked-after.pdf"), true);
        // As encrypted as before, with the same passwords.
        QVERIFY(SearchablePdf::needsPassword(path("locked-after.pdf")));
        QVERIFY(!contentOf(path("locked-after.pdf")).contains("SightlineText <"));
        QCOMPARE(textOf(path("locked-after.pdf"), {"-opw", "owner"}).trimmed(), QString("secret"));
        const Output check = run("qpdf", {"--check", "--password=owner", path("locked-after.pdf")});
        QVERIFY2(check.exit_code == 0, (check.text + check.errors).constData());
    }
}

void SearchablePdfFilesTest::permissionsAreKept() {
    QVERIFY(save(path("plain.pdf"), plainDocument()));
    const QString locked = encrypt({"--encrypt", "", "owner", "256", "--modify=none"});
    QVERIFY(!SearchablePdf::needsPassword(locked));
    QCOMPARE(refusal([&] { SearchablePdf::fromDocument(locked); }),
             QString("the PDF's permissions forbid changing it, and its owner's password was not given"));
    SearchablePdf owned = SearchablePdf::fromDocument(locked, "owner");
    owned.addText(0, pageWith("owned"));
    owned.write(path("owned.pdf"), true);
    QCOMPARE(textOf(path("owned.pdf")).trimmed(), QString("owned"));
    QCOMPARE(refusal([&] { SearchablePdf::fromDocument(path("owned.pdf")); }),
             QString("the PDF's permissions forbid changing it, and its owner's password was not given"));

    const QString silent = encrypt({"--encrypt", "", "owner", "256", "--extract=n"});
    QCOMPARE(SearchablePdf::fromDocument(silent).warnings(),
             QStringList{"The PDF's permissions forbid copying text, so some viewers will refuse to."});
}

void SearchablePdfFilesTest::signaturesAreSaid() {
    const QString said = "The PDF is signed, and its signature does not hold for the copy with text.";
    const QByteArray empty_field = "<< /FT /Sig /T (Sign here) >>";
    const QByteArray signed_field = "<< /FT /Sig /T (Signed) /V << /Type /Sig /Filter /Adobe.PPKLite >> >>";
    const auto warnings = [this](const QByteArray& field, const QByteArray& flags, bool nested) {
        PdfBuilder builder;
        int number = builder.add(field);
        if (nested) {  // and a loop
            const int parent = builder.next();
            builder.add("<< /T (Group) /Kids [" + reference(number) + ' ' + reference(parent) + "] >>");
            number = parent;
        }
        save(path("form.pdf"),
             plainDocument("/AcroForm << /Fields [" + reference(number) + "] " + flags + " >>", builder));
        SearchablePdf pdf = SearchablePdf::fromDocument(path("form.pdf"));
        pdf.addText(0, pageWith("text"));
        pdf.write(path("form-after.pdf"), true);
        return pdf.warnings();
    };
    QCOMPARE(warnings(empty_field, {}, false), QStringList());
    QCOMPARE(warnings(signed_field, {}, false), QStringList{said});
    QCOMPARE(warnings(signed_field, {}, true), QStringList{said});
    QCOMPARE(warnings(empty_field, "/SigFlags 3", false), QStringList{said});
    QVERIFY(save(path("plain.pdf"), plainDocument()));
    QCOMPARE(SearchablePdf::fromDocument(path("plain.pdf")).warnings(), QStringList());
}

void SearchablePdfFilesTest::damageIsRepairedOrRefused() {
    const QByteArray whole = plainDocument();
    // The table of objects is wrong.
    QByteArray shifted = whole;
    QVERIFY(
        save(path("damaged.pdf"), shifted.insert(whole.lastIndexOf("xref\n0"), "%%%%%%%%%%%%%%%%%%%%\n")));
    QByteArray moved = whole;
    moved.replace("/Length 24", "/Length 99");
    QVERIFY(save(path("length.pdf"), moved));
    for (const char* name : {"damaged.pdf", "length.pdf"}) {
        SearchablePdf pdf = SearchablePdf::fromDocument(path(name));
        QCOMPARE(pdf.pageCount(), 1);
        pdf.addText(0, pageWith("rescued"));
        pdf.write(path("repaired.pdf"), true);
        QCOMPARE(pdf.warnings().size(), 1);
        QVERIFY2(pdf.warnings()[0].startsWith("The PDF is damaged and was repaired as far as possible"),
                 qPrintable(pdf.warnings()[0]));
        QCOMPARE(textOf(path("repaired.pdf")).trimmed(), QString("rescued"));
        QVERIFY(run("qpdf", {"--check", path("repaired.pdf")}).errors.isEmpty());
    }
    for (const QByteArray& bytes :
         {QByteArray(), QByteArray("no PDF"), QByteArray(5000, '\0'), whole.left(30)}) {
        QVERIFY(save(path("rubbish.pdf"), bytes));
        const QString sentence = refusal([&] { SearchablePdf::fromDocument(path("rubbish.pdf")); });
        QVERIFY2(sentence.startsWith("it is no PDF, or damaged beyond repair"), qPrintable(sentence));
        QVERIFY(!SearchablePdf::needsPassword(path("rubbish.pdf")));
    }
    QCOMPARE(refusal([&] { SearchablePdf::fromDocument(path("nowhere.pdf")); }),
             QString("the file does not exist"));
    QCOMPARE(refusal([&] { SearchablePdf::fromDocument(folder_.path()); }),
             QString("it is not a regular file"));
}

void SearchablePdfFilesTest::mutatedFilesNeverCrash() {
    PdfBuilder builder;
    const int field = builder.add("<< /FT /Sig /T (x) /Kids [1 0 R] >>");
    const QByteArray whole = plainDocument("/AcroForm << /Fields [" + reference(field) + "] >>", builder);
    QRandomGenerator random(20471);
    int opened = 0;
    for (int i = 0; i < 200; ++i) {
        QByteArray bytes = whole;
        for (int k = random.bounded(1, 12); k > 0; --k) {
            const int at = random.bounded(static_cast<int>(bytes.size()));
            switch (random.bounded(4)) {
                case 0:
                    bytes[at] = static_cast<char>(random.bounded(256));
                    break;
                case 1:
                    bytes.remove(at, random.bounded(1, 9));
                    break;
                case 2:
                    bytes.insert(at, bytes.mid(random.bounded(static_cast<int>(bytes.size())), 12));
                    break;
                default:
                    if (bytes[at] >= '0' && bytes[at] <= '9')
                        bytes[at] = static_cast<char>('0' + random.bounded(10));
            }
        }
        QVERIFY(save(path("mutated.pdf"), bytes));
        try {
            SearchablePdf pdf = SearchablePdf::fromDocument(path("mutated.pdf"));
            for (int page = 0; page < pdf.pageCount(); ++page)
                pdf.addText(page, pageWith("text"));
            pdf.write(path("mutated-after.pdf"), true);
            ++opened;
        } catch (const Error& error) {
            QVERIFY2(error.kind() != ErrorKind::internal, error.what());
        }
    }
    QVERIFY2(opened > 50 && opened < 200, qPrintable(QString::number(opened)));
}

void SearchablePdfFilesTest::nothingIsOverwrittenUnasked() {
    QVERIFY(save(path("plain.pdf"), plainDocument()));
    QVERIFY(save(path("mine.pdf"), "mine"));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("plain.pdf"));
    pdf.addText(0, pageWith("text"));
    QCOMPARE(refusal([&] { pdf.write(path("mine.pdf"), false); }), QString("the file exists already"));
    QCOMPARE(contentOf(path("mine.pdf")), QByteArray("mine"));
    // One that comes into being while it is written.
    {
        OutputFile late(path("late.pdf"), false);
        late.write("ours", 4);
        QVERIFY(save(path("late.pdf"), "theirs"));
        QCOMPARE(refusal([&] { late.commit(); }), QString("the file exists already"));
    }
    QCOMPARE(contentOf(path("late.pdf")), QByteArray("theirs"));
    QVERIFY(QFile::setPermissions(path("mine.pdf"), QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(QFile::link(path("mine.pdf"), path("link.pdf")));
    pdf.write(path("link.pdf"), true);  // what the link leads to
    QVERIFY(QFileInfo(path("link.pdf")).isSymLink());
    QCOMPARE(textOf(path("mine.pdf")).trimmed(), QString("text"));
    QVERIFY(!(QFile::permissions(path("mine.pdf")) & QFile::ReadOther));
    QCOMPARE(refusal([&] { pdf.write(path("no/such/folder.pdf"), false); }),
             QString("its folder does not exist"));
    QCOMPARE(refusal([&] { pdf.write(folder_.path(), true); }), QString("there is a folder of this name"));
    QCOMPARE(refusal([&] { pdf.write("/dev/null", true); }), QString("it is not a regular file"));
    QCOMPARE(QDir(folder_.path()).entryList({"*.part"}, QDir::Files | QDir::Hidden), QStringList());
}

void SearchablePdfFilesTest::documentMayReplaceItself() {
    QVERIFY(save(path("itself.pdf"), plainDocument()));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("itself.pdf"));
    pdf.addText(0, pageWith("text"));
    pdf.write(path("itself.pdf"), true);
    QCOMPARE(textOf(path("itself.pdf")).trimmed(), QString("text"));
}

// The system refuses to let the file grow, as it does when the disk is full.
void SearchablePdfFilesTest::fullDiskLeavesNothing() {
#ifdef Q_OS_UNIX
    QVERIFY(save(path("plain.pdf"), plainDocument()));
    QVERIFY(save(path("old.pdf"), "old"));
    SearchablePdf pdf = SearchablePdf::fromDocument(path("plain.pdf"));
    pdf.addText(0, pageWith("text"));
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 1500;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    const QString fresh = refusal([&] { pdf.write(path("fresh.pdf"), false); });
    const QString replaced = refusal([&] { pdf.write(path("old.pdf"), true); });
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY2(fresh.startsWith("the file cannot be written ("), qPrintable(fresh));
    QVERIFY2(replaced.startsWith("the file cannot be written ("), qPrintable(replaced));
    QVERIFY(!QFileInfo::exists(path("fresh.pdf")));
    QCOMPARE(contentOf(path("old.pdf")), QByteArray("old"));
    QCOMPARE(QDir(folder_.path()).entryList({"*.part"}, QDir::Files | QDir::Hidden), QStringList());
    pdf.write(path("fresh.pdf"), false);  // there is room again
    QCOMPARE(textOf(path("fresh.pdf")).trimmed(), QString("text"));
#else
    QSKIP("there are no limits on files here");
#endif
}

void SearchablePdfFilesTest::jpegsStayByteForByte() {
    const QByteArray colour = encoded(corners(300, 200), "jpeg");
    const QByteArray gray = encoded(corners(300, 200).convertToFormat(QImage::Format_Grayscale8), "jpeg");
    SearchablePdf pdf = SearchablePdf::fromPictures(folder_.path());
    for (const QByteArray& file : {colour, gray}) {
        QVERIFY(canEmbedJpeg(file));
        PdfPicture picture;
        picture.jpeg = file;
        const Page text = pageOf(300, 200, {lineOf({wordAt("word", 150, 50, 100, 20)})});
        pdf.addPicture(picture, &text);
    }
    pdf.write(path("jpeg.pdf"), true);
    const Output check = run("qpdf", {"--check", path("jpeg.pdf")});
    QVERIFY2(check.exit_code == 0 && check.errors.isEmpty(), (check.text + check.errors).constData());
    const auto words = wordsOf(path("jpeg.pdf"));
    QCOMPARE(words.size(), std::size_t{2});
    QVERIFY(std::hypot(words[1].at(0).x - 150 * 0.75, words[1][0].y - 50 * 0.75) < 1);
    QPDF written;
    written.processFile(QFile::encodeName(path("jpeg.pdf")).constData());
    std::vector<QByteArray> streams;
    for (QPDFObjectHandle& object : written.getAllObjects()) {
        if (!object.isStream() || !object.getDict().getKey("/Filter").isNameAndEquals("/DCTDecode")) continue;
        const auto bytes = object.getRawStreamData();
        streams.emplace_back(reinterpret_cast<const char*>(bytes->getBuffer()),
                             static_cast<qsizetype>(bytes->getSize()));
    }
    QCOMPARE(streams.size(), std::size_t{2});
    QVERIFY(std::find(streams.begin(), streams.end(), colour) != streams.end());
    QVERIFY(std::find(streams.begin(), streams.end(), gray) != streams.end());
}

void SearchablePdfFilesTest::turnedJpegsStandUpright() {
    const QByteArray jpeg = encoded(corners(120, 80), "jpeg", 95);
    SearchablePdf pdf = SearchablePdf::fromPictures(folder_.path());
    std::vector<QImage> expected;
    for (int orientation = 1; orientation <= 8; ++orientation) {
        PdfPicture picture;
        picture.jpeg = turnedJpeg(jpeg, orientation);
        picture.dpi = statedDpi(picture.jpeg);
        QCOMPARE(picture.dpi, 300.0);
        picture.dpi = 72;
        QByteArray bytes = picture.jpeg;
        QBuffer buffer(&bytes);
        QImageReader reader(&buffer);
        reader.setAutoTransform(true);
        expected.push_back(reader.read());
        pdf.addPicture(picture);
    }
    pdf.write(path("turned.pdf"), true);
    const std::vector<QImage> shown = picturesOf(path("turned.pdf"), 72, folder_.path());
    QCOMPARE(shown.size(), expected.size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
        QCOMPARE(shown[i].size(), expected[i].size());
        QVERIFY2(difference(shown[i], expected[i]) < 4, qPrintable(QString("orientation %1").arg(i + 1)));
    }
}

void SearchablePdfFilesTest::otherPicturesLoseNothing() {
    QImage noise(61, 43, QImage::Format_RGB888);
    QRandomGenerator random(7);
    for (int y = 0; y < noise.height(); ++y) {
        for (int x = 0; x < noise.width(); ++x)
            noise.setPixel(x, y, qRgb(random.bounded(256), random.bounded(256), random.bounded(256)));
    }
    QImage see_through(61, 43, QImage::Format_ARGB32);
    see_through.fill(Qt::transparent);
    see_through.setPixel(3, 4, qRgb(1, 2, 3));
    QImage on_white(61, 43, QImage::Format_RGB888);
    on_white.fill(Qt::white);
    on_white.setPixel(3, 4, qRgb(1, 2, 3));
    const QImage gray = noise.convertToFormat(QImage::Format_Grayscale8);
    const QImage bits = noise.convertToFormat(QImage::Format_Mono);
    const QImage white = [] {
        QImage image(1, 1, QImage::Format_RGB888);
        image.fill(Qt::white);
        return image;
    }();
    const std::vector<std::pair<QImage, QImage>> pictures = {
        {noise, noise}, {gray, gray}, {bits, bits}, {see_through, on_white}, {white, white}};
    SearchablePdf pdf = SearchablePdf::fromPictures(folder_.path());
    for (const auto& [given, expected] : pictures)
        pdf.addPicture({{}, given, 72});
    pdf.write(path("pixels.pdf"), true);
    const Output check = run("qpdf", {"--check", path("pixels.pdf")});
    QVERIFY2(check.exit_code == 0 && check.errors.isEmpty(), (check.text + check.errors).constData());
    QVERIFY(run("pdfimages", {"-png", path("pixels.pdf"), path("image")}).exit_code == 0);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const QImage found(path(QString("image-%1.png").arg(i, 3, 10, QChar('0'))));
        QVERIFY2(found.convertToFormat(QImage::Format_RGB888) ==
                     pictures[i].second.convertToFormat(QImage::Format_RGB888),
                 qPrintable(QString("picture %1").arg(i)));
    }
    const QString list = QString::fromUtf8(run("pdfimages", {"-list", path("pixels.pdf")}).text);
    QVERIFY2(list.count("rgb") == 2 && list.count("gray") == 3, qPrintable(list));
}

void SearchablePdfFilesTest::pagesHaveASensibleSize() {
    QCOMPARE(pageDpi({1240, 1754}, 150), 150.0);
    QCOMPARE(pageDpi({1920, 1080}, 0), 96.0);
    QCOMPARE(pageDpi({9933, 14043}, 300), 300.0);  // A0
    QCOMPARE(pageDpi({4000, 3000}, 72), 342.0);    // a camera
    QCOMPARE(pageDpi({2480, 3508}, 0), 300.0);     // A4
    QCOMPARE(pageDpi({1000, 1000}, 1e9), 96.0);
    QVERIFY(20000 / pageDpi({20000, 20}, 0) <= 200);
    QVERIFY(1 / pageDpi({1, 1}, 0) * 72 >= 3);
    QVERIFY(std::isfinite(pageDpi({1, 1}, std::numeric_limits<double>::quiet_NaN())));

    SearchablePdf pdf = SearchablePdf::fromPictures(folder_.path());
    pdf.addPicture({{}, corners(1240, 1754), 150});
    pdf.write(path("size.pdf"), true);
    const QString facts = QString::fromUtf8(run("pdfinfo", {path("size.pdf")}).text);
    QVERIFY2(facts.contains("595.2 x 841.92 pts (A4)"), qPrintable(facts));
}

void SearchablePdfFilesTest::resolutionIsReadFromTheFile() {
    QImage image = corners(40, 30);
    image.setDotsPerMeterX(11811);  // 300 dpi
    image.setDotsPerMeterY(11811);
    for (const char* format : {"png", "jpeg", "bmp", "tiff"}) {
        const double dpi = statedDpi(encoded(image, format));
        QVERIFY2(std::abs(dpi - 300) < 0.5, qPrintable(QString("%1: %2").arg(format).arg(dpi)));
    }
    image.setDotsPerMeterX(5000);
    QCOMPARE(statedDpi(encoded(image, "png")), 0.0);
    QCOMPARE(statedDpi("rubbish"), 0.0);
    QCOMPARE(statedDpi({}), 0.0);
    // Cut anywhere and with any byte changed: no crash, a sane number.
    const QByteArray tiff = encoded(image, "tiff");
    const QByteArray jpeg = turnedJpeg(encoded(image, "jpeg"), 6);
    QRandomGenerator random(3);
    for (const QByteArray& whole : {tiff, jpeg}) {
        for (int i = 0; i < 3000; ++i) {
            QByteArray bytes = whole.left(random.bounded(1, 400));
            bytes[random.bounded(static_cast<int>(bytes.size()))] = static_cast<char>(random.bounded(256));
            QVERIFY(statedDpi(bytes, random.bounded(3)) >= 0);
            canEmbedJpeg(bytes);
        }
    }
}

void SearchablePdfFilesTest::oddPicturesAreRefused() {
    QByteArray jpeg = encoded(corners(40, 30), "jpeg");
    const qsizetype frame = jpeg.indexOf(QByteArray("\xff\xc0", 2));
    QVERIFY(frame > 0);
    const auto changed = [&](qsizetype at, char value) {
        QByteArray bytes = jpeg;
        bytes[frame + at] = value;
        return bytes;
    };
    QVERIFY(canEmbedJpeg(jpeg));
    QVERIFY(!canEmbedJpeg(changed(9, 4)));       // CMYK
    QVERIFY(!canEmbedJpeg(changed(4, 12)));      // 12 bit
    QVERIFY(!canEmbedJpeg(changed(1, '\xc9')));  // arithmetic code
    QVERIFY(!canEmbedJpeg(encoded(corners(40, 30), "png")));
    QVERIFY(!canEmbedJpeg({}));

    SearchablePdf pdf = SearchablePdf::fromPictures(folder_.path());
    QCOMPARE(refusal([&] { pdf.addPicture({jpeg.left(20), {}, 0}); }), QString("the picture has no pixels"));
    Page unplaced = pageWith("text");
    unplaced.width = 0;
    QVERIFY(!refusal([&] { pdf.addPicture({jpeg, {}, 0}, &unplaced); }).isEmpty());
    QCOMPARE(pdf.pageCount(), 0);  // as if nothing had been asked
    // CMYK with its pixels at hand.
    pdf.addPicture({changed(9, 4), corners(40, 30), 0});
    QCOMPARE(pdf.pageCount(), 1);
    QVERIFY(save(path("plain.pdf"), plainDocument()));
    SearchablePdf document = SearchablePdf::fromDocument(path("plain.pdf"));
    QCOMPARE(refusal([&] {
                 document.addPicture({jpeg, {}, 0});
             }),
             QString("pictures are added to a new PDF only"));
    QVERIFY(!refusal([&] {
                 SearchablePdf nowhere = SearchablePdf::fromPictures(path("no/such/folder"));
                 nowhere.addPicture({jpeg, {}, 0});
             }).isEmpty());
}

void SearchablePdfFilesTest::picturesAreNotKeptInMemory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer keeps what was freed");
#elif defined(Q_OS_LINUX)
    const auto resident = [] {
        const QList<QByteArray> fields = contentOf("/proc/self/statm").split(' ');
        return fields.value(1).toLongLong() * 4096;
    };
    // 64 MiB in pieces of 1: a comment in a JPEG file is as good as a picture.
    QByteArray jpeg = encoded(corners(40, 30), "jpeg");
    jpeg.append(1 << 20, 'x');
    SearchablePdf pdf = SearchablePdf::fromPictures(folder_.path());
    const Page text = pageOf(40, 30, {lineOf({wordAt("word", 20, 15, 20, 8)})});
    pdf.addPicture({jpeg, {}, 0}, &text);
    const qint64 before = resident();
    for (int i = 0; i < 63; ++i)
        pdf.addPicture({jpeg, {}, 0}, &text);
    pdf.write(path("many.pdf"), true);
    const qint64 grown = resident() - before;
    QVERIFY(QFileInfo(path("many.pdf")).size() > qint64{64} << 20);
    QVERIFY2(grown < qint64{16} << 20, qPrintable(QString("%1 MiB").arg(grown >> 20)));
    QFile::remove(path("many.pdf"));
#else
    QSKIP("how much memory is used is not known here");
#endif
}

QTEST_GUILESS_MAIN(SearchablePdfFilesTest)
#include "searchable_pdf_files_test.moc"
