#include "inference/system_memory.h"

#include <fstream>
#include <limits>
#include <string>

namespace sightline {

namespace {

std::size_t bytesOf(const char* field) {
    std::ifstream file("/proc/meminfo");
    std::string word;
    while (file >> word) {
        std::size_t kibibytes = 0;
        if (word == field && file >> kibibytes) return kibibytes * 1024;
    }
    return std::numeric_limits<std::size_t>::max();
}

}  // namespace

std::size_t availableMemory() {
    return bytesOf("MemAvailable:");
}

std::size_t totalMemory() {
    return bytesOf("MemTotal:");
}

}  // namespace sightline
