// `sightline ocr` as a user runs it: real documents, the real reader, the real helper processes; killed,
// stopped, resumed, with full disks and bad files.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/documents/document_builder.h"
#include "tests/test_paths.h"

using namespace sightline::test;

namespace {

constexpr int many = 7;             // pages: so many that a run of them can be interrupted
constexpr int enough_ms = 300'000;  // a limit for machines that do other work, never a wait

struct Result {
    int code = -1;
    QString out;
    QString err;
};

QProcessEnvironment environment() {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove("DISPLAY");
    environment.remove("WAYLAND_DISPLAY");
    environment.remove("QT_QPA_PLATFORM");
    return environment;
}

Result finished(QProcess& process) {
    if (!process.waitForFinished(enough_ms)) {
        process.kill();
        process.waitForFinished();
        return {-1, {}, "it did not end"};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

Result run(const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(test_paths::program(), QStringList{"ocr", "--threads", "1"} + arguments);
    process.write(input);
    process.closeWriteChannel();
    return finished(process);
}

QImage sample(const char* name) {
    const QImage image(test_paths::source("resources/samples/") + name);
    if (image.isNull()) qFatal("no sample %s", name);
    return image;
}

QList<QJsonObject> jsonLines(const QString& text) {
    QList<QJsonObject> lines;
    for (const QString& line : text.split('\n', Qt::SkipEmptyParts))
        lines << QJsonDocument::fromJson(line.toUtf8()).object();
    return lines;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Two runs are equal but for the time that they took.
QByteArray withoutSeconds(QByteArray text) {
    for (qsizetype at = text.indexOf("\"seconds\":"); at >= 0; at = text.indexOf("\"seconds\":", at + 1))
        text.remove(at, text.indexOf(',', at) - at);
    return text;
}

// The helper of a running program: its child.
qint64 helperOf(qint64 program) {
    const QByteArray children = [program] {
        QByteArray all;
        const QDir tasks(QString("/proc/%1/task").arg(program));
        for (const QString& task : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            all += contentOf(tasks.filePath(task + "/children"));
        return all;
    }();
    return children.simplified().split(' ').value(0).toLongLong();
}

double processorSeconds(qint64 process) {
    const QList<QByteArray> fields = contentOf(QString("/proc/%1/stat").arg(process)).split(' ');
    return fields.size() > 14 ? fields[13].toDouble() / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
}

QByteArray textPdf(int pages) {
    PdfBuilder pdf;
    QList<PdfPage> made;
    for (int i = 1; i <= pages; ++i)
        made << PdfPage{textAt(72, 700, "Page number " + QByteArray::number(i)), {}};
    return pdf.build(made);
}

}  // namespace

#define VERIFY_CODE(result, expected)     \
    QVERIFY2((result).code == (expected), \
             qPrintable(QString("exit code %1: %2").arg((result).code).arg((result).err)))

class OcrTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        if (!QFile::exists(QFileInfo(test_paths::program()).path() +
                           "/../share/sightline/text-reader/alphabet.txt"))
            QSKIP("the text reader's files are not installed: ./dev setup makes them");
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aPictureIsRead();
    void standardInputIsRead();
    void everyPageIsALineOfJson();
    void aPdfsOwnTextIsUsedSkippedOrCompared();
    void anEndlessPageFailsAlone();
    void aCrashedHelperFailsOnePage();
    void foldersAreMirrored();
    void badFilesAreNamedAndTheRestGoesOn();
    void encryptedPdfsOpenWithTheFile();
    void onlyTheWantedPagesAreRead();
    void wrongUsageIsTwo_data();
    void wrongUsageIsTwo();
    void nothingIsOverwritten();
    void killedAndResumedIsTheSame();
    void ctrlCStopsAndResumes();
    void aFullDiskLosesNothing();
    void aFullOutputIsTold();
    void aSearchablePdfIsWritten();

  private:
    QString path(const QString& name) const { return folder_->filePath(name); }
    QString write(const QString& name, const QByteArray& bytes) {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("cannot write");
        return file.fileName();
    }
    QString manyPages() { return write("many.tif", tiffOf(QList<QImage>(many, sample("line.png")))); }
    void interrupt(int signal_number, Result& result);

    std::unique_ptr<QTemporaryDir> folder_;
};

void OcrTest::aPictureIsRead() {
    const Result result = run({test_paths::source("resources/samples/message.png")});
    VERIFY_CODE(result, 0);
    QVERIFY2(result.out.contains("The file could not be opened."), qPrintable(result.out));
    QVERIFY2(result.err.contains("1 page of 1 document read"), qPrintable(result.err));
    QCOMPARE(result.err.count('\n'), 1);
}

void OcrTest::standardInputIsRead() {
    const QByteArray picture = contentOf(test_paths::source("resources/samples/line.png"));
    const Result result = run({"--format", "jsonl", "-"}, picture);
    VERIFY_CODE(result, 0);
    QCOMPARE(jsonLines(result.out)[0]["file"].toString(), QString("standard input"));
    QVERIFY2(jsonLines(result.out)[0]["text"].toString().contains("Connection lost"), qPrintable(result.out));
    const Result bad = run({"-"}, "no picture");
    VERIFY_CODE(bad, 1);
    QVERIFY2(bad.err.contains("standard input: it is neither"), qPrintable(bad.err));
}

void OcrTest::everyPageIsALineOfJson() {
    const QString scan = write("scan.tif", tiffOf({sample("message.png"), sample("line.png")}));
    const Result result = run({"--format", "jsonl", "--jobs", "3", scan});
    VERIFY_CODE(result, 0);
    const QList<QJsonObject> lines = jsonLines(result.out);
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[1]["page"].toInt(), 2);
    QCOMPARE(lines[1]["pages"].toInt(), 2);
    QCOMPARE(lines[0]["width"].toInt(), sample("message.png").width());
    QCOMPARE(lines[1]["source"].toString(), QString("reader"));
    QVERIFY(lines[0]["seconds"].toDouble() > 0);
    QVERIFY(lines[0]["text"].toString().contains("could not be opened"));
    QVERIFY(lines[1]["text"].toString().contains("Connection lost"));
    QVERIFY(lines[1]["content"].toObject().contains("blocks"));
}

void OcrTest::aPdfsOwnTextIsUsedSkippedOrCompared() {
    PdfBuilder pdf;
    // The layer says something else than what is seen: invisible text over visible words.
    const QString file =
        write("layer.pdf", pdf.build({{textAt(72, 700, "Printed words are here", 24) +
                                           "BT 3 Tr /F1 24 Tf 72 600 Td (Hidden layer) Tj ET\n",
                                       {}}}));
    const auto line = [&](const char* use) {
        const Result result = run({"--format", "jsonl", "--text-layer", use, file});
        return result.code == 0 ? jsonLines(result.out).value(0) : QJsonObject();
    };
    const QJsonObject used = line("use");
    QCOMPARE(used["source"].toString(), QString("text layer"));
    QVERIFY(used["text"].toString().contains("Hidden layer"));
    QVERIFY(used["text"].toString().contains("Printed words are here"));
    const QJsonObject skipped = line("skip");
    QCOMPARE(skipped["source"].toString(), QString("reader"));
    QCOMPARE(skipped["text"].toString().trimmed(), QString("Printed words are here"));
    const QJsonObject compared = line("compare");
    QCOMPARE(compared["source"].toString(), QString("reader"));
    QCOMPARE(compared["text"].toString().trimmed(), QString("Printed words are here"));
    QVERIFY(compared["text_layer"].toString().contains("Hidden layer"));
    QCOMPARE(compared["difference"].toDouble(), 0.3333);  // two of six words
}

void OcrTest::anEndlessPageFailsAlone() {
    const QString file = write("evil.pdf", endlessPdf());
    const Result result = run({"--format", "jsonl", "--page-timeout", "1", file});
    VERIFY_CODE(result, 1);
    const QList<QJsonObject> lines = jsonLines(result.out);
    QCOMPARE(lines.size(), 5);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(lines[i]["page"].toInt(), i + 1);
        if (i == 2) {
            QVERIFY(lines[i]["error"].toString().contains("longer than 1 second"));
        } else {
            QCOMPARE(lines[i]["text"].toString().trimmed(), QString("This is page %1").arg(i + 1));
        }
    }
    QVERIFY2(result.err.contains("evil.pdf, page 3: it took longer"), qPrintable(result.err));
    QVERIFY2(result.err.contains("1 page failed"), qPrintable(result.err));
}

void OcrTest::aCrashedHelperFailsOnePage() {
    const QString file = write("evil.pdf", endlessPdf());
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(test_paths::program(),
                  {"ocr", "--format", "jsonl", "--page-timeout", "200", "--jobs", "1", file});
    QVERIFY(process.waitForStarted());
    // Pages 1 and 2 cost it nothing: when it has worked for long it is on page 3.
    QTRY_VERIFY_WITH_TIMEOUT(
        process.state() == QProcess::NotRunning || processorSeconds(helperOf(process.processId())) > 0.7,
        enough_ms);
    QCOMPARE(process.state(), QProcess::Running);
    QCOMPARE(::kill(static_cast<pid_t>(helperOf(process.processId())), SIGKILL), 0);
    const Result result = finished(process);
    VERIFY_CODE(result, 1);
    const QList<QJsonObject> lines = jsonLines(result.out);
    QCOMPARE(lines.size(), 5);
    QVERIFY2(lines[2]["error"].toString().contains("crash (Killed)"), qPrintable(result.out));
    for (const int page : {0, 1, 3, 4})
        QCOMPARE(lines[page]["text"].toString().trimmed(), QString("This is page %1").arg(page + 1));
}

void OcrTest::foldersAreMirrored() {
    write("in/a/one.pdf", textPdf(2));
    write("in/two.pdf", textPdf(1));
    write("in/readme.odt", "x");
    QVERIFY(::symlink("..", qPrintable(path("in/a/loop"))) == 0);
    const Result result = run({path("in"), "-o", path("out/"), "--format", "md"});
    VERIFY_CODE(result, 0);
    QVERIFY(contentOf(path("out/a/one.pdf.md")).contains("Page number 1"));
    QVERIFY(contentOf(path("out/a/one.pdf.md")).contains("<!-- page 2 -->"));
    QVERIFY(contentOf(path("out/two.pdf.md")).contains("Page number 1"));
    QVERIFY2(result.err.contains("loop leads to a folder that is read already"), qPrintable(result.err));
    QVERIFY2(result.err.contains("3 pages of 2 documents"), qPrintable(result.err));
    QDirIterator files(path("out"), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    int count = 0;
    for (; files.hasNext(); ++count)
        files.next();
    QCOMPARE(count, 2);
    QCOMPARE(result.out, QString());
}

void OcrTest::badFilesAreNamedAndTheRestGoesOn() {
    write("in/1 cut.pdf", textPdf(3).left(300));
    write("in/2 text.png", "no picture");
    write("in/3 good.pdf", textPdf(1));
    write("in/4 empty.jpg", {});
    QVERIFY(::symlink("nowhere", qPrintable(path("in/5 link.png"))) == 0);
    const Result result = run({path("in"), path("gone.pdf"), "--format", "jsonl"});
    VERIFY_CODE(result, 1);
    for (const char* name : {"1 cut.pdf", "2 text.png", "4 empty.jpg", "5 link.png", "gone.pdf"})
        QVERIFY2(result.err.contains(QString(name)), qPrintable(result.err));
    QVERIFY2(!result.err.contains("good.pdf"), qPrintable(result.err));
    QCOMPARE(result.err.count('\n'), 6);  // one line each, and the summary
    QVERIFY2(result.err.contains("5 files failed"), qPrintable(result.err));
    int read = 0;
    for (const QJsonObject& line : jsonLines(result.out))
        read += line["text"].toString().contains("Page number 1");
    QCOMPARE(read, 1);
    QCOMPARE(jsonLines(result.out).size(), 5);  // the link is no document
}

void OcrTest::encryptedPdfsOpenWithTheFile() {
    if (QStandardPaths::findExecutable("qpdf").isEmpty()) QSKIP("qpdf is not installed");
    const QString plain = write("plain.pdf", textPdf(1));
    QCOMPARE(
        QProcess::execute("qpdf", {"--encrypt", "open", "owner", "256", "--", plain, path("locked.pdf")}), 0);
    Result result = run({path("locked.pdf")});
    VERIFY_CODE(result, 1);
    QVERIFY2(result.err.contains("password is needed"), qPrintable(result.err));
    result = run({path("locked.pdf"), plain, "--password-file", write("password", "open\nother\n")});
    VERIFY_CODE(result, 0);
    QCOMPARE(result.out.count("Page number 1"), 2);
    result = run({path("locked.pdf"), "--password-file", write("password", "wrong\n")});
    VERIFY_CODE(result, 1);
    QVERIFY2(result.err.contains("password is wrong"), qPrintable(result.err));
    VERIFY_CODE(run({plain, "--password-file", path("none")}), 2);
}

void OcrTest::onlyTheWantedPagesAreRead() {
    const QString book = write("book.pdf", textPdf(10000));
    const Result result = run({"--pages", "9999-,2", book});
    VERIFY_CODE(result, 0);
    QCOMPARE(result.out, QString("Page number 2\n\fPage number 9999\n\fPage number 10000\n"));
    const Result none = run({"--pages", "3", write("short.pdf", textPdf(2))});
    VERIFY_CODE(none, 1);
    QVERIFY2(none.err.contains("has 2 pages, and none of those"), qPrintable(none.err));
}

void OcrTest::wrongUsageIsTwo_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("nothing to read") << QStringList{} << "inputs";
    QTest::newRow("pages") << QStringList{"--pages", "3-1", "a.pdf"} << "--pages";
    QTest::newRow("format") << QStringList{"--format", "docx", "a.pdf"} << "--format";
    QTest::newRow("jobs") << QStringList{"--jobs", "0", "a.pdf"} << "--jobs";
    QTest::newRow("threads") << QStringList{"--threads", "many", "a.pdf"} << "--threads";
    QTest::newRow("layer") << QStringList{"--text-layer", "yes", "a.pdf"} << "--text-layer";
    QTest::newRow("both") << QStringList{"--resume", "--overwrite", "-o", "x", "a.pdf"} << "--overwrite";
    QTest::newRow("PDF to the terminal") << QStringList{"--format", "pdf", "a.pdf"} << "-o";
    QTest::newRow("resume of nothing") << QStringList{"--resume", "a.pdf"} << "-o";
}

void OcrTest::wrongUsageIsTwo() {
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, named);
    const Result result = run(arguments);
    VERIFY_CODE(result, 2);
    QVERIFY2(result.err.contains(named), qPrintable(result.err));
    QCOMPARE(result.out, QString());
}

