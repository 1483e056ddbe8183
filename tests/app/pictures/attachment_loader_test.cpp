// Pictures and pages through the real decode helper: what comes out, what is refused and why, and that nobody
// waits for what is not wanted any more.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/pictures/attachment_loader.h"
#include "app/pictures/picture_store.h"
#include "tests/app/documents/document_builder.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

namespace {

constexpr int enough_ms = 120'000;

// Processes that this one has started and that still run.
int runningHelpers() {
    int count = 0;
    const QDir tasks("/proc/self/task");
    for (const QString& task : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile file(tasks.filePath(task + "/children"));
        if (!file.open(QIODevice::ReadOnly)) continue;
        const QByteArray ids = file.readAll().simplified();
        count += ids.isEmpty() ? 0 : static_cast<int>(ids.count(' ')) + 1;
    }
    return count;
}

// What a loader reports, in order.
struct Report {
    quint64 key = 0;
    AttachmentRef attachment;
    DocumentRef document;
    QString reason;
};

}  // namespace

class AttachmentLoaderTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { make({}); }
    void cleanup() {
        loader_.reset();
        reports_.clear();
        QCOMPARE(store_->size(), 0);
    }

    void picturesAreDecodedAndNamedByContent();
    void animationsShowTheirFirstFrame();
    void pagesOfAPdf();
    void pagesOfATiffFromTheClipboard();
    void partsAreExact();
    void badFilesAreRefused_data();
    void badFilesAreRefused();
    void aCrashIsOneRefusedAttachment();
    void helpersEndWhenThereIsNothingToDo();
    void whatIsCancelledIsNotReported();
    void nobodyWaitsForAPageThatNeverEnds();
    void nobodyWaitsForAHugePicture();

  private:
    void make(const DecoderOptions& options) {
        reports_.clear();
        loader_ = std::make_unique<AttachmentLoader>(store_, options);
        connect(loader_.get(), &AttachmentLoader::loaded, this,
                [this](quint64 key, const AttachmentRef& attachment) {
                    reports_.push_back({key, attachment, nullptr, {}});
                });
        connect(loader_.get(), &AttachmentLoader::documentFound, this,
                [this](quint64 key, const DocumentRef& document) {
                    reports_.push_back({key, nullptr, document, {}});
                });
        connect(loader_.get(), &AttachmentLoader::refused, this, [this](quint64 key, const QString& reason) {
            reports_.push_back({key, nullptr, nullptr, reason});
        });
    }
    bool arrives(std::size_t count) {
        return QTest::qWaitFor([this, count] { return reports_.size() >= count; }, enough_ms);
    }
    QString write(const QString& name, const QByteArray& bytes) {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write");
        return file.fileName();
    }
    static QString dataPath(const QString& name) { return test_paths::data("pictures/") + name; }

    QTemporaryDir folder_;
    std::shared_ptr<PictureStore> store_ = std::make_shared<PictureStore>();
    std::unique_ptr<AttachmentLoader> loader_;
    std::vector<Report> reports_;
};

void AttachmentLoaderTest::picturesAreDecodedAndNamedByContent() {
    QImage image(300, 200, QImage::Format_RGB888);
    image.fill(QColor(10, 20, 30));
    const QString path = folder_.filePath("a.png");
    QVERIFY(image.save(path) && image.save(folder_.filePath("b.bmp")));
    loader_->loadFile(1, path, "a.png");
    loader_->loadFile(2, folder_.filePath("b.bmp"), "b.bmp");
    loader_->loadImage(3, image, "c");
    QVERIFY(arrives(3));
    for (const Report& report : reports_) {
        QVERIFY2(report.attachment, qPrintable(report.reason));
        QCOMPARE(report.attachment->id, reports_[0].attachment->id);
        QCOMPARE(report.attachment->size, QSize(300, 200));
        QCOMPARE(report.attachment->picture->rgb[4], std::uint8_t{20});
        QVERIFY(report.attachment->note.isEmpty());
        const QImage shown = store_->find(report.attachment->preview->source().section('/', -1));
        QCOMPARE(shown.size(), QSize(300, 200));
    }
    loader_->loadFile(4, dataPath("exif_rotated.jpg"), "e.jpg");
    QVERIFY(arrives(4));
    QVERIFY(reports_[3].attachment);
    QVERIFY(reports_[3].attachment->id != reports_[0].attachment->id);
}

