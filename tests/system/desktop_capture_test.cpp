// The real program on a real X server with a window manager and a tray: one program a user, the command
// `sightline capture`, and the whole path of a hotkey, a region, and its text on the clipboard or an answer
// in the ask panel.
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <memory>

#include "tests/test_paths.h"
#include "tests/x_server.h"

namespace {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait
const QString overlay = QStringLiteral("^Choose a region");

struct Ended {
    int code = -1;
    QString out;
    QString complaint;
};

}  // namespace

class DesktopCaptureTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();

    void secondStartHandsOver();
    void relativeNamesAreThoseOfWhoeverAsks();
    void killedProgramIsReplaced();
    void programThatDoesNotAnswerIsSaid();
    void commandReadsARegion();
    void commandStartsTheProgram();
    void wrongRegionsAreRefused();
    void emptyRegionHasNoText();
    void regionIsGivenUp();
    void hotkeyReadsWhatIsDraggedOver();
    void hotkeyAsksAboutWhatIsDraggedOver();
    void closingGoesToTheTray();
    void withoutATrayClosingEnds();
    void withoutATrayTheWindowIsThereAfterAll();

  private:
    QProcessEnvironment environment() const { return environment_; }
    void startInTray(const QStringList& more = {});
    bool isListening() const;
    qint64 ownerOfTheLock() const;
    Ended run(const QString& program, const QStringList& arguments, const QByteArray& input = {});
    Ended sightline(const QStringList& arguments) { return run(test_paths::program(), arguments); }
    QString tool(const QStringList& arguments) { return run("xdotool", arguments).out.trimmed(); }
    // The window with this name that can be seen; empty if it does not come.
    QString windowCalled(const QString& name, int limit = enough_ms);
    bool goesAway(const QString& name);
    void showTerminal();
    void drag(const QRect& region);
    QString clipboard() { return run("xclip", {"-o", "-selection", "clipboard"}).out; }
    void putOnClipboard(const QByteArray& text);
    QString kept(const QString& question) const;
    void startTray();
    void setting(const QString& lines);

    sightline::test::XServer server_;
    QProcess manager_;
    QProcess tray_;
    QProcess terminal_;
    QProcess program_;
    QProcessEnvironment environment_;
    std::unique_ptr<QTemporaryDir> home_;
    const QRect text_{120, 120, 620, 170};  // of the terminal on the screen
};

void DesktopCaptureTest::initTestCase() {
    const QString why_not = server_.start({1400, 900}, {"xdotool", "openbox", "xclip", "trayer", "xprop"});
    if (!why_not.isEmpty()) QSKIP(qPrintable(why_not));
    environment_ = server_.environment();
    manager_.setProcessEnvironment(environment_);
    manager_.start("openbox", {});
    QVERIFY(manager_.waitForStarted());
    QVERIFY(QTest::qWaitFor(
        [this] {
            return run("xprop", {"-root", "_NET_SUPPORTING_WM_CHECK"}).out.contains("0x");
        },
        enough_ms));
}

void DesktopCaptureTest::cleanupTestCase() {
    manager_.kill();
    manager_.waitForFinished();
}

void DesktopCaptureTest::init() {
    home_ = std::make_unique<QTemporaryDir>();
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        environment_.insert(name, home_->filePath(QString::fromLatin1(name)));
    environment_.insert("HOME", home_->path());
    environment_.insert("XDG_RUNTIME_DIR", home_->path());
}

void DesktopCaptureTest::cleanup() {
    // Also one that the command has started.
    if (const qint64 owner = ownerOfTheLock(); owner > 0) ::kill(static_cast<pid_t>(owner), SIGKILL);
    for (QProcess* process : {&program_, &terminal_, &tray_}) {
        if (process->state() == QProcess::NotRunning) continue;
        process->kill();
        process->waitForFinished();
    }
}

qint64 DesktopCaptureTest::ownerOfTheLock() const {
    QFile lock(home_->filePath("sightline.lock"));
    return lock.open(QIODevice::ReadOnly) ? lock.readLine().trimmed().toLongLong() : 0;
}