void OcrTest::nothingIsOverwritten() {
    const QString pdf = write("a.pdf", textPdf(1));
    const QString kept = write("out.txt", "precious");
    Result result = run({pdf, "-o", kept});
    VERIFY_CODE(result, 1);
    QVERIFY2(result.err.contains("out.txt exists: --overwrite"), qPrintable(result.err));
    QCOMPARE(contentOf(kept), QByteArray("precious"));
    result = run({pdf, "-o", kept, "--overwrite"});
    VERIFY_CODE(result, 0);
    QCOMPARE(contentOf(kept), QByteArray("Page number 1\n"));
    QCOMPARE(run({pdf, "-o", pdf, "--overwrite"}).code, 2);
    QVERIFY(contentOf(pdf).startsWith("%PDF"));
}

// Starts to read many pages into out.jsonl and ends it in the middle.
void OcrTest::interrupt(int signal_number, Result& result) {
    const QString journal = path("out.jsonl.unfinished");
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(test_paths::program(),
                  {"ocr", "--threads", "1", "--format", "jsonl", "-o", path("out.jsonl"), path("many.tif")});
    QVERIFY(process.waitForStarted());
    // Seen early: on a quick machine its part is done before much is read.
    qint64 helper = 0;
    QTRY_VERIFY_WITH_TIMEOUT((helper = helperOf(process.processId())) > 0, enough_ms);
    // The header and two pages are on the disk; most of the work is left.
    QTRY_VERIFY_WITH_TIMEOUT(process.state() == QProcess::NotRunning || contentOf(journal).count('\n') >= 3,
                             enough_ms);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), signal_number), 0);
    result = finished(process);
    QVERIFY(QFile::exists(journal));
    QVERIFY(!QFile::exists(path("out.jsonl")));
    QTRY_VERIFY_WITH_TIMEOUT(processorSeconds(helper) == 0, enough_ms);  // it does not outlive the program
}

