// The bytes of a file that a test damages.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace sightline::test {

inline void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::remove(path);  // writing over a file makes some file systems wait for the disk
    std::ofstream(path, std::ios::binary) << bytes;
}

// Empty if it cannot be read.
inline std::string readBytes(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace sightline::test
