#include "inference/system_memory.h"

#include <fstream>
#include <limits>
#include <string>

namespace sightline {

std::size_t availableMemory() {
    std::ifstream file("/proc/meminfo");
    std::string word;
    while (file >> word) {
        std::size_t kibibytes = 0;
        if (word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
    }
    return std::numeric_limits<std::size_t>::max();
}

}  // namespace sightline
