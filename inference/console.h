// What the programs without a window share: exit codes, Ctrl-C, and output that knows when nobody reads it.
#pragma once

#include <cstdio>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "inference/error.h"

namespace sightline {

// docs/command-line.md explains them to users.
enum ExitCode : int {
    exit_ok = 0,
    exit_failure = 1,
    exit_usage = 2,
    exit_bad_input = 3,       // a picture or the question cannot be used
    exit_bad_model = 4,       // the model or the library that runs it cannot be loaded
    exit_stopped = 130,       // by Ctrl-C (128 + SIGINT) or SIGTERM
    exit_output_closed = 141  // nobody reads the output any more (128 + SIGPIPE), as in `... | head -1`
};

ExitCode exitCodeOf(ErrorKind kind);

// While it lives, the first Ctrl-C (SIGINT) or SIGTERM requests a stop, and a second one ends the program as
// usual; SIGPIPE is ignored. One at a time in a process.
class Interrupt {
  public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return source_.get_token(); }
    // True from within the signal handler on, which is earlier than the token.
    bool requested() const;

  private:
    std::stop_source source_;
    std::thread thread_;
};

// Writes everything to standard output at once, without a buffer. False if that failed; errno says why.
bool writeOutput(std::string_view text);

// All of standard input. Throws Error(invalid_input) beyond `limit` bytes or if it cannot be read,
// Error(cancelled) after an interrupt.
std::string readStandardInput(std::size_t limit, const Interrupt& interrupt);

// "sightline: <sentence>." on standard error, with any progress line cleared first.
void complain(const std::string& program, const std::string& sentence);

// One line on standard error that is drawn over again; nothing at all if that is no terminal.
class ProgressLine {
  public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const std::string& what, double fraction);
    void clear();

  private:
    bool on_terminal_ = false;
    std::string shown_;
};

}  // namespace sightline