bool DesktopCaptureTest::isListening() const {
    return QFile::exists(home_->filePath("sightline.socket"));
}

void DesktopCaptureTest::startInTray(const QStringList& more) {
    program_.setProcessEnvironment(environment_);
    program_.start(test_paths::program(), QStringList{"--tray"} + more);
    QVERIFY(program_.waitForStarted());
    QVERIFY(QTest::qWaitFor([this] { return isListening(); }, enough_ms));
}

Ended DesktopCaptureTest::run(const QString& program, const QStringList& arguments, const QByteArray& input) {
    QProcess process;
    process.setProcessEnvironment(environment_);
    if (home_) process.setWorkingDirectory(home_->path());
    process.start(program, arguments);
    if (!input.isEmpty()) process.write(input);
    process.closeWriteChannel();
    // With an event loop, so that the processes of this test are read from.
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, enough_ms)) return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

QString DesktopCaptureTest::windowCalled(const QString& name, int limit) {
    QString found;
    const auto look = [&] {
        found = tool({"search", "--onlyvisible", "--name", name}).section('\n', 0, 0);
        return !found.isEmpty();
    };
    return QTest::qWaitFor(look, limit) ? found : QString();
}

bool DesktopCaptureTest::goesAway(const QString& name) {
    return QTest::qWaitFor(
        [&] {
            return tool({"search", "--onlyvisible", "--name", name}).isEmpty();
        },
        enough_ms);
}

// A window that looks like a terminal, with words that are nowhere else: a picture, so that no font of the
// machine decides about it.
void DesktopCaptureTest::showTerminal() {
    terminal_.setProcessEnvironment(environment_);
    terminal_.start(test_paths::testProgram("text_window"), {"120", "120"});
    QVERIFY(terminal_.waitForStarted());
    QVERIFY(!windowCalled("^terminal$").isEmpty());
    // Drawn: its second line is there when the first one is.
    QVERIFY(QTest::qWaitFor([this] { return terminal_.canReadLine(); }, enough_ms));
}

void DesktopCaptureTest::drag(const QRect& region) {
    tool({"mousemove", QString::number(region.left()), QString::number(region.top())});
    tool({"mousedown", "1"});
    // Steps, as a hand makes them.
    for (int step = 1; step <= 4; ++step) {
        tool({"mousemove", QString::number(region.left() + region.width() * step / 4),
              QString::number(region.top() + region.height() * step / 4)});
    }
    tool({"mouseup", "1"});
}

void DesktopCaptureTest::putOnClipboard(const QByteArray& text) {
    // xclip lives on as the owner, and holds its outputs open.
    QProcess xclip;
    xclip.setProcessEnvironment(environment_);
    xclip.setStandardOutputFile(QProcess::nullDevice());
    xclip.setStandardErrorFile(QProcess::nullDevice());
    xclip.start("xclip", {"-i", "-selection", "clipboard"});
    xclip.write(text);
    xclip.closeWriteChannel();
    QVERIFY(xclip.waitForFinished(enough_ms));
    QCOMPARE(clipboard().toUtf8(), text);
}

QString DesktopCaptureTest::kept(const QString& question) const {
    QString value;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "kept");
        database.setDatabaseName(home_->filePath("XDG_DATA_HOME/sightline/sightline/history.sqlite"));
        database.setConnectOptions("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000");
        if (database.open()) {
            QSqlQuery query(database);
            if (query.exec(question) && query.next()) value = query.value(0).toString();
        }
    }
    QSqlDatabase::removeDatabase("kept");
    return value;
}

void DesktopCaptureTest::startTray() {
    tray_.setProcessEnvironment(environment_);
    tray_.start("trayer", {"--edge", "top", "--align", "right", "--width", "10"});
    QVERIFY(tray_.waitForStarted());
    // It cannot be seen as long as it is empty.
    QVERIFY(QTest::qWaitFor([this] { return !tool({"search", "--name", "^panel$"}).isEmpty(); }, enough_ms));
}

