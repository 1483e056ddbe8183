#include "tests/x_server.h"

#include <QStandardPaths>

namespace sightline::test {

namespace {

constexpr int enough_ms = 120'000;  // a limit for machines that do other work, never a wait
constexpr const char* of_another_session[]{"WAYLAND_DISPLAY", "XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"};
// Without an address of a bus, libdbus forks to start one; with AddressSanitizer a fork in a program with
// threads sometimes hangs.
constexpr std::pair<const char*, const char*> of_this_session[]{
    {"DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"},
    {"XDG_SESSION_TYPE", "x11"},
    {"QT_QPA_PLATFORM", "xcb"},
    {"QT_QUICK_BACKEND", "software"},
    {"LC_ALL", "C.UTF-8"},
};

}  // namespace

XServer::~XServer() {
    server_.kill();
    server_.waitForFinished();
}

QString XServer::missing(const QStringList& programs) {
    for (const QString& program : programs)
        if (QStandardPaths::findExecutable(program).isEmpty())
            return QStringLiteral("%1 is not installed").arg(program);
    return {};
}

QString XServer::start(const QSize& size, const QStringList& tools) {
    const QString reason = missing(QStringList{QStringLiteral("Xvfb")} + tools);
    if (!reason.isEmpty()) return reason;
    // The server writes the number of the display that it took to its standard output. Without -noreset it
    // starts anew whenever its last client leaves, and drops who connects at that moment: xdotool leaves all
    // the time.
    const QString screen = QStringLiteral("%1x%2x24").arg(size.width()).arg(size.height());
    server_.start(QStringLiteral("Xvfb"),
                  {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-noreset"),
                   QStringLiteral("-screen"), QStringLiteral("0"), screen, QStringLiteral("-nolisten"),
                   QStringLiteral("tcp")});
    while (!server_.canReadLine())
        if (!server_.waitForReadyRead(enough_ms))
            qFatal("Xvfb does not start: %s", server_.readAllStandardError().constData());
    display_ = QLatin1Char(':') + QString::fromLatin1(server_.readLine()).trimmed();
    return {};
}

QProcessEnvironment XServer::environment() const {
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const char* name : of_another_session)
        all.remove(QLatin1String(name));
    for (const auto& [name, value] : of_this_session)
        all.insert(QLatin1String(name), QLatin1String(value));
    all.insert(QStringLiteral("DISPLAY"), display_);
    return all;
}

void XServer::enter() const {
    for (const char* name : of_another_session)
        qunsetenv(name);
    for (const auto& [name, value] : of_this_session)
        qputenv(name, value);
    qputenv("DISPLAY", display_.toLatin1());
}

}  // namespace sightline::test
