// What the decode helper may no longer do once it begins.
#pragma once

#include <cstdint>
#include <string>

namespace sightline {

struct SandboxLimits {
    std::uint64_t memory_bytes = 0;  // of address space; 0 = none
    int page_seconds = 0;            // of processor time for one page, on all cores together; 0 = none
};

// For the process that calls it, for good. No core dumps, few open files, no new privileges, the memory
// limit; and where the kernel allows filters of system calls (Linux on x86-64 and arm64, from any account):
// no socket, no program started, no other process looked into, no file written, made, renamed or removed.
// Says what of this is in force, in words for a log. Call it before any thread is started.
std::string enterSandbox(const SandboxLimits& limits);

// Before each page: the kernel ends this process when it has computed for this much longer. The program
// watches the clock too; this is for when the program is gone.
void allowProcessorSeconds(int seconds);

}  // namespace sightline