void DesktopCaptureTest::setting(const QString& lines) {
    const QString folder = home_->filePath("XDG_CONFIG_HOME/sightline/sightline");
    QVERIFY(QDir().mkpath(folder));
    QFile file(folder + "/sightline.ini");
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
    file.write(lines.toUtf8());
}

void DesktopCaptureTest::secondStartHandsOver() {
    startTray();
    startInTray();
    QVERIFY(tool({"search", "--onlyvisible", "--name", "Sightline$"}).isEmpty());
    const Ended second =
        sightline({test_paths::source("resources/samples/message.png"), "Read the text in this image."});
    QCOMPARE(second.code, 0);
    QVERIFY(!windowCalled("Sightline$").isEmpty());
    QVERIFY(QTest::qWaitFor(
        [this] {
            return kept("SELECT parts FROM messages WHERE role = 'assistant' AND state = 'complete'")
                .contains("could not be opened");
        },
        enough_ms));
    QCOMPARE(program_.state(), QProcess::Running);
}

void DesktopCaptureTest::relativeNamesAreThoseOfWhoeverAsks() {
    startTray();
    startInTray();
    QVERIFY(QFile::copy(test_paths::source("resources/samples/message.png"), home_->filePath("mine.png")));
    QCOMPARE(sightline({"mine.png", "Read the text in this image."}).code, 0);  // in the folder of this test
    QVERIFY(QTest::qWaitFor(
        [this] {
            return kept("SELECT parts FROM messages WHERE role = 'assistant' AND state = 'complete'")
                .contains("could not be opened");
        },
        enough_ms));
}

void DesktopCaptureTest::killedProgramIsReplaced() {
    startTray();
    startInTray();
    program_.kill();
    QVERIFY(program_.waitForFinished());
    QVERIFY(isListening());  // the socket stays behind
    program_.start(test_paths::program(), {"--tray"});
    QVERIFY(program_.waitForStarted());
    showTerminal();
    const Ended end = sightline({"capture", "--read", "--region", "120,120,620,170"});
    QVERIFY2(end.code == 0, qPrintable(end.complaint));
    QVERIFY2(end.out.contains("heron"), qPrintable(end.out));
    QCOMPARE(ownerOfTheLock(), program_.processId());
}

void DesktopCaptureTest::programThatDoesNotAnswerIsSaid() {
    startTray();
    startInTray();
    ::kill(static_cast<pid_t>(program_.processId()), SIGSTOP);
    const Ended end = sightline({"capture", "--read"});
    QCOMPARE(end.code, 1);
    QVERIFY2(end.complaint.contains("does not answer"), qPrintable(end.complaint));
    ::kill(static_cast<pid_t>(program_.processId()), SIGCONT);
}

void DesktopCaptureTest::commandReadsARegion() {
    startTray();
    showTerminal();
    startInTray();
    putOnClipboard("newer than anything that the program has seen");
    const Ended end = sightline({"capture", "--read", "--region", "120,120,620,170"});
    QVERIFY2(end.code == 0, qPrintable(end.complaint));
    QVERIFY2(end.out.contains("The grey heron waits"), qPrintable(end.out));
    QVERIFY2(end.out.contains("4,807"), qPrintable(end.out));
    // The command has ended; the running program owns it.
    QVERIFY2(clipboard().contains("The grey heron waits"), qPrintable(clipboard()));
    QCOMPARE(clipboard().trimmed(), end.out.trimmed());
    QVERIFY(tool({"search", "--onlyvisible", "--name", "Sightline$"}).isEmpty());  // no window
}

void DesktopCaptureTest::commandStartsTheProgram() {
    startTray();
    showTerminal();
    QVERIFY(!isListening());
    const Ended end = sightline({"capture", "--read", "--region", "120,120,620,170"});
    QVERIFY2(end.code == 0, qPrintable(end.complaint));
    QVERIFY2(end.out.contains("The grey heron waits"), qPrintable(end.out));
    QVERIFY2(clipboard().contains("The grey heron waits"), qPrintable(clipboard()));
    QVERIFY(ownerOfTheLock() > 0);
    QVERIFY(tool({"search", "--onlyvisible", "--name", "Sightline$"}).isEmpty());
}

