#include "app/desktop/autostart.h"

namespace sightline {

std::unique_ptr<Autostart> makeAutostart() {
    return nullptr;
}

}  // namespace sightline
