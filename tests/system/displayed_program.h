// The real program with its real window on an X server of its own (Xvfb), driven by xdotool, in a home of its
// own. What it shows and keeps is known by its lines (app/common/trace.h), its window's title and its
// database; nothing here waits for a time.
#pragma once

#include <QByteArrayList>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <QVariantList>
#include <functional>
#include <memory>
#include <vector>

#include "tests/x_server.h"

namespace sightline::test {

inline constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait

class DisplayedProgram {
  public:
    DisplayedProgram() = default;
    ~DisplayedProgram();
    DisplayedProgram(const DisplayedProgram&) = delete;
    DisplayedProgram& operator=(const DisplayedProgram&) = delete;

    // Why there can be no display here; empty = there is one now. Once, before anything else.
    QString startServer();
    // An empty home; of a `folder` that is there already, what is in it.
    void makeHome(const QString& folder = {});
    const QString& home() const { return home_; }
    QString dataFolder() const { return home_ + "/XDG_DATA_HOME/sightline/sightline"; }
    QProcessEnvironment& environment() { return environment_; }

    // Starts `sightline ARGUMENTS`, behind `wrapper` if there is one ("strace -f ..."), and waits until its
    // window shows. False: see complaints().
    bool start(const QStringList& arguments = {}, const QStringList& wrapper = {});
    bool isRunning() const { return program_.state() != QProcess::NotRunning; }
    // That it can be used: the list is shown and the window has the keys.
    bool waitUntilUsable();
    // Ctrl+Q, and the exit code is 0, and nothing was complained about. Empty, or what was wrong.
    QString close();
    void killHard();         // SIGKILL, and it is gone
    bool wasKilled() const;  // as the last one ended; also if what it ran behind was
    qint64 processId() const { return program_.processId(); }
    // Also if it ends by itself. Returns what the condition says at last.
    bool waitFor(const std::function<bool()>& condition);
    bool waitUntilGone();

    // Lines of the trace since the start, without the category; those that begin with `word` and a space.
    QStringList trace(const QString& word = {});
    // The same with the seconds since the process began.
    struct Line {
        double seconds = 0;
        QString text;
    };
    const std::vector<Line>& lines();
    QByteArray complaints();  // all of stderr that is no trace

    // ---- Keyboard and pointer
    QString tool(const QStringList& arguments);  // xdotool; the first line that it prints
    bool takeFocus();
    void key(const QString& keys) { tool({"key", keys}); }
    void type(const QString& text) { tool({"type", "--delay", "1", text}); }
    QString title();
    QString focus();  // objectName of the control where the keyboard is; null if it has none

    // ---- What is kept. Null while there is none.
    QString kept(const QString& question) const;
    QStringList keptColumn(const QString& question) const;

  private:
    void read();
    XServer server_;
    QProcess program_;
    QProcessEnvironment environment_;
    std::unique_ptr<QTemporaryDir> own_home_;
    QString home_;
    QString window_;
    QByteArray unread_;
    QByteArray complaints_;
    std::vector<Line> lines_;
};

// Another program that owns the clipboard or drags something: tests/system/x_data_source.cpp.
class DataSource {
  public:
    DataSource(const QProcessEnvironment& environment, const QStringList& arguments);
    ~DataSource();
    bool waitFor(const QByteArray& line);  // false: it ended, or never said so
    QByteArrayList said();

  private:
    QProcess process_;
    QByteArray output_;
};

}  // namespace sightline::test