void DesktopCaptureTest::wrongRegionsAreRefused() {
    for (const char* region : {"1,2,3", "1,2,0,4", "a,b,c,d", "1,2,3,4,5", "1,2,3,99999", ""})
        QCOMPARE(sightline({"capture", "--read", "--region", region}).code, 2);
    QCOMPARE(sightline({"capture", "--read", "--ask"}).code, 2);
    QVERIFY(!isListening());  // and nothing was started
    startTray();
    startInTray();
    const Ended nowhere = sightline({"capture", "--read", "--region", "30000,30000,10,10"});
    QCOMPARE(nowhere.code, 1);
    QVERIFY(!nowhere.complaint.isEmpty());
}

void DesktopCaptureTest::emptyRegionHasNoText() {
    startTray();
    startInTray();
    putOnClipboard("stays");
    const Ended end = sightline({"capture", "--read", "--region", "900,500,200,100"});
    QVERIFY2(end.code == 6, qPrintable(QString::number(end.code) + end.complaint));
    QCOMPARE(clipboard(), QString("stays"));
}

void DesktopCaptureTest::regionIsGivenUp() {
    startTray();
    startInTray();
    QProcess command;
    command.setProcessEnvironment(environment_);
    command.start(test_paths::program(), {"capture", "--ask"});
    QVERIFY(command.waitForStarted());
    QVERIFY(!windowCalled(overlay).isEmpty());
    // Pressed again until the overlay has the keyboard.
    QVERIFY(QTest::qWaitFor(
        [&] {
            tool({"key", "Escape"});
            return command.state() == QProcess::NotRunning;
        },
        enough_ms));
    QCOMPARE(command.exitCode(), 5);
    QVERIFY(tool({"search", "--onlyvisible", "--name", "Ask about the selection"}).isEmpty());
}

