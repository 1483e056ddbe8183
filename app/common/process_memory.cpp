#include "app/common/process_memory.h"

#include <cstdint>
#include <fstream>
#include <string>
#if defined(__linux__)
#include <link.h>
#include <sys/mman.h>
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

#if defined(__linux__)
namespace {

// Parts of libraries that nobody can have written to, where they are this large.
int dropCode(dl_phdr_info* library, std::size_t, void*) {
    constexpr std::size_t worth_it = std::size_t{1} << 20;
    const auto page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    for (int i = 0; i < library->dlpi_phnum; ++i) {
        const auto& part = library->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0 || part.p_memsz < worth_it) continue;
        const std::uintptr_t first = library->dlpi_addr + part.p_vaddr;
        const std::uintptr_t begin = (first + page_size - 1) / page_size * page_size;
        const std::uintptr_t end = (first + part.p_filesz) / page_size * page_size;
        if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace
#endif

void returnLibraryCode() {
#if defined(__linux__)
    dl_iterate_phdr(dropCode, nullptr);
#endif
}

}  // namespace sightline
