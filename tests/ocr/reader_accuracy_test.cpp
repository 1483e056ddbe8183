// The text reader on tests/data/ocr as ./dev bench ocr runs it, and the scorer that counts its errors.
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include "tests/test_paths.h"

namespace {

constexpr double most_wrong_characters = 0.015;  // of each kind
constexpr double least_centre_hits = 0.5;
constexpr int longest_wait = 500'000;

const QString source = test_paths::source();
const QString pictures = test_paths::data("ocr");

struct Result {
    int exit_code = -1;
    QByteArray output;
    QByteArray errors;
};

Result runPython(const QStringList& arguments) {
    QProcess process;
    process.start("python3", QStringList{"-B"} + arguments);
    if (!process.waitForFinished(longest_wait)) return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Result bench(const QStringList& arguments) {
    const QStringList fixed{source + "/tests/ocr/bench_ocr.py",
                            "--program",
                            test_paths::engineTool("reader_bench"),
                            "--reader",
                            test_paths::textReader(),
                            "--precision",
                            "float32",
                            "--cold"};
    return runPython(fixed + arguments);
}

}  // namespace

class ReaderAccuracyTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void countsErrorsByItsRules();
    void wrongOptionsAreUsage();
    void readsTheDefaultSet_data();
    void readsTheDefaultSet();
    void failsAboveTheLimit();
    void goesOnAfterAPictureThatCannotBeRead();
    void kernelsGetTheirWeightsAsTheyTakeThem_data();
    void kernelsGetTheirWeightsAsTheyTakeThem();

  private:
    static bool readerIsHere() { return QFile::exists(test_paths::textReader() + "/alphabet.txt"); }
};

void ReaderAccuracyTest::countsErrorsByItsRules() {
    // Where another scorer of the same rules lies beside the project, the two must agree.
    const QString other = QDir(source).absoluteFilePath("../shared/ocr/score.py");
    const Result result = runPython(QStringList{source + "/tests/ocr/scoring.py", "--selftest"} +
                                    (QFile::exists(other) ? QStringList{other} : QStringList{}));
    QVERIFY2(result.exit_code == 0, result.errors.constData());
    QVERIFY(result.output.contains("self-test passed"));
}

void ReaderAccuracyTest::wrongOptionsAreUsage() {
    for (const char* option : {"--nonsense", "--threads=none"}) {
        QProcess process;
        process.start(test_paths::engineTool("reader_bench"), {option});
        QVERIFY(process.waitForFinished(longest_wait));
        QCOMPARE(process.exitCode(), 2);
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(errors.contains("usage") && !errors.contains("Internal"), errors.constData());
    }
}

void ReaderAccuracyTest::readsTheDefaultSet_data() {
    QTest::addColumn<QString>("kind");
    QFile manifest(pictures + "/manifest.jsonl");
    QVERIFY(manifest.open(QIODevice::ReadOnly));
    QSet<QString> kinds;
    for (QByteArray line = manifest.readLine(); !line.isEmpty(); line = manifest.readLine()) {
        const QString kind = QJsonDocument::fromJson(line).object()["kind"].toString();
        if (!kinds.contains(kind)) QTest::newRow(qPrintable(kind)) << kind;
        kinds.insert(kind);
    }
    QVERIFY(kinds.size() >= 9);
}

void ReaderAccuracyTest::readsTheDefaultSet() {
    if (!readerIsHere()) QSKIP("the text reader's files are missing: ./dev setup makes them");
    QFETCH(QString, kind);
    QTemporaryDir folder;
    const QString predictions = folder.filePath("predictions.jsonl");
    const Result result = bench({"--json", "--kinds", kind, "--predictions", predictions});
    QVERIFY2(result.exit_code == 0, result.errors.constData());
    const QJsonObject report = QJsonDocument::fromJson(result.output).object();
    const QJsonObject ours = report["threads"].toObject()["1"].toObject()["sightline"].toObject();
    const QJsonObject figures = ours["kinds"].toObject()[kind].toObject();
    if (kind == "pointing") {
        const double hits = figures["centre_hits"].toDouble();
        QVERIFY2(hits >= least_centre_hits, qPrintable(QString("%1 of the centres").arg(hits)));
    } else {
        const double wrong = figures["cer"].toDouble(1);
        QVERIFY2(wrong <= most_wrong_characters,
                 qPrintable(QString("%1 % of the characters are wrong").arg(100 * wrong)));
    }
    QCOMPARE(ours["precision"].toString(), QString("float32"));

    QFile file(predictions);
    QVERIFY(file.open(QIODevice::ReadOnly));
    int rows = 0;
    for (QByteArray line = file.readLine(); !line.isEmpty(); line = file.readLine(), ++rows) {
        const QJsonObject row = QJsonDocument::fromJson(line).object();
        QVERIFY(!row["id"].toString().isEmpty() && !row["text"].toString().isEmpty());
        QVERIFY(row["seconds"].toDouble() > 0 && row["cpu"].toDouble() > 0);
    }
    QCOMPARE(rows, report["pictures"].toInt());
}