void DesktopCaptureTest::hotkeyReadsWhatIsDraggedOver() {
    startTray();
    showTerminal();
    startInTray();
    putOnClipboard("before");
    // The key is pressed until the program has it, and a region dragged until it was taken.
    QVERIFY(QTest::qWaitFor(
        [this] {
            tool({"key", SIGHTLINE_READ_KEY});
            if (windowCalled(overlay, 2000).isEmpty()) return false;
            drag(text_);
            return QTest::qWaitFor([this] { return clipboard() != "before"; }, 20'000);
        },
        enough_ms));
    QVERIFY2(clipboard().contains("The grey heron waits"), qPrintable(clipboard()));
    QVERIFY(tool({"search", "--onlyvisible", "--name", "Sightline$"}).isEmpty());
}

void DesktopCaptureTest::hotkeyAsksAboutWhatIsDraggedOver() {
    startTray();
    showTerminal();
    startInTray();
    QString panel;
    QVERIFY(QTest::qWaitFor(
        [&] {
            tool({"key", SIGHTLINE_ASK_KEY});
            if (windowCalled(overlay, 2000).isEmpty()) return false;
            drag(text_);
            panel = windowCalled("^Ask about the selection$", 20'000);
            return !panel.isEmpty();
        },
        enough_ms));
    // It has the keyboard, and stands beside what was dragged over.
    QVERIFY(QTest::qWaitFor([&] { return tool({"getwindowfocus"}) == panel; }, enough_ms));
    const auto geometry = [&] {
        QRect found;
        const QStringList lines = tool({"getwindowgeometry", "--shell", panel}).split('\n');
        for (const QString& line : lines) {
            const int value = line.section('=', 1).toInt();
            if (line.startsWith("X=")) found.moveLeft(value);
            if (line.startsWith("Y=")) found.moveTop(value);
            if (line.startsWith("WIDTH=")) found.setWidth(value);
            if (line.startsWith("HEIGHT=")) found.setHeight(value);
        }
        return found;
    };
    QVERIFY2(!geometry().intersects(text_), qPrintable(tool({"getwindowgeometry", panel})));
    tool({"type", "--delay", "1", "Read the text in this image."});
    tool({"key", "Return"});
    const QString answer =
        "SELECT parts FROM messages WHERE role = 'assistant' AND state = 'complete' AND parts LIKE '%text%'";
    QVERIFY(QTest::qWaitFor([&] { return !kept(answer).isEmpty(); }, enough_ms));
    QVERIFY(!geometry().intersects(text_));  // also when it has grown
    QCOMPARE(kept("SELECT count(*) FROM conversations"), QString("1"));
    QVERIFY(kept("SELECT parts FROM messages WHERE role = 'user'").contains("Read the text in this image."));
    QVERIFY(!kept("SELECT 1 FROM attachments").isEmpty());  // with its picture
    // Copied: the first button at the lower edge.
    putOnClipboard("before");
    QVERIFY(QTest::qWaitFor(
        [&] {
            const QRect now = geometry();
            tool({"mousemove", QString::number(now.left() + 56), QString::number(now.bottom() - 28), "click",
                  "1"});
            return QTest::qWaitFor([this] { return clipboard() != "before"; }, 3000);
        },
        enough_ms));
    QVERIFY2(kept(answer).contains(clipboard().left(12)), qPrintable(clipboard()));
    tool({"key", "--window", panel, "Escape"});
    tool({"windowfocus", panel, "key", "Escape"});
    QVERIFY(goesAway("^Ask about the selection$"));
    QCOMPARE(program_.state(), QProcess::Running);
}

void DesktopCaptureTest::closingGoesToTheTray() {
    setting("[tray]\nclose=true\n");
    startTray();
    program_.setProcessEnvironment(environment_);
    program_.start(test_paths::program(), {});
    const QString window = windowCalled("Sightline$");
    QVERIFY(!window.isEmpty());
    // The icon is in the tray before the window is closed: two windows of the program can be seen.
    QVERIFY(QTest::qWaitFor(
        [this] {
            return tool({"search", "--onlyvisible", "--class", "sightline"}).split('\n').size() >= 2;
        },
        enough_ms));
    tool({"windowactivate", "--sync", window});
    tool({"key", "alt+F4"});
    QVERIFY(goesAway("Sightline$"));
    QCOMPARE(program_.state(), QProcess::Running);
    QCOMPARE(sightline({}).code, 0);
    QVERIFY(!windowCalled("Sightline$").isEmpty());
    QCOMPARE(program_.state(), QProcess::Running);
}

void DesktopCaptureTest::withoutATrayClosingEnds() {
    setting("[tray]\nclose=true\n");
    program_.setProcessEnvironment(environment_);
    program_.start(test_paths::program(), {});
    const QString window = windowCalled("Sightline$");
    QVERIFY(!window.isEmpty());
    QVERIFY(QTest::qWaitFor(
        [&] {
            tool({"windowactivate", window});
            tool({"key", "alt+F4"});
            return program_.state() == QProcess::NotRunning;
        },
        enough_ms));
    QCOMPARE(program_.exitCode(), 0);
}

void DesktopCaptureTest::withoutATrayTheWindowIsThereAfterAll() {
    startInTray();
    QVERIFY(!run("xprop", {"-root", "_NET_CLIENT_LIST"}).out.contains("0x"));
    // Minimised: it cannot be seen, but the window manager has it.
    QVERIFY(QTest::qWaitFor(
        [this] {
            return run("xprop", {"-root", "_NET_CLIENT_LIST"}).out.contains("0x");
        },
        enough_ms));
    QVERIFY(tool({"search", "--onlyvisible", "--name", "Sightline$"}).isEmpty());
    QCOMPARE(program_.state(), QProcess::Running);
    QCOMPARE(sightline({}).code, 0);
    QVERIFY(!windowCalled("Sightline$").isEmpty());
}

QTEST_GUILESS_MAIN(DesktopCaptureTest)
#include "desktop_capture_test.moc"
