// The one exception type of inference/. Header only, so that it can cross the border of the shared library.
#pragma once

#include <stdexcept>
#include <string>

namespace sightline {

// What kind of failure it was: decides what the caller offers next, never what it says.
enum class ErrorKind {
    invalid_input,  // a picture, an option or a message that cannot be used
    invalid_model,  // a model folder with a missing, damaged or contradictory file
    unsupported,    // a valid file or option that this program does not implement
    out_of_memory,  // computed before it was tried, or refused by the system
    context_full,   // the prompt does not fit into the context
    file_changed,   // a mapped weight file changed or shrank while in use
    cancelled,      // a stop was requested
    internal,       // a bug: the message is for the log
};

// what() is one sentence in English for the user, without a full stop at the end: it names the file and the
// field where there is one. The application translates by kind and shows the sentence as the detail.
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& sentence) : std::runtime_error(sentence), kind_(kind) {}
    ErrorKind kind() const noexcept { return kind_; }

  private:
    ErrorKind kind_;
};

}  // namespace sightline
