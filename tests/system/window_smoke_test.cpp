// The real program on a real X server (Xvfb), driven by xdotool: it shows its window, takes a question from
// the command line and from the keyboard while the model is still loading, answers with the demo model, keeps
// what was said and what was not sent, goes on with it after a restart, and closes with exit code 0.
#include <QFile>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait

}  // namespace

class WindowSmokeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init();
    void cleanup();

    void questionOfTheCommandLineIsAnswered();
    void enterWhileTheModelLoadsIsNotLost();
    void draftIsKeptWhenTheWindowIsClosed();
    void conversationGoesOnAfterARestart();

  private:
    void start(const QStringList& arguments);
    bool windowShows();
    QString tool(const QStringList& arguments);  // the first line that it prints
    bool takesFocus();
    bool answered();
    void close();
    // The first value that the history answers; null while there is none.
    QString kept(const QString& question) const;

    QProcess server_;
    QProcess program_;
    QProcessEnvironment environment_;
    std::unique_ptr<QTemporaryDir> home_;
    QString window_;
};

void WindowSmokeTest::initTestCase() {
    if (QStandardPaths::findExecutable("Xvfb").isEmpty() ||
        QStandardPaths::findExecutable("xdotool").isEmpty())
        QSKIP("Xvfb or xdotool is not installed");
    // The server writes the number of the display that it took to its standard output. Without -noreset it
    // starts anew whenever its last client leaves, and drops who connects at that moment: xdotool leaves all
    // the time.
    server_.start("Xvfb", {"-displayfd", "1", "-noreset", "-screen", "0", "1280x800x24", "-nolisten", "tcp"});
    QVERIFY(server_.waitForStarted());
    QVERIFY(QTest::qWaitFor([this] { return server_.canReadLine(); }, enough_ms));
    const QString display = ":" + QString::fromLatin1(server_.readLine()).trimmed();
    environment_ = QProcessEnvironment::systemEnvironment();
    environment_.insert("DISPLAY", display);
    environment_.remove("WAYLAND_DISPLAY");
    environment_.insert("QT_QPA_PLATFORM", "xcb");
    environment_.insert("QT_QUICK_BACKEND", "software");
    environment_.insert("LC_ALL", "C.UTF-8");
}

void WindowSmokeTest::cleanupTestCase() {
    server_.kill();
    server_.waitForFinished();
}

void WindowSmokeTest::init() {
    home_ = std::make_unique<QTemporaryDir>();
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        environment_.insert(name, home_->filePath(QString::fromLatin1(name)));
    environment_.insert("HOME", home_->path());
    environment_.insert("XDG_RUNTIME_DIR", home_->path());  // where one program a user is known
}

void WindowSmokeTest::cleanup() {
    if (program_.state() == QProcess::NotRunning) return;
    program_.kill();
    program_.waitForFinished();
}

void WindowSmokeTest::start(const QStringList& arguments) {
    program_.setProcessEnvironment(environment_);
    program_.start(SIGHTLINE_PROGRAM, arguments);
    QVERIFY(program_.waitForStarted());
    QVERIFY2(windowShows(), program_.readAllStandardError().constData());
}

bool WindowSmokeTest::windowShows() {
    return QTest::qWaitFor(
               [this] {
                   window_ = tool({"search", "--onlyvisible", "--name", "Sightline$"});
                   return !window_.isEmpty() || program_.state() == QProcess::NotRunning;
               },
               enough_ms) &&
           !window_.isEmpty();
}

QString WindowSmokeTest::tool(const QStringList& arguments) {
    QProcess process;
    process.setProcessEnvironment(environment_);
    process.start("xdotool", arguments);
    process.waitForFinished(enough_ms);
    return QString::fromLatin1(process.readAllStandardOutput()).section('\n', 0, 0).trimmed();
}

// There is no window manager that would give the focus, and a window can take it only when it is mapped.
bool WindowSmokeTest::takesFocus() {
    return QTest::qWaitFor(
        [this] {
            tool({"windowfocus", window_});
            return tool({"getwindowfocus"}) == window_;
        },
        enough_ms);
}

QString WindowSmokeTest::kept(const QString& question) const {
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

bool WindowSmokeTest::answered() {
    return QTest::qWaitFor(
        [this] {
            return program_.state() == QProcess::NotRunning ||
                   kept("SELECT parts FROM messages WHERE role = 'assistant' AND state = 'complete'")
                       .contains("could not be opened");
        },
        enough_ms);
}

void WindowSmokeTest::close() {
    QVERIFY(takesFocus());
    tool({"key", "ctrl+q"});
    QVERIFY(program_.waitForFinished(enough_ms));
    QCOMPARE(program_.exitStatus(), QProcess::NormalExit);
    QCOMPARE(program_.exitCode(), 0);
    const QByteArray complaints = program_.readAllStandardError();
    QVERIFY2(!complaints.contains("qrc:") && !complaints.contains("QML"), complaints.constData());
}

void WindowSmokeTest::questionOfTheCommandLineIsAnswered() {
    start({QStringLiteral(SIGHTLINE_SOURCE_DIR "/resources/samples/message.png"),
           QStringLiteral("Read the text in this image.")});
    QVERIFY(answered());
    QCOMPARE(program_.state(), QProcess::Running);
    close();
}

void WindowSmokeTest::enterWhileTheModelLoadsIsNotLost() {
    start({QStringLiteral(SIGHTLINE_SOURCE_DIR "/resources/samples/message.png")});
    QVERIFY(takesFocus());
    // Typed as soon as there is a window: model and picture are rarely ready by then.
    tool({"type", "--delay", "1", "Read the text in this image."});
    tool({"key", "Return"});
    QVERIFY(answered());
    QCOMPARE(program_.state(), QProcess::Running);
    close();
}

void WindowSmokeTest::draftIsKeptWhenTheWindowIsClosed() {
    start({});
    QVERIFY(takesFocus());
    tool({"type", "--delay", "1", "half a thought"});
    close();
    QCOMPARE(kept("SELECT draft_text FROM conversations"), QString("half a thought"));
    start({});
    QVERIFY(takesFocus());
    tool({"key", "End"});
    tool({"type", "--delay", "1", " and the other half"});
    close();
    QCOMPARE(kept("SELECT draft_text FROM conversations"), QString("half a thought and the other half"));
}

void WindowSmokeTest::conversationGoesOnAfterARestart() {
    start({QStringLiteral(SIGHTLINE_SOURCE_DIR "/resources/samples/message.png"),
           QStringLiteral("Read the text in this image.")});
    QVERIFY(answered());
    close();
    start({});
    QVERIFY(takesFocus());
    tool({"type", "--delay", "1", "What does it say?"});
    tool({"key", "Return"});
    const QString replies = "SELECT count(*) FROM messages WHERE role = 'assistant' AND state = 'complete'";
    QVERIFY(QTest::qWaitFor([&] { return kept(replies) == "2"; }, enough_ms));
    QCOMPARE(kept("SELECT count(*) FROM conversations"), QString("1"));
    close();
}

QTEST_GUILESS_MAIN(WindowSmokeTest)
#include "window_smoke_test.moc"