void OcrTest::killedAndResumedIsTheSame() {
    const Result whole = run({"--format", "jsonl", manyPages()});
    VERIFY_CODE(whole, 0);
    QCOMPARE(jsonLines(whole.out).size(), many);
    Result killed;
    interrupt(SIGKILL, killed);
    if (QTest::currentTestFailed()) return;
    // What was being written when it was killed.
    QFile journal(path("out.jsonl.unfinished"));
    QVERIFY(journal.open(QIODevice::Append));
    journal.write("{\"file\":\"many.tif\",\"page\":4,\"bytes\":\"{\\\"te");
    journal.close();
    const Result refused = run({"--format", "jsonl", "-o", path("out.jsonl"), path("many.tif")});
    VERIFY_CODE(refused, 1);
    QVERIFY2(refused.err.contains("--resume goes on"), qPrintable(refused.err));
    const Result other = run({"--format", "md", "--resume", "-o", path("out.jsonl"), path("many.tif")});
    VERIFY_CODE(other, 1);
    QVERIFY2(other.err.contains("other options"), qPrintable(other.err));
    const Result resumed = run({"--format", "jsonl", "-o", path("out.jsonl"), "--resume", path("many.tif")});
    VERIFY_CODE(resumed, 0);
    QVERIFY2(resumed.err.contains("read before"), qPrintable(resumed.err));
    QCOMPARE(withoutSeconds(contentOf(path("out.jsonl"))), withoutSeconds(whole.out.toUtf8()));
    QVERIFY(!QFile::exists(path("out.jsonl.unfinished")));
    // Once more: everything is there.
    const Result again = run({"--format", "jsonl", "-o", path("out.jsonl"), "--resume", path("many.tif")});
    VERIFY_CODE(again, 0);
    QVERIFY2(again.err.contains("1 document finished before"), qPrintable(again.err));
}

