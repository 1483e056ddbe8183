// The real program, run as a user runs it, with the demo model that comes with it.
#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>
#include <csignal>

#include "tests/test_paths.h"

namespace {

struct Result {
    int code = -1;
    QString out;
    QString err;
};

QString programPath() {
    return QDir(QCoreApplication::applicationDirPath()).filePath("../bin/sightline");
}

// What the program keeps for its next run: nothing of the user's own.
QString cacheHome() {
    static const QTemporaryDir folder;
    return folder.path();
}

// No display, and a locale with a decimal comma where the machine has one.
QProcessEnvironment environment() {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove("DISPLAY");
    environment.remove("WAYLAND_DISPLAY");
    environment.remove("QT_QPA_PLATFORM");
    environment.insert("OMP_NUM_THREADS", "1");
    environment.insert("XDG_CACHE_HOME", cacheHome());
    return environment;
}

Result run(const QStringList& arguments, const QByteArray& input = {},
           const QString& program = programPath()) {
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120000)) {
        process.kill();
        process.waitForFinished();
        return {-1, {}, "it did not end"};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

// An installation whose library does what the question tells it (scripted_inference.cpp), in `folder`.
QString scriptedProgram(const QString& folder) {
    const QDir home(folder);
    const QString built = QString::fromStdString(test_paths::scriptedInference().string());
    const QString program = home.filePath("bin/sightline");
    const bool made = home.mkdir("bin") && home.mkdir("lib") && QFile::copy(programPath(), program) &&
                      QFile::link(built, home.filePath("lib/libsightline_inference.so"));
    return made ? program : QString();
}

QString resource(const char* path) {
    return test_paths::source("resources/") + path;
}

}  // namespace

// Says which program it was and what it said, so that a failure can be understood.
#define VERIFY_CODE(result, expected)     \
    QVERIFY2((result).code == (expected), \
             qPrintable(QString("exit code %1: %2").arg((result).code).arg((result).err)))

class CliTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { QVERIFY2(QFile::exists(programPath()), "build the target sightline first"); }

    void helpNamesOptionsAndExitCodes() {
        const Result main_help = run({"--help"});
        VERIFY_CODE(main_help, 0);
        for (const char* word : {"ask", "ocr", "models", "bench", "130"})
            QVERIFY2(main_help.out.contains(word), word);
        const Result ask_help = run({"ask", "--help"});
        VERIFY_CODE(ask_help, 0);
        for (const char* word : {"--image",
                                 "--model",
                                 "--temperature",
                                 "--top-p",
                                 "--top-k",
                                 "--min-p",
                                 "--presence-penalty",
                                 "--frequency-penalty",
                                 "--repetition-penalty",
                                 "--seed",
                                 "--max-tokens",
                                 "--stop",
                                 "--system",
                                 "--detail",
                                 "--max-pixels",
                                 "--precision",
                                 "--threads",
                                 "--no-cache",
                                 "--json",
                                 "QUESTION"}) {
            QVERIFY2(ask_help.out.contains(word), word);
        }
        QCOMPARE(ask_help.err, QString());
    }

    void versionNamesTheLibraries() {
        const Result result = run({"--version"});
        VERIFY_CODE(result, 0);
        QVERIFY(result.out.startsWith("sightline "));
        QVERIFY2(result.out.contains("libtorch 2."), qPrintable(result.out));
        QVERIFY(result.out.contains("Qt 6."));
    }

    void wrongUsageIsExplained_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const QStringList& arguments, const char* named) {
            QTest::newRow(name) << arguments << QString(named);
        };
        row("no question", {"ask"}, "question");
        row("unknown option", {"ask", "--bogus", "x"}, "--bogus");
        row("word for a number", {"ask", "--temperature", "warm", "x"}, "--temperature");
        row("not a number", {"ask", "--temperature", "nan", "x"}, "--temperature");
        row("decimal comma", {"ask", "--temperature", "0,5", "x"}, "--temperature");
        row("out of range", {"ask", "--top-p", "1.5", "x"}, "--top-p");
        row("negative", {"ask", "--top-k", "-1", "x"}, "--top-k");
        row("fraction", {"ask", "--max-tokens", "1.5", "x"}, "--max-tokens");
        row("zero tokens", {"ask", "--max-tokens", "0", "x"}, "--max-tokens");
        row("negative seed", {"ask", "--seed", "-5", "x"}, "--seed");
        row("huge seed", {"ask", "--seed", "18446744073709551616", "x"}, "--seed");
        row("precision", {"ask", "--precision", "int3", "x"}, "--precision");
        row("detail", {"ask", "--detail", "most", "x"}, "--detail");
        row("detail and pixels", {"ask", "--detail", "low", "--max-pixels", "5000", "x"}, "--max-pixels");
        row("missing value", {"ask", "--image"}, "--image");
        row("picture size", {"bench", "--pictures", "12"}, "--pictures");
        row("no folder", {"models", "info"}, "folder");
    }
    void wrongUsageIsExplained() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const Result result = run(arguments);
        VERIFY_CODE(result, 2);
        QVERIFY2(result.err.contains(named), qPrintable(result.err));
        QCOMPARE(result.out, QString());
    }

    void theDemoModelReadsASample() {
        const Result result = run({"ask", "--image", resource("samples/line.png"), "--temperature", "0",
                                   "Read the text in this image."});
        VERIFY_CODE(result, 0);
        QVERIFY2(result.out.contains("Connection lost"), qPrintable(result.out));
        QVERIFY(result.out.endsWith('\n'));
        QCOMPARE(result.err, QString());  // no terminal: no progress
    }

    void theDemoModelReadsASampleInEveryPrecision_data() {
        QTest::addColumn<QString>("named");
        QTest::newRow("auto") << "bfloat16";
        QTest::newRow("float32") << "float32";
        QTest::newRow("bf16") << "bfloat16";
        QTest::newRow("int8") << "int8";
        QTest::newRow("int4") << "int4";
    }
    void theDemoModelReadsASampleInEveryPrecision() {
        QFETCH(QString, named);
        const Result result =
            run({"ask", "--json", "--image", resource("samples/line.png"), "--temperature", "0",
                 "--precision", QTest::currentDataTag(), "Read the text in this image."});
        VERIFY_CODE(result, 0);
        const QJsonObject answer = QJsonDocument::fromJson(result.out.toUtf8()).object();
        QCOMPARE(answer["model"].toObject()["precision"].toString(), named);
        QVERIFY2(answer["text"].toString().contains("Connection lost"), qPrintable(result.out));
        QCOMPARE(result.err, QString());
    }

    void jsonTellsEverything() {
        QFile sample(resource("samples/line.png"));
        QVERIFY(sample.open(QIODevice::ReadOnly));
        const Result result =
            run({"ask", "--json", "--image", "-", "--seed", "7", "--temperature", "0", "--max-tokens", "4",
                 "--precision", "float32", "--threads", "1", "Read the text in this image."},
                sample.readAll());
        VERIFY_CODE(result, 0);
        const QJsonObject answer = QJsonDocument::fromJson(result.out.toUtf8()).object();
        QVERIFY2(!answer.isEmpty(), qPrintable(result.out));
        QCOMPARE(answer["stop_reason"].toString(), QString("max_tokens"));
        QVERIFY(!answer["text"].toString().isEmpty());
        QCOMPARE(answer["options"].toObject()["seed"].toInt(), 7);
        QCOMPARE(answer["options"].toObject()["temperature"].toDouble(), 0.0);
        QCOMPARE(answer["model"].toObject()["precision"].toString(), QString("float32"));
        QCOMPARE(answer["model"].toObject()["threads"].toInt(), 1);
        const QJsonObject statistics = answer["statistics"].toObject();
        QCOMPARE(statistics["reply_tokens"].toInt(), 4);
        QVERIFY(statistics["picture_tokens"].toInt() > 0);
        QVERIFY(statistics["prompt_tokens"].toInt() > statistics["picture_tokens"].toInt());
        QVERIFY(answer["timings"].toObject()["total_seconds"].toDouble() > 0);
        QVERIFY2(result.err.contains("--max-tokens"), qPrintable(result.err));
    }

    void aPictureIsLookedAtOnce() {
        QVERIFY(QDir(cacheHome()).removeRecursively());
        const auto filesKept = [] {
            int count = 0;
            QDirIterator files(cacheHome() + "/sightline/sightline/computed", QDir::Files,
                               QDirIterator::Subdirectories);
            for (; files.hasNext(); files.next())
                ++count;
            return count;
        };
        QString text;
        const auto statistics = [&](const QStringList& more) {
            const Result result = run(QStringList{"ask", "--json", "--temperature", "0", "--image",
                                                  resource("samples/line.png"), "Read"} +
                                      more);
            const QJsonObject answer = QJsonDocument::fromJson(result.out.toUtf8()).object();
            text = answer["text"].toString();
            return answer["statistics"].toObject();
        };
        QJsonObject first = statistics({"--no-cache"});
        QCOMPARE(first["pictures_from_cache"].toInt(-1), 0);
        QCOMPARE(filesKept(), 0);
        const QString expected = text;
        QCOMPARE(statistics({})["pictures_from_cache"].toInt(-1), 0);
        QVERIFY(filesKept() >= 2);
        const QJsonObject second = statistics({});
        QCOMPARE(second["pictures_from_cache"].toInt(-1), 1);
        QCOMPARE(second["reused_tokens"].toInt(), second["prompt_tokens"].toInt() - 1);
        QCOMPARE(text, expected);
        QCOMPARE(statistics({"--no-cache"})["pictures_from_cache"].toInt(-1), 0);
    }

    void whereAGpusMemoryEndsTheProcessorGoesOn() {
        const QTemporaryDir home;
        const QString program = scriptedProgram(home.path());
        QVERIFY(!program.isEmpty());
        const Result text = run({"ask", "--model", "gpu", "spill"}, {}, program);
        VERIFY_CODE(text, 0);
        QCOMPARE(text.out, QString("w1 w2 [w1 w2 ]\n"));
        QVERIFY2(text.err.contains("memory") && text.err.contains("the processor goes on"),
                 qPrintable(text.err));
        const Result json = run({"ask", "--json", "--model", "gpu", "spill"}, {}, program);
        VERIFY_CODE(json, 0);
        const QJsonObject answer = QJsonDocument::fromJson(json.out.toUtf8()).object();
        QCOMPARE(answer["text"].toString(), QString("w1 w2 [w1 w2 ]"));
        QCOMPARE(answer["stop_reason"].toString(), QString("end_of_turn"));
        QCOMPARE(answer["model"].toObject()["device"].toString(), QString("CPU"));
        QCOMPARE(answer["statistics"].toObject()["reply_tokens"].toInt(), 3);
        QVERIFY(answer["moved_to_processor"].toBool());
    }

    void whatAGpuHasSaidIsKeptIfNoProcessorTakesIt() {
        const QTemporaryDir home;
        const QString program = scriptedProgram(home.path());
        const Result text = run({"ask", "--model", "gpu alone", "spill"}, {}, program);
        VERIFY_CODE(text, 1);
        QCOMPARE(text.out, QString("w1 w2 \n"));
        const Result json = run({"ask", "--json", "--model", "gpu alone", "spill"}, {}, program);
        VERIFY_CODE(json, 1);
        const QJsonObject answer = QJsonDocument::fromJson(json.out.toUtf8()).object();
        QCOMPARE(answer["text"].toString(), QString("w1 w2 "));
        QCOMPARE(answer["stop_reason"].toString(), QString("error"));
        QVERIFY(!answer["error"].toString().isEmpty());
        QVERIFY(!answer.contains("moved_to_processor"));
    }

    void aSeedGivesTheSameReply() {
        const QStringList arguments{"ask",
                                    "--temperature",
                                    "2",
                                    "--top-p",
                                    "1",
                                    "--top-k",
                                    "0",
                                    "--max-tokens",
                                    "24",
                                    "--precision",
                                    "float32",
                                    "--image",
                                    resource("samples/line.png"),
                                    "--seed"};
        const Result first = run(arguments + QStringList{"5", "Read"});
        VERIFY_CODE(first, 0);
        QCOMPARE(run(arguments + QStringList{"5", "Read"}).out, first.out);
        QVERIFY(run(arguments + QStringList{"6", "Read"}).out != first.out);
    }

    void detailChangesWhatTheModelSees() {
        QImage picture(300, 200, QImage::Format_RGB888);
        picture.fill(Qt::white);
        const QString path = folder_.filePath("white.png");
        QVERIFY(picture.save(path));
        const auto tokens = [&](const QStringList& more) {
            const Result result = run(QStringList{"ask", "--json", "--max-tokens", "1", "--image", path} +
                                      more + QStringList{"Read"});
            return QJsonDocument::fromJson(result.out.toUtf8())
                .object()["statistics"]
                .toObject()["picture_tokens"]
                .toInt();
        };
        const int exact = tokens({"--detail", "exact"});
        QVERIFY(exact > 0);
        QVERIFY(tokens({"--max-pixels", "20000"}) < exact);
    }

    void badPicturesAreRefused_data() {
        QTest::addColumn<QString>("path");
        QFile text(folder_.filePath("text.png"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("this is no picture");
        QFile empty(folder_.filePath("empty.png"));
        QVERIFY(empty.open(QIODevice::WriteOnly));
        QTest::newRow("no picture") << text.fileName();
        QTest::newRow("empty") << empty.fileName();
        QTest::newRow("missing") << folder_.filePath("missing.png");
        QTest::newRow("folder") << folder_.path();
        QTest::newRow("device") << "/dev/zero";
    }
    void badPicturesAreRefused() {
        QFETCH(QString, path);
        const Result result = run({"ask", "--image", path, "Read"});
        VERIFY_CODE(result, 3);
        QVERIFY2(result.err.contains(path), qPrintable(result.err));
        QCOMPARE(result.err.count('\n'), 1);
        QCOMPARE(result.out, QString());
    }

    void badStandardInputIsRefused() {
        const Result result = run({"ask", "--image", "-", "Read"}, "no picture");
        VERIFY_CODE(result, 3);
        QVERIFY2(result.err.contains("standard input"), qPrintable(result.err));
    }

    void badModelsAreRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        const QString folder = folder_.filePath("model");
        QVERIFY(QDir().mkpath(folder));
        QFile config(folder + "/config.json");
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("{\"model_type\": \"other\"}");
        QTest::newRow("ask") << QStringList{"ask", "--model", folder, "Read"};
        QTest::newRow("info") << QStringList{"models", "info", folder};
        QTest::newRow("bench") << QStringList{"bench", "--model", folder};
        QTest::newRow("missing") << QStringList{"models", "info", folder_.filePath("none")};
    }
    void badModelsAreRefused() {
        QFETCH(QStringList, arguments);
        const Result result = run(arguments);
        VERIFY_CODE(result, 4);
        QVERIFY(!result.err.isEmpty());
        QCOMPARE(result.out, QString());
    }

    // The header is sound, so the model loads; then it computes with what is no number.
    void damagedWeightsAreNamed() {
        const QString folder = folder_.filePath("damaged-model");
        QVERIFY(QDir().mkpath(folder));
        for (const QFileInfo& file : QDir(resource("demo-model")).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), folder + "/" + file.fileName()));
        QFile weights(folder + "/model.safetensors");
        QVERIFY(weights.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        QVERIFY(weights.open(QIODevice::ReadWrite));
        const qint64 header_size = qFromLittleEndian<qint64>(weights.read(8).constData());
        const QJsonObject header = QJsonDocument::fromJson(weights.read(header_size)).object();
        const QString tensor = "model.language_model.norm.weight";
        const qint64 begin = header[tensor]["data_offsets"][0].toInteger();
        QVERIFY(weights.seek(8 + header_size + begin));
        QCOMPARE(weights.write(QByteArray(8, '\xFF')), 8);  // NaN in every dtype
        weights.close();

        const Result result = run({"ask", "--model", folder, "Read"});
        VERIFY_CODE(result, 4);
        QVERIFY2(result.err.contains("model.safetensors") && result.err.contains(tensor),
                 qPrintable(result.err));
        QCOMPARE(result.out, QString());
    }

    void modelsTellWhatTheDemoIs() {
        const Result text = run({"models"});
        VERIFY_CODE(text, 0);
        QVERIFY2(text.out.contains("demo of 6.7 M parameters"), qPrintable(text.out));
        const Result json = run({"models", "info", resource("demo-model"), "--json"});
        VERIFY_CODE(json, 0);
        const QJsonObject facts = QJsonDocument::fromJson(json.out.toUtf8()).object();
        QVERIFY(facts["parameters"].toDouble() > 6e6 && facts["parameters"].toDouble() < 7e6);
        QCOMPARE(facts["vocab_size"].toInt(), 528);
        QVERIFY(facts["notice"].toString().contains("demo"));
    }

    void modelsTellWhatIsPacked() {
        VERIFY_CODE(run({"ask", "--precision", "int4", "--max-tokens", "1", "x"}), 0);
        const Result text = run({"models"});
        QVERIFY2(text.out.contains("packed         int4, "), qPrintable(text.out));
        const QJsonObject facts = QJsonDocument::fromJson(run({"models", "--json"}).out.toUtf8()).object();
        for (const QJsonValue& each : facts["packed"].toArray()) {
            if (each["precision"].toString() != "int4") continue;
            QCOMPARE(QFileInfo(each["file"].toString()).size(), each["bytes"].toInteger());
            return;
        }
        QFAIL("int4 is not there");
    }

    void ctrlCStopsAReply() {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(programPath(),
                      {"ask", "--image", resource("samples/message.png"), "--temperature", "3", "--top-k",
                       "0", "--top-p", "1", "--seed", "1", "--max-tokens", "100000", "Read"});
        // The first characters are out: now the reply is in the middle.
        QVERIFY(process.waitForReadyRead(60000));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
    }

    void ctrlCStopsWaitingForStandardInput() {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start("sh", {"-c", "echo ready; exec \"$0\" ask --image - Read", programPath()});
        QVERIFY(process.waitForReadyRead(60000));
        // There is no sign of the moment when it begins to read, so the signal comes again until it is over;
        // before the handler is there SIGINT ends the process at once, which counts as well.
        QElapsedTimer timer;
        timer.start();
        while (!process.waitForFinished(300) && timer.elapsed() < 20000) {
            ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        }
        QCOMPARE(process.state(), QProcess::NotRunning);
        if (process.exitStatus() == QProcess::NormalExit) QCOMPARE(process.exitCode(), 130);
    }

    void aReaderThatGoesAwayEndsIt() {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(
            "bash", {"-c",
                     "\"$0\" ask --image \"$1\" --temperature 3 --top-k 0 --top-p 1 --max-tokens 100000 Read "
                     "| true; exit ${PIPESTATUS[0]}",
                     programPath(), resource("samples/message.png")});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 141);
        QCOMPARE(QString::fromUtf8(process.readAllStandardError()), QString());
    }

    void aFullDiskIsTold() {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start("sh", {"-c", "exec \"$0\" models > /dev/full", programPath()});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("cannot be written"));
    }

    void theBenchmarkReports() {
        const Result result =
            run({"bench", "--json", "--pictures", "96x64", "--prompt-tokens", "64", "--contexts", "64",
                 "--decode-tokens", "4", "--stops", "3", "--threads", "1"});
        VERIFY_CODE(result, 0);
        const QJsonObject report = QJsonDocument::fromJson(result.out.toUtf8()).object();
        QVERIFY2(!report.isEmpty(), qPrintable(result.out));
        QVERIFY(report["load_seconds"].toDouble() > 0);
        for (const char* list : {"encode", "prefill", "decode"}) {
            const QJsonArray measurements = report[list].toArray();
            QVERIFY2(measurements.size() == 1, list);
            QVERIFY2(measurements[0].toObject()["seconds"].toDouble() > 0, list);
            QVERIFY2(measurements[0].toObject()["tokens"].toInt() > 0, list);
        }
        QCOMPARE(report["decode"].toArray()[0].toObject()["tokens"].toInt(), 4);
        QVERIFY(report["second_turn"].toObject()["reused_tokens"].toInt() > 0);
        QCOMPARE(report["stop"].toArray().size(), 3);
        for (const auto& stop : report["stop"].toArray()) {
            QCOMPARE(stop.toObject()["count"].toInt(), 3);
            QVERIFY(stop.toObject()["p95_seconds"].toDouble() >=
                    stop.toObject()["median_seconds"].toDouble());
            QVERIFY(stop.toObject()["p95_cpu_seconds"].toDouble() > 0);
        }
        QVERIFY(report["memory"].toObject()["peak_resident_bytes"].toDouble() > 50e6);
        QVERIFY(report["machine_estimate_before"].toObject()["read_gigabytes_per_second"].toDouble() > 0.1);
        QVERIFY(report["machine_estimate_after"].toObject()["float32_gigaflops"].toDouble() > 0.1);
        QVERIFY2(report["left_out"].toArray().isEmpty(), qPrintable(result.out));
    }

    void theWindowsArgumentsAnswerInTheTerminalWithoutADisplay() {
        const Result result = run({resource("samples/line.png"), "Read the text in this image."});
        VERIFY_CODE(result, 0);
        QVERIFY2(result.out.contains("Connection lost"), qPrintable(result.out));
        QVERIFY2(result.err.contains("no display"), qPrintable(result.err));
    }

  private:
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CliTest)
#include "cli_test.moc"
