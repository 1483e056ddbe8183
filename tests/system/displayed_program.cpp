#include "tests/system/displayed_program.h"
#include "tests/test_paths.h"

#include <csignal>

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

namespace sightline::test {

namespace {

constexpr char category[] = "sightline.trace ";

}  // namespace

DisplayedProgram::~DisplayedProgram() {
    killHard();
}

QString DisplayedProgram::startServer() {
    const QString why_not = server_.start({1280, 800}, {"xdotool"});
    if (!why_not.isEmpty()) return why_not;
    environment_ = server_.environment();
    environment_.insert("QT_LOGGING_RULES", "sightline.trace.debug=true");
    environment_.insert("QT_MESSAGE_PATTERN", "%{if-category}%{category} %{time process} %{endif}%{message}");
    return {};
}

void DisplayedProgram::makeHome(const QString& folder) {
    killHard();
    own_home_ = folder.isEmpty() ? std::make_unique<QTemporaryDir>() : nullptr;
    home_ = own_home_ ? own_home_->path() : folder;
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        environment_.insert(name, home_ + '/' + name);
    environment_.insert("HOME", home_);
    environment_.insert("XDG_RUNTIME_DIR", home_);  // where one program a user is known
}

bool DisplayedProgram::start(const QStringList& arguments, const QStringList& wrapper) {
    killHard();
    lines_.clear();
    complaints_.clear();
    unread_.clear();
    window_.clear();
    QStringList words = wrapper;
    words << test_paths::program() << arguments;
    program_.setProcessEnvironment(environment_);
    program_.setStandardOutputFile(QProcess::nullDevice());
    program_.setWorkingDirectory(home_);
    program_.start(words.takeFirst(), words);
    if (!program_.waitForStarted()) return false;
    return waitFor([this] {
        window_ = tool({"search", "--onlyvisible", "--name", "Sightline$"});
        return !window_.isEmpty();
    });
}

bool DisplayedProgram::waitFor(const std::function<bool()>& condition) {
    bool holds = false;
    return QTest::qWaitFor([&] { return (holds = condition()) || !isRunning(); }, enough_ms) &&
           (holds || condition());
}

bool DisplayedProgram::waitUntilUsable() {
    return waitFor([this] { return !trace("usable").isEmpty(); }) && takeFocus();
}

bool DisplayedProgram::waitUntilGone() {
    return program_.state() == QProcess::NotRunning || program_.waitForFinished(enough_ms);
}

QString DisplayedProgram::close() {
    if (!takeFocus()) return "the window takes no focus";
    key("ctrl+q");
    if (!program_.waitForFinished(enough_ms)) return "it does not end";
    if (program_.exitStatus() != QProcess::NormalExit || program_.exitCode() != 0)
        return QString("it ended with %1").arg(program_.exitCode());
    const QByteArray said = complaints();
    return said.contains("qrc:") || said.contains("QML") ? QString::fromUtf8(said) : QString();
}

bool DisplayedProgram::wasKilled() const {
    return !isRunning() &&
           (program_.exitStatus() == QProcess::CrashExit || program_.exitCode() == 128 + SIGKILL);
}

void DisplayedProgram::killHard() {
    if (!isRunning()) return;
    program_.kill();
    program_.waitForFinished();
}

void DisplayedProgram::read() {
    unread_ += program_.readAllStandardError();
    const qsizetype end = unread_.lastIndexOf('\n') + 1;
    for (const QByteArray& line : unread_.left(end).split('\n')) {
        if (!line.startsWith(category)) {
            if (!line.isEmpty()) complaints_ += line + '\n';
            continue;
        }
        const QString rest = QString::fromUtf8(line.mid(qstrlen(category))).trimmed();
        lines_.push_back({rest.section(' ', 0, 0).toDouble(), rest.section(' ', 1)});
    }
    unread_.remove(0, end);
}

const std::vector<DisplayedProgram::Line>& DisplayedProgram::lines() {
    read();
    return lines_;
}

QStringList DisplayedProgram::trace(const QString& word) {
    QStringList found;
    for (const Line& line : lines()) {
        if (word.isEmpty() || line.text.startsWith(word + ' ')) found << line.text;
    }
    return found;
}

QByteArray DisplayedProgram::complaints() {
    read();
    return complaints_ + unread_;
}

QString DisplayedProgram::tool(const QStringList& arguments) {
    QProcess process;
    process.setProcessEnvironment(environment_);
    process.start("xdotool", arguments);
    process.waitForFinished(enough_ms);
    return QString::fromUtf8(process.readAllStandardOutput()).section('\n', 0, 0).trimmed();
}

// There is no window manager that would give the focus, and a window can take it only when it is mapped.
bool DisplayedProgram::takeFocus() {
    return waitFor([this] {
        tool({"windowfocus", window_});
        return tool({"getwindowfocus"}) == window_;
    });
}

QString DisplayedProgram::title() {
    return tool({"getwindowname", window_});
}

QString DisplayedProgram::focus() {
    QString name;
    for (const Line& line : lines()) {
        if (line.text.section(' ', 0, 0) == "focus") name = line.text.section(' ', 1);
    }
    return name;
}

QStringList DisplayedProgram::keptColumn(const QString& question) const {
    QStringList values;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "kept");
        database.setDatabaseName(dataFolder() + "/history.sqlite");
        database.setConnectOptions("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000");
        if (database.open()) {
            QSqlQuery query(database);
            if (query.exec(question)) {
                while (query.next())
                    values << query.value(0).toString();
            }
        }
    }
    QSqlDatabase::removeDatabase("kept");
    return values;
}

QString DisplayedProgram::kept(const QString& question) const {
    return keptColumn(question).value(0);
}

DataSource::DataSource(const QProcessEnvironment& environment, const QStringList& arguments) {
    process_.setProcessEnvironment(environment);
    process_.start(test_paths::testProgram("x_data_source"), arguments);
    process_.waitForStarted();
}

DataSource::~DataSource() {
    process_.closeWriteChannel();
    if (!process_.waitForFinished(enough_ms)) process_.kill();
    process_.waitForFinished();
}

QByteArrayList DataSource::said() {
    output_ += process_.readAllStandardOutput();
    return output_.split('\n');
}

bool DataSource::waitFor(const QByteArray& line) {
    return QTest::qWaitFor([&] { return said().contains(line) || process_.state() == QProcess::NotRunning; },
                           enough_ms) &&
           said().contains(line);
}

}  // namespace sightline::test
