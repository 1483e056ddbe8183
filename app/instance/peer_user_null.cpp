// Where the rights of the socket alone keep others out (QLocalServer::UserAccessOption).
#include "app/instance/peer_user.h"

namespace sightline {

bool peerIsThisUser(qintptr) {
    return true;
}

}  // namespace sightline
