// The tables of ./dev bench ocr, with a reader that only says what it is given.
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/test_paths.h"

namespace {

constexpr int longest_wait = 100'000;

constexpr auto reader_script = R"(#!/usr/bin/env python3
import json, sys
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"], "text": "Hello", "seconds": 1.0, "cpu": 1.0}), flush=True)
print(json.dumps({"summary": {"peak_rss_mb": 7, "precision": "float32", "load_seconds": 0.5}}), flush=True)
)";

constexpr auto manifest =
    R"({"id": "a", "file": "a.png", "kind": "two languages", "language": "German", "text": "Hello"}
{"id": "b", "file": "b.png", "kind": "two languages", "language": "Greek", "text": "Hallo"}
{"id": "c", "file": "c.png", "kind": "letters", "text": "Hello"}
)";

void write(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

struct Result {
    int exit_code = -1;
    QByteArray output;
    QByteArray errors;
};

}  // namespace

class BenchTablesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void languagesHaveLinesOfTheirOwn();
    void saysWhatWasNotMeasured();
    void putsTablesIntoADocument();
    void refusesADocumentWithoutAPlace();

  private:
    QString file(const QString& name) const { return folder_->filePath(name); }
    Result bench(const QStringList& arguments) const;

    std::unique_ptr<QTemporaryDir> folder_;
};

void BenchTablesTest::init() {
    folder_ = std::make_unique<QTemporaryDir>();
    write(file("reader"), reader_script);
    QFile::setPermissions(file("reader"), QFile::ReadOwner | QFile::ExeOwner);
    write(file("manifest.jsonl"), manifest);
}

Result BenchTablesTest::bench(const QStringList& arguments) const {
    QProcess process;
    process.start("python3",
                  QStringList{"-B", test_paths::source("tests/ocr/bench_ocr.py"), "--program", file("reader"),
                              "--reader", folder_->path(), "--set", folder_->path()} +
                      arguments);
    if (!process.waitForFinished(longest_wait)) return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void BenchTablesTest::languagesHaveLinesOfTheirOwn() {
    const Result result = bench({});
    QVERIFY2(result.exit_code == 0, result.errors.constData());
    const QByteArray output = result.output.simplified();
    for (const char* line : {"| two languages, German | 1 | 0.00 |", "| two languages, Greek | 1 | 20.00 |",
                             "| letters | 1 | 0.00 |", "- sightline: peak RSS 7 MB"})
        QVERIFY2(output.contains(line), result.output.constData());
}

void BenchTablesTest::saysWhatWasNotMeasured() {
    const Result result =
        bench({"--against", "tesseract,rapidocr", "--rapidocr-python", file("no such Python")});
    QVERIFY2(result.exit_code == 0, result.errors.constData());
    for (const char* line : {"\n- tesseract: not measured (", "\n- rapidocr: not measured ("})
        QVERIFY2(result.output.contains(line), result.output.constData());
}

void BenchTablesTest::putsTablesIntoADocument() {
    const QString document = file("document.md");
    write(document, "# Before\n\n<!-- bench ocr -->\nold\n<!-- end of bench ocr -->\n\nAfter.\n");
    const Result result = bench({"--kinds", "letters", "--into", document});
    QVERIFY2(result.exit_code == 0, result.errors.constData());
    const QByteArray content = contentOf(document);
    QVERIFY2(content.startsWith("# Before\n\n<!-- bench ocr -->\n`./dev bench ocr --set "),
             content.constData());
    QVERIFY2(content.endsWith("\n<!-- end of bench ocr -->\n\nAfter.\n"), content.constData());
    QVERIFY(content.simplified().contains("| letters | 1 | 0.00 |"));
    // Neither what was there nor the folders of this computer.
    QVERIFY2(!content.contains("old") && !content.contains("--program") && !content.contains("--into"),
             content.constData());
}

void BenchTablesTest::refusesADocumentWithoutAPlace() {
    const QString document = file("document.md");
    write(document, "# Nothing here\n");
    const Result result = bench({"--into", document});
    QCOMPARE(result.exit_code, 1);
    QVERIFY2(result.errors.contains("has no place for the tables"), result.errors.constData());
    QVERIFY(result.output.isEmpty());
    QCOMPARE(contentOf(document), QByteArray("# Nothing here\n"));
}

QTEST_GUILESS_MAIN(BenchTablesTest)
#include "bench_tables_test.moc"
