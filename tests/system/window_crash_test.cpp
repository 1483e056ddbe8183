// The real program with its window, killed while somebody chats with the demo model: at calls that change the
// disk, in turn, and at random moments. Of a reply that streams, what came in the last second may be lost; of
// what is finished, nothing. What the window showed and what it knew to be on the disk is in its trace, see
// app/common/trace.h.
#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QMap>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTest>
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "app/history/history_store.h"
#include "tests/app/history/history_fixture.h"
#include "tests/system/displayed_program.h"
#include "tests/test_paths.h"

using namespace sightline;
using namespace sightline::test;

namespace {

constexpr double stream_seconds = 1;   // what may be lost
constexpr double slack_seconds = 0.5;  // of a busy machine, until what is a second old has been written
// The demo model has most to say about this one.
const QString sample = test_paths::data("ocr/receipt/receipt-01.png");
const QString unsent = QStringLiteral("half a thought");

bool full() {
    return qEnvironmentVariableIsSet("SIGHTLINE_FULL_TESTS");
}

}  // namespace

class WindowCrashTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { program_.killHard(); }

    void theScriptDoesWhatItSays();
    void killedAtCallsInTurn();
    void killedAtRandomMoments();

  private:
    static constexpr const char* calls =
        "?write,?pwrite64,?fdatasync,?fsync,?rename,?renameat,?renameat2,?unlink,?unlinkat,"
        "?ftruncate,?mkdir,?link,?linkat";

    // In memory where there is such a folder: a kill leaves what the calls have done, however slow a disk is.
    static QString placeName() {
        const QString memory = QStringLiteral("/dev/shm");
        return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) + "/window_crash_test-XXXXXX";
    }
    // What the program caches for its next start is made once. But the note that the last one was killed
    // while it loaded its model goes: this one would not load it.
    void makeHome(const QString& folder) {
        QDirIterator notes(cache_.path(), {"loading", "loading.lock"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (notes.hasNext())
            QFile::remove(notes.next());
        program_.makeHome(folder);
        program_.environment().insert("XDG_CACHE_HOME", cache_.path());
    }
    bool mayTrace() const { return !strace_.isEmpty(); }
    QStringList tracing(const QStringList& options) const {
        return QStringList{strace_, "-f", "-qq"} + options;
    }
    // By call: the numbers of those that change files of the home.
    static QMap<QString, QList<int>> placesToKill(const QString& log, const QString& home);

    // Chats until it ends or is killed; returns how many steps are done. `begins` is told each when it
    // begins: the program's process is there.
    int chat(const QStringList& wrapper, const std::function<void(int step)>& begins = {});
    static constexpr int all_steps = 5;
    int repliesKept();
    // Empty, or what is wrong with what is kept after the kill.
    QString faults(int steps);

    DisplayedProgram program_;
    QString strace_;
    QTemporaryDir cache_;
    int old_enough_ = 0;  // pieces of replies that a kill had to leave: the more, the slower the machine
};

void WindowCrashTest::initTestCase() {
    const QString why_not = program_.startServer();
    if (!why_not.isEmpty()) QSKIP(qPrintable(why_not));
    const QString found = QStandardPaths::findExecutable("strace");
    QProcess probe;
    probe.start(found, {"-f", "-o", "/dev/null", "true"});
    if (!found.isEmpty() && probe.waitForFinished() && probe.exitCode() == 0) strace_ = found;
}

// strace counts the calls of every thread for itself. Only those are wanted that change what is kept: threads
// wake each other by write(), too.
QMap<QString, QList<int>> WindowCrashTest::placesToKill(const QString& log, const QString& home) {
    QMap<QString, QMap<QString, int>> counts;  // of a call, by thread
    QMap<QString, QSet<int>> places;
    const QRegularExpression name(R"(^(\d+) +(\w+)\()");
    QFile file(log);
    if (!file.open(QIODevice::ReadOnly)) return {};
    for (const QByteArray& line : file.readAll().split('\n')) {
        const QRegularExpressionMatch match = name.match(QString::fromUtf8(line));
        if (!match.hasMatch()) continue;
        const QString call = match.captured(2);
        const int number = ++counts[call][match.captured(1)];
        // The folder that it works in is the home.
        const bool there =
            QByteArray(line).replace("AT_FDCWD<" + home.toUtf8() + '>', "").contains(home.toUtf8());
        if (there && !line.contains("(File exists)")) places[call].insert(number);
    }
    QMap<QString, QList<int>> sorted;
    for (auto call = places.constBegin(); call != places.constEnd(); ++call) {
        sorted[call.key()] = call->values();
        std::sort(sorted[call.key()].begin(), sorted[call.key()].end());
    }
    return sorted;
}

int WindowCrashTest::repliesKept() {
    return program_.kept("SELECT count(*) FROM messages WHERE role = 'assistant' AND state = 'complete'")
        .toInt();
}

int WindowCrashTest::chat(const QStringList& wrapper, const std::function<void(int)>& begins) {
    const auto step = [&](int number) {
        if (begins) begins(number);
        return number;
    };
    if (!program_.start({sample, "Read the text in this image."}, wrapper)) return 0;
    step(0);
    if (!program_.waitUntilUsable()) return 0;
    step(1);
    if (!program_.waitFor([&] { return repliesKept() == 1; })) return 1;
    step(2);
    program_.type("And once more, word by word");
    program_.key("Return");
    if (!program_.waitFor([&] { return repliesKept() == 2; })) return 2;
    step(3);
    program_.type(unsent);
    const QString draft = "SELECT draft_text FROM conversations";
    if (!program_.waitFor([&] { return program_.kept(draft) == unsent; })) return 3;
    step(4);
    program_.key("ctrl+q");
    program_.waitUntilGone();
    return step(all_steps);
}

QString WindowCrashTest::faults(int steps) {
    const QString folder = program_.dataFolder();
    if (!QFileInfo::exists(folder + "/history.sqlite")) {
        return program_.trace("kept").isEmpty() ? QString() : "there is no database";
    }
    try {
        HistoryStore store(folder);
        if (!store.report().set_aside.isEmpty()) return "the database is damaged";
        store.check();
        if (!filesIn(folder).filter(".new-").isEmpty()) return "an unfinished file is left";
        QMap<QString, const ChatMessage*> found;
        std::vector<ConversationTree> trees;
        for (const ConversationSummary& summary : store.conversations())
            trees.push_back(*store.load(summary.id));
        for (const ConversationTree& tree : trees) {
            for (const ChatMessage& message : tree.messages) {
                found.insert(message.id, &message);
                for (const ChatPart& part : message.parts) {
                    if (part.attachment && store.attachment(part.attachment->file).isEmpty())
                        return "an attachment is lost";
                }
            }
        }
        const double end = program_.lines().empty() ? 0 : program_.lines().back().seconds;
        for (const DisplayedProgram::Line& line : program_.lines()) {
            const QStringList words = line.text.split(' ');
            const ChatMessage* message = found.value(words.value(1));
            const qsizetype kept = message ? message->text().size() : -1;
            const qsizetype told = words.value(2).toInt();
            if (words[0] == "kept" && words.value(3) == "complete") {
                if (kept != told || message->state != ReplyState::complete)
                    return QString("of a finished message of %1 characters there are %2").arg(told).arg(kept);
            } else if (words[0] == "shows" && line.seconds < end - stream_seconds - slack_seconds) {
                ++old_enough_;
                if (kept < told)
                    return QString("of %1 characters, shown %2 s before the end, there are %3")
                        .arg(told)
                        .arg(end - line.seconds)
                        .arg(kept);
            }
        }
        if (steps > 3 && (trees.size() != 1 || trees[0].head.draft.text != unsent))
            return "the draft is lost";
    } catch (const std::exception& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

void WindowCrashTest::theScriptDoesWhatItSays() {
    QTemporaryDir place(placeName());
    makeHome(place.path());
    QCOMPARE(chat({}), all_steps);
    QCOMPARE(faults(all_steps), QString());
    QCOMPARE(repliesKept(), 2);
    QVERIFY(program_.trace("shows").size() > 3);
    QCOMPARE(program_.trace("kept").filter("complete").size(), 4);
}

void WindowCrashTest::killedAtCallsInTurn() {
    if (!mayTrace()) QSKIP("strace is missing or may not trace here");
    QMap<QString, QList<int>> places;
    for (const bool traced : {false, true}) {  // the first fills the cache
        QTemporaryDir place(placeName());
        makeHome(place.path());
        const QTemporaryDir logs;
        const QString log = logs.path() + "/log";
        const QStringList tracer = tracing({"-y", "-o", log, "-e", QString("trace=") + calls});
        QCOMPARE(chat(traced ? tracer : QStringList()), all_steps);
        places = placesToKill(log, place.path());
    }
    for (const char* needed : {"write", "pwrite64", "fdatasync", "fsync", "rename", "unlink"})
        QVERIFY2(!places.value(needed).isEmpty(), needed);
    QStringList report;
    int kills = 0, runs = 0;
    for (auto call = places.constBegin(); call != places.constEnd(); ++call) {
        const auto chosen = qMin<qsizetype>(call->size(), full() ? 40 : 2);
        int killed = 0;
        for (qsizetype i = 0; i < chosen; ++i) {
            const int n = (*call)[chosen > 1 ? (call->size() - 1) * i / (chosen - 1) : 0];
            QTemporaryDir place(placeName());
            makeHome(place.path());
            const int steps =
                chat(tracing({"-o", "/dev/null", "-e", "trace=" + call.key(), "-e",
                              QString("inject=%1:signal=KILL:when=%2").arg(call.key()).arg(n)}));
            QVERIFY2(steps == all_steps || program_.wasKilled(),
                     qPrintable(
                         QString("%1 number %2: it waits after %3 steps").arg(call.key()).arg(n).arg(steps)));
            program_.waitUntilGone();
            const QString wrong = faults(steps);
            QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 number %2, after %3 steps: %4")
                                                     .arg(call.key())
                                                     .arg(n)
                                                     .arg(steps)
                                                     .arg(wrong)));
            ++runs;
            killed += program_.wasKilled();
        }
        kills += killed;
        report << QString("%1 %2 of %3").arg(call.key()).arg(killed).arg(call->size());
    }
    qInfo("%d kills in %d runs: %s", kills, runs, qPrintable(report.join(", ")));
    QVERIFY(kills > runs * 3 / 4);
}

void WindowCrashTest::killedAtRandomMoments() {
    const int times = full() ? 200 : 20;
    old_enough_ = 0;
    QRandomGenerator random(QRandomGenerator::securelySeeded());
    std::array<double, all_steps + 1> began{};  // microseconds
    for (int i = 0; i < 2; ++i) {               // the first fills the cache
        QTemporaryDir place(placeName());
        makeHome(place.path());
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(chat({},
                      [&](int step) {
                          began[static_cast<std::size_t>(step)] =
                              static_cast<double>(timer.nsecsElapsed()) / 1e3;
                      }),
                 all_steps);
    }
    int kills = 0;
    QMap<int, int> after;
    for (int i = 0; i < times; ++i) {
        QTemporaryDir place(placeName());
        makeHome(place.path());
        // Each step as often as the others, at any moment of it.
        const int wanted = i % all_steps;
        const auto at = static_cast<std::size_t>(wanted);
        const double moment = (began[at + 1] - began[at]) * random.generateDouble();
        std::jthread killer;
        const int steps = chat({}, [&](int step) {
            if (step != wanted) return;
            killer = std::jthread([moment, process = static_cast<pid_t>(program_.processId())] {
                std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(moment));
                ::kill(process, SIGKILL);
            });
        });
        if (killer.joinable()) killer.join();
        program_.waitUntilGone();
        const QString wrong = faults(steps);
        QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 ms into step %2, %3 steps done: %4")
                                                 .arg(moment / 1000)
                                                 .arg(wanted)
                                                 .arg(steps)
                                                 .arg(wrong)));
        kills += program_.wasKilled();
        ++after[steps];
    }
    QStringList spread;
    for (auto steps = after.constBegin(); steps != after.constEnd(); ++steps)
        spread << QString("%1 with %2 steps done").arg(*steps).arg(steps.key());
    qInfo("%d kills of %d runs: %s; %d pieces of a reply were too old to be lost", kills, times,
          qPrintable(spread.join(", ")), old_enough_);
    QVERIFY(kills > times / 2);
}

QTEST_GUILESS_MAIN(WindowCrashTest)
#include "window_crash_test.moc"