void OcrTest::ctrlCStopsAndResumes() {
    manyPages();
    Result stopped;
    interrupt(SIGINT, stopped);
    if (QTest::currentTestFailed()) return;
    VERIFY_CODE(stopped, 130);
    QVERIFY2(stopped.err.contains("--resume"), qPrintable(stopped.err));
    const Result resumed = run({"--format", "jsonl", "-o", path("out.jsonl"), "--resume", path("many.tif")});
    VERIFY_CODE(resumed, 0);
    QCOMPARE(jsonLines(QString::fromUtf8(contentOf(path("out.jsonl")))).size(), many);
}

void OcrTest::aFullDiskLosesNothing() {
    const QString pdf = write("a.pdf", textPdf(400));
    const Result whole = run({"--format", "jsonl", pdf});
    VERIFY_CODE(whole, 0);
    // No file of the program may grow beyond 64 KiB; the program hears of it as of a full disk.
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start("sh", {"-c", "trap '' XFSZ; ulimit -f 128; exec \"$0\" ocr --format jsonl -o \"$1\" \"$2\"",
                         test_paths::program(), path("out.jsonl"), pdf});
    const Result full = finished(process);
    VERIFY_CODE(full, 1);
    QVERIFY2(full.err.contains("out.jsonl: it cannot be written"), qPrintable(full.err));
    QVERIFY2(full.err.contains("--resume goes on"), qPrintable(full.err));
    QVERIFY(!QFile::exists(path("out.jsonl")));
    const Result resumed = run({"--format", "jsonl", "-o", path("out.jsonl"), "--resume", pdf});
    VERIFY_CODE(resumed, 0);
    QVERIFY2(resumed.err.contains("read before"), qPrintable(resumed.err));
    QCOMPARE(withoutSeconds(contentOf(path("out.jsonl"))), withoutSeconds(whole.out.toUtf8()));
}

