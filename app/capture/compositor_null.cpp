#include "app/capture/compositor.h"

namespace sightline {

bool hasCompositor() {
    return true;  // Windows and macOS always have one
}

}  // namespace sightline
