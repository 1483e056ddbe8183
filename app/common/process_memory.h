// What the program and the computer use of memory, as the system counts it.
#pragma once

#include <cstddef>
#include <optional>

namespace sightline {

// Bytes of this process that are in memory now, mapped files included. Empty where the system does not say.
std::optional<std::size_t> residentMemory();

struct SystemMemory {
    std::size_t total = 0;
    std::size_t available = 0;  // what can be taken without swapping
};
std::optional<SystemMemory> systemMemory();

// Asks the allocator to give freed memory back to the system, where it can.
void returnFreedMemory();

// Lets go of the code of large libraries (libtorch): it is no longer resident, but stays in the system's
// cache of files, and is there again as soon as it runs. Any thread. Only on Linux.
void returnLibraryCode();

}  // namespace sightline
