#include "app/common/process_memory.h"

#include <fstream>
#include <string>
#if defined(__linux__)
#include <unistd.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace sightline {

std::optional<std::size_t> residentMemory() {
#if defined(__linux__)
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    std::size_t resident = 0;
    const long page_size = sysconf(_SC_PAGESIZE);
    if (page_size > 0 && file >> pages >> resident) return resident * static_cast<std::size_t>(page_size);
#endif
    return std::nullopt;
}

std::optional<SystemMemory> systemMemory() {
    std::ifstream file("/proc/meminfo");
    SystemMemory memory;
    std::string key;
    std::string rest;
    std::size_t kibibytes = 0;
    while (file >> key >> kibibytes && std::getline(file, rest)) {
        if (key == "MemTotal:") memory.total = kibibytes << 10;
        if (key == "MemAvailable:") memory.available = kibibytes << 10;
    }
    if (memory.total == 0 || memory.available > memory.total) return std::nullopt;
    return memory;
}

void returnFreedMemory() {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

}  // namespace sightline