void ReaderAccuracyTest::failsAboveTheLimit() {
    if (!readerIsHere()) QSKIP("the text reader's files are missing: ./dev setup makes them");
    QTemporaryDir folder;
    QVERIFY(QFile::copy(pictures + "/code/code-01.png", folder.filePath("a.png")));
    QFile manifest(folder.filePath("manifest.jsonl"));
    QVERIFY(manifest.open(QIODevice::WriteOnly));
    manifest.write(R"({"id": "a", "file": "a.png", "kind": "code", "text": "something else"})");
    manifest.close();
    const Result result = bench({"--set", folder.path(), "--limit-cer", "1.5"});
    QCOMPARE(result.exit_code, 1);
    QVERIFY2(result.errors.contains("more than 1.5 %"), result.errors.constData());
}

void ReaderAccuracyTest::goesOnAfterAPictureThatCannotBeRead() {
    if (!readerIsHere()) QSKIP("the text reader's files are missing: ./dev setup makes them");
    QTemporaryDir folder;
    QVERIFY(QFile::copy(pictures + "/code/code-01.png", folder.filePath("whole.png")));
    QFile broken(folder.filePath("broken.png"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("\x89PNG, and then nothing");
    broken.close();
    QFile manifest(folder.filePath("manifest.jsonl"));
    QVERIFY(manifest.open(QIODevice::WriteOnly));
    manifest.write(
        "{\"id\": \"broken\", \"file\": \"broken.png\", \"kind\": \"a\", \"text\": \"x\"}\n"
        "{\"id\": \"whole\", \"file\": \"whole.png\", \"kind\": \"b\", \"text\": \"x\"}\n");
    manifest.close();
    const Result result = bench({"--set", folder.path(), "--json"});
    QCOMPARE(result.exit_code, 1);
    QVERIFY2(result.errors.contains("not read: broken: "), result.errors.constData());
    const QJsonObject threads = QJsonDocument::fromJson(result.output).object()["threads"].toObject();
    const QJsonObject kinds = threads["1"].toObject()["sightline"].toObject()["kinds"].toObject();
    QCOMPARE(kinds["a"].toObject()["cer"].toDouble(), 1.0);
    QVERIFY(kinds["b"].toObject()["seconds_median"].toDouble() > 0);
}

void ReaderAccuracyTest::kernelsGetTheirWeightsAsTheyTakeThem_data() {
    QTest::addColumn<QString>("precision");
    QTest::newRow("float32") << "float32";
    QTest::newRow("automatic") << "automatic";
}

// A weight in another layout than the kernel's own is reordered at every call, which took half of the time.
void ReaderAccuracyTest::kernelsGetTheirWeightsAsTheyTakeThem() {
    if (!readerIsHere()) QSKIP("the text reader's files are missing: ./dev setup makes them");
    QFETCH(const QString, precision);
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("ONEDNN_VERBOSE", "1");
    process.setProcessEnvironment(environment);
    process.start(test_paths::engineTool("reader_bench"),
                  {"--reader", test_paths::textReader(), "--precision", precision, "--threads", "1", "--cold",
                   "--kinds", "dialog", pictures + "/manifest.jsonl"});
    QVERIFY(process.waitForFinished(longest_wait));
    QCOMPARE(process.exitCode(), 0);
    int convolutions = 0;
    for (const QByteArray& line : process.readAllStandardOutput().split('\n')) {
        convolutions += line.contains(",exec,cpu,convolution,");
        QVERIFY2(!line.contains(",exec,cpu,reorder,simple"), line.constData());
    }
    if (convolutions == 0) QSKIP("this libtorch says nothing about its kernels");
}

QTEST_GUILESS_MAIN(ReaderAccuracyTest)
#include "reader_accuracy_test.moc"