void AttachmentLoaderTest::animationsShowTheirFirstFrame() {
    loader_->loadFile(1, dataPath("animated.webp"), "a.webp");
    QVERIFY(arrives(1));
    QVERIFY2(reports_[0].attachment, qPrintable(reports_[0].reason));
    QVERIFY2(reports_[0].attachment->note.startsWith("Animation: the first of "),
             qPrintable(reports_[0].attachment->note));
    loader_->loadFile(2, dataPath("still.gif"), "still.gif");
    QVERIFY(arrives(2));
    QVERIFY(reports_[1].attachment && reports_[1].attachment->note.isEmpty());
}

void AttachmentLoaderTest::pagesOfAPdf() {
    const QString path = write(
        "a.pdf", PdfBuilder().build({{textAt(72, 700, "one"), {}}, {textAt(72, 700, "two"), "/Rotate 90"}}));
    loader_->loadFile(1, path, "a.pdf");
    QVERIFY(arrives(1));
    QVERIFY2(reports_[0].document, qPrintable(reports_[0].reason));
    QCOMPARE(reports_[0].document->pages, 2);
    loader_->loadPage(2, reports_[0].document, 1);
    QVERIFY(arrives(2));
    QVERIFY2(reports_[1].attachment, qPrintable(reports_[1].reason));
    QCOMPARE(reports_[1].attachment->name, QString("a.pdf, page 2"));
    QCOMPARE(reports_[1].attachment->note, QString("Page 2 of 2"));
    // Letter at 200 dpi, on its side.
    QCOMPARE(reports_[1].attachment->size, QSize(2200, 1700));
    // A file of one page is that page.
    loader_->loadFile(3, write("b.pdf", PdfBuilder().build({{textAt(72, 700, "one"), {}}})), "b.pdf");
    QVERIFY(arrives(3));
    QVERIFY(reports_[2].attachment);
    QCOMPARE(reports_[2].attachment->name, QString("b.pdf"));
}

void AttachmentLoaderTest::pagesOfATiffFromTheClipboard() {
    QImage first(40, 30, QImage::Format_Grayscale8);
    first.fill(50);
    QImage second(60, 20, QImage::Format_Grayscale8);
    second.fill(90);
    loader_->loadEncoded(1, tiffOf({first, second}), "Pasted");
    QVERIFY(arrives(1));
    QVERIFY2(reports_[0].document, qPrintable(reports_[0].reason));
    loader_->loadPage(2, reports_[0].document, 1);
    QVERIFY(arrives(2));
    QVERIFY2(reports_[1].attachment, qPrintable(reports_[1].reason));
    QCOMPARE(reports_[1].attachment->size, QSize(60, 20));
    QCOMPARE(reports_[1].attachment->picture->rgb[0], std::uint8_t{90});
}

void AttachmentLoaderTest::partsAreExact() {
    QImage image(50, 40, QImage::Format_RGB888);
    for (int y = 0; y < 40; ++y) {
        for (int x = 0; x < 50; ++x)
            image.setPixel(x, y, qRgb(x, y, 7));
    }
    loader_->loadImage(1, image, "a");
    QVERIFY(arrives(1));
    const AttachmentRef whole = reports_[0].attachment;
    loader_->loadPart(2, whole, QRect(11, 5, 20, 30), "part");
    loader_->loadPart(3, whole, QRect(40, 30, 100, 100), "corner");
    loader_->loadPart(4, whole, QRect(60, 0, 5, 5), "outside");
    QVERIFY(arrives(4));
    for (const Report& report : reports_) {
        if (report.key == 2) {
            const Picture& part = *report.attachment->picture;
            QCOMPARE(QSize(part.width, part.height), QSize(20, 30));
            for (int y = 0; y < 30; ++y) {
                for (int x = 0; x < 20; ++x) {
                    const std::uint8_t* pixel = part.rgb.data() + 3 * (y * 20 + x);
                    QVERIFY(pixel[0] == x + 11 && pixel[1] == y + 5 && pixel[2] == 7);
                }
            }
        } else if (report.key == 3) {
            QCOMPARE(report.attachment->size, QSize(10, 10));
        } else if (report.key == 4) {
            QVERIFY(report.reason.contains("outside"));
        }
    }
}

void AttachmentLoaderTest::badFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    QTest::newRow("empty") << QByteArray() << "empty";
    QTest::newRow("text") << QByteArray("Dear reader") << "neither a PDF nor a picture";
    QTest::newRow("half a pdf") << QByteArray("%PDF-1.7\nhalf") << "cannot be used";
    QTest::newRow("sides of 60,000") << QByteArray("P6\n60000 60000\n255\n") << "header is damaged";
}

