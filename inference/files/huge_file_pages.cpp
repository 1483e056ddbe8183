#include "inference/files/huge_file_pages.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "inference/huge_buffer.h"

namespace sightline {
namespace {

// Decoding loses a twentieth where a tenth of the pages are small.
constexpr double nearly_all = 0.95;

// FilePmdMapped of the mapping that begins there (proc_pid_smaps(5)), in bytes.
std::size_t bytesInHugePages(const void* begin) {
    char first[2 * sizeof(std::uintptr_t) + 2];
    std::snprintf(first, sizeof first, "%lx-",
                  static_cast<unsigned long>(reinterpret_cast<std::uintptr_t>(begin)));
    std::ifstream smaps("/proc/self/smaps");
    bool found = false;
    for (std::string line; std::getline(smaps, line);) {
        if (!found) {
            found = line.starts_with(first);
        } else if (line.starts_with("FilePmdMapped:")) {
            return std::strtoull(line.c_str() + line.find(':') + 1, nullptr, 10) << 10;
        } else if (line.starts_with("VmFlags:")) {
            return 0;  // the last line of this mapping
        }
    }
    return 0;
}

}  // namespace

bool liesInHugePages(const MappedFile& file) {
    const std::size_t whole = file.bytes().size() / huge_page_bytes * huge_page_bytes;
    const std::size_t huge = bytesInHugePages(file.bytes().data());
    return huge > 0 && static_cast<double>(huge) >= nearly_all * static_cast<double>(whole);
}

}  // namespace sightline
