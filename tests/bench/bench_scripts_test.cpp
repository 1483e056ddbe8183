// The scripts of ./dev bench: their own tests, and what they say when they cannot run.
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/test_paths.h"

class BenchScriptsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void scriptsPassTheirTests();
    void benchRunsOnTheDemoModel();
    void saysWhyItCannotRun_data();
    void saysWhyItCannotRun();

  private:
    static QStringList bench(const QString& model, const QStringList& more);
};

QStringList BenchScriptsTest::bench(const QString& model, const QStringList& more) {
    return QStringList{"-B",
                       test_paths::source("tests/bench/bench.py"),
                       "--quick",
                       "--program",
                       test_paths::engineTool("model_bench"),
                       "--probe-model",
                       test_paths::source("resources/demo-model"),
                       "--model",
                       model} +
           more;
}

void BenchScriptsTest::scriptsPassTheirTests() {
    QProcess process;
    process.start("python3", {"-B", test_paths::source("tests/bench/scripts_test.py")});
    QVERIFY(process.waitForFinished(200'000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

void BenchScriptsTest::benchRunsOnTheDemoModel() {
#if defined(__SANITIZE_THREAD__)
    QSKIP("threads that spin at barriers take minutes there, and what they compute is seen by other tests");
#endif
    QTemporaryDir folder;
    QProcess process;
    process.start("python3", bench(test_paths::source("resources/demo-model"),
                                   {"--rounds", "1", "--build", folder.path()}));
    QVERIFY(process.waitForFinished(500'000));
    const QByteArray output = process.readAllStandardOutput();
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
    for (const char* part :
         {"decode", "batch", "processors", "prefill", "encode", "turns", "load", "memory", "gpu"})
        QVERIFY2(output.contains(QByteArray("## ") + part), output.constData());
    for (const char* precision : {"bf16", "int8", "int4"})
        QVERIFY2(output.contains(QByteArray("| 32 | Sightline ") + precision + " | "), output.constData());
    QVERIFY2(output.contains("| Sightline int4, avx2 | "), output.constData());
    // What was not asked for stands there as such, and so does a GPU that is not there.
    const QByteArray gpu = output.mid(output.indexOf("## gpu"));
    QVERIFY2(gpu.contains("| 32 | Sightline int8 | not measured |") || gpu.contains("CUDA: "),
             gpu.constData());
    QVERIFY(output.contains("| 32 | llama.cpp Q4_K_M | not measured |"));
}

void BenchScriptsTest::saysWhyItCannotRun_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QByteArray>("sentence");
    const QString demo = test_paths::source("resources/demo-model");
    QTest::newRow("no model") << "/nowhere" << QStringList{} << QByteArray("/nowhere is no model folder");
    QTest::newRow("no such part") << demo << QStringList{"--only", "speed"}
                                  << QByteArray("'speed' is none of decode,");
    QTest::newRow("no such engine") << demo << QStringList{"--against", "other"}
                                    << QByteArray("'other' is none of llama.cpp");
    QTest::newRow("no place in the document")
        << demo << QStringList{"--only", "memory", "--document", test_paths::source("LICENSE")}
        << QByteArray("no place for 'memory'");
}

void BenchScriptsTest::saysWhyItCannotRun() {
    QFETCH(QString, model);
    QFETCH(QStringList, more);
    QFETCH(QByteArray, sentence);
    QTemporaryDir folder;
    QProcess process;
    process.start("python3", bench(model, more + QStringList{"--build", folder.path()}));
    QVERIFY(process.waitForFinished(200'000));
    QVERIFY(process.exitCode() != 0);
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(errors.contains(sentence), errors.constData());
    QVERIFY2(!errors.contains("Traceback"), errors.constData());
}

QTEST_GUILESS_MAIN(BenchScriptsTest)
#include "bench_scripts_test.moc"
