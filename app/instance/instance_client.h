// A later start of the program, as seen from there: finds the running one and hands over.
#pragma once

#include <QString>
#include <functional>
#include <memory>

#include "app/instance/instance_request.h"

namespace sightline {

struct HandOver {
    enum class State {
        taken,    // it is being done
        absent,   // nothing listens
        refused,  // by the running one, or because what answers is not this user's
        silent    // something is there, and no answer came that could be understood
    };
    State state = State::absent;
    QString problem;  // a sentence, if not taken
};

// Blocks; for use before there is an event loop, or without one. Any thread, but one alone.
class InstanceClient {
  public:
    explicit InstanceClient(const QString& folder);
    ~InstanceClient();

    // Tries to connect until `appears_ms` are over (the running one may not listen yet), then waits at most
    // `patience_ms` for the acknowledgement: one that is starting itself answers when its window is made.
    HandOver send(const InstanceRequest& request, int appears_ms = 0, int patience_ms = 15'000);

    // After `taken`: until it is done. `given_up` is asked several times a second; true ends the wait, and
    // the running program sees that nobody waits any more. An empty result: given up, or it ended.
    std::optional<InstanceReply> waitForEnd(const std::function<bool()>& given_up);

  private:
    struct Private;
    std::unique_ptr<Private> d;
};

// The request of this process: its working folder, and the token that the desktop gave it for a window.
InstanceRequest requestOfThisProcess(const QString& verb, const QStringList& arguments);

}  // namespace sightline
