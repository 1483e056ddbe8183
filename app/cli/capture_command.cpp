#include "app/cli/capture_command.h"

#include <QCoreApplication>
#include <QProcess>

#include "app/instance/instance_client.h"
#include "app/instance/single_instance.h"
#include "inference/console_answer.h"

namespace sightline {

namespace {

const std::string program = "sightline";
constexpr int start_ms = 30'000;  // until a program that was started listens: a slow disk, a cold cache

bool startInTray() {
    QProcess process;
    process.setProgram(QCoreApplication::applicationFilePath());
    process.setArguments({QStringLiteral("--tray")});
    // It lives on after this command, and must not hold the terminal's pipes open.
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    return process.startDetached();
}

}  // namespace

int captureCommand(const CaptureOrder& order) {
    const Interrupt interrupt;
    const InstanceRequest request = requestOfThisProcess(QStringLiteral("capture"), wordsOf(order));
    const QString folder = instanceFolder();
    InstanceClient client(folder);
    HandOver handed = client.send(request);
    if (handed.state == HandOver::State::absent && !folder.isEmpty()) {
        if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY") &&
            !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
            complain(program, "Sightline is not running, and there is no display to start it on");
            return exit_failure;
        }
        if (startInTray()) handed = client.send(request, start_ms);
    }
    if (handed.state != HandOver::State::taken) {
        complain(program, handed.problem.toStdString());
        return exit_failure;
    }
    const auto end = client.waitForEnd([&interrupt] { return interrupt.requested(); });
    if (!end) {
        if (interrupt.requested()) return exit_stopped;
        complain(program, "The running Sightline ended before it was done");
        return exit_failure;
    }
    if (end->code == exit_ok) {
        std::string text = end->text.toStdString();
        if (!text.empty()) text += '\n';
        const ExitCode printed = printOutput(text, program);
        return printed;
    }
    if (!end->text.isEmpty()) complain(program, end->text.toStdString());
    return end->code;
}

}  // namespace sightline
