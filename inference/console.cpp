#include "inference/console.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>

namespace sightline {
namespace {

// What a signal handler may touch. The pipe stays open for the life of the process.
volatile sig_atomic_t interrupt_requested = 0;
std::array<int, 2> interrupt_pipe{-1, -1};

constexpr char stop_byte = 's';
constexpr char quit_byte = 'q';

void onSignal(int) {
    const int saved = errno;
    interrupt_requested = 1;
    // If the pipe is full, a byte is on its way anyway.
    [[maybe_unused]] const ssize_t written = ::write(interrupt_pipe[1], &stop_byte, 1);
    errno = saved;
}

void setHandler(int signal_number, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = flags;
    sigaction(signal_number, &action, nullptr);
}

}  // namespace

ExitCode exitCodeOf(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid_input:
            return exit_bad_input;
        case ErrorKind::invalid_model:
        case ErrorKind::unsupported:
            return exit_bad_model;
        case ErrorKind::cancelled:
            return exit_stopped;
        default:
            return exit_failure;
    }
}

Interrupt::Interrupt() {
    interrupt_requested = 0;
    if (interrupt_pipe[0] < 0 && ::pipe2(interrupt_pipe.data(), O_CLOEXEC) != 0) {
        throw Error(ErrorKind::internal, std::string("No pipe for signals: ") + std::strerror(errno));
    }
    // Signals must interrupt the thread that reads from a terminal, so they are blocked in the one that waits
    // here.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] {
        char byte = 0;
        while (byte != quit_byte) {
            if (::read(interrupt_pipe[0], &byte, 1) == 1 && byte == stop_byte) source_.request_stop();
        }
    });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    // The second signal finds the default action again.
    setHandler(SIGINT, onSignal, static_cast<int>(SA_RESETHAND));
    setHandler(SIGTERM, onSignal, static_cast<int>(SA_RESETHAND));
    setHandler(SIGPIPE, SIG_IGN, 0);
}

Interrupt::~Interrupt() {
    setHandler(SIGINT, SIG_DFL, 0);
    setHandler(SIGTERM, SIG_DFL, 0);
    setHandler(SIGPIPE, SIG_DFL, 0);
    [[maybe_unused]] const ssize_t written = ::write(interrupt_pipe[1], &quit_byte, 1);
    thread_.join();
}

bool Interrupt::requested() const {
    return interrupt_requested != 0 || source_.stop_requested();
}

bool writeOutput(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string readStandardInput(std::size_t limit, const Interrupt& interrupt) {
    std::string bytes;
    std::string block(std::size_t{1} << 16, '\0');
    for (;;) {
        if (interrupt.requested()) throw Error(ErrorKind::cancelled, "Stopped while reading standard input");
        const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            throw Error(ErrorKind::invalid_input,
                        std::string("Standard input cannot be read: ") + std::strerror(errno));
        }
        if (count == 0) return bytes;
        bytes.append(block, 0, static_cast<std::size_t>(count));
        if (bytes.size() > limit) {
            throw Error(ErrorKind::invalid_input,
                        "Standard input has more than " + std::to_string(limit >> 20) + " MiB");
        }
    }
}

void complain(const std::string& program, const std::string& sentence) {
    std::fprintf(stderr, "%s: %s\n", program.c_str(), sentence.c_str());
}

ProgressLine::ProgressLine() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::string& what, double fraction) {
    if (!on_terminal_) return;
    std::string text = what + ' ' + std::to_string(std::lround(fraction * 100)) + " %";
    if (text == shown_) return;
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    std::fflush(stderr);
    shown_ = std::move(text);
}

void ProgressLine::clear() {
    if (shown_.empty()) return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    shown_.clear();
}

}  // namespace sightline
