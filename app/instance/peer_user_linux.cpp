#include <sys/socket.h>
#include <unistd.h>

#include "app/instance/peer_user.h"

namespace sightline {

bool peerIsThisUser(qintptr socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return getsockopt(static_cast<int>(socket), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           peer.uid == geteuid();
}

}  // namespace sightline
