// How much memory the system can still give.
#pragma once

#include <cstddef>

namespace sightline {

// Bytes that can be taken without swapping (MemAvailable); a very large number where the system does not say.
std::size_t availableMemory();

// All that the computer has (MemTotal); a very large number where the system does not say.
std::size_t totalMemory();

}  // namespace sightline
