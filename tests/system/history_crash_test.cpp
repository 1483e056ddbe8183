// The history survives being killed: at every call that changes the disk, in turn, and at random moments.
// What was acknowledged is there; what was in work is there as a whole or not at all; what was to be erased
// is gone.
#include <signal.h>

#include <QFileInfo>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "tests/system/scripted_history.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

class HistoryCrashTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theScriptDoesWhatItSays();
    void acknowledgedMeansOnTheDisk();
    void killedAtEveryCallInTurn();
    void killedAtRandomMoments();

  private:
    static constexpr const char* calls =
        "?write,?pwrite64,?fdatasync,?fsync,?rename,?renameat,?renameat2,?unlink,?unlinkat,"
        "?ftruncate,?mkdir,?rmdir,?link";

    static constexpr int steps_until_erasing = 16;

    // In memory where there is such a folder: a kill leaves what the calls have done, however slow a disk is.
    static QString placeName() {
        const QString memory = QStringLiteral("/dev/shm");
        return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) + "/history_crash_test-XXXXXX";
    }

    static QString strace() {
        const QString program = QStandardPaths::findExecutable("strace");
        if (program.isEmpty()) return {};
        QProcess probe;
        probe.start(program, {"-o", "/dev/null", "true"});
        return probe.waitForFinished() && probe.exitCode() == 0 ? program : QString();
    }

    // What the script's program printed; killed or not.
    static int stepsOf(const QByteArray& output) { return static_cast<int>(output.count("step ")); }

    static QList<QByteArray> traced(const QString& folder, const QStringList& options, QByteArray* output) {
        QTemporaryDir place;
        const QString log = place.path() + "/log";
        QProcess process;
        process.start(strace(), QStringList{"-f", "-qq", "-o", log} + options +
                                    QStringList{test_paths::testProgram("scripted_history"), folder});
        process.waitForFinished(120'000);
        *output = process.readAllStandardOutput();
        QFile file(log);
        return file.open(QIODevice::ReadOnly) ? file.readAll().split('\n') : QList<QByteArray>();
    }

    static Observed after(int steps) {
        Observed observed;
        const std::vector<Step> all = script();
        for (int i = 0; i < steps && i < static_cast<int>(all.size()); ++i)
            all[static_cast<std::size_t>(i)].then(observed);
        return observed;
    }

    // Empty, or what is wrong with the folder after `acknowledged` steps and perhaps the next one.
    static QString faults(const QString& folder, int acknowledged) {
        try {
            HistoryStore store(folder);
            if (!store.report().set_aside.isEmpty()) return "the database is damaged";
            store.check();
            const Observed found = observe(store);
            if (!fits(found, after(acknowledged)) && !fits(found, after(acknowledged + 1))) {
                return describeDifference(found, after(acknowledged));
            }
            const QStringList left = filesWith(folder, erased_marker);
            // Before the trash is emptied the bytes may stand in what a kill left half written.
            if (acknowledged >= steps_until_erasing && found.value("title c2").isEmpty() && !left.isEmpty())
                return "erased bytes in " + left.join(", ");
            if (!filesIn(folder).filter(".new-").isEmpty()) return "an unfinished file is left";
        } catch (const std::exception& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }

    // Names that the script does not speak of are not compared.
    static bool fits(const Observed& found, const Observed& wanted) {
        for (auto it = wanted.constBegin(); it != wanted.constEnd(); ++it) {
            if (found.value(it.key()) != it.value()) return false;
        }
        return true;
    }

    static QString describeDifference(const Observed& found, const Observed& wanted) {
        QString text;
        for (auto it = wanted.constBegin(); it != wanted.constEnd(); ++it) {
            if (found.value(it.key()) != it.value())
                text += QString("%1 is '%2', not '%3'; ")
                            .arg(it.key(), found.value(it.key()).right(60), it->right(60));
        }
        return text;
    }
};

void HistoryCrashTest::theScriptDoesWhatItSays() {
    QTemporaryDir place;
    HistoryStore store(place.path() + "/kept");
    int steps = 0;
    for (const Step& step : script()) {
        step.run(store);
        const Observed found = observe(store), wanted = after(++steps);
        QVERIFY2(fits(found, wanted),
                 qPrintable(QString("step %1: ").arg(steps) + describeDifference(found, wanted)));
    }
}

// A kill shows the order of calls, not whether the disk has them: that is read from the calls themselves.
void HistoryCrashTest::acknowledgedMeansOnTheDisk() {
    if (strace().isEmpty()) QSKIP("strace is missing or may not trace here");
    QTemporaryDir place;
    QByteArray output;
    const QString folder = place.path() + "/kept";
    const QList<QByteArray> log =
        traced(folder, {"-y", "-s", "16", "-e", QString("trace=") + calls}, &output);
    QCOMPARE(stepsOf(output), static_cast<int>(script().size()));
    const QRegularExpression line(R"re(^\d+ +(\w+)\((?:(\d+)<([^>]*)>)?(.*)$)re");
    const QRegularExpression names(R"re("([^"]*)"(?:, "([^"]*)")?)re");
    QSet<QString> unflushed;  // files with bytes, and folders with names, that may not be on the disk
    int checked = 0, flushed = 0, renamed = 0;
    for (const QByteArray& bytes : log) {
        const QRegularExpressionMatch match = line.match(QString::fromUtf8(bytes));
        if (!match.hasMatch() || bytes.contains(" = -1 ")) continue;
        const QString call = match.captured(1), path = match.captured(3);
        if (call == "write" && match.captured(2) == "1") {
            QVERIFY2(unflushed.isEmpty(), qPrintable(QString::fromUtf8(bytes) +
                                                     " while not flushed: " + unflushed.values().join(", ")));
            ++checked;
        } else if (call == "write" || call == "pwrite64" || call == "ftruncate") {
            if (path.startsWith(folder) && !path.endsWith("-shm")) unflushed.insert(path);
        } else if (call == "fsync" || call == "fdatasync") {
            flushed += unflushed.remove(path);
        } else if (call.startsWith("rename")) {
            const QRegularExpressionMatch both = names.match(match.captured(4));
            QVERIFY2(!unflushed.contains(both.captured(1)),
                     qPrintable(both.captured(1) + " got its name before it was flushed"));
            unflushed.insert(both.captured(2).section('/', 0, -2));
            ++renamed;
        }
    }
    QCOMPARE(checked, static_cast<int>(script().size()));
    QVERIFY(flushed > checked);
    QVERIFY(renamed >= 3);  // two pictures and the note of the wipe
}

void HistoryCrashTest::killedAtEveryCallInTurn() {
    if (strace().isEmpty()) QSKIP("strace is missing or may not trace here");
    QMap<QString, int> counts;
    {
        QTemporaryDir place(placeName());
        QByteArray output;
        const QRegularExpression name(R"(^\d+ +(\w+)\()");
        for (const QByteArray& line :
             traced(place.path() + "/kept", {"-e", QString("trace=") + calls}, &output)) {
            const QRegularExpressionMatch match = name.match(QString::fromUtf8(line));
            if (match.hasMatch()) ++counts[match.captured(1)];
        }
        QCOMPARE(stepsOf(output), static_cast<int>(script().size()));
    }
    for (const char* needed : {"write", "pwrite64", "fdatasync", "fsync", "rename", "unlink"})
        QVERIFY2(counts.value(needed) > 1, needed);
    int kills = 0, in_work = 0;
    for (auto call = counts.constBegin(); call != counts.constEnd(); ++call) {
        for (int n = 1; n <= *call; ++n) {
            QTemporaryDir place(placeName());
            QByteArray output;
            traced(place.path() + "/kept",
                   {"-e", "trace=" + call.key(), "-e",
                    QString("inject=%1:signal=KILL:when=%2").arg(call.key()).arg(n)},
                   &output);
            const int steps = stepsOf(output);
            const QString wrong = faults(place.path() + "/kept", steps);
            QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 number %2, after %3 steps: %4")
                                                     .arg(call.key())
                                                     .arg(n)
                                                     .arg(steps)
                                                     .arg(wrong)));
            ++kills;
            in_work += steps < static_cast<int>(script().size());
        }
    }
    qInfo("%d kills, %d of them before the script's end", kills, in_work);
    QVERIFY(in_work > 150);
}

void HistoryCrashTest::killedAtRandomMoments() {
    const int times = qEnvironmentVariableIsSet("SIGHTLINE_FULL_TESTS") ? 200 : 20;
    QRandomGenerator random(QRandomGenerator::securelySeeded());
    for (int i = 0; i < times; ++i) {
        QTemporaryDir place(placeName());
        QProcess process;
        const int wanted = random.bounded(static_cast<int>(script().size()));
        const auto microseconds = static_cast<unsigned long>(random.bounded(10'000));
        process.start(test_paths::testProgram("scripted_history"), {place.path() + "/kept"});
        QVERIFY(process.waitForStarted());
        QByteArray output;
        while (stepsOf(output) < wanted && process.waitForReadyRead(30'000))
            output += process.readAllStandardOutput();
        QThread::usleep(microseconds);
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        process.waitForFinished();
        output += process.readAllStandardOutput();
        const QString wrong = faults(place.path() + "/kept", stepsOf(output));
        QVERIFY2(
            wrong.isEmpty(),
            qPrintable(
                QString("after %1 steps and %2 us: %3").arg(stepsOf(output)).arg(microseconds).arg(wrong)));
    }
}

QTEST_GUILESS_MAIN(HistoryCrashTest)
#include "history_crash_test.moc"
