// Whether the process at the other end of a local socket is this user's own.
#pragma once

#include <QtGlobal>

namespace sightline {

// `socket` is the descriptor of a connected local socket. False also if the system does not say.
bool peerIsThisUser(qintptr socket);

}  // namespace sightline