void AttachmentLoaderTest::badFilesAreRefused() {
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, reason);
    loader_->loadFile(1, write("file", bytes), "file");
    QVERIFY(arrives(1));
    QVERIFY2(reports_[0].reason.contains(reason), qPrintable(reports_[0].reason));
    QVERIFY(reports_[0].reason.endsWith('.'));
}

void AttachmentLoaderTest::aCrashIsOneRefusedAttachment() {
    DecoderOptions options;
    options.program = test_paths::testProgram("lying_helper");
    qputenv("SIGHTLINE_TEST_LIE", "crash-at-open");
    make(options);
    loader_->loadEncoded(1, "anything", "a");
    QVERIFY(arrives(1));
    QVERIFY2(reports_[0].reason.contains("crash"), qPrintable(reports_[0].reason));
    // The next file gets a new helper: this one crashes at its page only.
    qputenv("SIGHTLINE_TEST_LIE", "crash");
    loader_->loadEncoded(2, "anything", "b");
    QVERIFY(arrives(2));
    QVERIFY2(reports_[1].document, qPrintable(reports_[1].reason));
    loader_->loadPage(3, reports_[1].document, 0);
    QVERIFY(arrives(3));
    QVERIFY(reports_[2].reason.contains("crash"));
    qunsetenv("SIGHTLINE_TEST_LIE");
}

void AttachmentLoaderTest::helpersEndWhenThereIsNothingToDo() {
    loader_->loadFile(1, dataPath("gray.png"), "a");
    loader_->loadFile(2, dataPath("gray.jpg"), "b");
    QVERIFY(arrives(2));
    QVERIFY(QTest::qWaitFor([] { return runningHelpers() == 0; }, enough_ms));
    loader_->loadFile(3, dataPath("gray.png"), "a");
    QVERIFY(arrives(3));
    QVERIFY(reports_[2].attachment);
}

void AttachmentLoaderTest::whatIsCancelledIsNotReported() {
    const QString path = write("endless.pdf", endlessPdf());
    loader_->loadFile(1, path, "endless.pdf");
    QVERIFY(arrives(1));
    loader_->loadPage(2, reports_[0].document, 2);  // never ends
    loader_->loadPage(3, reports_[0].document, 2);
    loader_->loadPage(4, reports_[0].document, 0);  // waits behind the two
    loader_->cancel(2);
    loader_->cancel(3);
    loader_->cancel(99);
    QElapsedTimer clock;
    clock.start();
    QVERIFY(arrives(2));
    QVERIFY2(clock.elapsed() < 15'000, "it waited for a page that nobody wants");
    QCOMPARE(reports_[1].key, quint64{4});
    QVERIFY(reports_[1].attachment);
    loader_->cancel(4);  // has ended
    QCOMPARE(reports_.size(), std::size_t{2});
}

void AttachmentLoaderTest::nobodyWaitsForAPageThatNeverEnds() {
    loader_->loadFile(1, write("endless.pdf", endlessPdf()), "endless.pdf");
    QVERIFY(arrives(1));
    loader_->loadPage(2, reports_[0].document, 2);
    QVERIFY(QTest::qWaitFor([] { return runningHelpers() > 0; }, enough_ms));
    QElapsedTimer clock;
    clock.start();
    loader_.reset();
    QVERIFY2(clock.elapsed() < 3'000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(runningHelpers(), 0);
}

// 190 megapixels: in work wherever it is, in the helper or here.
void AttachmentLoaderTest::nobodyWaitsForAHugePicture() {
    const QString path = folder_.filePath("huge.ppm");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.write("P6\n14000 13500\n255\n") > 0);
    QVERIFY(file.resize(file.size() + qint64{3} * 14000 * 13500));
    file.close();
    for (const int wait_ms : {0, 150, 400}) {
        make({});
        loader_->loadFile(1, path, "huge.ppm");
        QVERIFY(QTest::qWaitFor([] { return runningHelpers() > 0; }, enough_ms));
        QElapsedTimer started;
        started.start();
        // Not a wait for anything: the picture shall be further on each time.
        while (started.elapsed() < wait_ms)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 10);
        QElapsedTimer clock;
        clock.start();
        loader_.reset();
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
    }
}

QTEST_MAIN(AttachmentLoaderTest)
#include "attachment_loader_test.moc"