void OcrTest::aFullOutputIsTold() {
    const QString pdf = write("a.pdf", textPdf(2));
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start("sh", {"-c", "exec \"$0\" ocr \"$1\" > /dev/full", test_paths::program(), pdf});
    const Result result = finished(process);
    VERIFY_CODE(result, 1);
    QVERIFY2(result.err.contains("cannot be written"), qPrintable(result.err));
    QProcess closed;
    closed.setProcessEnvironment(environment());
    closed.start("bash", {"-c", "\"$0\" ocr \"$1\" | true; exit ${PIPESTATUS[0]}", test_paths::program(),
                          write("long.pdf", textPdf(2000))});
    VERIFY_CODE(finished(closed), 141);
}

void OcrTest::aSearchablePdfIsWritten() {
    if (QStandardPaths::findExecutable("pdftotext").isEmpty()) QSKIP("pdftotext is not installed");
    const QString scan = write("scan.tif", tiffOf({sample("message.png"), sample("line.png")}));
    const Result result = run({"--format", "pdf", "-o", path("scan.pdf"), scan});
    VERIFY_CODE(result, 0);
    QProcess process;
    process.start("pdftotext", {path("scan.pdf"), "-"});
    const QString text = finished(process).out;
    QVERIFY2(text.contains("could not be opened"), qPrintable(text));
    QVERIFY2(text.section('\f', 1).contains("Connection lost"), qPrintable(text));
    // A PDF keeps its own pages; one that has its text already is not given it twice.
    const QString own = write("own.pdf", textPdf(1));
    VERIFY_CODE(run({"--format", "pdf", "-o", path("out/"), own}), 0);
    process.start("pdftotext", {path("out/own.pdf"), "-"});
    QCOMPARE(finished(process).out.count("Page number 1"), 1);
}

QTEST_GUILESS_MAIN(OcrTest)
#include "ocr_test.moc"
